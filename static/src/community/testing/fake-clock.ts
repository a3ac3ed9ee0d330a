// Time that passes when a test says so, and chance from a seed.

import type { Clock } from '../chat/clock'
import { Seeded } from './seeded'

/** Numbers from a seed, the same on every run. */
export function seeded(seed: number): () => number {
  const numbers = new Seeded(seed)
  return () => numbers.next()
}

/** Hashes answer in the same turn: the real ones are made beside, so tests would have to wait. */
export async function hashAtOnce(): Promise<void> {
  const { createHash } = await import('node:crypto')
  const digest = async (_name: unknown, data: Uint8Array): Promise<ArrayBuffer> => {
    const bytes = createHash('sha256').update(data).digest()
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  }
  Object.defineProperty(crypto.subtle, 'digest', { value: digest, configurable: true })
}

/** Let everything that is ready to run, run. */
export async function settle(turns = 8): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}

export class FakeClock implements Clock {
  readonly random: () => number
  private timers: { at: number; work: () => void }[] = []

  constructor(private time = Date.now(), seed = 1) {
    this.random = seeded(seed)
  }

  now(): number {
    return this.time
  }

  after(milliseconds: number, work: () => void): () => void {
    const timer = { at: this.time + Math.max(0, milliseconds), work }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  /** Milliseconds until the next timer; null if there is none. */
  next(): number | null {
    const times = this.timers.map((timer) => timer.at)
    return times.length ? Math.max(0, Math.min(...times) - this.time) : null
  }

  /** Lets time pass, timer by timer; what each sets off runs to its end first. */
  async pass(milliseconds: number, turns = 4): Promise<void> {
    const end = this.time + milliseconds
    await settle(turns)
    for (;;) {
      const due = this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      this.timers = this.timers.filter((timer) => timer !== due)
      this.time = Math.max(this.time, due.at)
      due.work()
      await settle(turns)
    }
    this.time = end
  }
}
