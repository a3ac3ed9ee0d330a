// What talking gives to room deeds (the contract `TalkInside` of chat/parts.ts).

import type { RoomId } from '../crypto/interface'
import type { Feed } from './feed'
import { makeContent } from './content'
import type { Opener } from './opener'
import type { Outbox } from './outbox'
import type { Pages } from './pages'
import type { Content, Opened, ServerEvent, ServerRoom, TalkInside } from './parts'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'
import type { Uploads } from './uploads'

interface Parts {
  state: TalkState
  feed: Feed
  opener: Opener
  outbox: Outbox
  pages: Pages
  uploads: Uploads
}

const PAGE = 200

export class Inside implements TalkInside {
  constructor(private readonly parts: Parts) {}

  server(room: RoomId): ServerRoom | undefined {
    return this.parts.state.rooms.get(room)?.record.server
  }

  /** With its members and signed list; what was missed meanwhile follows. */
  async reload(room: RoomId): Promise<ServerRoom> {
    const { state, feed } = this.parts
    const before = this.server(room)?.membership
    const server = await state.reload(room)
    const store = state.rooms.get(room)
    if (before !== server.membership) state.roomsChanged()
    if (store && server.membership === 'joined') void feed.mend(store).catch(() => undefined)
    return server
  }

  async sendContent(room: RoomId, kind: Content['kind'], body: string, more: Partial<Content> = {}): Promise<void> {
    if (!this.parts.state.rooms.has(room)) await this.reload(room)
    await this.parts.outbox.add(room, makeContent(kind, body, more.tlp ?? 'AMBER', more))
  }

  /** As the server has them now, with what this device made of them; a removed text stays removed. */
  async all(room: RoomId, each: (event: ServerEvent, opened: Opened | null) => Promise<void>): Promise<void> {
    const { state, feed } = this.parts
    const store = state.store(room)
    await store.open()
    let after = 0
    for (let more = true; more;) {
      const page = await feed.page(store, `after=${after}&limit=${PAGE}`)
      const seqs = page.events.map((event) => event.seq)
      await feed.take(store, page.events, seqs)
      await store.load(seqs)
      for (const event of page.events) await each(...this.known(store, event))
      after = seqs.at(-1) ?? after
      more = page.more && seqs.length > 0
    }
  }

  private known(store: RoomStore, event: ServerEvent): [ServerEvent, Opened | null] {
    const row = store.row(event.seq)
    // Another event than the one that was read here: what was read does not belong to it.
    if (row?.event.event_id !== event.event_id) return [event, null]
    if (row.event.gone && !event.gone) return [{ ...event, content: null, gone: row.event.gone }, null]
    return [event, row.opened]
  }

  async rememberCharter(room: RoomId, text: string): Promise<void> {
    const store = this.parts.state.rooms.get(room)
    if (store) await this.parts.state.rememberCharter(store, 0, text)
  }

  async event(room: RoomId, key: string): Promise<{ event: ServerEvent; opened: Opened | null } | null> {
    const { state, pages } = this.parts
    const store = state.store(room)
    await store.open()
    const seq = pages.seqOf(store, key)
    if (seq === null) return null
    await store.load([seq])
    const row = store.row(seq)
    return row ? { event: row.event, opened: row.opened } : null
  }

  upload(room: RoomId, ciphertext: Uint8Array, purpose: 'file' | 'history'): Promise<string> {
    return this.parts.uploads.now(room, ciphertext, purpose)
  }

  async openAgain(room: RoomId): Promise<void> {
    const { state, opener } = this.parts
    const store = state.rooms.get(room)
    if (store) await state.queues.run(`take ${room}`, () => opener.everything(store))
  }
}
