// What the page may do in a room (the part `Talk` of the engine), each deed by the part that knows it.

import type { Once } from '../crypto/again'
import { openFile } from '../crypto/files'
import type { Draft, Hit, Item, RoomId } from '../crypto/interface'
import { asProblem, isRefusal } from '../crypto/refuse'
import { mayShow, type Search, snippetOf, termsOf } from '../crypto/search'
import { tell as tellDevices } from '../crypto/to-device'
import type { Drafts } from './drafts'
import type { Feed } from './feed'
import { cleanName } from './names'
import type { Opener } from './opener'
import type { Content, Talk } from './parts'
import type { Reads } from './reads'
import type { RoomStore } from './room-store'
import { Writing, type WritingParts } from './writing'

export interface TalkParts extends WritingParts {
  feed: Feed
  opener: Opener
  drafts: Drafts
  reads: Reads
  search: Search
}

const RESEND = 'community.resend'
const MOST_HITS = 50
const MOST_RUN = 200 // numbers fetched again at once

export function makeTalk(parts: TalkParts): Talk {
  const { overview, pages, drafts, reads, uploads, state, connection } = parts
  const writing = new Writing(parts)
  const reading = new Reading(parts, writing)
  return {
    rooms: () => overview.rooms(),
    room: (room) => overview.room(room),
    timeline: (room, at) => pages.timeline(room, at),
    item: (room, key) => pages.item(room, key),
    // What another tab asked for bears an id, so that asking again writes it once (crypto/again.ts).
    send: (room, draft, once?: Once) => writing.send(room, draft, once),
    edit: (room, key, body, once?: Once) => writing.edit(room, key, body, once),
    remove: (room, key, once?: Once) => writing.remove(room, key, once),
    react: (room, key, emoji, once?: Once) => writing.react(room, key, emoji, once),
    vote: (room, key, options, once?: Once) => writing.vote(room, key, options, once),
    pin: (room, key, on, once?: Once) => writing.pin(room, key, on, once),
    forward: (from, key, to, once?: Once) => reading.forward(from, key, to, once),
    markRead: (room, seq) => reads.read(room, seq),
    askAgain: (room, key) => reading.askAgain(room, key),
    fetchAgain: (room, key) => reading.fetchAgain(room, key),
    retrySend: (room, key) => reading.retrySend(room, key),
    discard: (room, key) => reading.discard(room, key),
    saveDraft: async (room, thread, draft) => {
      state.store(room)
      if (await drafts.put(room, thread, draft)) state.tellRooms()
    },
    draft: (room, thread) => drafts.get(room, thread),
    typing: async (room) => {
      if (reads.mayType(room)) connection.typing(room)
    },
    attach: async (room, file) => {
      await writing.open(room, 'message')
      return uploads.attach(room, file)
    },
    cancelUpload: (id) => uploads.forget(id),
    open: (room, key, media) => reading.open(room, key, media),
    search: (query, options) => reading.search(query, options.room),
  }
}

class Reading {
  constructor(
    private readonly parts: TalkParts,
    private readonly writing: Writing,
  ) {}

  // -- what could not be read --------------------------------------------------------------------------

  private async numbered(room: RoomId, key: string): Promise<{ store: RoomStore; seq: number }> {
    const store = this.parts.state.store(room)
    await store.open()
    const seq = this.parts.pages.seqOf(store, key)
    if (seq === null) throw this.parts.state.core.problem('failed', { detail: 'target' })
    return { store, seq }
  }

  /** Look in the backup at once, then ask the sender's devices. */
  async askAgain(room: RoomId, key: string): Promise<void> {
    const { store, seq } = await this.numbered(room, key)
    if (await this.lookAgain(store, seq)) return
    const mark = store.timeline.get(seq)
    if (!mark?.sender) return
    await tellDevices(this.parts.state.core, [mark.sender], RESEND, { room, session_id: await this.sessionOf(store, seq) })
  }

  private async sessionOf(store: RoomStore, seq: number): Promise<string> {
    await store.load([seq])
    const { opened } = store.row(seq) ?? {}
    return opened?.sessionId ?? ''
  }

  private async lookAgain(store: RoomStore, seq: number): Promise<boolean> {
    const session = await this.sessionOf(store, seq)
    const found = session ? await this.parts.state.core.restoreRoom(store.room, session).catch(() => false) : false
    await this.parts.opener.these(store, new Set([seq]))
    return found && store.row(seq)?.opened?.ok === true
  }

  async fetchAgain(room: RoomId, key: string): Promise<void> {
    const { store, seq } = await this.numbered(room, key)
    const { feed } = this.parts
    try {
      if (store.timeline.get(seq)?.cls === '-') return await this.fetchRun(store, seq)
      if (key.startsWith('hole:')) return await this.fetchBefore(store, seq)
      await feed.again(store, seq)
      await this.lookAgain(store, seq)
    } catch (error) {
      throw asProblem(error, true)
    }
  }

  private async fetchRun(store: RoomStore, first: number): Promise<void> {
    let last = first
    while (last - first < MOST_RUN - 1 && store.timeline.get(last + 1)?.cls === '-') last += 1
    await this.parts.feed.fetch(store, first, last)
  }

