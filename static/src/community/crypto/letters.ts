// Sealed to-device events of ours (community.invite, …) on their way in: from confirmed devices only.
// A letter is written down before its sender is asked for, because the library opens it only once.

import type { Core, RoomsHalf } from './core'
import { txnId } from './encode'
import { isFromConfirmedDevice } from './to-device'

type Event = Parameters<RoomsHalf['toDevice']>[0]
interface Letter extends Event {
  curveKey: string
}

const PREFIX = 'letter:'

export class Letters {
  private waiting = true // perhaps some of an earlier run
  private readonly handed = new Set<string>()

  constructor(
    private readonly core: Core,
    /** Resolves when it is kept elsewhere; null while nobody can take it. */
    private readonly deliver: (event: Event) => Promise<void> | null,
  ) {}

  async take(letter: Letter): Promise<void> {
    const key = `${PREFIX}${txnId()}`
    await this.core.sealed.put('meta', key, letter)
    await this.read(key, letter)
  }

  /** Look again at those whose sender could not be asked for. */
  async resume(): Promise<void> {
    if (!this.waiting) return
    this.waiting = false
    for (const { key, value } of await this.core.sealed.list<Letter>('meta', PREFIX)) await this.read(key, value)
  }

  private async read(key: string, { curveKey, ...event }: Letter): Promise<void> {
    let good: boolean
    try {
      good = await isFromConfirmedDevice(this.core, event.sender, event.senderDevice, curveKey)
    } catch {
      this.waiting = true // offline: the letter stays
      return
    }
    if (!good) return this.core.sealed.delete('meta', key)
    if (!this.handed.has(key)) void this.hand(key, event)
  }

  /** Not waited for: whoever takes it may have to ask the server, and the next messages come first. */
  private async hand(key: string, event: Event): Promise<void> {
    this.handed.add(key)
    try {
      const taken = this.deliver(event)
      await taken
      if (taken) await this.core.sealed.delete('meta', key)
      else this.waiting = true
    } catch {
      this.waiting = true // it stays, and is handed over once more
    } finally {
      this.handed.delete(key)
    }
  }
}
