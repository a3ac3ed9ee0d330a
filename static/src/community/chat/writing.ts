// Everything that writes into a room goes this way: what may be said under which label, and what
// speaks about what. It ends in the outbox; nothing is sent from here.

import type { Once } from '../crypto/again'
import type { Charter, Draft, RoomId, Tlp } from '../crypto/interface'
import { asProblem } from '../crypto/refuse'
import type { Connection } from './connection'
import type { Delivery } from './delivery'
import { classOf, makeContent, MOST_ATTACHMENTS, roomLeft } from './content'
import { type Intent, nameOf, type Outbox } from './outbox'
import { kindOf, type Overview } from './overview'
import type { Pages } from './pages'
import type { Content } from './parts'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'
import type { Mark } from './timeline-data'
import { textOf } from './timeline-items'
import { editsOf, isEmoji, original, writeVote } from './timeline-rules'
import { fits, mayForward, stricter, strictest } from './tlp'
import type { Uploads } from './uploads'

const ANSWER_LIMIT = 10_000 // how long a deed waits to hear that it was refused
const PREV = { seq: 999_999_999, h: 'A'.repeat(43) + '=' } // as long as the longest

export interface WritingParts {
  state: TalkState
  outbox: Outbox
  uploads: Uploads
  pages: Pages
  overview: Overview
  connection: Connection
  delivery: Delivery
}

export class Writing {
  constructor(private readonly parts: WritingParts) {}

  // -- messages --------------------------------------------------------------------------------------

  async send(room: RoomId, draft: Draft, once?: Once): Promise<string> {
    const kept = await this.parts.outbox.known(room, once)
    if (kept) return kept
    const store = await this.open(room, 'message')
    const answered = await this.targetOf(store, draft.replyTo)
    const opener = await this.targetOf(store, draft.thread)
    const tlp = this.label(store, draft.tlp, [answered, opener])
    const poll = draft.poll?.map((line) => line.replace(/\s+/g, ' ').trim()).filter(Boolean)
    if (poll && poll.length < 3) throw this.refuse('poll')
    if (!poll && !draft.body.trim() && !draft.attachments.length) throw this.refuse('empty')
    const content = makeContent(poll ? 'poll' : 'message', poll ? poll.join('\n') : draft.body, tlp, {
      thread: opener?.id ?? null, reply_to: answered?.id ?? null, mentions: this.members(store, draft.mentions),
      expires_after: draft.expiresAfter,
    })
    this.checkSize(room, content, draft.attachments)
    const intent = await this.parts.outbox.add(room, content, {
      uploads: draft.attachments, notify: draft.notify ? content.mentions : [], draft,
    }, once)
    return nameOf(intent)
  }

  private refuse(detail: string): ReturnType<TalkState['core']['problem']> {
    return this.parts.state.core.problem('failed', { detail })
  }

  /** The room, if this person may write this kind of thing there. */
  async open(room: RoomId, kind: Content['kind']): Promise<RoomStore> {
    const { state } = this.parts
    const store = state.store(room)
    const { server } = store.record
    if (server.membership !== 'joined') throw state.core.problem('removed')
    if (server.state !== 'open') throw state.core.problem('room-closed')
    const reads = server.role === 'observer' || server.role === 'records'
    if (reads && classOf(kind) === 'm') throw state.core.problem('read-only')
    await store.open()
    return store
  }

  /** What a key names, sent or not, with its label; a reply inherits the stricter one. */
  private async targetOf(store: RoomStore, key: string | null): Promise<{ id: string; tlp: Tlp } | null> {
    if (key === null) return null
    const waiting = this.parts.outbox.get(store.room, key)
    if (waiting) return { id: waiting.content.id, tlp: waiting.content.tlp }
    const seq = this.parts.pages.seqOf(store, key)
    const mark = seq === null ? null : store.timeline.get(seq)
    const content = mark?.id ? await this.contentOf(store, mark) : null
    if (!mark || !content) throw this.refuse('target')
    return { id: mark.id, tlp: content.tlp }
  }

  private label(store: RoomStore, chosen: Tlp | null, about: ({ tlp: Tlp } | null)[]): Tlp {
    const charter = this.charter(store)
    const tlp = strictest(about.filter((one) => one !== null).map((one) => one.tlp), chosen ?? charter?.tlp_default ?? 'AMBER')
    if (!fits(tlp, charter?.tlp_max ?? null)) throw this.refuse('label')
    return tlp
  }

  /** Of a case room; a direct one has none. Without it nobody knows which labels the room permits. */
  private charter(store: RoomStore): Charter | null {
    const { charter } = store.record
    const isCase = kindOf(store, this.parts.state.seals.known(store.room)) === 'case'
    if (isCase && !charter) throw this.refuse('charter-unknown')
    return charter
  }

  private members(store: RoomStore, users: string[]): string[] {
    const trust = this.parts.state.seals.known(store.room)
    return [...new Set(users)].filter((user) => !trust || trust.members.some((member) => member.user === user))
  }

  private checkSize(room: RoomId, content: Content, uploads: string[]): void {
    if (uploads.length > MOST_ATTACHMENTS) throw this.refuse('too-many-files')
    if (uploads.some((id) => this.parts.uploads.room(id) !== room)) throw this.refuse('file-lost')
    const attachments = this.parts.uploads.preview(uploads)
    if (roomLeft({ ...content, prev: PREV, attachments }) < 0) throw this.refuse('too-long')
  }

  // -- about messages --------------------------------------------------------------------------------

