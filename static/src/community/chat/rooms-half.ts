// The half of the engine that knows rooms: seals, deeds and talk put together on a core.

import type { Core, RoomsHalf } from '../crypto/core'
import type { RoomId, UserId } from '../crypto/interface'
import { Search } from '../crypto/search'
import { makeSeals as realSeals } from '../crypto/seals'
import { Aftermath } from './aftermath'
import { lookAtPeople } from './changed'
import { type Clock, realClock } from './clock'
import { Connection } from './connection'
import { Delivery } from './delivery'
import { Drafts } from './drafts'
import { Feed } from './feed'
import type { Inbound } from './frames'
import { Inside } from './inside'
import { onNetwork } from './network'
import { Opener } from './opener'
import { Outbox } from './outbox'
import { Overview } from './overview'
import { hasPlace, Pages } from './pages'
import type { MakeDeeds, MakeSeals, RoomDeeds, Talk } from './parts'
import { Reads } from './reads'
import { makeDeeds as realDeeds } from './room-actions'
import type { RoomStore } from './room-store'
import { backoff, type MakeSocket, type SocketLike } from './socket'
import { makeTalk } from './talk'
import { TalkState } from './talk-state'
import { Uploads } from './uploads'

/** What tests put in place of the real thing. */
export interface Replaced {
  clock?: Clock
  socket?: MakeSocket
  seals?: MakeSeals
  deeds?: MakeDeeds
}

export type RoomsEngine = RoomsHalf & { api: Talk & RoomDeeds; inside: Inside }

const realSocket: MakeSocket = (url, protocol) => new WebSocket(url, protocol) as unknown as SocketLike

class Half {
  readonly state: TalkState
  readonly drafts: Drafts
  readonly search = new Search()
  readonly aftermath: Aftermath
  readonly opener: Opener
  readonly feed: Feed
  readonly uploads: Uploads
  readonly connection: Connection
  readonly delivery: Delivery
  readonly outbox: Outbox
  readonly pages: Pages
  readonly overview: Overview
  readonly reads: Reads
  readonly insideTalk: Inside
  readonly deeds: ReturnType<MakeDeeds>
  private started = false
  private stopPreparing: () => void = () => undefined
  private stopNetwork: () => void = () => undefined

  constructor(readonly core: Core, { clock = realClock, socket = realSocket, seals = realSeals, deeds = realDeeds }: Replaced) {
    this.state = new TalkState(core, seals(core), clock)
    this.drafts = new Drafts(core.sealed)
    this.aftermath = new Aftermath(this.state, this.search)
    this.opener = new Opener(this.state)
    this.feed = new Feed(this.state, this.opener, this.aftermath)
    this.uploads = new Uploads(core, clock, (room) => this.filesMoved(room), (media, sha) => this.state.shas.set(media, sha))
    this.connection = new Connection(core, clock, socket, {
      position: (pos) => this.state.seals.position(pos),
      events: (frame) => this.feed.frame(frame.room, frame.events, frame.to_seq),
      heads: (heads) => this.feed.heads(heads),
      rooms: () => this.liveRooms(),
      frame: (frame) => this.frame(frame),
      online: () => this.online(),
    })
    this.delivery = new Delivery(this.state, this.connection, this.feed, ({ uploads }) => this.uploads.attachments(uploads))
    this.outbox = this.makeOutbox()
    this.delivery.outbox = this.outbox
    this.feed.echo = (store, event) => this.outbox.echo(store, event)
    this.pages = new Pages(this.state, this.feed, this.opener, this.outbox, this.uploads)
    this.overview = new Overview(this.state, this.feed, this.drafts)
    this.reads = new Reads(this.state)
    this.insideTalk = new Inside(this)
    this.deeds = deeds(core, this.state.seals, this.insideTalk)
    this.state.freed = (room) => void this.outbox.unblock(room).catch(() => undefined)
    this.state.roomsChanged = () => this.connection.subscribe()
    this.state.dropped.push((room, forGood) => (forGood ? this.dropRoom(room) : undefined))
  }

