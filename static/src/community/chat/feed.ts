// Events of rooms from the network into the sealed cache: live ones, holes, and older ones
// (messaging.md 4.3). Whatever the order they come in, each number is taken once.

import { bare, isWhole } from '../crypto/encode'
import type { RoomId } from '../crypto/interface'
import { isRefusal } from '../crypto/refuse'
import { pause } from './clock'
import { Aftermath } from './aftermath'
import { isSealed, type Opener } from './opener'
import type { ServerChange, ServerEvent } from './parts'
import { addRange, gaps, has, top } from './ranges'
import { firstVisible, type RoomStore, type SealedRow } from './room-store'
import type { TalkState } from './talk-state'
import type { Row } from './timeline-data'

const PAGE = 200
const FIRST = 100 // fetched of a room this device has never seen
const UNREAD = 400
const BACKGROUND_PAUSE = 50
const ASK_AGAIN = 60_000
const MOST_EMPTY = 3

interface EventsPage {
  events: ServerEvent[]
  first_visible_seq: number
  last_seq: number
  more: boolean
}

/** Own events that come back: what leaves the outbox in the same write. */
export type Echo = (store: RoomStore, event: ServerEvent) => { also: SealedRow[]; removed: string[] }

export class Feed {
  /** Set by the outbox. */
  echo: Echo = () => ({ also: [], removed: [] })
  private readonly mending = new Map<RoomId, { promise: Promise<void>; again: boolean }>()
  private readonly digging = new Set<RoomId>()
  private readonly askedFor = new Map<RoomId, number>()
  private stopped = false

  constructor(
    private readonly state: TalkState,
    private readonly opener: Opener,
    private readonly aftermath: Aftermath,
  ) {
    opener.onOpened = (store, rows) => aftermath.after(store, rows)
  }

  stop(): void {
    this.stopped = true
  }

  start(): void {
    this.stopped = false
  }

  // -- from the network ------------------------------------------------------------------------------

  /** A frame of events: they are taken as they are, then what is missing before them is fetched. */
  async frame(room: RoomId, events: ServerEvent[], last: number): Promise<void> {
    const store = this.state.rooms.get(room)
    if (!store || store.record.server.membership !== 'joined') return this.catchUp({ [room]: last })
    const good = events.filter((event) => isEvent(event, room))
    await this.take(store, good, good.map((event) => event.seq))
    // What is missing is fetched beside the frames that follow, not in front of them.
    const now = this.state.rooms.get(room)
    if (now) void this.head(now, last).catch(() => undefined)
  }

  /** The last numbers of all rooms, as the server says. */
  async heads(heads: Record<RoomId, number>): Promise<void> {
    await Promise.all([this.catchUp(heads), this.lookForMissing(heads)])
  }

  /** The last numbers of some rooms; unknown rooms are asked for. */
  async catchUp(heads: Record<RoomId, number>): Promise<void> {
    const strange = Object.keys(heads).some((room) => this.state.rooms.get(room)?.record.server.membership !== 'joined')
    if (strange) await this.state.refreshRooms()
    await Promise.all(Object.entries(heads).map(async ([room, last]) => {
      const store = this.state.rooms.get(room)
      if (store?.record.server.membership === 'joined') await this.head(store, last)
    }))
  }

  /** A room the server does not name: asked for by itself, not every time. */
  private async lookForMissing(heads: Record<RoomId, number>): Promise<void> {
    const now = this.state.clock.now()
    for (const store of [...this.state.rooms.values()]) {
      if (store.room in heads || store.record.server.membership !== 'joined') continue
      if (now - (this.askedFor.get(store.room) ?? -ASK_AGAIN) < ASK_AGAIN) continue
      this.askedFor.set(store.room, now)
      await this.state.reload(store.room).catch(() => undefined)
    }
  }

  private async head(store: RoomStore, last: number): Promise<void> {
    const { server } = store.record
    if (isWhole(last, 0)) server.last_seq = Math.max(server.last_seq, last)
    await this.mend(store)
  }

