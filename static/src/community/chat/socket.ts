// The socket: hello, ping, backoff, and what each close code asks for (messaging.md 10.4).

import type { ProblemCode, RoomId } from '../crypto/interface'
import type { Clock } from './clock'
import { type Inbound, MOST_ROOMS, type Outbound, PROTOCOL, readFrame } from './frames'

/** The part of WebSocket that is used. */
export interface SocketLike {
  readyState: number
  send(text: string): void
  close(code?: number): void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}
export type MakeSocket = (url: string, protocol: string) => SocketLike

export interface SocketUser {
  url: string
  hello(): { device_id: string; cursor: string | null; app: string; rooms: RoomId[] }
  frame(frame: Inbound): void
  /** true: welcome received; false: gone, a new try follows. */
  connected(on: boolean): void
  /** No new try follows. */
  ended(code: ProblemCode): void
  /** 4401: is the sign-in still good? null: cannot be told now. */
  signedIn(): Promise<boolean | null>
}

const PING = 25_000
const SILENCE = 60_000
const ANSWER = 5_000 // from a doubt to the pong that ends it
const HELLO_LIMIT = 20_000 // from the try to the welcome
const ACK_PAUSE = 150 // the server allows ten frames a second
// Events alone wait: each acknowledgement is a check of the sign-in, and all of a room come at once.
const ACK_LAZY = 2000
const ACK_FRAMES = 20
const ACK_CHARACTERS = 64 * 1024
const OPEN = 1
const STOPS: Record<number, ProblemCode> = {
  4403: 'role-lost', 4408: 'confirm-again', 4409: 'device-removed', 4426: 'update-needed',
}
const BYES: Record<string, number> = { signed_out: 4401, device_revoked: 4409, rate_limited: 4429 }

/** 1 to 30 s, longer with every failed try, never the same for all. */
export function backoff(attempt: number, random: number): number {
  const most = Math.min(30_000, 1000 * 2 ** Math.min(attempt, 10))
  return Math.max(1000, most / 2 + random * (most / 2))
}

export class Socket {
  failures = 0 // tries in a row without a welcome
  private socket: SocketLike | null = null
  private attempt = 0
  private heard = 0
  private received = 0
  private pings = 0
  private bye = 0
  private welcome = false
  private running = false
  private timers: (() => void)[] = []
  private stopWaiting: (() => void) | null = null
  private ackDue: { n: number; cursor?: string } | null = null
  private ackedAt = 0
  private ackIsLazy = false
  private acked = 0
  private unacked = 0 // characters of frames
  private stopAck: (() => void) | null = null
  private stopDoubt: (() => void) | null = null

  constructor(
    private readonly user: SocketUser,
    private readonly clock: Clock,
    private readonly make: MakeSocket,
  ) {}

  get connected(): boolean {
    return this.welcome
  }

  start(): void {
    if (this.running) return
    this.running = true
    this.attempt = 0
    this.open()
  }

  stop(): void {
    this.running = false
    this.stopWaiting?.()
    this.stopWaiting = null
    this.forget()?.close(1000)
  }

  /** The network is back: do not wait for the end of the backoff. */
  hurry(): void {
    if (!this.running || this.socket) return
    this.stopWaiting?.()
    this.attempt = 0
    this.open()
  }

  subscribe(rooms: RoomId[]): void {
    this.send({ t: 'subscribe', rooms: rooms.slice(0, MOST_ROOMS) })
  }

  typing(room: RoomId): void {
    this.send({ t: 'typing', room })
  }

  /**
   * Frees the window up to a frame; the cursor only when its keys are safe. With a cursor gathered
   * for a moment; events alone for two to four seconds, never at the same time as everybody, or
   * until a fifth of the window is out.
   */
  acknowledge(n: number, cursor?: string): void {
    const due = { n: Math.max(n, this.ackDue?.n ?? 0) }
    const last = cursor ?? this.ackDue?.cursor
    this.ackDue = last === undefined ? due : { ...due, cursor: last }
    const much = due.n - this.acked >= ACK_FRAMES || this.unacked >= ACK_CHARACTERS
    const soon = much || last !== undefined
    if (this.stopAck && !(soon && this.ackIsLazy)) return
    this.stopAck?.()
    this.ackIsLazy = !soon
    const lazy = ACK_LAZY * (1 + this.clock.random())
    const wait = soon ? this.ackedAt + ACK_PAUSE - this.clock.now() : lazy
    if (wait <= 0) this.sendAck()
    else this.stopAck = this.clock.after(wait, () => this.sendAck())
  }

