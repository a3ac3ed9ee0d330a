// Pages of a room's timeline: what is shown around a place, fetched and loaded as far as it is needed.

import type { Item, Page, RoomId } from '../crypto/interface'
import type { Feed } from './feed'
import { nameOf, type Intent, type Outbox } from './outbox'
import type { Opener } from './opener'
import { gaps } from './ranges'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'
import { type Look, pollOf } from './timeline-items'
import { type Timeline } from './timeline-data'
import { inThread, original, type Rules, shows } from './timeline-rules'
import type { Uploads } from './uploads'

export interface At {
  before?: number
  after?: number
  around?: number
  thread?: string | null
  limit?: number
}

const LIMIT = 50
const MOST = 200
const STEP = 200 // numbers made sure of at a time
const STEPS = 10

export class Pages {
  constructor(
    private readonly state: TalkState,
    private readonly feed: Feed,
    private readonly opener: Opener,
    private readonly outbox: Outbox,
    private readonly uploads: Uploads,
  ) {}

  async timeline(room: RoomId, at: At): Promise<Page> {
    const store = this.state.store(room)
    await store.open()
    const limit = Math.max(1, Math.min(at.limit ?? LIMIT, MOST))
    const seqs = await this.pick(store, at, limit)
    await this.lookFor(store, seqs)
    const items = await this.state.items(store, seqs)
    const edge = this.edges(store, seqs, at.thread)
    const waiting = edge.newer ? [] : this.waiting(store, at.thread)
    this.digLater(store)
    return { items: [...items, ...waiting], ...edge }
  }

  /** Keys of what is about to be shown may be in the backup: this room is looked at now. */
  private async lookFor(store: RoomStore, seqs: number[]): Promise<void> {
    const waiting = seqs.filter((seq) => store.timeline.get(seq)!.session)
    await store.load(waiting)
    this.opener.look(store, waiting.map((seq) => store.row(seq)).filter((row) => row !== undefined))
    await this.opener.settled(store.room)
  }

  private digLater(store: RoomStore): void {
    if (store.record.opened) return this.feed.dig(store)
    store.record.opened = true
    void store.saveRecord().then(() => this.feed.dig(store))
  }

  private async pick(store: RoomStore, at: At, limit: number): Promise<number[]> {
    const last = store.record.server.last_seq
    if (at.around !== undefined) {
      const below = await this.down(store, at.around, at.thread, Math.ceil(limit / 2))
      return [...below, ...await this.up(store, at.around + 1, at.thread, Math.floor(limit / 2))]
    }
    if (at.after !== undefined) return this.up(store, at.after + 1, at.thread, limit)
    return this.down(store, at.before === undefined ? last : at.before - 1, at.thread, limit)
  }

  /** The last ones up to a number. */
  private async down(store: RoomStore, from: number, thread: At['thread'], limit: number): Promise<number[]> {
    let found: number[] = []
    let high = from
    for (let step = 0; step < STEPS && found.length < limit && high >= this.first(store); step++) {
      const low = Math.max(this.first(store), high - STEP + 1)
      await this.ensure(store, low, high)
      const part = this.shown(store, low, high, thread)
      found = [...part, ...found]
      high = low - 1
    }
    return found.slice(-limit)
  }

  /** The first ones from a number. */
  private async up(store: RoomStore, from: number, thread: At['thread'], limit: number): Promise<number[]> {
    const found: number[] = []
    let low = Math.max(from, this.first(store))
    for (let step = 0; step < STEPS && found.length < limit && low <= store.record.server.last_seq; step++) {
      const high = Math.min(store.record.server.last_seq, low + STEP - 1)
      await this.ensure(store, low, high)
      found.push(...this.shown(store, low, high, thread))
      low = high + 1
    }
    return found.slice(0, limit)
  }

  private first(store: RoomStore): number {
    return Math.max(1, store.record.server.first_visible_seq)
  }

  /** Without a network, what is here is what can be shown. */
  private async ensure(store: RoomStore, low: number, high: number): Promise<void> {
    if (store.record.server.membership !== 'joined') return
    await this.feed.ensure(store, low, high).catch(() => undefined)
  }

