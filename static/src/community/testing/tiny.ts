// A person without the library, for tests of talking: a core as small as can be, and seals that seal
// nothing. Keys are words that travel as to-device messages, so that their order can be tested.

import type { Content, MegolmContent, Opened, RoomTrust, Seals, ServerEvent, ServerRoom } from '../chat/parts'
import { makeRoomsHalf, type RoomsEngine } from '../chat/rooms-half'
import type { Core, Sealed, SyncBody } from '../crypto/core'
import { bare, base64, utf8 } from '../crypto/encode'
import type { Charter, Draft, EngineEvent, EngineState, Problem, RoomId, Role, UserId } from '../crypto/interface'
import type { FakeClock } from './fake-clock'
import type { FakeServer } from './fake-server'
import type { FakeSockets } from './fake-socket'
import { MemorySealed } from './memory-sealed'
import type { FakeDevice, Json } from './fake-state'

export const draftOf = (body: string, more: Partial<Draft> = {}): Draft => ({
  body, tlp: 'AMBER', thread: null, replyTo: null, mentions: [], attachments: [], poll: null, expiresAfter: null, ...more,
})

interface Listed {
  user: UserId
  role: Role
}

/** A person with one device; `restart` is a reload of the page. */
export class Tiny {
  events: EngineEvent[] = [] // since the page was loaded
  keys = new Set<string>() // the machine's store survives a reload
  engine!: RoomsEngine
  state!: EngineState
  core!: Core
  seals!: TinySeals
  /** What the backup holds. */
  backup = new Set<string>()
  receivedFails = false
  life = 0 // what belongs to an earlier one is dead

  private constructor(
    readonly server: FakeServer,
    readonly sockets: FakeSockets,
    readonly clock: FakeClock,
    readonly user: UserId,
    readonly name: string,
    readonly device: string,
    readonly sealed: Sealed,
  ) {}

  static make(server: FakeServer, sockets: FakeSockets, clock: FakeClock, name: string, sealed: Sealed = new MemorySealed()): Tiny {
    const user = server.person(name)
    const device = name.toUpperCase().replace(/[^A-Z]/g, '').padEnd(10, 'X').slice(0, 10)
    setUp(server, user, device)
    const tiny = new Tiny(server, sockets, clock, user, name, device, sealed)
    tiny.load()
    return tiny
  }

  private load(): void {
    this.life += 1
    this.events = []
    this.state = {
      phase: 'ready', problem: null, me: this.user, name: this.name, deviceId: this.device, connection: 'offline',
      backup: 'protected', backupDue: 0, outbox: 0, leader: true,
    }
    this.core = makeCore(this)
    this.seals = new TinySeals(this)
    this.engine = makeRoomsHalf(this.core, {
      clock: this.clock, socket: this.sockets.for(this.user, 'first'), seals: () => this.seals,
      deeds: () => ({ toDevice: async () => undefined, resume: async () => undefined }) as never,
    })
  }

  async start(): Promise<void> {
    await this.engine.start()
  }

  /** The page is closed in the midst of whatever it does: its network and its store are gone. */
  restart(): Promise<void> {
    this.engine.stop()
    this.load()
    return this.engine.start()
  }

  get api(): RoomsEngine['api'] {
    return this.engine.api
  }

  set offline(on: boolean) {
    this.server.signIn(this.user, 'first').offline = on
    if (on) this.sockets.cut(this.user)
  }

  /** Everything that can be read of a room, by pages, oldest first. */
  async reads(room: RoomId, thread?: string | null): Promise<string[]> {
    const found: string[] = []
    let before: number | undefined
    for (;;) {
      const page = await this.api.timeline(room, { thread, ...(before !== undefined && { before }) })
      found.unshift(...page.items.filter((item) => item.kind !== 'notice')
        .map((item) => item.kind === 'problem' ? `! ${item.problem?.code}` : item.kind === 'gone' ? '† gone' : item.body))
      const first = page.items.find((item) => item.seq !== null)
      if (!page.more || !first) return found
      before = first.seq!
    }
  }
}