  /** The message whose `prev` did not fit, and the one it names. */
  private async fetchBefore(store: RoomStore, seq: number): Promise<void> {
    await store.load([seq])
    const { opened } = store.row(seq) ?? {}
    const prev = opened?.ok ? opened.content.prev : null
    for (const one of prev && prev.seq < seq ? [prev.seq, seq] : [seq]) await this.parts.feed.again(store, one)
    await this.parts.state.tell(store, [seq])
  }

  // -- what was not sent ---------------------------------------------------------------------------------

  async retrySend(room: RoomId, key: string): Promise<void> {
    const intent = this.parts.outbox.get(room, key)
    if (!intent) return
    this.parts.uploads.again(intent.uploads)
    await this.parts.outbox.retry(intent)
  }

  async discard(room: RoomId, key: string): Promise<Draft> {
    const { outbox, state } = this.parts
    const intent = outbox.get(room, key)
    if (!intent || intent.state === 'sending') throw state.core.problem('failed', { detail: 'sending' })
    const { content, uploads } = intent
    const draft = await outbox.discard(intent)
    return draft ?? {
      body: content.body, tlp: content.tlp, thread: content.thread, replyTo: content.reply_to,
      mentions: content.mentions, attachments: uploads, poll: null, expiresAfter: content.expires_after,
    }
  }

  async forward(from: RoomId, key: string, to: RoomId, once?: Once): Promise<void> {
    if (await this.parts.outbox.known(to, once)) return
    const { content, kind } = await this.writing.forwarded(from, key, to)
    const attachments: string[] = []
    for (const { media } of content.attachments) {
      const { blob, name } = await this.open(from, key, media)
      attachments.push(await this.parts.uploads.attach(to, new File([blob], name, { type: typeOf(content, media) })))
    }
    await this.writing.send(to, {
      body: kind === 'poll' ? '' : content.body, tlp: content.tlp, thread: null, replyTo: null, mentions: [],
      attachments, poll: kind === 'poll' ? content.body.split('\n') : null, expiresAfter: null,
    }, once)
  }

  // -- files -----------------------------------------------------------------------------------------------

  /** Download, decrypt, check. The address is made from an id inside the sealed content, never told by it. */
  async open(room: RoomId, key: string, media: string): Promise<{ blob: Blob; name: string; sha256: string }> {
    const { store, seq } = await this.numbered(room, key)
    await store.load([seq])
    const { opened } = store.row(seq) ?? {}
    const file = opened?.ok ? opened.content.attachments.find((one) => one.media === media) : undefined
    const { core, shas, lost } = this.parts.state
    if (!file) throw core.problem('failed', { detail: 'target' })
    const bytes = await core.http.bytes('GET', `media/${file.media}`).catch(async (error: unknown) => {
      if (isRefusal(error, 'not_found')) {
        lost.add(media)
        await this.parts.state.tell(store, [seq])
        throw core.problem('failed', { detail: 'gone' })
      }
      throw asProblem(error)
    })
    const { blob, sha256 } = await openFile(bytes, file)
    const news = shas.get(media) !== sha256
    shas.set(media, sha256)
    if (news) await this.parts.state.tell(store, [seq])
    return { blob, name: cleanName(file.name), sha256 }
  }

  // -- search ----------------------------------------------------------------------------------------------

  async search(query: string, room?: RoomId): Promise<Hit[]> {
    const { state, search, feed } = this.parts
    const stores = room ? [state.store(room)] : [...state.rooms.values()].filter(isInside)
    for (const store of stores) {
      await store.open()
      await search.warm(store, () => state.rules(store))
      feed.dig(store)
    }
    const found = search.find(query, stores.map((store) => store.room), MOST_HITS)
    const terms = termsOf(query)
    const names = new Map((await this.parts.overview.rooms()).map((one) => [one.room, one.name]))
    const items = new Map<string, Item>()
    for (const store of stores) {
      const seqs = found.filter((hit) => hit.room === store.room).map((hit) => hit.seq)
      for (const item of await state.items(store, seqs)) items.set(`${store.room} ${item.seq}`, item)
    }
    return found.flatMap((hit) => {
      const item = items.get(`${hit.room} ${hit.seq}`)
      return item ? [toHit(hit.room, names.get(hit.room) ?? '', item, terms)] : []
    })
  }
}

/** RED is found, and shows nothing of what it says. */
function toHit(room: RoomId, roomName: string, item: Item, terms: string[]): Hit {
  if (!mayShow(item.tlp)) {
    return { room, roomName, snippet: '', item: { ...item, body: '', replyTo: null, attachments: [], poll: null, reactions: [] } }
  }
  const text = [item.body, ...item.attachments.map((file) => file.name)].join('\n')
  return { room, roomName, item, snippet: snippetOf(text, terms) }
}

const isInside = (store: RoomStore): boolean => store.record.server.membership === 'joined'
const typeOf = (content: Content, media: string): string =>
  content.attachments.find((file) => file.media === media)?.type ?? ''
