// A small messaging server in memory, for tests of the client: the rows of messaging.md 10.3.
//
//   const server = new FakeServer()
//   const ana = server.person('Ana')                 // '@…:members.invalid'
//   const http = server.httpFor(ana, 'laptop')       // one sign-in, one device
//
// To be malicious: a sign-in its owner knows nothing of is a planted device (httpFor(ana, 'evil'));
// `state.deliver` drops, doubles or holds back to-device messages; `tamper` changes any answer;
// `plantMember` lists a person no host signed; everything in `state` may be changed at will.
// Paths are those of 10.3 without prefix and leading slash: 'keys/upload', 'rooms/<uuid>/events/t1'.

import type { Http, HttpRefusal } from '../crypto/core'
import type { Role, UserId } from '../crypto/interface'
import * as backup from './fake-backup'
import * as keys from './fake-keys'
import * as media from './fake-media'
import * as rooms from './fake-rooms'
import { bare, type FakeSignIn, FakeState, type Json, type Poke, Refused } from './fake-state'

type Answer = Json | null | [number, Json] | Promise<Json>
type Handler = (context: { signIn: FakeSignIn; body: Json; query: URLSearchParams; part: string[] }) => Answer

export interface Call {
  user: UserId
  signIn: string
  method: string
  path: string
  body: Json
  status: number
  answer: Json | null
}

export class FakeServer {
  readonly state = new FakeState()
  /** Every request, oldest first. */
  readonly calls: Call[] = []
  /** Change an answer before it leaves: return another object, or the same. */
  tamper: (call: Call) => Json | null = (call) => call.answer
  /** Runs before a request is handled: throw `new Refused(…)` or a TypeError to make it fail. */
  before: (method: string, path: string, signIn: FakeSignIn) => void | Promise<void> = () => {}
  private readonly table: [string, RegExp, Handler][]

  constructor() {
    this.table = this.routes().map(([method, path, handler]) =>
      [method, new RegExp(`^${path.replaceAll('*', '([^/]+)')}$`), handler])
  }

  /** A new person; returns the messaging id. */
  person(name: string): UserId {
    const id = `@${crypto.randomUUID()}:${this.state.domain}`
    this.state.user(id).name = name
    return id
  }

  /** The sign-in of a person under a name of the test's choice; made at first use. */
  signIn(user: UserId, name = 'first'): FakeSignIn {
    const key = `${user} ${name}`
    let found = this.state.signIns.get(key)
    if (!found) {
      found = { user, id: name, device: null, fresh: true, ended: false, offline: false }
      this.state.signIns.set(key, found)
    }
    return found
  }

  httpFor(user: UserId, name = 'first'): Http {
    const signIn = this.signIn(user, name)
    this.state.user(user)
    return {
      json: async <T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> =>
        (await this.handle(signIn, method, path, body, signal)) as T,
      text: async (method, path, body) =>
        JSON.stringify(await this.handle(signIn, method, path, JSON.parse(body))),
      bytes: async (method, path, body) => {
        this.refuseIfAway(signIn)
        return media.bytes(this.state, signIn, method, path, body)
      },
    }
  }

  /** Hear of what a socket would be poked with; returns the way to stop. */
  listen(listener: (poke: Poke) => void): () => void {
    this.state.listeners.add(listener)
    return () => this.state.listeners.delete(listener)
  }

  /** The `sync` frame (or GET sync) of a sign-in, for those who play a socket. */
  syncBody(user: UserId, name: string, cursor: string): Json {
    return keys.sync(this.state, this.signIn(user, name), cursor)
  }

  /** A lie: the server lists a person that no roster names. */
  plantMember(room: string, user: UserId, role: Role = 'member'): void {
    const found = this.state.rooms.get(bare(room))!
    rooms.place(this.state, found, user, role, 'joined', rooms.change(this.state, found, { change: 'joined', user }))
  }