function setUp(server: FakeServer, user: UserId, id: string): void {
  const device: FakeDevice = {
    user, id, name: '', keys: { keys: {}, signatures: { [user]: { 'ed25519:S': 'x' } } }, oneTime: new Map(),
    fallback: null, usedIds: new Map(), inbox: [], inboxSeq: 0, txns: new Set(), revoked: false, challenge: '', created: '',
  }
  const account = server.state.user(user)
  account.devices.set(id, device)
  account.master = { keys: { 'ed25519:M': 'M' } }
  account.selfSigning = { keys: { 'ed25519:S': 'S' } }
  account.backups.push({ version: '1', algorithm: '', auth: {}, keys: new Map(), etag: 0, deleted: false })
  for (const part of ['master', 'self_signing', 'user_signing']) account.secrets.set(`cross_signing_${part}`, {})
  server.signIn(user, 'first').device = device
}

/** Make a room: the host signs everybody in; who is not the host is invited. */
export async function makeRoom(host: Tiny, others: Listed[], kind: 'case' | 'direct' = 'case'): Promise<RoomId> {
  const room = `!${crypto.randomUUID()}:members.invalid`
  const members = [{ user: host.user, role: 'host' }, ...others]
  await host.core.http.json('POST', 'rooms', {
    room_id: room, kind, roster: { text: JSON.stringify({ version: 1, members }), signatures: {} }, ends_at: null,
    retention_days: 90,
  })
  return room
}

/** What the hosts of every case room have signed here. */
export const CHARTER: Charter = {
  name: 'The charter', topic: '', purpose: '', legal_basis: '', states: [], tlp_default: 'GREEN', tlp_max: 'RED', ends_on: '2030-01-01',
}

/** The charter of a case room reaches a person, as by an invitation. */
export const giveCharter = (person: Tiny, room: RoomId): Promise<void> => person.engine.inside.rememberCharter(room, CHARTER.name)

/** The host signs another list. */
export async function sign(host: Tiny, room: RoomId, members: Listed[]): Promise<void> {
  const { roster_version: version } = await host.core.http.json<ServerRoom>('GET', `rooms/${bare(room)}`)
  const text = JSON.stringify({ version: version + 1, members })
  await host.core.http.json('POST', `rooms/${bare(room)}/roster`, { text, signatures: {} })
}

function makeCore(tiny: Tiny): Core {
  const { life } = tiny
  const alive = (): boolean => tiny.life === life
  const http = mortal(tiny.server.httpFor(tiny.user, 'first'), alive)
  const problem = (code: Problem['code'], more: Partial<Problem> = {}): Problem => ({ ...more, code })
  return {
    me: tiny.user, name: tiny.name, deviceId: tiny.device, http, sealed: mortal(tiny.sealed, alive), socketUrl: 'wss://x/ws/chat/', app: '1.0.0',
    config: { limits: { file: 20_971_520 } } as unknown as Core['config'],
    machine: () => {
      throw new Error('no library here')
    },
    inRoom: (_room, work) => work(), guarded: (work) => work(), flush: async () => undefined, send: async () => undefined,
    received: async (body: SyncBody) => {
      if (tiny.receivedFails) throw new Error('panic')
      const came: { room: RoomId; sessionId: string }[] = []
      for (const { content } of body.to_device) {
        const { room, key } = content as { room: RoomId; key: string }
        tiny.keys.add(key)
        came.push({ room, sessionId: key })
      }
      if (came.length) queueMicrotask(() => tiny.engine.keysArrived(came))
      return []
    },
    track: async () => undefined, masterKey: async () => 'M', trust: async () => 'not-checked',
    sign: async (_domain, text) => ({ text, signatures: {} }),
    restoreRoom: async (_room, session) => {
      const found = session !== undefined && tiny.backup.has(session)
      if (found) tiny.keys.add(session)
      return found
    },
    anchors: async () => ({ rooms: {}, pins: {} }), saveAnchors: async () => undefined,
    emit: (event) => {
      if (alive()) tiny.events.push(event)
    },
    state: () => tiny.state,
    setState: (part) => {
      if (alive()) tiny.state = { ...tiny.state, ...part }
    },
    problem,
  }
}

