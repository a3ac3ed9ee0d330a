// What is to be sent: sealed at rest before anything else, in order per room, encrypted only at send
// time, the ciphertext kept so that a retry sends the same bytes (messaging.md 4.2, D7).

import type { Once } from '../crypto/again'
import type { Core } from '../crypto/core'
import { innerId } from '../crypto/encode'
import type { Draft, Problem, ProblemCode, RoomId, UserId } from '../crypto/interface'
import type { Clock } from './clock'
import { classOf } from './content'
import type { Content, MegolmContent, ServerEvent } from './parts'
import type { RoomStore, SealedRow } from './room-store'
import { backoff } from './socket'
import { Told } from './told'

export interface Intent {
  key: string // in the sealed table: '<room>/<order>-<txn>'
  txn: string
  room: RoomId
  at: number
  content: Content // prev, attachments and pad are filled in when it is sealed
  uploads: string[]
  notify: UserId[]
  removes: number[] // delete_request: what the server empties
  draft: Draft | null // to give back
  sealed: { content: MegolmContent; members_seq: number; devices_pos: number; media: string[] } | null
  seals: number // how often it was sealed
  state: 'queued' | 'sending' | 'failed'
  problem: Problem | null
  told?: boolean // by another tab, which may ask for it again
}

/** What became of one try. */
export type Outcome =
  | { is: 'sent' }
  | { is: 'failed'; problem: Problem }
  | { is: 'later'; problem: Problem | null; until?: number } // kept; until: not before
  | { is: 'uploads' } // its files are not there yet

export interface OutboxUser {
  deliver(intent: Intent): Promise<Outcome>
  /** Something about these waiting items changed. */
  changed(room: RoomId, intents: Intent[], removed: string[]): void
  /** An intent was sent: its files are needed no longer. */
  sent(intent: Intent): void
}

/** Problems that end when a person, a device or a list was put right: tried again by themselves. */
export const BLOCKS: ProblemCode[] = [
  'identity-changed', 'roster-conflict', 'device-unconfirmed', 'no-identity', 'setup-incomplete', 'member-unsigned',
]

export const nameOf = (intent: Pick<Intent, 'txn'>): string => `txn:${intent.txn}`

export class Outbox {
  private readonly rooms = new Map<RoomId, Intent[]>()
  private readonly running = new Map<RoomId, Promise<void>>()
  private readonly again = new Set<RoomId>()
  private readonly attempts = new Map<RoomId, number>()
  private readonly timers = new Map<RoomId, () => void>()
  private readonly waiters = new Map<string, (problem: Problem | null) => void>()
  private order = 0
  private notBefore = 0
  private stopped = true
  private readonly told: Told

  constructor(
    private readonly core: Core,
    private readonly clock: Clock,
    private readonly user: OutboxUser,
  ) {
    this.told = new Told(core, clock)
  }

  /** What was kept when the browser closed. */
  async read(): Promise<void> {
    await this.told.sweep()
    for (const { value } of await this.core.sealed.list<Intent>('outbox', '')) {
      const list = this.of(value.room)
      if (list.some((intent) => intent.txn === value.txn)) continue
      list.push({ ...value, state: value.state === 'failed' ? 'failed' : 'queued' })
      this.order = Math.max(this.order, Number(value.key.split('/').at(-1)!.split('-')[0]))
    }
    this.count()
  }

  start(): void {
    this.stopped = false
    this.kickAll()
  }

  stop(): void {
    this.stopped = true
    for (const stop of this.timers.values()) stop()
    this.timers.clear()
  }

  /** Waiting intents of a room, in order. */
  waiting(room: RoomId): readonly Intent[] {
    return this.rooms.get(room) ?? []
  }

  get(room: RoomId, key: string): Intent | undefined {
    return this.waiting(room).find((intent) => nameOf(intent) === key)
  }

  /** Whether an intent names an upload. */
  names(upload: string): boolean {
    return [...this.rooms.values()].some((list) => list.some((intent) => intent.uploads.includes(upload)))
  }

  /** The name of what a tab asks for again, if it is kept here or was sent already. */
  async known(room: RoomId, once: Once | undefined): Promise<string | null> {
    const name = once?.again ? nameOf({ txn: once.id }) : null
    return name && (this.get(room, name) || (await this.told.has(name))) ? name : null
  }

  /** Keep an intent, sealed; resolves when it is safe on this device. */
  async add(
    room: RoomId, content: Content, more: Partial<Pick<Intent, 'uploads' | 'notify' | 'removes' | 'draft'>> = {},
    once?: Once,
  ): Promise<Intent> {
    this.order = Math.max(this.order + 1, this.clock.now() * 1000)
    const txn = once?.id ?? innerId()
    const intent: Intent = {
      key: `${room}/${String(this.order).padStart(18, '0')}-${txn}`, txn, room, at: this.clock.now(), content,
      uploads: [], notify: [], removes: [], draft: null, sealed: null, seals: 0, state: 'queued', problem: null, ...more,
      ...(once && { told: true }),
    }
    await this.core.sealed.put('outbox', intent.key, intent)
    this.of(room).push(intent)
    this.count()
    this.user.changed(room, [intent], [])
    this.kick(room)
    return intent
  }