  private makeOutbox(): Outbox {
    return new Outbox(this.core, this.state.clock, {
      deliver: (intent) => this.delivery.deliver(intent),
      changed: (room, intents, removed) => {
        const store = this.state.rooms.get(room)
        const items = store ? intents.filter(hasPlace).map((intent) => this.pages.itemOf(store, intent)) : []
        if (items.length || removed.length) this.core.emit({ t: 'items', room, items, removed })
      },
      sent: (intent) => {
        for (const id of intent.uploads) void this.uploads.forget(id)
      },
    })
  }

  /** A file is ready or failed: items that show it, and what waits for it. */
  private filesMoved(room: RoomId): void {
    const store = this.state.rooms.get(room)
    const waiting = this.outbox.waiting(room).filter((intent) => intent.uploads.length > 0)
    if (store && waiting.length) {
      this.core.emit({ t: 'items', room, items: waiting.map((intent) => this.pages.itemOf(store, intent)), removed: [] })
    }
    this.outbox.kick(room)
  }

  private async dropRoom(room: RoomId): Promise<void> {
    await this.outbox.drop(room)
    await this.uploads.dropRoom(room)
    await this.drafts.dropRoom(room)
  }

  // -- life ----------------------------------------------------------------------------------------------

  async start(): Promise<void> {
    if (this.started) this.stop()
    this.started = true
    await this.state.readRecords()
    await this.drafts.read()
    await this.outbox.read()
    await this.uploads.read((id) => this.drafts.names(id) || this.outbox.names(id))
    this.feed.start()
    this.state.tellRooms()
    this.stopNetwork = onNetwork(() => this.hurry(), () => this.connection.gone())
    await this.connection.start()
    this.uploads.start()
    this.outbox.start()
    this.prepareSoon() // the page shows what is kept meanwhile
  }

  stop(): void {
    this.started = false
    this.stopNetwork()
    this.stopPreparing()
    this.connection.stop()
    this.feed.stop()
    this.outbox.stop()
    this.uploads.stop()
    this.reads.stop()
    this.aftermath.stop()
  }

  private hurry(): void {
    this.connection.hurry()
    this.uploads.hurry()
  }

  /** Now, or right after what is under way: that may have begun before the network was back. */
  private prepareSoon(): void {
    this.stopPreparing()
    void this.state.queues.run('prepare', () => this.prepareOrLater(0))
  }

  /** Without a network: again and again, until it is back. */
  private async prepareOrLater(attempt: number): Promise<void> {
    if (!this.started) return
    try {
      await this.prepare()
    } catch {
      await this.readLists()
      const { clock } = this.state
      this.stopPreparing()
      this.stopPreparing = clock.after(backoff(attempt, clock.random()), () =>
        void this.state.queues.run('prepare', () => this.prepareOrLater(attempt + 1)))
    }
  }

  /** The signed lists kept here: names and roles are known without a network too. */
  private async readLists(): Promise<void> {
    for (const store of [...this.state.rooms.values()]) {
      if (!this.state.seals.known(store.room)) await this.state.refreshTrust(store).catch(() => undefined)
    }
  }

  /** Rooms, signed lists and everybody in them known, before their messages are opened. */
  private async prepare(): Promise<void> {
    await this.state.refreshRooms()
    for (const store of [...this.state.rooms.values()]) {
      if (!this.started) return
      await this.state.refreshTrust(store).catch(() => undefined)
      await lookAtPeople(this.state, store).catch(() => undefined)
      if (!this.state.stopped.has(store.room)) await this.outbox.unblock(store.room)
      if (store.record.server.membership === 'joined') await this.feed.mend(store).catch(() => undefined)
      await this.aftermath.expire(store)
    }
    await this.openWaiting()
    await this.deeds.resume().catch(() => undefined)
  }

  /** Keys may have come in the last moment of the life before. */
  private async openWaiting(): Promise<void> {
    for (const store of [...this.state.rooms.values()]) {
      if (store.record.waiting) await this.take(store, () => this.opener.waiting(store)).catch(() => undefined)
    }
  }