/** The same object until its life ends: then nothing is begun and no answer arrives. */
function mortal<T extends object>(object: T, alive: () => boolean): T {
  return new Proxy(object, {
    get: (target, name) => {
      const found = Reflect.get(target, name) as (...given: unknown[]) => Promise<unknown>
      return (...given: unknown[]): Promise<unknown> => {
        const never = new Promise<never>(() => undefined)
        if (!alive()) return never
        return found.apply(target, given).then(
          (value) => (alive() ? value : never), (error: unknown) => (alive() ? Promise.reject(error) : never))
      }
    },
  })
}

/** Seals in clear: the "ciphertext" is base64 of the content, the key a word. */
export class TinySeals implements Seals {
  readonly books = new Map<RoomId, RoomTrust>()
  readonly seals: string[] = [] // what was sealed, in order
  stop: Problem | null = null
  private pos = 0

  constructor(private readonly tiny: Tiny) {}

  async refresh(room: ServerRoom): Promise<RoomTrust> {
    const { rosters } = await this.tiny.core.http
      .json<{ rosters: { version: number; seq: number; text: string }[] }>('GET', `rooms/${bare(room.room_id)}/rosters?from=1`)
    const chain = rosters.map((one) => ({ seq: one.seq, members: membersOf(this.tiny.server, one.text) }))
    const trust: RoomTrust = {
      version: rosters.at(-1)?.version ?? 0, sha256: '', history: 'joined', charterHash: null,
      members: chain.at(-1)?.members ?? [], stopped: this.stop,
      at: (seq) => chain.filter((one) => one.seq <= seq).at(-1)?.members ?? [],
    }
    this.books.set(room.room_id, trust)
    return trust
  }

  known(room: RoomId): RoomTrust | null {
    return this.books.get(room) ?? null
  }

  async placed(): Promise<void> {}

  async seal(room: ServerRoom, content: Parameters<Seals['seal']>[1]): ReturnType<Seals['seal']> {
    if (this.stop) throw this.stop
    const { core, user, device } = this.tiny
    const full = room.members ? room : await core.http.json<ServerRoom>('GET', `rooms/${bare(room.room_id)}`)
    const pos = this.pos
    const key = `${user} ${full.members_seq}`
    await this.share(full, key)
    // As with the library, sealing twice gives two texts.
    const text = base64(utf8(JSON.stringify({ n: this.seals.length, content })))
    this.seals.push(text)
    return {
      content: { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: text, sender_key: '', device_id: device, session_id: key },
      members_seq: full.members_seq, devices_pos: pos,
    }
  }

  private async share(room: ServerRoom, key: string): Promise<void> {
    const { core, user } = this.tiny
    this.tiny.keys.add(key)
    const messages: Record<UserId, Json> = {}
    for (const member of room.members ?? []) {
      if (member.state === 'joined' && member.user !== user) messages[member.user] = { '*': { room: room.room_id, key } }
    }
    await core.http.json('PUT', `to-device/m.room.encrypted/${crypto.randomUUID()}`, { messages })
  }

  async open(_room: ServerRoom, event: ServerEvent): Promise<Opened> {
    const sealed = event.content as MegolmContent
    const sessionId = sealed.session_id
    if (!this.tiny.keys.has(sessionId)) {
      const young = this.tiny.clock.now() - event.ts < 60_000
      return { ok: false, problem: { code: young ? 'waiting-for-key' : 'key-missing' }, sessionId, waiting: true }
    }
    const text = new TextDecoder().decode(Uint8Array.from(atob(sealed.ciphertext), (letter) => letter.charCodeAt(0)))
    const { content } = JSON.parse(text) as { content: Content }
    return { ok: true, content, trust: 'not-checked', sharedBy: null, sessionId, index: 0 }
  }

  position(pos: number): void {
    this.pos = Math.max(this.pos, pos)
  }

  async charter(_room: RoomId, text: string): Promise<Charter | null> {
    return text === CHARTER.name ? CHARTER : null
  }

  async badge(): Promise<'not-checked'> {
    return 'not-checked'
  }

  async check(): Promise<Problem | null> {
    return this.stop
  }
}

function membersOf(server: FakeServer, text: string): RoomTrust['members'] {
  const { members } = JSON.parse(text) as { members: Listed[] }
  return members.map(({ user, role }) => ({ user, role, name: server.state.user(user).name, master: 'M', history: false }))
}