  async edit(room: RoomId, key: string, body: string, once?: Once): Promise<void> {
    if (await this.parts.outbox.known(room, once)) return
    const store = await this.open(room, 'edit')
    const waiting = this.parts.outbox.get(room, key)
    if (waiting) return this.editWaiting(waiting, body)
    const { mark, content } = await this.readable(store, key)
    if (mark.sender !== this.parts.state.me) throw this.refuse('not-yours')
    const { thread, mentions, tlp } = content
    await this.about(store, 'edit', body, mark, { thread, mentions, tlp }, { once })
  }

  private async editWaiting(intent: Intent, body: string): Promise<void> {
    // What was sealed may be at the server already; its bytes do not change any more.
    if (intent.sealed || intent.state === 'sending') throw this.refuse('sending')
    intent.content = { ...intent.content, body }
    if (intent.draft) intent.draft = { ...intent.draft, body }
    await this.parts.outbox.save(intent)
    await this.parts.outbox.retry(intent)
  }

  async react(room: RoomId, key: string, emoji: string, once?: Once): Promise<void> {
    if (!isEmoji(emoji)) throw this.refuse('emoji')
    if (await this.parts.outbox.known(room, once)) return
    const store = await this.open(room, 'reaction')
    const { mark } = await this.readable(store, key)
    await this.about(store, 'reaction', emoji, mark, {}, { once })
  }

  async vote(room: RoomId, key: string, options: number[], once?: Once): Promise<void> {
    if (await this.parts.outbox.known(room, once)) return
    const store = await this.open(room, 'vote')
    const { mark, content } = await this.readable(store, key)
    const count = content.body.split('\n').length - 1
    const good = mark.kind === 'poll' && options.every((option) => Number.isInteger(option) && option >= 0 && option < count)
    if (!good) throw this.refuse('poll')
    await this.about(store, 'vote', writeVote(options), mark, {}, { once })
  }

  async pin(room: RoomId, key: string, on: boolean, once?: Once): Promise<void> {
    if (await this.parts.outbox.known(room, once)) return
    const store = await this.open(room, 'message') // who may not write may not pin
    const { mark } = await this.readable(store, key)
    await this.about(store, 'pin', on ? 'on' : 'off', mark, {}, { once })
  }

  /** The author's sealed wish, and the emptying by the server, which comes first: it may refuse. */
  async remove(room: RoomId, key: string, once?: Once): Promise<void> {
    if (await this.parts.outbox.known(room, once)) return
    const waiting = this.parts.outbox.get(room, key)
    if (waiting) {
      if (waiting.state === 'sending') throw this.refuse('sending')
      await this.parts.outbox.discard(waiting)
      return
    }
    const store = await this.open(room, 'delete_request')
    const seq = this.parts.pages.seqOf(store, key)
    const mark = seq === null ? undefined : store.timeline.get(seq)
    const may = mark && (mark.sender === this.parts.state.me || store.record.server.role === 'host')
    if (!may || !mark) throw this.refuse('not-yours')
    const removes = [mark, ...editsOf(store.timeline, mark)].map((one) => one.seq)
    if (mark.id) return this.about(store, 'delete_request', '', mark, {}, { removes, once })
    await this.parts.delivery.remove(room, removes).catch((error: unknown) => {
      throw asProblem(error, true)
    })
  }

  private async readable(store: RoomStore, key: string): Promise<{ mark: Mark; content: Content }> {
    const seq = this.parts.pages.seqOf(store, key)
    const mark = seq === null ? undefined : store.timeline.get(seq)
    const content = mark?.id && original(store.timeline, mark.id)?.seq === seq ? await this.contentOf(store, mark) : null
    if (!mark || !content) throw this.refuse('target')
    return { mark, content }
  }

  async contentOf(store: RoomStore, mark: Mark): Promise<Content | null> {
    await store.load([mark.seq, ...editsOf(store.timeline, mark).slice(-1).map((edit) => edit.seq)])
    return textOf(store.timeline, mark, store)
  }

  /** A content of class s. Resolves when it is kept; a refusal that comes soon is told. */
  private async about(
    store: RoomStore, kind: Content['kind'], body: string, mark: Mark, more: Partial<Content>,
    { removes = [], once }: { removes?: number[]; once: Once | undefined },
  ): Promise<void> {
    const { outbox, connection, state } = this.parts
    const content = makeContent(kind, body, more.tlp ?? 'AMBER', { target: mark.id, ...more })
    this.checkSize(store.room, content, [])
    const intent = await outbox.add(store.room, content, { removes }, once)
    if (!connection.online) return
    await Promise.race([
      outbox.settled(intent),
      new Promise<void>((resolve) => state.clock.after(ANSWER_LIMIT, resolve)),
    ])
  }

  // -- into another room ---------------------------------------------------------------------------------

  /** Resolves with what is to be written there, or rejects: a label does not permit it. */
  async forwarded(from: RoomId, key: string, to: RoomId): Promise<{ content: Content; kind: 'message' | 'poll' }> {
    const { state, overview } = this.parts
    const source = state.store(from)
    const target = await this.open(to, 'message')
    await source.open()
    const { mark, content } = await this.readable(source, key)
    const members = state.seals.known(to)?.members.map((member) => member.user) ?? []
    await overview.learnCards(to, [...members, mark.sender])
    const charter = this.charter(target)
    const place = {
      kind: 'sealed' as const, max: charter?.tlp_max ?? null,
      organisations: members.map((user) => overview.organisation(user)),
    }
    const tlp = stricter(content.tlp, charter?.tlp_default ?? content.tlp)
    const as = fits(tlp, place.max) ? tlp : content.tlp
    if (!mayForward(content.tlp, as, place, overview.organisation(mark.sender))) throw this.refuse('label')
    return { content: { ...content, tlp: as }, kind: mark.kind === 'poll' ? 'poll' : 'message' }
  }
}