  private sendAck(): void {
    this.stopAck?.()
    this.stopAck = null
    if (this.ackDue) {
      this.send({ t: 'ack', ...this.ackDue })
      this.acked = this.ackDue.n
      this.unacked = 0
    }
    this.ackDue = null
    this.ackedAt = this.clock.now()
  }

  private send(frame: Outbound): void {
    if (this.welcome || frame.t === 'hello') {
      if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(frame))
    }
  }

  private open(): void {
    this.stopWaiting = null
    this.bye = 0
    const socket = this.make(this.user.url, PROTOCOL)
    this.socket = socket
    socket.onopen = () => {
      const hello = this.user.hello()
      this.send({ t: 'hello', ...hello, rooms: hello.rooms.slice(0, MOST_ROOMS) })
    }
    socket.onmessage = ({ data }) => this.socket === socket && this.receive(data)
    socket.onclose = ({ code }) => this.socket === socket && void this.closed(code)
    this.timers.push(this.clock.after(HELLO_LIMIT, () => {
      if (!this.welcome && this.socket === socket) this.giveUp()
    }))
  }

  private receive(data: unknown): void {
    this.heard = this.clock.now()
    this.received += 1
    if (typeof data === 'string') this.unacked += data.length
    const frame = readFrame(data)
    if (!frame) return
    if (frame.t === 'welcome') this.welcomed()
    // One answered ping shows that the connection lasts.
    if (frame.t === 'pong') this.attempt = 0
    if (frame.t === 'bye') this.bye = BYES[frame.code] ?? 0
    this.user.frame(frame)
  }

  private welcomed(): void {
    if (this.welcome) return
    this.welcome = true
    this.failures = 0
    this.pingLater()
    this.user.connected(true)
  }

  private pingLater(): void {
    this.timers.push(this.clock.after(PING, () => {
      if (this.clock.now() - this.heard > SILENCE) return this.giveUp()
      this.send({ t: 'ping', n: ++this.pings })
      this.pingLater()
    }))
  }

  /** Something else could not reach the server: a line that does not answer soon is gone too. */
  doubt(): void {
    if (!this.welcome || this.stopDoubt) return
    const before = this.received
    this.send({ t: 'ping', n: ++this.pings })
    this.stopDoubt = this.clock.after(ANSWER, () => {
      this.stopDoubt = null
      if (this.received === before) this.giveUp()
    })
  }

  /** Let go of this line and try again later: what came over it could not be taken. */
  lose(): void {
    if (this.socket) this.giveUp()
  }

  private giveUp(): void {
    const socket = this.socket
    void this.closed(1006)
    socket?.close()
  }

  /** Let go of the socket and its timers. */
  private forget(): SocketLike | null {
    const { socket } = this
    this.socket = null
    this.welcome = false
    for (const stop of this.timers.splice(0)) stop()
    this.stopAck?.()
    this.stopDoubt?.()
    this.stopAck = this.stopDoubt = null
    this.ackDue = null
    this.acked = this.unacked = 0
    return socket
  }

  private async closed(given: number): Promise<void> {
    const code = given >= 4400 ? given : this.bye || given
    if (!this.welcome) this.failures += 1
    this.forget()
    this.user.connected(false)
    const stop = STOPS[code]
    if (stop) return this.end(stop)
    if (code === 4401 && (await this.user.signedIn()) === false) return this.end('signed-out')
    if (!this.running || this.socket || this.stopWaiting) return
    if (code === 4429) this.attempt = Math.max(this.attempt, 4)
    const wait = backoff(this.attempt++, this.clock.random())
    this.stopWaiting = this.clock.after(wait, () => this.open())
  }

  private end(code: ProblemCode): void {
    this.running = false
    this.user.ended(code)
  }
}
