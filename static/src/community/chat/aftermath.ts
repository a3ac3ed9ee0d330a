// What follows from new rows: the page is told, numbers are counted again, what was removed leaves
// the device, charters are looked at, the index learns.

import type { RoomId } from '../crypto/interface'
import type { Search } from '../crypto/search'
import type { ServerEvent } from './parts'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'
import type { Mark, Row } from './timeline-data'
import { copyOf, editsOf, goneOf, nextExpiry, original } from './timeline-rules'

export class Aftermath {
  private readonly expiring = new Map<RoomId, () => void>()

  constructor(
    private readonly state: TalkState,
    private readonly search: Search,
  ) {
    state.dropped.push((room) => {
      this.expiring.get(room)?.()
      this.expiring.delete(room)
      search.forgetRoom(room)
    })
  }

  /** Rows that came or changed, numbers found missing, and those that are told later. */
  async after(
    store: RoomStore, rows: Row[], absent: number[] = [], untold: ReadonlySet<number> = new Set(),
  ): Promise<void> {
    if (!rows.length && !absent.length) return
    const { core } = this.state
    const marks = rows.map((row) => store.timeline.get(row.event.seq)!)
    const touched = touchedBy(store, marks)
    await this.takeCharters(store, rows)
    await this.clear(store, [...touched])
    await this.state.recount(store)
    await this.learn(store, touched)
    await this.state.tell(store, [...touched, ...absent].filter((seq) => !untold.has(seq)))
    if (marks.some((mark) => mark.cls === 'x' || ['pin', 'message', 'poll'].includes(mark.kind))) {
      core.emit({ t: 'room', room: store.room })
    }
    this.state.tellRooms()
    this.expireLater(store)
  }

  /** Charters are told by hosts. */
  private async takeCharters(store: RoomStore, rows: Row[]): Promise<void> {
    const { role } = this.state.rules(store)
    for (const { event, opened } of rows) {
      if (!opened?.ok || opened.content.kind !== 'room_meta' || !event.sender) continue
      if (role(event.sender, event.seq) !== 'host') continue
      await this.state.rememberCharter(store, event.seq, opened.content.body)
    }
  }

  /** Text that was removed or has expired leaves the cache and the index. */
  async clear(store: RoomStore, seqs: number[]): Promise<void> {
    const rules = this.state.rules(store)
    const gone = new Map<number, NonNullable<ServerEvent['gone']>>()
    for (const seq of seqs) {
      const mark = store.timeline.get(seq)
      const why = mark && goneOf(store.timeline, mark, rules)
      if (!mark || !why) continue
      this.search.forget(store.room, seq)
      for (const one of [mark, ...editsOf(store.timeline, mark)]) {
        gone.set(one.seq, { why: why.why, by: why.by || null, ts: rules.now })
      }
    }
    await store.load(gone.keys())
    const cleared = [...gone].flatMap(([seq, why]) => {
      const row = store.row(seq)
      return row?.event.content ? [{ ...row, opened: null, event: { ...row.event, content: null, gone: why } }] : []
    })
    if (cleared.length) await store.save(cleared)
  }

  private async learn(store: RoomStore, touched: ReadonlySet<number>): Promise<void> {
    for (const seq of touched) {
      const mark = store.timeline.get(seq)
      if (!mark || (mark.kind !== 'message' && mark.kind !== 'poll')) continue
      if (copyOf(store.timeline, mark)) continue
      await store.load([seq, ...editsOf(store.timeline, mark).map((edit) => edit.seq)])
      this.search.learn(store, mark, this.state.rules(store))
    }
  }

  stop(): void {
    for (const stop of this.expiring.values()) stop()
    this.expiring.clear()
  }

  /** At the next moment something disappears, it disappears here, told or not. */
  expireLater(store: RoomStore): void {
    this.expiring.get(store.room)?.()
    this.expiring.delete(store.room)
    const rules = this.state.rules(store)
    const next = nextExpiry(store.timeline, rules)
    if (next) this.expiring.set(store.room, this.state.clock.after(next - rules.now, () => void this.expire(store)))
  }

  /** What has expired by now, also while this device was asleep. */
  async expire(store: RoomStore): Promise<void> {
    if (this.state.rooms.get(store.room) !== store) return
    const { now } = this.state.rules(store)
    const due = store.timeline.seqs().filter((seq) => {
      const mark = store.timeline.get(seq)!
      return mark.expires > 0 && mark.expires <= now && !mark.gone
    })
    await this.clear(store, due)
    await this.state.tell(store, due)
    this.expireLater(store)
  }
}

/** Numbers whose items may look different because of these marks. */
function touchedBy(store: RoomStore, marks: Mark[]): Set<number> {
  const line = store.timeline
  const touched = new Set<number>()
  for (const mark of marks) {
    touched.add(mark.seq)
    for (const near of [mark.seq + 1, mark.seq - 1]) if (line.get(near)?.cls === '-') touched.add(near)
    if (mark.target) for (const one of line.withId(mark.target)) touched.add(one.seq)
    if (mark.id && original(line, mark.id)?.seq === mark.seq) {
      for (const one of line.withId(mark.id)) touched.add(one.seq)
    }
    if (mark.note === 'redacted') touchRemoved(store, mark.about, touched)
    if (mark.note === 'purged') for (const seq of line.seqs()) if (seq <= mark.about) touched.add(seq)
  }
  return touched
}

function touchRemoved(store: RoomStore, seq: number, touched: Set<number>): void {
  touched.add(seq)
  // Removing an edit or a reaction changes the message it spoke about.
  const target = store.timeline.get(seq)?.target
  if (target) for (const one of store.timeline.withId(target)) touched.add(one.seq)
}
