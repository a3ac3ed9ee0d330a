// What all parts of talking share: the rooms of this person, their signed truth, the badges of the
// moment, and how the page is told.

import type { Core } from '../crypto/core'
import { bare } from '../crypto/encode'
import type { Item, Problem, RoomId, UserId } from '../crypto/interface'
import { asProblem, isRefusal, Queues } from '../crypto/refuse'
import type { Clock } from './clock'
import { countRoom } from './counting'
import { listed } from './listed'
import type { RoomTrust, Seals, ServerRoom } from './parts'
import { firstVisible, newRecord, type RoomRecord, RoomStore } from './room-store'
import type { Mark } from './timeline-data'
import { itemsOf, type Look, needsOf, pinSet } from './timeline-items'
import { original, type Rules, shows } from './timeline-rules'

const IN = ['invited', 'joined']
const MOST_CHARTERS = 8

export class TalkState {
  readonly rooms = new Map<RoomId, RoomStore>()
  readonly stopped = new Map<RoomId, Problem>()
  /** SHA-256 of files whose plaintext this device has seen, by media id. */
  readonly shas = new Map<string, string>()
  /** Files the server no longer has. */
  readonly lost = new Set<string>()
  readonly queues = new Queues()
  private readonly badges = new Map<UserId, 'checked' | 'not-checked'>()
  private roomsTold = false

  constructor(
    readonly core: Core,
    readonly seals: Seals,
    readonly clock: Clock,
  ) {}

  get me(): UserId {
    return this.core.me
  }

  /** The room, or Problem 'removed'. */
  store(room: RoomId): RoomStore {
    const found = this.rooms.get(room)
    if (!found) throw this.core.problem('removed')
    return found
  }

  // -- rooms -----------------------------------------------------------------------------------------

  async readRecords(): Promise<void> {
    for (const record of await RoomStore.records(this.core.sealed)) {
      const { room_id: room } = record.server
      if (!this.rooms.has(room)) this.keep(room, record)
    }
  }

  /** Ask for the list of rooms again; a room that is not on it is asked for by itself. */
  async refreshRooms(): Promise<void> {
    const joined = this.joined()
    const { rooms } = await this.core.http.json<{ rooms: ServerRoom[] }>('GET', 'rooms')
    for (const server of rooms) await this.takeRoom(server)
    const listed = new Set(rooms.map((server) => server.room_id))
    for (const room of [...this.rooms.keys()]) if (!listed.has(room)) await this.reload(room).catch(() => undefined)
    if (this.joined() !== joined) this.roomsChanged()
    this.tellRooms()
  }

  private keep(room: RoomId, record: RoomRecord): RoomStore {
    const store = new RoomStore(this.core.sealed, room, this.me, record)
    store.beforeWrite = () => this.count(store)
    this.rooms.set(room, store)
    return store
  }

  private joined(): string {
    const rooms = [...this.rooms.values()].filter((store) => store.record.server.membership === 'joined')
    return rooms.map((store) => store.room).sort().join()
  }

  private async takeRoom(server: ServerRoom): Promise<RoomStore | null> {
    const room = server.room_id
    // Out and in again: what was read before belongs to another stay.
    const before = this.rooms.get(room)?.record.server
    if (before && isOut(before, server)) await this.drop(room)
    else if (before && isNewStay(before, server)) await this.drop(room, false)
    const known = this.rooms.get(room)
    if (!IN.includes(server.membership)) {
      if (known) await this.drop(room)
      return null
    }
    const store = known ?? this.keep(room, newRecord(server))
    const { members, members_seq: seen, last_read_seq: read, last_seq: last, joined_seq: joined } = store.record.server
    // The list of rooms has no members; those known hold while nobody came or went.
    const kept = seen === server.members_seq ? members : undefined
    store.record.server = {
      ...server, ...((server.members ?? kept) && { members: server.members ?? kept }),
      // Answers may overtake each other; these two only grow.
      last_read_seq: Math.max(server.last_read_seq, read), last_seq: Math.max(server.last_seq, last),
      ...(joined !== null && { first_visible_seq: firstVisible(store.record.server, server.first_visible_seq) }),
    }
    // A room nobody has looked at yet is not read for a number the server has counted.
    if (store.isOpen) await this.recount(store)
    else store.record.unread.unread = server.unread
    return store
  }

