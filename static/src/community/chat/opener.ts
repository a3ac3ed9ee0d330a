// Events to rows: fifty at a time; missing keys are looked for in the backup without a word; what
// waits is opened again as soon as its key arrives (messaging.md 4.3, pitfall 14).

import { sha256 } from '../crypto/encode'
import type { Problem, RoomId, UserId } from '../crypto/interface'
import { isProblem } from '../crypto/refuse'
import { pause } from './clock'
import type { MegolmContent, Opened, ServerEvent } from './parts'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'
import type { Mark, Row } from './timeline-data'
import { KEY_WAIT } from './timeline-items'

const AT_ONCE = 50
const LOOK_AGAIN = 60_000 // a session that was not in the backup is not looked for sooner
const LOOK_LIMIT = 20_000
const MANY = 3 // sessions; with more the whole room is asked for
const PATIENCE = 3000 // how long a page waits for a search

/** What a key from the backup may solve. */
const SEARCHED = [
  'waiting-for-key', 'key-missing', 'key-in-locked-backup', 'before-joining', 'device-added-later', 'withheld-unverified',
  'withheld-other',
]

/** What may become readable when people or their keys change. */
const PERHAPS = ['unsigned-device', 'identity-changed', 'mismatched-sender', 'member-unsigned', 'roster-conflict']

export const isSealed = (event: ServerEvent): event is ServerEvent & { content: MegolmContent } =>
  event.class !== 'x' && event.content !== null && 'ciphertext' in event.content &&
  typeof event.content.ciphertext === 'string' && typeof event.content.session_id === 'string'

/** What a later message's prev.h says of this one. */
export const hashOf = (event: ServerEvent & { content: MegolmContent }): Promise<string> =>
  sha256(`${event.event_id}\n${event.content.ciphertext}`)

export class Opener {
  private readonly looking = new Map<RoomId, Promise<void>>()
  private readonly lookedAt = new Map<string, number>()
  /** Called with rows whose state changed, after they were saved. */
  onOpened: (store: RoomStore, rows: Row[]) => Promise<void> = async () => undefined

  constructor(private readonly state: TalkState) {}

  /** Rows of new events, in the order given. Never rejects. */
  async rows(store: RoomStore, events: ServerEvent[]): Promise<Row[]> {
    const rows: Row[] = []
    for (let at = 0; at < events.length; at += AT_ONCE) {
      rows.push(...await Promise.all(events.slice(at, at + AT_ONCE).map((event) => this.row(store, event))))
    }
    return rows
  }

  private async row(store: RoomStore, event: ServerEvent, since = this.state.clock.now()): Promise<Row> {
    if (event.class === 'x' || event.gone) return { event, h: null, opened: null, since }
    if (!isSealed(event)) return { event, h: null, opened: DAMAGED, since }
    const h = await hashOf(event)
    const opened = await this.open(store, event)
    return { event: opened.ok ? emptied(event) : event, h, opened, since }
  }

  private async open(store: RoomStore, event: ServerEvent): Promise<Opened> {
    try {
      const opened = await this.state.seals.open(store.record.server, event)
      return opened.ok ? { ...opened, content: { ...opened.content, pad: '' } } : opened
    } catch (error) {
      const problem: Problem = isProblem(error) ? error : { code: 'damaged', detail: String(error) }
      return { ok: false, problem, sessionId: '', waiting: false }
    }
  }

  // -- what could not be read ------------------------------------------------------------------------

  /** Look in the backup for the keys of these rows; then they are told, readable or not. Returns the
   *  numbers that are looked for. */
  look(store: RoomStore, rows: Row[]): ReadonlySet<number> {
    const now = this.state.clock.now()
    const wanted = rows.filter(({ opened }) => opened?.ok === false && opened.waiting && opened.sessionId !== '' &&
      SEARCHED.includes(opened.problem.code) && now - (this.lookedAt.get(opened.sessionId) ?? -LOOK_AGAIN) >= LOOK_AGAIN)
    if (!wanted.length) return new Set()
    const sessions = new Set(wanted.map((row) => row.opened!.sessionId))
    for (const session of sessions) this.lookedAt.set(session, now)
    const before = this.looking.get(store.room) ?? Promise.resolve()
    const work = before.then(() => this.search(store, [...sessions])).catch(() => undefined)
    this.looking.set(store.room, work)
    void work.then(() => this.looking.get(store.room) === work && this.looking.delete(store.room))
    return new Set(wanted.map((row) => row.event.seq))
  }

  /** A page does not show as unreadable what is about to be readable. */
  async settled(room: RoomId): Promise<void> {
    const work = this.looking.get(room)
    if (work) await Promise.race([work, pause(this.state.clock, PATIENCE)])
  }

