// One writer per browser profile (messaging.md D8). The tab whose worker holds the Web Lock owns
// machine, socket and store; the others send their calls to it and hear its events. The lock is never
// stolen: a leader that sleeps is said to be asleep, until it wakes or its tab is closed.

import { AGAIN, type Once } from './again'
import { innerId } from './encode'
import type { Engine, EngineEvent, EngineState, Problem } from './interface'
import { asProblem, problem } from './refuse'

const BEAT_MS = 1000
const ASLEEP_MS = 5000

/** What was written is never given up: it waits until a leader has taken it. */
const isKept = (method: keyof Engine): boolean => AGAIN[method] === 'once' || method === 'saveDraft'

export type TabMessage =
  | { t: 'hello'; from: string }
  | { t: 'beat'; from: string }
  | { t: 'call'; from: string; to: string; id: number; at: number; method: keyof Engine; args: unknown[]; once?: Once }
  | { t: 'result'; to: string; id: number; value: unknown }
  | { t: 'problem'; to: string; id: number; problem: Problem }
  | { t: 'event'; event: EngineEvent }

/** BroadcastChannel, as far as it is used. */
export interface Channel {
  postMessage(message: TabMessage): void
  addEventListener(type: 'message', listener: (event: { data: TabMessage }) => void): void
  close(): void
}

/** navigator.locks, as far as it is used. */
export interface Locks {
  request(name: string, options: { mode: 'exclusive' }, held: () => Promise<void>): Promise<unknown>
}

export interface Surroundings {
  channel: Channel
  locks: Locks
  tab: string // a random name
}

/** What this tab does when it leads, and its page. */
export interface LeaderUser {
  lead(): Promise<void>
  call(method: keyof Engine, args: unknown[], once?: Once): Promise<unknown>
  event(event: EngineEvent): void
}

interface Waiting {
  method: keyof Engine
  args: unknown[]
  once: Once | undefined
  sentTo: string | null // the leader that was asked; null: none was known yet
  resolve(value: unknown): void
  reject(problem: Problem): void
}

export class Leader {
  private leading = false
  private leader: string | null = null // whose beats are heard
  private heard = Date.now()
  private asleep = false
  private beaten = Date.now() // the last beat of this tab, while it leads
  private woke = 0 // when this tab, leading, was found to have slept
  private next = 1
  private readonly waiting = new Map<number, Waiting>()
  private state: EngineState
  private readonly timer: ReturnType<typeof setInterval>
  private release: () => void = () => {}

  constructor(
    private readonly name: string,
    private readonly around: Surroundings,
    private readonly user: LeaderUser,
    first: EngineState,
  ) {
    this.state = { ...first, leader: false }
    around.channel.addEventListener('message', ({ data }) => this.take(data))
    this.timer = setInterval(() => this.tick(), BEAT_MS)
  }

  /** Ask for the lock and say hello; resolves never while the lock is held by another. */
  start(): void {
    this.post({ t: 'hello', from: this.around.tab })
    void this.around.locks.request(this.name, { mode: 'exclusive' }, () => this.hold())
  }

  /** Give the lock back (the worker is ending). */
  stop(): void {
    clearInterval(this.timer)
    this.around.channel.close()
    this.release()
  }

  get leads(): boolean {
    return this.leading
  }

  // -- leading -----------------------------------------------------------------------------------------

  private async hold(): Promise<void> {
    this.leading = true
    this.leader = this.around.tab
    this.asleep = false
    const led = this.user.lead()
    this.tellBeat()
    await led.catch(() => undefined) // its state says why
    this.follow(this.around.tab)
    this.user.event({ t: 'rooms' }) // what the page shows may be older than the store
    await new Promise<void>((resolve) => {
      this.release = resolve
    })
    this.leading = false
  }

  /** An event of the engine here: for this page and all others. */
  publish(event: EngineEvent): void {
    this.user.event(event)
    this.post({ t: 'event', event })
  }

  private tellBeat(): void {
    // After a sleep others have given up what they asked before it: that is not done any more.
    if (Date.now() - this.beaten >= ASLEEP_MS) this.woke = Date.now()
    this.beaten = Date.now()
    this.post({ t: 'beat', from: this.around.tab })
  }

  private async answer({ from: to, id, at, method, args, once }: Extract<TabMessage, { t: 'call' }>): Promise<void> {
    if (Date.now() - this.beaten >= ASLEEP_MS) this.tellBeat()
    try {
      if (at < this.woke) throw problem('leader-asleep')
      this.post({ t: 'result', to, id, value: await this.user.call(method, args, once) })
    } catch (error) {
      this.post({ t: 'problem', to, id, problem: asProblem(error) })
    }
  }