  /** The room object with its members, and the signed list that belongs to it. */
  async reload(room: RoomId): Promise<ServerRoom> {
    const answer = await this.core.http.json<ServerRoom>('GET', `rooms/${bare(room)}`).catch(async (error) => {
      if (isRefusal(error, 'not_found')) await this.drop(room)
      throw error
    })
    const store = await this.takeRoom(answer)
    if (!store) throw this.core.problem('removed')
    await this.refreshTrust(store)
    this.core.emit({ t: 'room', room })
    this.tellRooms()
    return store.record.server
  }

  /** Fetch and check the signed list. A conflict stops the room; what a host has signed may end that. */
  async refreshTrust(store: RoomStore): Promise<RoomTrust | null> {
    const { room } = store
    try {
      const trust = await this.seals.refresh(store.record.server)
      await this.core.track(trust.members.map((member) => member.user))
      await (trust.stopped?.code === 'identity-changed' ? this.checkRoom(store) : this.setStopped(room, trust.stopped))
      for (const { user, name } of trust.members) store.record.names[user] = name
      await this.chooseCharter(store)
      return trust
    } catch (error) {
      const problem = asProblem(error, true)
      if (problem.code === 'offline') throw error
      this.setStopped(room, problem)
      return this.seals.known(room)
    }
  }

  /** Of the charters that were told, the one a host signed. */
  async chooseCharter(store: RoomStore): Promise<void> {
    for (const { text } of store.record.charters) {
      const charter = await this.seals.charter(store.room, text)
      if (charter) {
        store.record.charter = charter
        return store.saveRecord()
      }
    }
  }

  /** The one whose hash is signed is taken whatever else was told. Others wait, a few of them: the list
   *  that names one of them may still be on its way. */
  async rememberCharter(store: RoomStore, seq: number, text: string): Promise<void> {
    const charter = await this.seals.charter(store.room, text)
    const { charters } = store.record
    if (charters.some((known) => known.text === text) && !charter) return
    const others = charters.filter((known) => known.text !== text)
    store.record.charters = charter
      ? [{ seq, text }, ...others.slice(0, MOST_CHARTERS - 1)]
      : [...others, { seq, text }].sort((a, b) => b.seq - a.seq).slice(0, MOST_CHARTERS)
    if (charter) store.record.charter = charter
    await store.saveRecord()
    this.core.emit({ t: 'room', room: store.room })
    this.tellRooms()
  }

  /** Out of the room: nothing of it stays here. `forGood`: nor what was to be sent there. */
  async drop(room: RoomId, forGood = true): Promise<void> {
    const store = this.rooms.get(room)
    if (!store) return
    this.rooms.delete(room)
    this.stopped.delete(room)
    this.roomsChanged()
    const removed = store.timeline.seqs().flatMap((seq) => this.namesOf(store, seq))
    await store.wipe()
    if (removed.length) this.core.emit({ t: 'items', room, items: [], removed })
    for (const forget of this.dropped) await forget(room, forGood)
    this.core.emit({ t: 'room', room })
    this.tellRooms()
  }

  /** Steps 4 and 5 of sending without sending: whether the room is stopped now. */
  async checkRoom(store: RoomStore): Promise<void> {
    if (store.record.server.membership !== 'joined') return
    const found = await this.seals.check(store.record.server).catch((error: unknown) => asProblem(error, true))
    if (found?.code === 'offline') return
    this.setStopped(store.room, found)
    this.tellRooms()
  }

  setStopped(room: RoomId, problem: Problem | null): void {
    if (problem) this.stopped.set(room, problem)
    else if (this.stopped.delete(room)) this.freed(room)
  }

  /** What stopped a room is over. */
  freed: (room: RoomId) => void = () => undefined

  /** The rooms to be heard live are others now. */
  roomsChanged: () => void = () => undefined