  /** Resolves when the intent has been sent; rejects with its problem when it has failed. */
  settled(intent: Intent): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiters.set(intent.txn, (problem) => (problem ? reject(problem) : resolve()))
    })
  }

  /** What was given up or sent meanwhile is not written again. */
  async save(intent: Intent): Promise<void> {
    if (this.waiting(intent.room).includes(intent)) await this.core.sealed.put('outbox', intent.key, intent)
  }

  /** An own event came back: the row that leaves with the write of the event. */
  echo(store: RoomStore, event: ServerEvent): { also: SealedRow[]; removed: string[] } {
    if (event.sender !== this.core.me || event.class === 'x') return { also: [], removed: [] }
    const text = (event.content as MegolmContent | null)?.ciphertext
    const intent = this.waiting(store.room).find((one) => text !== undefined && one.sealed?.content.ciphertext === text)
    if (!intent) return { also: [], removed: [] }
    this.forget(intent, true)
    return { also: this.told.rows(intent.key, intent.told ? nameOf(intent) : null), removed: [nameOf(intent)] }
  }

  /** Sent, whichever way that became known. */
  async finish(intent: Intent): Promise<void> {
    if (!this.forget(intent, true)) return
    await this.core.sealed.putAll(this.told.rows(intent.key, intent.told ? nameOf(intent) : null))
    this.user.changed(intent.room, [], [nameOf(intent)])
  }

  private forget(intent: Intent, sent = false): boolean {
    const list = this.of(intent.room)
    const at = list.indexOf(intent)
    if (at < 0) return false
    list.splice(at, 1)
    this.tellWaiter(intent, null)
    if (sent) this.user.sent(intent)
    this.count()
    return true
  }

  private tellWaiter(intent: Intent, problem: Problem | null): void {
    this.waiters.get(intent.txn)?.(problem)
    this.waiters.delete(intent.txn)
  }

  /** Try a failed one again, in its place. */
  async retry(intent: Intent): Promise<void> {
    if (intent.state === 'sending') return
    Object.assign(intent, { state: 'queued', problem: null })
    this.count()
    this.notBefore = 0
    await this.save(intent)
    this.user.changed(intent.room, [intent], [])
    this.kick(intent.room)
  }

  /** Take an intent out; null if it is being sent this very moment. */
  async discard(intent: Intent): Promise<Draft | null> {
    if (intent.state === 'sending') return null
    this.forget(intent)
    await this.core.sealed.delete('outbox', intent.key)
    this.user.changed(intent.room, [], [nameOf(intent)])
    return intent.draft
  }

  /** Everything of a room that was left. */
  async drop(room: RoomId): Promise<void> {
    for (const intent of [...this.waiting(room)]) {
      this.forget(intent)
      await this.core.sealed.delete('outbox', intent.key)
      this.user.changed(room, [], [nameOf(intent)])
    }
  }

  /** What stopped the room is over: send what it stopped. */
  async unblock(room: RoomId): Promise<void> {
    for (const intent of this.waiting(room)) {
      if (intent.state === 'failed' && BLOCKS.includes(intent.problem?.code ?? 'failed')) await this.retry(intent)
    }
  }

  // -- sending --------------------------------------------------------------------------------------

  kickAll(): void {
    this.attempts.clear()
    for (const room of this.rooms.keys()) this.kick(room)
  }

  /** Send what waits in a room, one after the other. */
  kick(room: RoomId): void {
    if (this.stopped) return
    this.timers.get(room)?.()
    this.timers.delete(room)
    if (this.running.has(room)) {
      this.again.add(room)
      return
    }
    const work = this.run(room).catch(() => undefined).finally(() => {
      this.running.delete(room)
      if (this.again.delete(room)) this.kick(room)
    })
    this.running.set(room, work)
  }

  private async run(room: RoomId): Promise<void> {
    for (;;) {
      const intent = this.waiting(room).find((one) => one.state === 'queued')
      if (!intent || this.stopped) return
      if (this.clock.now() < this.notBefore) return this.later(room, this.notBefore - this.clock.now())
      this.set(intent, 'sending', null)
      const outcome = await this.user.deliver(intent)
      if (outcome.is === 'sent') {
        this.attempts.delete(room)
        await this.finish(intent)
      } else if (outcome.is === 'failed') {
        await this.fail(intent, outcome.problem)
      } else {
        return this.wait(intent, outcome)
      }
    }
  }

  private wait(intent: Intent, outcome: Extract<Outcome, { is: 'later' | 'uploads' }>): void {
    this.set(intent, 'queued', outcome.is === 'later' ? outcome.problem : null)
    if (outcome.is === 'uploads') return
    if (outcome.until !== undefined) this.notBefore = Math.max(this.notBefore, outcome.until)
    const attempt = this.attempts.get(intent.room) ?? 0
    this.attempts.set(intent.room, attempt + 1)
    this.later(intent.room, outcome.until === undefined
      ? backoff(attempt, this.clock.random()) : outcome.until - this.clock.now())
  }

  private later(room: RoomId, milliseconds: number): void {
    this.timers.get(room)?.()
    this.timers.set(room, this.clock.after(Math.max(0, milliseconds), () => this.kick(room)))
  }

  private async fail(intent: Intent, problem: Problem): Promise<void> {
    this.set(intent, 'failed', problem)
    this.tellWaiter(intent, problem)
    await this.save(intent)
    // A reaction that nobody will get has no place of its own to fail in.
    const silent = classOf(intent.content.kind) === 's' && !['edit', 'room_meta'].includes(intent.content.kind)
    if (silent && !BLOCKS.includes(problem.code)) await this.discard(intent)
  }

  private set(intent: Intent, state: Intent['state'], problem: Problem | null): void {
    if (intent.state === state && intent.problem?.code === problem?.code) return
    Object.assign(intent, { state, problem })
    this.count()
    if (this.waiting(intent.room).includes(intent)) this.user.changed(intent.room, [intent], [])
  }

  private of(room: RoomId): Intent[] {
    const list = this.rooms.get(room) ?? []
    this.rooms.set(room, list)
    return list
  }

  private count(): void {
    const outbox = [...this.rooms.values()].flat().filter((intent) => intent.state !== 'failed').length
    if (this.core.state().outbox !== outbox) this.core.setState({ outbox })
  }
}