  private online(): void {
    if (!this.started) return
    this.uploads.hurry()
    this.outbox.kickAll()
    this.reads.resume()
    this.prepareSoon()
  }

  /** What is heard live: rooms with the newest messages first. */
  private liveRooms(): RoomId[] {
    return [...this.state.rooms.values()]
      .filter((store) => store.record.server.membership === 'joined')
      .sort((a, b) => b.record.lastAt - a.record.lastAt)
      .map((store) => store.room)
  }

  private frame(frame: Inbound): void {
    if (frame.t === 'member') void this.member(frame.room).catch(() => undefined)
    if (frame.t === 'receipt') void this.reads.receipt(frame.room, frame.user, frame.seq).catch(() => undefined)
    if (frame.t === 'typing' && frame.user !== this.core.me) {
      const store = this.state.rooms.get(frame.room)
      const name = store ? this.state.look(store).name(frame.user, store.record.server.last_seq) : ''
      // A name nobody signed is nobody's.
      if (name) this.core.emit({ t: 'typing', room: frame.room, user: frame.user, name })
    }
  }

  private async member(room: RoomId): Promise<void> {
    if (!this.state.rooms.has(room)) await this.state.refreshRooms()
    const server = this.state.rooms.has(room) ? await this.state.reload(room) : null
    if (server?.membership === 'joined') await this.feed.catchUp({ [room]: server.last_seq })
  }

  // -- what core tells -----------------------------------------------------------------------------------

  /** In turn with the events of the room, so that none is missed between two looks. */
  private take(store: RoomStore, work: () => Promise<void>): Promise<void> {
    return this.state.queues.run(`take ${store.room}`, work)
  }

  sessions(rooms: { room: RoomId; sessionId: string }[]): void {
    for (const { room, sessionId } of rooms) {
      const store = this.state.rooms.get(room)
      if (store) void this.take(store, () => this.opener.session(store, sessionId)).catch(() => undefined)
    }
  }

  async people(users: UserId[]): Promise<void> {
    const changed = new Set(users)
    this.state.forgetBadges(users)
    for (const store of [...this.state.rooms.values()]) {
      const members = this.state.seals.known(store.room)?.members ?? []
      if (!members.some((member) => changed.has(member.user))) continue
      await this.state.checkRoom(store)
      await this.take(store, () => this.opener.people(store, changed))
      await this.state.tell(store, store.inMemory().filter((seq) => changed.has(store.timeline.get(seq)!.sender)))
      this.core.emit({ t: 'room', room: store.room })
    }
  }

  /** As a signed list has it; '' for a person of no list. */
  nameOf(user: string): string {
    for (const room of this.state.rooms.keys()) {
      const found = this.state.seals.known(room)?.members.find((member) => member.user === user)
      if (found) return found.name
    }
    return ''
  }

  async toDevice(event: Parameters<RoomsHalf['toDevice']>[0]): Promise<void> {
    const room = event.content['room']
    if (event.type === 'community.invite' && typeof room === 'string') {
      if (!this.state.rooms.has(room)) await this.state.refreshRooms().catch(() => undefined)
      const store = this.state.rooms.get(room)
      if (store) store.record.invitedBy = event.sender
    }
    await this.deeds.toDevice(event)
  }
}

export function makeRoomsHalf(core: Core, replaced: Replaced = {}): RoomsEngine {
  const half = new Half(core, replaced)
  const { toDevice: _toDevice, resume: _resume, ...rest } = half.deeds
  return {
    api: { ...rest, ...makeTalk(half) },
    inside: half.insideTalk,
    start: () => half.start(),
    stop: () => half.stop(),
    keysArrived: (rooms) => half.sessions(rooms),
    withheld: (infos) => half.sessions(infos),
    peopleChanged: (users) => void half.people(users).catch(() => undefined),
    nameOf: (user) => half.nameOf(user),
    toDevice: (event) => half.toDevice(event),
  }
}