  private shown(store: RoomStore, low: number, high: number, thread: At['thread']): number[] {
    const line = store.timeline
    const rules = this.state.rules(store)
    return line.seqs().slice(line.position(low), line.position(high + 1))
      .filter((seq) => isShown(line, seq, rules, thread))
  }

  private edges(store: RoomStore, seqs: number[], thread: At['thread']): { more: boolean; newer: boolean } {
    const { known, server } = store.record
    const line = store.timeline
    const rules = this.state.rules(store)
    const [low, high] = [seqs[0] ?? server.last_seq + 1, seqs.at(-1) ?? server.last_seq]
    const all = line.seqs()
    const some = (from: number, to: number): boolean => {
      for (let at = from; at < to; at++) if (isShown(line, all[at]!, rules, thread)) return true
      return false
    }
    const unknown = (from: number, to: number): boolean => gaps(known, from, to).length > 0
    return {
      more: unknown(this.first(store), low - 1) || some(0, line.position(low)),
      newer: unknown(high + 1, server.last_seq) || some(line.position(high + 1), all.length),
    }
  }

  // -- single items ----------------------------------------------------------------------------------

  /** The number a key stands for; null for unsent and unknown ones. */
  seqOf(store: RoomStore, key: string): number | null {
    const numbered = /^(?:seq|hole):(\d+)$/.exec(key)
    if (numbered) return Number(numbered[1])
    return original(store.timeline, key)?.seq ?? null
  }

  async item(room: RoomId, key: string): Promise<Item | null> {
    const store = this.state.store(room)
    await store.open()
    const intent = this.outbox.get(room, key)
    if (intent) return this.itemOf(store, intent)
    const seq = this.seqOf(store, key)
    if (seq === null) return null
    return (await this.state.items(store, [seq])).find((item) => item.key === key) ?? null
  }

  // -- what waits --------------------------------------------------------------------------------------

  waiting(store: RoomStore, thread: At['thread']): Item[] {
    return this.outbox.waiting(store.room)
      .filter((intent) => hasPlace(intent) && fits(intent, thread))
      .map((intent) => this.itemOf(store, intent))
  }

  /** An intent as the page shows it before it has a number. */
  itemOf(store: RoomStore, intent: Intent): Item {
    const { content, state, problem, at } = intent
    const look = this.state.look(store)
    return {
      key: nameOf(intent), seq: null, kind: content.kind === 'poll' ? 'poll' : 'message', sender: this.state.me,
      name: look.name(this.state.me, store.record.server.last_seq) || this.state.core.name, mine: true, at,
      body: content.body, tlp: content.tlp, thread: content.thread, replyTo: this.quote(store, content.reply_to, look),
      mentions: content.mentions, mentionsMe: false,
      attachments: intent.uploads.map((id) => this.uploads.shown(id)).filter((one) => one !== null),
      reactions: [], poll: content.kind === 'poll' ? pollOf(store.timeline, NO_MARK, content.body, this.state.me) : null,
      edited: null, pinned: false, expiresAt: null, state, problem, trust: '', sharedBy: '', notice: null,
      gone: null, readBy: [],
    }
  }

  private quote(store: RoomStore, id: string | null, look: Look): Item['replyTo'] {
    const mark = id ? original(store.timeline, id) : null
    if (!id) return null
    const opened = mark ? store.row(mark.seq)?.opened : null
    return {
      key: id, name: mark ? look.name(mark.sender, mark.seq) : '',
      body: opened?.ok ? opened.content.body.slice(0, 140) : '',
    }
  }
}

/** A poll nobody can have voted in yet. */
const NO_MARK = {
  seq: 0, cls: 'm', sender: '', device: '', ts: 0, kind: 'poll', id: '', thread: '', target: '', note: '',
  about: 0, expires: 0, gone: '', by: '', problem: '', session: '', mentionsMe: false,
} as const

function isShown(line: Timeline, seq: number, rules: Rules, thread: At['thread']): boolean {
  const mark = line.get(seq)!
  return inThread(mark, thread) && shows(line, mark, rules)
}

/** Messages and polls; an edit only when it failed, so that its text is not lost. */
export const hasPlace = ({ content, state }: Intent): boolean =>
  content.kind === 'message' || content.kind === 'poll' || (content.kind === 'edit' && state === 'failed')

const fits = ({ content }: Intent, thread: At['thread']): boolean =>
  thread === undefined || content.thread === thread
