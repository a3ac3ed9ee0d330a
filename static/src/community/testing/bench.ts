// For tests of seals and deeds: a real library machine behind a Core as small as can be, on the fake
// server, and the part of Talk that deeds need. One process, no worker, no backup.

import {
  DeviceId, initAsync, OlmMachine, type ProcessedToDeviceEvent, ProcessedToDeviceEventType, UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { classOf, makeContent } from '../chat/content'
import type { Content, Opened, Seals, ServerEvent, ServerRoom, TalkInside } from '../chat/parts'
import { makeDeeds } from '../chat/room-actions'
import type { Anchors, Core, Http, SyncBody } from '../crypto/core'
import { prevHash } from '../crypto/decrypt'
import { bare, sha256 } from '../crypto/encode'
import type { EngineEvent, RoomId, Tlp, UserId } from '../crypto/interface'
import { isRefusal } from '../crypto/refuse'
import { inside, makeSeals } from '../crypto/seals'
import { isFromConfirmedDevice } from '../crypto/to-device'
import type { FakeServer } from './fake-server'
import { MemorySealed } from './memory-sealed'
import { makeCore } from './small-core'

export type Outgoing = Awaited<ReturnType<OlmMachine['outgoingRequests']>>[number]

/** A person's device. `store` may be handed on, to play a reload of the page. */
export class Bench {
  machine!: OlmMachine
  core!: Core
  seals!: Seals
  deeds!: ReturnType<typeof makeDeeds>
  readonly talk: BenchTalk
  readonly http: Http
  readonly emitted: EngineEvent[] = []
  cursor = ''
  anchors: Anchors = { rooms: {}, pins: {} }
  restore: (room: RoomId, session?: string) => Promise<boolean> = async () => false

  private constructor(
    readonly server: FakeServer,
    readonly user: UserId,
    readonly name: string,
    readonly signIn: string,
    readonly deviceId: string,
    readonly sealed = new MemorySealed(),
  ) {
    this.http = server.httpFor(user, signIn)
    this.talk = new BenchTalk(this)
  }

  /** A new person with one confirmed device, set up as messaging.md 4.1. */
  static async person(server: FakeServer, name: string): Promise<Bench> {
    const bench = await Bench.device(server, server.person(name), name, 'first')
    const keys = await bench.machine.bootstrapCrossSigning(true)
    await bench.sendAny(keys.uploadKeysRequest as Outgoing | undefined)
    await bench.http.text('POST', 'keys/signing', keys.uploadSigningKeysRequest.body)
    await bench.sendAny(keys.uploadSignaturesRequest as unknown as Outgoing)
    const auth = await bench.core.sign('community.backup.v1', JSON.stringify({ user: bench.user, check: 'x' }))
    await bench.http.json('POST', 'backup/version', { algorithm: 'community.backup.v1', auth })
    for (const part of ['master', 'self_signing', 'user_signing']) {
      await bench.http.json('PUT', `secrets/cross_signing_${part}`, { v: 1, iv: 'AAAAAAAAAAAAAAAA', ct: 'AAAA' })
    }
    await bench.core.track([bench.user], true)
    return bench
  }

  /** A device that is registered and no more: what a server may invent. */
  static async device(server: FakeServer, user: UserId, name: string, signIn: string): Promise<Bench> {
    await initAsync()
    const letters = crypto.getRandomValues(new Uint8Array(10))
    const id = Array.from(letters, (byte) => String.fromCharCode(65 + (byte % 26))).join('')
    const bench = new Bench(server, user, name, signIn, id)
    bench.machine = await OlmMachine.initialize(new LibraryUser(user), new DeviceId(id))
    bench.machine.roomKeyRequestsEnabled = bench.machine.roomKeyForwardingEnabled = false
    bench.core = makeCore(bench)
    bench.open()
    await bench.core.flush()
    await bench.sync()
    return bench
  }

  /** A further device of this person, confirmed with the person's keys. */
  async further(signIn: string): Promise<Bench> {
    const bench = await Bench.device(this.server, this.user, this.name, signIn)
    const keys = (await this.machine.exportCrossSigningKeys())!
    await bench.core.track([bench.user], true)
    await bench.machine.importCrossSigningKeys(keys.masterKey, keys.self_signing_key, keys.userSigningKey)
    const identity = (await bench.machine.getIdentity(new LibraryUser(bench.user)))!
    await bench.sendAny((await identity.verify()) as unknown as Outgoing)
    const device = (await bench.machine.getDevice(new LibraryUser(bench.user), new DeviceId(bench.deviceId)))!
    await bench.sendAny((await device.verify()) as unknown as Outgoing)
    await bench.core.track([bench.user], true)
    bench.anchors = structuredClone(this.anchors)
    return bench
  }

  /** New seals and deeds on the same store: the page was loaded again. */
  open(): void {
    this.seals = makeSeals(this.core)
    this.deeds = makeDeeds(this.core, this.seals, this.talk)
  }

  /** Send the anchors that wait to be sent in a batch. */
  settle(): Promise<void> {
    return inside(this.seals).anchors.settle()
  }

  /** A new identity, as after losing everything. */
  async resetIdentity(): Promise<void> {
    const keys = await this.machine.bootstrapCrossSigning(true)
    await this.http.text('POST', 'keys/signing', keys.uploadSigningKeysRequest.body)
    await this.sendAny(keys.uploadSignaturesRequest as unknown as Outgoing)
    await this.core.track([this.user], true)
  }

  /** As after a check by emoji: sign the other's identity. */
  async check(other: Bench): Promise<void> {
    await this.core.track([other.user], true)
    const identity = (await this.machine.getIdentity(new LibraryUser(other.user)))!
    await this.sendAny((await identity.verify()) as unknown as Outgoing)
    await this.core.track([other.user], true)
  }

  /** Compares emoji with a person whose identity changed, then signs the key that was compared. */
  async accepts(room: RoomId, other: Bench): Promise<void> {
    await this.check(other)
    await this.deeds.acceptIdentity(room, other.user, (await this.core.masterKey(other.user))!)
  }

  async sync(): Promise<ProcessedToDeviceEvent[]> {
    const body = await this.http.json<SyncBody>('GET', `sync?cursor=${encodeURIComponent(this.cursor)}&wait=0`)
    const done = await this.core.received(body)
    this.cursor = body.cursor
    await this.http.json('POST', 'sync/ack', { cursor: body.cursor })
    this.seals.position(body.devices_pos)
    for (const event of done) await this.pass(event)
    return done
  }

  private async pass(event: ProcessedToDeviceEvent): Promise<void> {
    if (event.type !== ProcessedToDeviceEventType.Decrypted || !('encryptionInfo' in event)) return
    const { type, content } = JSON.parse(event.rawEvent) as { type: string; content: Record<string, unknown> }
    const info = event.encryptionInfo
    const [sender, senderDevice] = [info.sender.toString(), info.senderDevice?.toString() ?? '']
    if (!(await isFromConfirmedDevice(this.core, sender, senderDevice, info.senderCurve25519Key))) return
    await this.deeds.toDevice({ type, sender, senderDevice, content })
  }

  async sendAny(request: Outgoing | undefined): Promise<void> {
    if (!request) return
    const paths = ['keys/upload', 'keys/query', 'keys/claim', '', 'keys/signatures']
    const { id, type, body } = request as unknown as { id?: string; type: number; body: string }
    const toDevice = request as unknown as { event_type: string; txn_id: string }
    const path = type === 3 ? `to-device/${toDevice.event_type}/${toDevice.txn_id}` : paths[type]!
    const answer = await this.http.text(type === 3 ? 'PUT' : 'POST', path, body)
    if (id) await this.machine.markRequestAsSent(id, type, answer)
  }

  // -- talking, as far as a test needs it -----------------------------------------------------------

  room(room: RoomId): Promise<ServerRoom> {
    return this.http.json('GET', `rooms/${bare(room)}`)
  }

  /** Steps 2 to 8 of sending. */
  async send(room: RoomId, body: string, more: Partial<Content> = {}, tlp: Tlp = 'AMBER'): Promise<ServerEvent> {
    const content = makeContent(more.kind ?? 'message', body, tlp, { prev: await this.talk.prev(room), ...more })
    for (let turn = 0; turn < 5; turn++) {
      const sealed = await this.seals.seal(await this.room(room), content)
      try {
        const path = `rooms/${bare(room)}/events/${crypto.randomUUID()}`
        const { seq } = await this.http.json<{ seq: number }>('PUT', path, {
          class: classOf(content.kind), ...sealed, expires_at: null, media: [], notify: [],
        })
        return (await this.event(room, seq))!
      } catch (error) {
        if (!isRefusal(error, 'stale_devices') && !isRefusal(error, 'stale_members')) throw error
        await this.sync()
      }
    }
    throw new Error('still stale')
  }

  async events(room: RoomId): Promise<ServerEvent[]> {
    const found: ServerEvent[] = []
    for (let more = true; more;) {
      const path = `rooms/${bare(room)}/events?after=${found[found.length - 1]?.seq ?? 0}&limit=200`
      const page = await this.http.json<{ events: ServerEvent[]; more: boolean }>('GET', path)
      found.push(...page.events)
      more = page.more
    }
    return found
  }

  async event(room: RoomId, seq: number): Promise<ServerEvent | undefined> {
    return (await this.events(room)).find((one) => one.seq === seq)
  }

  async opens(room: RoomId, event: ServerEvent): Promise<Opened> {
    return this.seals.open(await this.room(room), event)
  }

  /** What a reader makes of an event: its text, or the code of the problem. */
  async reads(room: RoomId, event: ServerEvent): Promise<string> {
    const opened = await this.opens(room, event)
    return opened.ok ? opened.content.body : opened.problem.code
  }
}

class BenchTalk implements TalkInside {
  readonly rooms = new Map<RoomId, ServerRoom>()
  readonly charters = new Map<RoomId, string>()
  readonly openedAgain: RoomId[] = []

  constructor(private readonly bench: Bench) {}

  server(room: RoomId): ServerRoom | undefined {
    return this.rooms.get(room)
  }
  async reload(room: RoomId): Promise<ServerRoom> {
    const found = await this.bench.room(room)
    this.rooms.set(room, found)
    return found
  }
  async sendContent(room: RoomId, kind: Content['kind'], body: string, more: Partial<Content> = {}): Promise<void> {
    await this.bench.send(room, body, { ...more, kind }, more.tlp)
  }
  async all(room: RoomId, each: (event: ServerEvent, opened: Opened | null) => Promise<void>): Promise<void> {
    const server = await this.bench.room(room)
    for (const event of await this.bench.events(room)) {
      const sealed = event.class !== 'x' && event.content !== null
      await each(event, sealed ? await this.bench.seals.open(server, event) : null)
    }
  }
  async rememberCharter(room: RoomId, text: string): Promise<void> {
    this.charters.set(room, text)
  }
  async event(room: RoomId, key: string): Promise<{ event: ServerEvent; opened: Opened | null } | null> {
    const event = await this.bench.event(room, Number(key.replace('seq:', '')))
    return event ? { event, opened: await this.bench.opens(room, event) } : null
  }
  async upload(room: RoomId, ciphertext: Uint8Array, purpose: 'file' | 'history'): Promise<string> {
    const { media_id: media } = await this.bench.http.json<{ media_id: string }>('POST', 'media', {
      room, size: ciphertext.length, sha256: await sha256(ciphertext), purpose,
    })
    await this.bench.http.bytes('PUT', `media/${media}/0`, ciphertext)
    return media
  }
  async openAgain(room: RoomId): Promise<void> {
    this.openedAgain.push(room)
  }
  async prev(room: RoomId): Promise<Content['prev']> {
    const last = (await this.bench.events(room)).filter((one) => one.class !== 'x' && one.content).pop()
    return last ? { seq: last.seq, h: await prevHash(last as Parameters<typeof prevHash>[0]) } : null
  }
}