  /** Fetch what is missing between the oldest event kept here and the newest there is. */
  mend(store: RoomStore): Promise<void> {
    const running = this.mending.get(store.room)
    if (running) {
      running.again = true
      return running.promise
    }
    const turn = { again: false, promise: Promise.resolve() }
    this.mending.set(store.room, turn)
    turn.promise = (async () => {
      do {
        turn.again = false
        await this.fillGaps(store, this.floor(store))
      } while (turn.again)
    })().finally(() => this.mending.delete(store.room))
    return turn.promise
  }

  /** The last hundred at least, and what is unread as far as it is not endless. */
  private floor(store: RoomStore): number {
    const { known, server } = store.record
    const { first_visible_seq: first, last_read_seq: read, last_seq: last } = server
    const unread = Math.max(read + 1, last - UNREAD)
    return Math.max(first, Math.min(known[0]?.[0] ?? last, last - FIRST + 1, unread))
  }

  /** Newest first, so that what is looked at is there before what is not. */
  private async fillGaps(store: RoomStore, from: number, between?: () => Promise<void>): Promise<void> {
    // A server that promises numbers and gives none is not asked without end.
    for (let empty = 0; empty < MOST_EMPTY;) {
      if (this.gone(store)) return
      const { known, server } = store.record
      const gap = gaps(known, Math.max(from, server.first_visible_seq), server.last_seq).at(-1)
      if (!gap) return
      empty = await this.fetch(store, gap[0], gap[1]) > 0 ? 0 : empty + 1
      await between?.()
    }
  }

  private gone(store: RoomStore): boolean {
    return this.stopped || this.state.rooms.get(store.room) !== store
  }

  /** One page that ends at `to`; numbers it should hold and does not are marked as missing. Resolves
   *  with how many events came. */
  async fetch(store: RoomStore, from: number, to: number): Promise<number> {
    const limit = Math.min(PAGE, to - from + 1)
    const page = await this.page(store, `before=${to + 1}&limit=${limit}`)
    const events = page.events.filter((event) => event.seq <= to)
    // A page that ends early leaves the rest for the next turn.
    const end = page.more ? (events[0]?.seq ?? 0) : 0
    const low = Math.max(end || to - limit + 1, page.first_visible_seq)
    await this.take(store, events, range(low, Math.min(to, page.last_seq)))
    return events.length
  }

  async page(store: RoomStore, query: string): Promise<EventsPage> {
    const page = await this.state.core.http
      .json<EventsPage>('GET', `rooms/${bare(store.room)}/events?${query}`)
      .catch(async (error) => {
        if (isRefusal(error, 'not_found')) await this.state.reload(store.room).catch(() => undefined)
        throw error
      })
    const { server } = store.record
    const first = firstVisible(server, page.first_visible_seq)
    server.first_visible_seq = first
    // What was promised elsewhere and is not there was not true.
    server.last_seq = Math.max(top(store.record.known), page.last_seq)
    return { ...page, first_visible_seq: first, events: page.events.filter((event) => isEvent(event, store.room)) }
  }

  /** Older messages of a room the page has shown, quietly, until the first that may be seen. */
  dig(store: RoomStore): void {
    if (this.digging.has(store.room)) return
    this.digging.add(store.room)
    const rest = (): Promise<void> => pause(this.state.clock, BACKGROUND_PAUSE)
    void this.fillGaps(store, 1, rest).catch(() => undefined).finally(() => this.digging.delete(store.room))
  }

  /** Make sure these numbers are here, as far as the server gives them. */
  async ensure(store: RoomStore, from: number, to: number): Promise<void> {
    for (const gap of gaps(store.record.known, Math.max(from, store.record.server.first_visible_seq), to).reverse()) {
      if (!this.gone(store)) await this.fetch(store, Math.max(gap[0], gap[1] - PAGE + 1), gap[1])
    }
  }

  /** Fetch one number again, and put it in the place of what is here. */
  async again(store: RoomStore, seq: number): Promise<void> {
    const page = await this.page(store, `after=${seq - 1}&limit=1`)
    const event = page.events.find((one) => one.seq === seq)
    if (event) await this.take(store, [event], [seq], true)
  }

  // -- into the cache --------------------------------------------------------------------------------

  /** Take events in, one batch of a room after the other. */
  take(store: RoomStore, events: ServerEvent[], covered: number[], anew = false): Promise<void> {
    return this.state.queues.run(`take ${store.room}`, () => this.takeNow(store, events, covered, anew))
  }

