// The connection of this device: a socket, and long polling while sockets fail.

import type { Config, Core } from '../crypto/core'
import type { ProblemCode, RoomId } from '../crypto/interface'
import { asProblem, isRefusal } from '../crypto/refuse'
import type { Clock } from './clock'
import type { Inbound } from './frames'
import { type MakeSocket, Socket } from './socket'
import { Sync, type SyncUser } from './sync'

export interface ConnectionUser extends Pick<SyncUser, 'position' | 'events' | 'heads'> {
  rooms(): RoomId[] // to hear of live
  frame(frame: Inbound): void // member, receipt, typing
  online(): void
}

const FAILURES = 3 // tries without a welcome before polling begins
const ENDS: ProblemCode[] = ['signed-out', 'role-lost', 'confirm-again', 'device-removed', 'update-needed', 'setup-incomplete']

export class Connection {
  readonly sync: Sync
  private readonly socket: Socket
  private polling: AbortController | null = null

  constructor(
    private readonly core: Core,
    clock: Clock,
    make: MakeSocket,
    private readonly user: ConnectionUser,
  ) {
    this.sync = new Sync(core, clock, {
      position: (pos) => user.position(pos),
      events: (frame) => user.events(frame),
      heads: (heads) => user.heads(heads),
      acknowledge: (n, cursor) => this.socket.acknowledge(n, cursor),
      failed: () => this.socket.lose(),
    })
    this.socket = new Socket({
      url: core.socketUrl,
      hello: () => ({ device_id: core.deviceId, cursor: this.sync.cursor, app: core.app, rooms: user.rooms() }),
      frame: (frame) => this.frame(frame),
      connected: (on) => this.connected(on),
      ended: (code) => this.end(code),
      signedIn: () => this.signedIn(),
    }, clock, make)
  }

  get online(): boolean {
    return this.core.state().connection === 'online'
  }

  async start(): Promise<void> {
    await this.sync.read()
    this.core.setState({ connection: 'connecting' })
    this.socket.start()
  }

  stop(): void {
    this.socket.stop()
    this.stopPolling()
    this.sync.reset()
  }

  /** The browser says the network is back. */
  hurry(): void {
    this.socket.hurry()
    if (this.polling) {
      this.stopPolling()
      this.startPolling()
    }
  }

  /** The browser says the network is gone: the line does not show it for a long time. */
  gone(): void {
    this.socket.lose()
  }

  /** The server could not be reached another way. */
  doubt(): void {
    this.socket.doubt()
  }

  subscribe(): void {
    if (this.socket.connected) this.socket.subscribe(this.user.rooms())
  }

  typing(room: RoomId): void {
    this.socket.typing(room)
  }

  /** What the server has for this device is in the machine: asked for once if nothing is connected. */
  async settled(): Promise<void> {
    if (!this.socket.connected && !this.polling) await this.sync.pull(0)
    await this.sync.settled()
  }

  private frame(frame: Inbound): void {
    if (frame.t === 'sync') this.sync.sync(frame)
    else if (frame.t === 'events') void this.sync.events(frame).catch(() => undefined)
    else if (frame.t === 'heads') void this.user.heads(frame.rooms).catch(() => undefined)
    else this.user.frame(frame)
  }

  private connected(on: boolean): void {
    this.sync.reset()
    if (on) {
      this.stopPolling()
      this.core.setState({ connection: 'online' })
      this.user.online()
      return
    }
    if (this.socket.failures >= FAILURES) this.startPolling()
    const away = this.socket.failures > 1 || globalThis.navigator?.onLine === false
    if (!this.polling) this.core.setState({ connection: away ? 'offline' : 'connecting' })
  }

  private startPolling(): void {
    if (this.polling) return
    const polling = new AbortController()
    this.polling = polling
    void this.sync.poll(polling.signal, (on, error) => this.reached(on, error))
  }

  private stopPolling(): void {
    this.polling?.abort()
    this.polling = null
  }

  private reached(on: boolean, error?: unknown): void {
    const before = this.online
    // The sign-in has no device (any more): the life of the engine finds out which of the two.
    if (isRefusal(error, 'device_required')) return this.end('device-removed')
    const { code } = error === undefined ? { code: null } : asProblem(error)
    if (code && ENDS.includes(code)) return this.end(code)
    this.core.setState({ connection: on ? 'online' : 'offline' })
    if (on && !before) this.user.online()
  }

  private end(code: ProblemCode): void {
    this.stop()
    this.core.setState({ connection: 'offline', phase: 'stopped', problem: this.core.problem(code) })
  }

  private async signedIn(): Promise<boolean | null> {
    try {
      const { user_id: user } = await this.core.http.json<Config>('GET', 'config')
      return user === this.core.me // another person's sign-in is none of this one
    } catch (error) {
      return isRefusal(error) && error.status === 401 ? false : null
    }
  }
}