  // -- following ---------------------------------------------------------------------------------------

  /** A call of this tab's page. */
  call(method: keyof Engine, args: unknown[]): Promise<unknown> {
    if (this.leading) return this.user.call(method, args)
    if (method === 'state') return Promise.resolve(this.state)
    if (this.asleep && !isKept(method)) return Promise.reject(problem('leader-asleep'))
    return new Promise((resolve, reject) => {
      const id = this.next++
      const once = AGAIN[method] === 'once' ? { id: innerId(), again: false } : undefined
      this.waiting.set(id, { method, args, once, sentTo: null, resolve, reject })
      if (this.leader && !this.asleep) this.send(id)
    })
  }

  private send(id: number): void {
    const waiting = this.waiting.get(id)
    if (!waiting) return
    const { method, args, once } = waiting
    if (once && waiting.sentTo !== null) once.again = true
    const to = waiting.sentTo = this.leader
    if (!this.leading && to) return this.post({ t: 'call', from: this.around.tab, to, id, at: Date.now(), method, args, once })
    this.waiting.delete(id)
    this.user.call(method, args, once).then(waiting.resolve, (error: unknown) => waiting.reject(asProblem(error)))
  }

  private take(message: TabMessage): void {
    if (message.t === 'call') return void (this.leading && message.to === this.around.tab && this.answer(message))
    if (message.t === 'hello') return this.leading ? this.welcome() : undefined
    if (this.leading) return
    if (message.t === 'beat') return this.beat(message.from)
    if (message.t === 'event') return this.hear(message.event)
    if (message.to === this.around.tab) this.settle(message)
  }

  private welcome(): void {
    this.tellBeat()
    this.user.call('state', []).then(
      (state) => this.post({ t: 'event', event: { t: 'state', state: state as EngineState } }),
      () => undefined,
    )
  }

  private settle(message: Extract<TabMessage, { t: 'result' | 'problem' }>): void {
    const waiting = this.waiting.get(message.id)
    const slept = message.t === 'problem' && message.problem.code === 'leader-asleep'
    if (slept && waiting && isKept(waiting.method)) return this.send(message.id)
    this.waiting.delete(message.id)
    if (message.t === 'result') waiting?.resolve(message.value)
    else waiting?.reject(message.problem)
  }

  private hear(event: EngineEvent): void {
    if (event.t !== 'state') return this.user.event(event)
    this.state = { ...event.state, leader: false }
    this.user.event({ t: 'state', state: this.state })
  }

  private beat(from: string): void {
    this.heard = Date.now()
    const woke = this.asleep
    this.asleep = false
    if (from !== this.leader) return this.follow(from)
    if (!woke) return
    this.post({ t: 'hello', from: this.around.tab }) // how things stand now
    for (const [id, { sentTo }] of [...this.waiting]) if (sentTo === null) this.send(id)
  }

  /** Another leader: what was asked of the last one and may be asked again, is. */
  private follow(leader: string): void {
    const changed = this.leader !== leader || this.leading
    this.leader = leader
    for (const [id, { sentTo, method, reject }] of [...this.waiting]) {
      if (sentTo === leader && !this.leading) continue
      if (sentTo === null || AGAIN[method] !== 'never') this.send(id)
      else {
        this.waiting.delete(id)
        reject(problem('failed', { detail: 'the leading tab was closed' }))
      }
    }
    if (!changed || this.leading) return
    if (this.state.phase === 'starting') this.hear({ t: 'state', state: { ...this.state, phase: 'waiting' } })
    this.post({ t: 'hello', from: this.around.tab }) // how things stand
    this.user.event({ t: 'rooms' })
  }

  /** Every second: the leader beats, the others listen. */
  private tick(): void {
    if (this.leading) return this.tellBeat()
    if (this.asleep || Date.now() - this.heard < ASLEEP_MS) return
    this.asleep = true
    this.state = { ...this.state, phase: 'waiting', problem: problem('leader-asleep') }
    this.user.event({ t: 'state', state: this.state })
    for (const [id, { method, reject }] of [...this.waiting]) {
      if (isKept(method)) continue
      this.waiting.delete(id)
      reject(problem('leader-asleep'))
    }
  }

  private post(message: TabMessage): void {
    this.around.channel.postMessage(message)
  }
}