  /** Called with a room that was left. */
  readonly dropped: ((room: RoomId, forGood: boolean) => void | Promise<void>)[] = []

  /** Several changes in one turn are told once. */
  tellRooms(): void {
    if (this.roomsTold) return
    this.roomsTold = true
    queueMicrotask(() => {
      this.roomsTold = false
      this.core.emit({ t: 'rooms' })
    })
  }

  // -- looking ---------------------------------------------------------------------------------------

  rules(store: RoomStore): Rules {
    const trust = this.seals.known(store.room)
    const memo = new Map<number, ReturnType<RoomTrust['at']>>()
    const at = (seq: number): ReturnType<RoomTrust['at']> => {
      if (!memo.has(seq)) memo.set(seq, trust?.at(seq) ?? [])
      return memo.get(seq)!
    }
    return {
      me: this.me, now: this.clock.now(),
      role: (user, seq) => at(seq).find((member) => member.user === user)?.role ?? null,
    }
  }

  look(store: RoomStore): Look {
    const { record, timeline } = store
    const rules = this.rules(store)
    return {
      ...rules,
      ...listed(this.seals.known(store.room), record.names),
      row: (seq) => store.row(seq),
      badge: (user) => this.badges.get(user),
      firstVisible: record.server.first_visible_seq,
      receipts: record.server.receipts ? new Map(Object.entries(record.receipts)) : null,
      sha: (media) => this.shas.get(media) ?? '',
      lost: (media) => this.lost.has(media),
      pins: pinSet(timeline, rules),
    }
  }

  /** The items of these numbers, their rows brought into memory first. */
  async items(store: RoomStore, seqs: number[]): Promise<Item[]> {
    const marks = seqs.map((seq) => store.timeline.get(seq)).filter((mark): mark is Mark => mark !== undefined)
    for (let turn = 0; turn < 3; turn++) {
      await store.load(marks.flatMap((mark) => needsOf(store.timeline, mark, store)))
    }
    await this.learnBadges(marks.map((mark) => mark.sender))
    const look = this.look(store)
    return marks.filter((mark) => shows(store.timeline, mark, look)).flatMap((mark) => itemsOf(store.timeline, mark, look))
  }

  private async learnBadges(users: UserId[]): Promise<void> {
    for (const user of new Set(users)) {
      if (!user || this.badges.has(user)) continue
      const badge = await this.seals.badge(user).catch(() => null)
      if (badge) this.badges.set(user, badge)
    }
  }

  forgetBadges(users: UserId[]): void {
    for (const user of users) this.badges.delete(user)
  }

  /** Tell the page of these numbers: what they are now, and which names are no longer in use. */
  async tell(store: RoomStore, seqs: Iterable<number>): Promise<void> {
    const wanted = [...new Set(seqs)].sort((a, b) => a - b)
    if (!wanted.length) return
    const items = await this.items(store, wanted)
    if (this.rooms.get(store.room) !== store) return // left meanwhile
    const used = new Set(items.map((item) => item.key))
    const removed = wanted.flatMap((seq) => this.namesOf(store, seq)).filter((key) => !used.has(key))
    this.core.emit({ t: 'items', room: store.room, items, removed })
  }

  private namesOf(store: RoomStore, seq: number): string[] {
    const id = store.timeline.get(seq)?.id ?? ''
    const own = id && original(store.timeline, id)?.seq === seq
    return [`seq:${seq}`, `hole:${seq}`, ...(own ? [id] : [])]
  }

  /** Unread numbers again: from the events where all are here, else as the server counts. */
  async recount(store: RoomStore): Promise<void> {
    await store.open()
    this.count(store)
  }

  private count(store: RoomStore): void {
    countRoom(store, this.rules(store))
  }
}

const isOut = (before: ServerRoom, now: ServerRoom): boolean =>
  before.membership === 'joined' && now.membership === 'invited'

const isNewStay = (before: ServerRoom, now: ServerRoom): boolean =>
  before.joined_seq !== null && now.joined_seq !== null && before.joined_seq !== now.joined_seq
