// How far this person has read: only forward, only when the page says so, told to the server in
// batches. Receipts of others, and who is writing.

import { bare } from '../crypto/encode'
import type { RoomId, UserId } from '../crypto/interface'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'

const BATCH = 1000
const TYPING_PAUSE = 4000 // the server takes one in three seconds

export class Reads {
  private readonly timers = new Map<RoomId, () => void>()
  private readonly typed = new Map<RoomId, number>()

  constructor(private readonly state: TalkState) {
    state.dropped.push((room) => this.forget(room))
  }

  /** The page has shown everything up to this number. */
  async read(room: RoomId, seq: number): Promise<void> {
    const store = this.state.store(room)
    const { server } = store.record
    const upTo = Math.min(Math.floor(seq), server.last_seq)
    if (!(upTo > server.last_read_seq)) return
    await this.move(store, upTo)
    store.record.readWanted = upTo
    await store.saveRecord()
    this.later(store)
  }

  private async move(store: RoomStore, seq: number): Promise<void> {
    const { server } = store.record
    if (seq <= server.last_read_seq) return
    server.last_read_seq = seq
    // An upper limit until the events or the server say better.
    server.unread = Math.min(server.unread, Math.max(0, server.last_seq - seq))
    await this.state.recount(store)
    this.state.tellRooms()
  }

  private later(store: RoomStore): void {
    if (this.timers.has(store.room)) return
    this.timers.set(store.room, this.state.clock.after(BATCH, () => {
      this.timers.delete(store.room)
      void this.send(store).catch(() => undefined)
    }))
  }

  private async send(store: RoomStore): Promise<void> {
    const { readWanted: seq } = store.record
    if (!seq) return
    const { unread } = await this.state.core.http
      .json<{ unread: number }>('PUT', `rooms/${bare(store.room)}/read`, { seq })
    if (store.record.readWanted === seq) store.record.readWanted = 0
    if (store.record.server.last_read_seq === seq) store.record.server.unread = unread
    await this.state.recount(store)
    await store.saveRecord()
    this.state.tellRooms()
  }

  /** What could not be told while there was no network. */
  resume(): void {
    for (const store of this.state.rooms.values()) if (store.record.readWanted) this.later(store)
  }

  async receipt(room: RoomId, user: UserId, seq: number): Promise<void> {
    const store = this.state.rooms.get(room)
    if (!store) return
    if (user === this.state.me) {
      await this.move(store, Math.min(seq, store.record.server.last_seq))
      return store.saveRecord()
    }
    const before = store.record.receipts[user] ?? 0
    if (!store.record.server.receipts || seq <= before) return
    store.record.receipts[user] = seq
    await store.saveRecord()
    const { timeline } = store
    const seqs = timeline.seqs().slice(timeline.position(before + 1), timeline.position(seq + 1))
    await this.state.tell(store, seqs.slice(-50))
  }

  /** Whether a frame may go now. */
  mayType(room: RoomId): boolean {
    const now = this.state.clock.now()
    if (now - (this.typed.get(room) ?? -TYPING_PAUSE) < TYPING_PAUSE) return false
    this.typed.set(room, now)
    return true
  }

  private forget(room: RoomId): void {
    this.timers.get(room)?.()
    this.timers.delete(room)
  }

  stop(): void {
    for (const room of [...this.timers.keys()]) this.forget(room)
  }
}