  private async search(store: RoomStore, sessions: string[]): Promise<void> {
    const locked = new Set<string>()
    for (const session of sessions.length > MANY ? [undefined] : sessions) {
      const found = await this.restore(store.room, session)
      if (found === 'locked') for (const one of session ? [session] : sessions) locked.add(one)
    }
    // In turn with new events: one that is being opened just now would be missed.
    await this.state.queues.run(`take ${store.room}`, () =>
      this.again(store, (mark) => sessions.includes(mark.session), { tell: true, locked }))
  }

  private async restore(room: RoomId, session?: string): Promise<boolean | 'locked'> {
    const limit = pause(this.state.clock, LOOK_LIMIT).then(() => false)
    return Promise.race([this.state.core.restoreRoom(room, session), limit]).catch((error: unknown) =>
      isProblem(error) && error.code === 'key-in-locked-backup' ? 'locked' : false)
  }

  /** Keys arrived, or a sender withheld them. */
  async session(store: RoomStore, sessionId: string): Promise<void> {
    await this.again(store, (mark) => mark.session === sessionId)
  }

  async people(store: RoomStore, users: ReadonlySet<UserId>): Promise<void> {
    await this.again(store, (mark) => users.has(mark.sender) && PERHAPS.includes(mark.problem))
  }

  /** What may have become readable since it was looked at; a search that a reload cut off begins anew. */
  async waiting(store: RoomStore): Promise<void> {
    await this.again(store, (mark) => mark.session !== '')
    const marks = store.timeline.seqs().map((seq) => store.timeline.get(seq)!).filter((mark) => mark.session !== '')
    const seqs = [...new Map(marks.map((mark) => [mark.session, mark.seq])).values()].slice(0, AT_ONCE)
    await store.load(seqs)
    this.look(store, seqs.map((seq) => store.row(seq)).filter((row): row is Row => row !== undefined))
  }

  /** Try everything of the room that could not be read. */
  async everything(store: RoomStore): Promise<void> {
    await this.again(store, (mark) => mark.problem !== '')
  }

  /** These numbers, whatever was wrong with them; they are told in any case. */
  async these(store: RoomStore, seqs: ReadonlySet<number>): Promise<void> {
    await this.again(store, (mark) => seqs.has(mark.seq) && mark.problem !== '', { tell: true })
  }

  /** `tell`: also of what is as before; `locked`: sessions that may be in a backup nobody opened. */
  private async again(
    store: RoomStore, which: (mark: Mark) => boolean, how: { tell?: boolean; locked?: ReadonlySet<string> } = {},
  ): Promise<void> {
    await store.open()
    const seqs = store.timeline.seqs().filter((seq) => which(store.timeline.get(seq)!))
    for (let at = 0; at < seqs.length; at += AT_ONCE) {
      const part = seqs.slice(at, at + AT_ONCE)
      await store.load(part)
      const rows = part.map((seq) => store.row(seq)).filter((row): row is Row => row !== undefined)
      const made = (await Promise.all(rows.map((row) => this.retry(store, row, how.locked)))).filter((row) => row !== null)
      if (made.length) await store.save(made)
      if (how.tell) await this.onOpened(store, rows.map((row) => store.row(row.event.seq) ?? row))
      else if (made.length) await this.onOpened(store, made)
    }
  }

  private async retry(store: RoomStore, row: Row, locked?: ReadonlySet<string>): Promise<Row | null> {
    if (row.opened?.ok !== false || !isSealed(row.event)) return null
    const next = await this.row(store, row.event, row.since)
    const { opened } = next
    // Where nothing better is known, the closed backup is the reason.
    if (opened?.ok === false && opened.problem.code === 'key-missing' && locked?.has(opened.sessionId)) {
      next.opened = { ...opened, problem: { ...opened.problem, code: 'key-in-locked-backup' } }
    }
    const same = next.opened?.ok === false && next.opened.problem.code === row.opened.problem.code &&
      next.opened.waiting === row.opened.waiting
    return same ? null : next
  }

  /** After a minute a key is no longer waited for: look once more, and say what is the matter. */
  watch(store: RoomStore, rows: Row[]): void {
    const waiting = rows.filter((row) => row.opened?.ok === false && row.opened.problem.code === 'waiting-for-key')
    if (!waiting.length) return
    const seqs = new Set(waiting.map((row) => row.event.seq))
    this.state.clock.after(KEY_WAIT, () => {
      if (this.state.rooms.get(store.room) === store) void this.overdue(store, seqs).catch(() => undefined)
    })
  }

  private async overdue(store: RoomStore, seqs: ReadonlySet<number>): Promise<void> {
    await this.these(store, seqs)
    this.look(store, [...seqs].map((seq) => store.row(seq)).filter((row) => row !== undefined))
  }
}

const DAMAGED: Opened = { ok: false, problem: { code: 'damaged' }, sessionId: '', waiting: false }

/** The event as the cache keeps it: its text stands opened beside it. */
function emptied(event: ServerEvent & { content: MegolmContent }): ServerEvent {
  return { ...event, content: { ...event.content, ciphertext: '' } }
}