  private async handle(
    signIn: FakeSignIn, method: string, full: string, body: unknown, signal?: AbortSignal,
  ): Promise<unknown> {
    const call: Call = {
      user: signIn.user, signIn: signIn.id, method, path: full.replace(/^\//, ''),
      body: structuredClone(body ?? {}) as Json, status: 200, answer: null,
    }
    this.calls.push(call)
    signal?.throwIfAborted()
    this.refuseIfAway(signIn)
    try {
      await this.before(method, call.path, signIn)
      if (signIn.ended) throw new Refused(401, 'signed_out')
      const answer = await this.route(signIn, call, signal)
      ;[call.status, call.answer] = Array.isArray(answer) ? answer : [answer ? 200 : 204, answer]
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      call.status = error.status
      throw {
        status: error.status, code: error.code, body: { code: error.code, detail: error.code, ...error.fields },
      } satisfies HttpRefusal
    }
    return structuredClone(this.tamper(call))
  }

  private refuseIfAway(signIn: FakeSignIn): void {
    if (signIn.offline) throw new TypeError('Failed to fetch')
  }

  private async route(signIn: FakeSignIn, call: Call, signal?: AbortSignal): Promise<Json | null | [number, Json]> {
    const [path = '', search = ''] = call.path.split('?')
    const query = new URLSearchParams(search)
    if (path === 'sync' && call.method === 'GET') return this.longSync(signIn, query, signal)
    for (const [method, pattern, handler] of this.table) {
      const match = method === call.method ? pattern.exec(path) : null
      if (match) return handler({ signIn, body: call.body, query, part: match.slice(1).map(decodeURIComponent) })
    }
    throw new Refused(404, 'not_found')
  }

  private async longSync(signIn: FakeSignIn, query: URLSearchParams, signal?: AbortSignal): Promise<Json> {
    const cursor = query.get('cursor') ?? ''
    const look = (): Json => keys.sync(this.state, signIn, cursor)
    const wait = Number(query.get('wait') ?? 0)
    const first = look()
    if (!wait || !cursor || first['cursor'] !== cursor) return first
    await new Promise<void>((resolve) => {
      const stop = this.listen(() => end())
      const timer = setTimeout(() => end(), wait * 1000)
      const end = (): void => {
        stop()
        clearTimeout(timer)
        resolve()
      }
      signal?.addEventListener('abort', end)
    })
    signal?.throwIfAborted()
    return look()
  }

  private routes(): [string, string, Handler][] {
    const state = this.state
    return [
      ['GET', 'config', ({ signIn }) => this.config(signIn)],
      ['POST', 'keys/upload', ({ signIn, body }) => keys.upload(state, signIn, body)],
      ['POST', 'keys/query', ({ signIn, body }) => keys.query(state, signIn, body)],
      ['POST', 'keys/claim', ({ body }) => keys.claim(state, body)],
      ['POST', 'keys/signatures', ({ signIn, body }) => keys.signatures(state, signIn, body)],
      ['POST', 'keys/signing', ({ signIn, body }) => keys.signingKeys(state, signIn, body)],
      ['PUT', 'to-device/*/*', ({ signIn, body, part: [type = '', txn = ''] }) =>
        keys.toDevice(state, signIn, type, txn, body)],
      ['POST', 'sync/ack', ({ signIn, body }) => keys.acknowledge(state, signIn, String(body['cursor']))],
      ...this.deviceRoutes(),
      ...this.backupRoutes(),
      ...this.roomRoutes(),
      ['POST', 'media', ({ signIn, body }) => media.begin(state, signIn, body)],
      ['GET', 'media/*/status', ({ part: [id = ''] }) => media.status(state, id)],
    ]
  }

  private deviceRoutes(): [string, string, Handler][] {
    const state = this.state
    return [
      ['GET', 'devices', ({ signIn }) => keys.devices(state, signIn)],
      ['POST', 'devices/*/rename', ({ signIn, body, part: [id = ''] }) => keys.rename(state, signIn, id, body)],
      ['DELETE', 'devices/*', ({ signIn, part: [id = ''] }) => keys.removeDevice(state, signIn, id)],
      ['POST', 'devices/*/challenge', ({ signIn, part: [id = ''] }) => keys.challenge(state, signIn, id)],
      ['POST', 'devices/*/bind', ({ signIn, body, part: [id = ''] }) => keys.bind(state, signIn, id, body)],
    ]
  }

  private backupRoutes(): [string, string, Handler][] {
    const state = this.state
    return [
      ['POST', 'backup/version', ({ signIn, body }) => [201, backup.makeVersion(state, signIn, body)]],
      ['GET', 'backup/version', ({ signIn }) => backup.showVersion(state, signIn)],
      ['DELETE', 'backup/version/*', ({ signIn, part: [v = ''] }) => backup.deleteVersion(state, signIn, v)],
      ['PUT', 'backup/*/keys', ({ signIn, body, part: [v = ''] }) => backup.putKeys(state, signIn, v, body)],
      ['GET', 'backup/*/rooms/*/keys', ({ signIn, query, part: [v = '', room = ''] }) =>
        backup.getKeys(state, signIn, v, room, query)],
      ['PUT', 'secrets/*', ({ signIn, body, part: [name = ''] }) => backup.putSecret(state, signIn, name, body)],
      ['GET', 'secrets/*', ({ signIn, part: [name = ''] }) => backup.getSecret(state, signIn, name)],
    ]
  }

  private roomRoutes(): [string, string, Handler][] {
    const state = this.state
    return [
      ['POST', 'rooms', ({ signIn, body }) => rooms.create(state, signIn, body)],
      ['GET', 'rooms', ({ signIn }) => rooms.list(state, signIn)],
      ['GET', 'rooms/*', ({ signIn, part: [r = ''] }) =>
        rooms.show(rooms.find(state, signIn, r, false)[0], signIn.user, true)],
      ['GET', 'rooms/*/rosters', ({ signIn, query, part: [r = ''] }) => ({
        rosters: rooms.find(state, signIn, r, false)[0].rosters
          .filter((one) => one.version >= Number(query.get('from') ?? 1)),
      })],
      ['POST', 'rooms/*/roster', ({ signIn, body, part: [r = ''] }) => rooms.roster(state, signIn, r, body)],
      ['POST', 'rooms/*/(join|leave|decline)', ({ signIn, part: [r = '', what = ''] }) =>
        rooms.move(state, signIn, r, what)],
      ['PUT', 'rooms/*/events/*', ({ signIn, body, part: [r = '', t = ''] }) =>
        rooms.putEvent(state, signIn, r, t, body)],
      ['GET', 'rooms/*/events', ({ signIn, query, part: [r = ''] }) => rooms.events(state, signIn, r, query)],
      ['DELETE', 'rooms/*/events/*', ({ signIn, part: [r = '', seq] }) => rooms.redact(state, signIn, r, Number(seq))],
      ['PUT', 'rooms/*/read', ({ signIn, body, part: [r = ''] }) => rooms.read(state, signIn, r, body)],
      ['GET', 'unread', ({ signIn }) => rooms.unread(state, signIn)],
      ['PUT', 'rooms/*/me', ({ signIn, body, part: [r = ''] }) => rooms.mine(state, signIn, r, body)],
      ['POST', 'rooms/*/settings', ({ signIn, body, part: [r = ''] }) => rooms.settings(state, signIn, r, body)],
      ['POST', 'rooms/*/exports', ({ signIn, body, part: [r = ''] }) =>
        [201, rooms.exportMade(state, signIn, r, body)]],
      ['POST', 'rooms/*/close', ({ signIn, body, part: [r = ''] }) => rooms.close(state, signIn, r, body)],
      ['POST', 'rooms/*/reports', () => [201, { report_id: crypto.randomUUID() }]],
    ]
  }

  private config(signIn: FakeSignIn): Json {
    const user = this.state.user(signIn.user)
    const live = user.backups.filter((one) => !one.deleted).at(-1)
    return {
      user_id: signIn.user, domain: this.state.domain, csrf_token: 'token',
      device_id: signIn.device && !signIn.device.revoked ? signIn.device.id : null,
      setup: { identity: Boolean(user.master), backup: live?.version ?? null, secrets: [...user.secrets.keys()] },
      limits: {
        event: 96000, to_device_content: 8192, request: 1048576, frame: 65536, file: 20971520, devices: 10,
        events_page: 200,
      },
      min_app: '1.0.0',
    }
  }
}
