// Browsers of people on a fake server, with the real library in memory. For tests in Node.
//
//   const server = new FakeServer()
//   const ana = await newcomer(server, 'Ana')              // first device, set up, ready
//   const phone = await anotherDevice(server, ana, 'phone') // by recovery key
//   ana.host                                                // a Core
//   await settle(ana, phone)                                // to-device until nothing is on its way

import type { Core, RoomsHalf } from '../crypto/core'
import { LocalEngine, type Rooms } from '../crypto/engine'
import type { Host } from '../crypto/host'
import type { EngineEvent, RoomId, UserId } from '../crypto/interface'
import type { Keystore } from '../crypto/keystore'
import { loadLibrary } from '../crypto/wasm'
import type { FakeServer } from './fake-server'
import { MemoryKeystore } from './memory-keystore'

const MOST_ROUNDS = 40 // who is refused asks again every round

/** A rooms half that only writes down what it is told. */
export class SilentRooms implements RoomsHalf {
  readonly api = {} as Rooms['api']
  started = false
  readonly keys: { room: RoomId; sessionId: string }[] = []
  readonly withheldKeys: { room: RoomId; sessionId: string; code: string; sender: UserId }[] = []
  readonly people: UserId[] = []
  readonly events: { type: string; sender: UserId; senderDevice: string; content: Record<string, unknown> }[] = []

  async start(): Promise<void> {
    this.started = true
  }

  stop(): void {
    this.started = false
  }

  keysArrived(rooms: { room: RoomId; sessionId: string }[]): void {
    this.keys.push(...rooms)
  }

  withheld(infos: { room: RoomId; sessionId: string; code: string; sender: UserId }[]): void {
    this.withheldKeys.push(...infos)
  }

  peopleChanged(users: UserId[]): void {
    this.people.push(...users)
  }

  async toDevice(event: { type: string; sender: UserId; senderDevice: string; content: Record<string, unknown> }): Promise<void> {
    this.events.push(event)
  }
}

export interface Browser {
  server: FakeServer
  user: UserId
  signIn: string
  engine: LocalEngine
  /** Core of the device in use. */
  readonly host: Host
  rooms: SilentRooms
  events: EngineEvent[]
  keystore: Keystore
  recoveryKey: string
}

export interface BrowserOptions {
  signIn?: string
  keystore?: Keystore
  makeRooms?: (core: Core) => Rooms
}

/** A signed-in browser of a person; nothing is set up. Call `engine.start()`. */
export async function browser(server: FakeServer, user: UserId, options: BrowserOptions = {}): Promise<Browser> {
  const { signIn = 'first', keystore = new MemoryKeystore() } = options
  const rooms = new SilentRooms()
  const events: EngineEvent[] = []
  const engine = new LocalEngine({
    http: server.httpFor(user, signIn), keystore, name: server.state.user(user).name,
    socketUrl: 'ws://localhost/ws/chat/', app: '1.0.0', makeRooms: options.makeRooms ?? (() => rooms),
    load: loadLibrary,
    emit: (event) => events.push(structuredClone(event)),
  })
  return {
    server, user, signIn, engine, rooms, events, keystore, recoveryKey: '',
    get host(): Host {
      if (!engine.host) throw new Error('the engine is not open')
      return engine.host
    },
  }
}

/** Shows the recovery key and types the three groups again. */
export async function setUp(one: Browser): Promise<Browser> {
  const { recoveryKey, ask } = await one.engine.setupBegin()
  await one.engine.setupFinish(ask.map((at) => recoveryKey[at] ?? ''))
  one.recoveryKey = recoveryKey.join(' ')
  return one
}

/** A new person whose first device is ready. */
export async function newcomer(server: FakeServer, name: string, options: BrowserOptions = {}): Promise<Browser> {
  const one = await browser(server, server.person(name), options)
  await one.engine.start()
  return setUp(one)
}

/** A further device of the same person, confirmed by the recovery key. */
export async function anotherDevice(
  server: FakeServer, first: Browser, signIn: string, options: BrowserOptions = {},
): Promise<Browser> {
  const one = await browser(server, first.user, { ...options, signIn })
  await one.engine.start()
  await one.engine.restore(first.recoveryKey)
  one.recoveryKey = first.recoveryKey
  return one
}

/** Everybody takes what waits for them until nothing is on its way: eight rounds at least, and on a
 *  slow machine as many as it takes until nobody has asked the server for anything in the last four. */
export async function settle(...all: Browser[]): Promise<void> {
  const servers = new Set(all.map((one) => one.server))
  const asked = (): number =>
    [...servers].flatMap((server) => server.calls).filter((call) => !call.path.startsWith('sync')).length
  for (let [round, quiet] = [0, 0]; round < MOST_ROUNDS && (round < 8 || quiet < 4); round++) {
    const before = asked()
    for (const one of all) if (!one.engine.polls) await one.engine.pull(one.host, 0)
    await new Promise((resolve) => setTimeout(resolve, 5)) // callbacks of the library
    quiet = asked() === before ? quiet + 1 : 0
  }
}
