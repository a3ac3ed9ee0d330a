// Core: what the rooms half sees of machine, requests, identities, backup and anchors.

import {
  DecryptedToDeviceEvent, OtherUserIdentity, type OwnUserIdentity, type OlmMachine,
  type ProcessedToDeviceEvent, UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { AnchorStore } from './anchor-store'
import { Backup } from './backup'
import type { Anchors, Config, Core, Http, LibraryRequest, RoomsHalf, Sealed, SyncBody } from './core'
import { Door } from './http'
import type { EngineEvent, EngineState, Problem, ProblemCode, RoomId, Trust, UserId } from './interface'
import type { Profile } from './keystore'
import { Letters } from './letters'
import { Machine } from './machine'
import { problem } from './refuse'
import { Requests } from './requests'

/** Event types that are the library's own, whatever they carry. */
const OWN_TYPES = /^m\./
/** People whose requests to compare are looked at, per sync. */
const MOST_ASKING = 5

export interface HostOptions {
  config: Config
  profile: Profile
  http: Http
  name: string
  socketUrl: string
  app: string
  emit(event: EngineEvent): void
  state(): EngineState
  setState(part: Partial<EngineState>): void
  /** A refusal after which the device must stop. */
  stopped(refusal: string): void
  /** Something was received or learned that may change what this device may do. */
  learned(users: UserId[]): void
}

export class Host implements Core {
  readonly me: UserId
  readonly name: string
  readonly deviceId: string
  readonly config: Config
  readonly http: Door
  readonly sealed: Sealed
  readonly socketUrl: string
  readonly app: string
  readonly library: Machine
  readonly backup: Backup
  private readonly requests: Requests
  private readonly anchorStore: AnchorStore
  private readonly letters: Letters
  /** The other half, once it is made. */
  rooms: RoomsHalf | null = null
  /** What of a sync the library may see, and what is told of every sync (checks by emoji). */
  before: (body: SyncBody) => Promise<SyncBody> = async (body) => body
  seen: (body: SyncBody) => Promise<void> = async () => {}
  /** A request of the library that has to wait (for messages of a check that come before it). */
  holds: (request: LibraryRequest) => boolean = () => false

  constructor(private readonly options: HostOptions) {
    const { config, profile, http } = options
    this.me = config.user_id
    this.name = options.name
    this.deviceId = profile.device
    this.config = config
    this.http = new Door(http)
    this.sealed = profile.sealed
    this.socketUrl = options.socketUrl
    this.app = options.app
    this.library = new Machine(this.me, profile, {
      roomKeys: (rooms) => this.keysArrived(rooms),
      withheld: (infos) => this.rooms?.withheld(infos),
      people: (users) => this.peopleChanged(users),
      secret: (name, value) => void this.secretArrived(name, value),
    })
    this.requests = new Requests(this.library, this.http, options.stopped, (request) => this.holds(request))
    this.backup = new Backup(this)
    this.anchorStore = new AnchorStore(this)
    this.letters = new Letters(this, (event) => this.rooms?.toDevice(event) ?? null)
  }

  // -- the library -----------------------------------------------------------------------------------

  machine(): OlmMachine {
    return this.library.get()
  }

  inRoom<T>(room: RoomId, work: () => Promise<T>): Promise<T> {
    return this.library.inRoom(room, work)
  }

  guarded<T>(work: () => Promise<T>, milliseconds?: number): Promise<T> {
    return this.library.guarded(work, milliseconds)
  }

  flush(): Promise<void> {
    return this.requests.flush()
  }

  send(request: LibraryRequest): Promise<void> {
    return this.requests.send(request)
  }

  async received(body: SyncBody): Promise<ProcessedToDeviceEvent[]> {
    await this.meet(body)
    const events = await this.requests.receive(await this.before(body))
    for (const event of events) {
      if (event instanceof DecryptedToDeviceEvent) await this.passOn(event)
    }
    await this.seen(body)
    // What could not be sent now is due again at the next sync; the cursor need not wait for it.
    await this.flush().catch(() => undefined)
    await this.letters.resume()
    return events
  }

  /** The library drops a request to compare from a device it does not know: look first who it is. */
  private async meet(body: SyncBody): Promise<void> {
    const asking = body.to_device.filter((message) => message.type === 'm.key.verification.request')
    const users = [...new Set(asking.map((message) => message.sender))].slice(0, MOST_ASKING)
    if (users.length > 0) await this.track(users, true)
  }

  track(users: UserId[], requery?: boolean): Promise<void> {
    return this.requests.track(users, requery)
  }

  /** Events of ours go to the rooms half, and only from devices their owner has confirmed: a device
   *  the server invented can reach us by Olm as well as any other. */
  private async passOn(event: DecryptedToDeviceEvent): Promise<void> {
    const { type, content } = JSON.parse(event.rawEvent) as { type: string; content: Record<string, unknown> }
    const { sender, senderDevice, senderCurve25519Key } = event.encryptionInfo
    if (OWN_TYPES.test(type) || !senderDevice || !senderCurve25519Key) return
    await this.letters.take({
      type, content, sender: sender.toString(), senderDevice: senderDevice.toString(), curveKey: senderCurve25519Key,
    })
  }

  private keysArrived(rooms: { room: RoomId; sessionId: string }[]): void {
    this.rooms?.keysArrived(rooms)
    this.backup.poke()
  }

  private peopleChanged(users: UserId[]): void {
    this.rooms?.peopleChanged(users)
    if (users.includes(this.me)) this.emit({ t: 'devices' })
    this.options.learned(users)
  }

  private async secretArrived(name: string, value: string): Promise<void> {
    if (name !== 'm.megolm_backup.v1') return
    await this.backup.received(value).catch(() => undefined)
    this.options.learned([this.me])
  }

  // -- people ------------------------------------------------------------------------------------------

  identity(user: UserId): Promise<OwnUserIdentity | OtherUserIdentity | undefined> {
    return this.guarded(() => this.machine().getIdentity(new LibraryUser(user)))
  }

  async masterKey(user: UserId): Promise<string | null> {
    const identity = await this.identity(user)
    return identity ? keyOf(identity.masterKey) : null
  }

  async trust(user: UserId): Promise<Trust> {
    const identity = await this.identity(user)
    if (!identity) return 'no-identity'
    if (identity.hasVerificationViolation()) return 'changed'
    if (identity instanceof OtherUserIdentity && identity.identityNeedsUserApproval()) return 'changed'
    const pins = await this.anchorStore.pinsOf(user)
    if (pins.length > 0 && !pins.includes(keyOf(identity.masterKey) ?? '')) return 'changed'
    return identity.isVerified() ? 'checked' : 'not-checked'
  }

  async sign(domain: string, text: string): Promise<{ text: string; signatures: Record<string, unknown> }> {
    const made = await this.guarded(() => this.machine().sign(`${domain}\n${text}`))
    return { text, signatures: JSON.parse(made.asJSON()) as Record<string, unknown> }
  }

  // -- backup and anchors --------------------------------------------------------------------------------

  restoreRoom(room: RoomId, sessionId?: string): Promise<boolean> {
    return this.backup.restoreRoom(room, sessionId)
  }

  anchors(): Promise<Anchors> {
    return this.anchorStore.read()
  }

  async saveAnchors(anchors: Anchors): Promise<void> {
    const users = await this.anchorStore.save(anchors)
    if (users.length > 0) this.rooms?.peopleChanged(users)
  }

  /** The same under a new backup key. */
  resealAnchors(): Promise<void> {
    return this.anchorStore.reseal()
  }

  // -- state ---------------------------------------------------------------------------------------------

  emit(event: EngineEvent): void {
    this.options.emit(event)
  }

  state(): EngineState {
    return this.options.state()
  }

  setState(part: Partial<EngineState>): void {
    this.options.setState(part)
  }

  problem(code: ProblemCode, more?: Partial<Problem>): Problem {
    return problem(code, more)
  }

  close(): void {
    this.http.close()
    this.backup.stop()
    this.library.close()
  }
}

/** The key inside a signed key object, as the library gives it (JSON); null if there is none. */
export function keyOf(json: string): string | null {
  const { keys } = JSON.parse(json) as { keys?: Record<string, string> }
  return Object.values(keys ?? {})[0] ?? null
}
