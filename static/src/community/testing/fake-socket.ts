// Plays the socket of messaging.md 10.4 on the fake server: hello, sync, events, heads, acks. What
// happens to a frame on its way is the test's choice.

import type { Clock } from '../chat/clock'
import type { SocketLike } from '../chat/socket'
import type { ServerEvent } from '../chat/parts'
import type { UserId } from '../crypto/interface'
import type { FakeServer } from './fake-server'
import { bare, type Json, type Poke } from './fake-state'

const HEADS = 30_000
const PER_FRAME = 50

/** What becomes of a frame: nothing, once, twice, later. [0] is at once; numbers are milliseconds. */
export type Fate = (frame: Json) => number[]

export class FakeSockets {
  readonly open = new Set<FakeSocket>()
  /** Frames of clients, in order. */
  readonly heard: Json[] = []
  fate: Fate = () => [0]
  /** New sockets fail while this is false. */
  up = true

  constructor(
    readonly server: FakeServer,
    readonly clock: Clock,
  ) {}

  for(user: UserId, signIn: string): (url: string, protocol: string) => SocketLike {
    return (_url, protocol) => new FakeSocket(this, user, signIn, protocol)
  }

  /** Break the sockets of a person (or all). */
  cut(user?: UserId, code = 1006): void {
    for (const socket of [...this.open]) if (!user || socket.user === user) socket.end(code)
  }
}

class FakeSocket implements SocketLike {
  readyState = 0
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  private number = 0
  private cursor = ''
  private readonly sent = new Map<string, number>() // room → last event
  private readonly stops: (() => void)[] = []
  private saidHello = false

  constructor(
    private readonly all: FakeSockets,
    readonly user: UserId,
    private readonly signIn: string,
    readonly protocol: string,
  ) {
    this.stops.push(all.clock.after(1, () => this.begin()))
  }

  private begin(): void {
    const signIn = this.all.server.signIn(this.user, this.signIn)
    if (!this.all.up || signIn.offline) return this.end(1006)
    this.readyState = 1
    this.all.open.add(this)
    this.stops.push(this.all.server.listen((poke) => this.poked(poke)))
    this.onopen?.()
  }

  send(text: string): void {
    const frame = JSON.parse(text) as Json
    this.all.heard.push({ ...frame, user: this.user })
    if (frame['t'] === 'hello') this.hello(frame)
    if (frame['t'] === 'subscribe') this.subscribe(frame['rooms'] as string[])
    if (frame['t'] === 'ping') this.say({ t: 'pong', n: frame['n'] })
    if (frame['t'] === 'ack' && frame['cursor']) {
      void this.all.server.httpFor(this.user, this.signIn).json('POST', 'sync/ack', { cursor: frame['cursor'] }).catch(() => undefined)
    }
    if (frame['t'] === 'typing') this.all.server.state.poke({ t: 'typing', room: String(frame['room']), user: this.user })
  }

  close(code = 1000): void {
    this.end(code)
  }

  end(code: number): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.all.open.delete(this)
    for (const stop of this.stops.splice(0)) stop()
    this.onclose?.({ code })
  }

  private hello(frame: Json): void {
    const signIn = this.all.server.signIn(this.user, this.signIn)
    if (signIn.ended) return this.bye('signed_out', 4401)
    if (!signIn.device || signIn.device.revoked || signIn.device.id !== frame['device_id']) return this.bye('device_revoked', 4409)
    this.saidHello = true
    this.cursor = String(frame['cursor'] ?? '')
    this.say({ t: 'welcome', conn: 'x', server_time: 0, limits: {} })
    this.subscribe(frame['rooms'] as string[])
    this.sync(true)
    this.headsLater()
  }

  private bye(word: string, code: number): void {
    this.onmessage?.({ data: JSON.stringify({ t: 'bye', code: word }) })
    this.end(code)
  }

  private subscribe(rooms: string[]): void {
    this.sent.clear()
    for (const id of rooms) {
      const room = this.all.server.state.rooms.get(bare(id))
      if (room?.members.get(this.user)?.state === 'joined') this.sent.set(id, room.lastSeq)
    }
    if (this.saidHello) this.heads()
  }

  private headsLater(): void {
    this.stops.push(this.all.clock.after(HEADS, () => {
      this.heads()
      this.headsLater()
    }))
  }

  private heads(): void {
    this.say({ t: 'heads', rooms: this.all.server.syncBody(this.user, this.signIn, this.cursor)['heads'] })
  }

  private sync(first = false): void {
    for (let more = true; more && this.readyState === 1;) {
      const body = this.all.server.syncBody(this.user, this.signIn, this.cursor)
      more = body['more'] === true
      const news = body['cursor'] !== this.cursor
      this.cursor = String(body['cursor'])
      // Keys are not lost on a socket that stays open: only events and heads are.
      if (first || news) this.say({ t: 'sync', n: ++this.number, ...body }, true)
      first = false
    }
  }

  private poked(poke: Poke): void {
    if (!this.saidHello || this.readyState !== 1) return
    const { server } = this.all
    if (poke.t === 'room') this.events(poke.room)
    if (poke.t === 'inbox' && poke.user === this.user && poke.device === server.signIn(this.user, this.signIn).device?.id) this.sync()
    if (poke.t === 'lists' && poke.users.some((user) => server.state.roommates(this.user).has(user))) this.sync()
    if (poke.t === 'member' && poke.user === this.user) this.member(poke.room)
    if (poke.t === 'receipt' && (poke.user === this.user || server.state.rooms.get(bare(poke.room))?.receipts)) this.say(poke)
    if (poke.t === 'typing' && poke.user !== this.user && this.sent.has(poke.room)) this.say(poke)
  }

  private member(id: string): void {
    const room = this.all.server.state.rooms.get(bare(id))!
    const state = room.members.get(this.user)!.state
    if (state !== 'joined') this.sent.delete(id)
    this.say({ t: 'member', room: id, state, roster_version: room.rosters.at(-1)?.version ?? 0, members_seq: room.membersSeq })
  }

  private events(id: string): void {
    const last = this.sent.get(id)
    const room = this.all.server.state.rooms.get(bare(id))
    if (last === undefined || !room) return
    for (let from = last + 1; from <= room.lastSeq; from += PER_FRAME) {
      const events: ServerEvent[] = room.events.filter((event) => event.seq >= from && event.seq < from + PER_FRAME)
      const to = Math.min(room.lastSeq, from + PER_FRAME - 1)
      this.say({ t: 'events', n: ++this.number, room: id, from_seq: from, to_seq: to, events, more: false })
      this.sent.set(id, to)
    }
  }

  private say(frame: Json, surely = false): void {
    const data = JSON.stringify(frame)
    for (const wait of surely ? [0] : this.all.fate(frame)) {
      const deliver = (): void => {
        if (this.readyState === 1) this.onmessage?.({ data })
      }
      if (wait === 0) queueMicrotask(deliver)
      else this.stops.push(this.all.clock.after(wait, deliver))
    }
  }
}