  private async takeNow(store: RoomStore, events: ServerEvent[], covered: number[], anew: boolean): Promise<void> {
    if (this.gone(store)) return
    await store.open()
    const fresh = [...new Map(events.map((event) => [event.seq, event])).values()]
      // A frame of an earlier stay may come late.
      .filter((event) => event.seq >= store.record.server.first_visible_seq && (anew || isNews(store, event)))
    await this.renewTrust(store, fresh)
    await this.state.seals.placed(store.room, fresh)
    const kept = await this.keepRead(store, await this.opener.rows(store, fresh))
    if (this.gone(store)) return // left meanwhile: what is there now begins anew
    const first = store.record.server.first_visible_seq
    const absent = covered.filter((seq) => seq >= first && !has(store.record.known, seq) && !events.some((event) => event.seq === seq))
    const echoes = fresh.map((event) => this.echo(store, event))
    for (const seq of covered) store.record.known = addRange(store.record.known, seq, seq)
    store.record.server.last_seq = Math.max(store.record.server.last_seq, top(store.record.known))
    if (kept.length || absent.length) await store.save(kept, absent, echoes.flatMap((echo) => echo.also))
    const removed = echoes.flatMap((echo) => echo.removed)
    if (removed.length) this.state.core.emit({ t: 'items', room: store.room, items: [], removed })
    if (this.gone(store)) return
    const looked = this.opener.look(store, kept)
    await this.aftermath.after(store, kept, absent, looked)
    this.askWho(store, kept)
    this.opener.watch(store, kept)
  }

  /** The notice of a removal does not say who did it; the emptied event does. */
  private askWho(store: RoomStore, rows: Row[]): void {
    for (const { event } of rows) {
      const target = event.class === 'x' ? store.timeline.get(event.seq)! : null
      if (target?.note !== 'redacted' || target.by || store.timeline.get(target.about)?.by) continue
      if (store.timeline.get(target.about)) void this.again(store, target.about).catch(() => undefined)
    }
  }

  /** What was read before stays read; another event under a known number is not taken. */
  private async keepRead(store: RoomStore, rows: Row[]): Promise<Row[]> {
    await store.load(rows.map((row) => row.event.seq))
    return rows.flatMap((row) => {
      const before = store.row(row.event.seq)
      if (!before) return [row]
      if (before.event.event_id !== row.event.event_id) return []
      if (row.event.gone) return [{ ...row, h: before.h ?? row.h, since: before.since }]
      return before.opened?.ok && !row.opened?.ok ? [] : [{ ...row, since: before.since }]
    })
  }

  /** The signed list first: who may have written what comes now. */
  private async renewTrust(store: RoomStore, events: ServerEvent[]): Promise<void> {
    const version = this.state.seals.known(store.room)?.version ?? 0
    const { members_seq: seen } = store.record.server
    const news = events.some((event) => {
      if (event.class !== 'x') return false
      const change = event.content as ServerChange | null
      if ((change?.roster_version ?? 0) > version) return true
      return CHANGES.includes(change?.change ?? '') && event.seq > seen
    })
    if (!news && (version > 0 || !events.some(isSealed))) return
    await this.state.reload(store.room).catch(() => undefined)
  }
}

/** Changes that the room object tells more of. */
const CHANGES = ['created', 'roster', 'joined', 'left', 'declined', 'hold', 'settings', 'closing', 'closed']

function isNews(store: RoomStore, event: ServerEvent): boolean {
  const known = store.timeline.get(event.seq)
  return !known || known.cls === '-' || (event.gone !== null && !known.gone)
}

const LAST_TIME = 8.64e15 // the last moment a date can be made of
const WHYS: unknown[] = ['redacted', 'expired', 'purged']

/** Whether this is an event at all; what is none counts as not given. */
export function isEvent(event: ServerEvent, room: RoomId): boolean {
  return typeof event === 'object' && event !== null && isWhole(event.seq, 1) && event.room_id === room &&
    ['m', 's', 'x'].includes(event.class) && typeof event.event_id === 'string' &&
    event.ts >= 0 && event.ts <= LAST_TIME && typeof event.ts === 'number' && typeof event.content === 'object' &&
    (event.gone === null || WHYS.includes(event.gone?.why))
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at)
