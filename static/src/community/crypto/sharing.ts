// Steps 3 to 7 of sending (messaging.md 4.2): who receives the key, whether they may, and the sealing.

import {
  CollectStrategy, DeviceId, EncryptionAlgorithm, EncryptionSettings, HistoryVisibility, RoomId as LibraryRoom,
  UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { classOf, padded } from '../chat/content'
import type { Content, MegolmContent, ServerRoom } from '../chat/parts'
import type { AnchorBook } from './anchors'
import type { Core } from './core'
import { bare } from './encode'
import { firstProblem } from './identity'
import type { Problem, Role, RoomId, UserId } from './interface'
import { isProblem, problem, Queues } from './refuse'
import type { ChangeKind, RosterMember } from './roster'
import type { Rosters, Trust } from './room-trust'
import { ensureSessions, sendRequests, userIds } from './to-device'

const WEEK_IN_MICROSECONDS = 7n * 24n * 3600n * 1_000_000n
const ROTATE_AFTER_MESSAGES = 100n
const MAY_TALK: Role[] = ['host', 'member']
const ROTATING: ChangeKind[] = ['remove', 'identity', 'history']

/** What the key in use was shared under; a difference means a new key before the next message. */
interface Shared {
  version: number
  users: UserId[]
  session: string
}

export interface Sealed {
  content: MegolmContent
  members_seq: number
  devices_pos: number
}

export class Sharer {
  devicesPos = 0
  private readonly queues = new Queues()
  private readonly tracked = new Set<UserId>()

  constructor(
    private readonly core: Core,
    private readonly rosters: Rosters,
    private readonly anchors: AnchorBook,
  ) {}

  /** One at a time per room: two at once would use one place of the ratchet twice (pitfall 1). */
  seal(room: ServerRoom, content: Content): Promise<Sealed> {
    return this.queues.run(room.room_id, () => this.sealNow(room, content))
  }

  private async sealNow(room: ServerRoom, content: Content): Promise<Sealed> {
    const text = padded(content)
    const devicesPos = this.devicesPos // before the lists are asked for, so it never promises too much
    await this.core.flush()
    const full = room.members ? room : await this.core.http.json<ServerRoom>('GET', `rooms/${bare(room.room_id)}`)
    const trust = await this.rosters.refresh(full)
    const people = this.recipients(full, trust, content)
    await this.checkAll(trust, people)
    await this.rotateIfNeeded(full.room_id, trust, people)
    await this.share(full.room_id, trust, people)
    const sealed = await this.encrypt(full.room_id, text)
    await this.remember(full.room_id, {
      version: trust.version, users: people.map((one) => one.user), session: sealed.session_id,
    })
    return { content: sealed, members_seq: full.members_seq, devices_pos: devicesPos }
  }

  /** Roster ∩ joined, oneself included: the server can take people away, never add. */
  private recipients(room: ServerRoom, trust: Trust, content: Content): RosterMember[] {
    if (room.state !== 'open') throw problem('room-closed')
    const joined = new Set(room.members?.filter((one) => one.state === 'joined').map((one) => one.user))
    const own = trust.entry(this.core.me)
    if (!own || !joined.has(this.core.me)) throw problem('removed')
    if (classOf(content.kind) === 'm' && !MAY_TALK.includes(own.role)) throw problem('read-only')
    return trust.members.filter((one) => joined.has(one.user))
  }

  /** Step 4 and 5 without sending: why nothing may be sent now, or null. */
  async check(room: ServerRoom): Promise<Problem | null> {
    try {
      const full = room.members ? room : await this.core.http.json<ServerRoom>('GET', `rooms/${bare(room.room_id)}`)
      const trust = await this.rosters.refresh(full)
      const joined = new Set(full.members?.filter((one) => one.state === 'joined').map((one) => one.user))
      await this.checkAll(trust, trust.members.filter((one) => joined.has(one.user)))
      return null
    } catch (error) {
      if (isProblem(error)) return error
      throw error
    }
  }

  private async checkAll(trust: Trust, people: RosterMember[]): Promise<void> {
    await this.track(people.map((one) => one.user))
    await this.checkOwnDevice()
    const trouble = await firstProblem(this.core, this.anchors, trust, people)
    if (trouble) {
      trust.stopped = trouble
      throw trouble
    }
    if (trust.stopped?.code !== 'roster-conflict') trust.stopped = null
  }

  /** Whoever is tracked stays so; what changed about her is asked for by `flush`. */
  private async track(users: UserId[]): Promise<void> {
    const strangers = users.filter((user) => !this.tracked.has(user))
    if (strangers.length === 0) return
    await this.core.track(strangers)
    for (const user of strangers) this.tracked.add(user)
  }

  private async checkOwnDevice(): Promise<void> {
    const own = await this.core.guarded(() =>
      this.core.machine().getDevice(new LibraryUser(this.core.me), new DeviceId(this.core.deviceId)))
    if (!own?.isCrossSignedByOwner()) throw problem('device-unconfirmed')
  }

  /** A new key when a person or a key was taken out or the history choice changed, whatever happened
   *  in between (D5). Devices that are gone, the count and the week are the library's. */
  private async rotateIfNeeded(room: RoomId, trust: Trust, people: RosterMember[]): Promise<void> {
    const shared = await this.core.sealed.get<Shared>('rooms', `shared:${room}`)
    if (!shared) return
    const now = new Set(people.map((one) => one.user))
    const changed = trust.changesAfter(shared.version).some((one) => ROTATING.includes(one.kind))
    if (changed || shared.users.some((user) => !now.has(user))) await this.invalidate(room)
  }

  private async share(room: RoomId, trust: Trust, people: RosterMember[]): Promise<void> {
    const users = people.map((one) => one.user)
    await ensureSessions(this.core, users)
    const settings = new EncryptionSettings()
    settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2
    settings.historyVisibility = trust.history === 'shared' ? HistoryVisibility.Shared : HistoryVisibility.Joined
    settings.rotationPeriodMessages = ROTATE_AFTER_MESSAGES
    settings.rotationPeriod = WEEK_IN_MICROSECONDS
    settings.sharingStrategy = CollectStrategy.identityBasedStrategy()
    const requests = await this.core.guarded(() =>
      this.core.machine().shareRoomKey(new LibraryRoom(room), userIds(users), settings))
    if (requests.length === 0) return
    // Somebody's identity may have been swapped while sessions were claimed. What is sealed for it by
    // now is thrown away with its key, never sent.
    const trouble = await firstProblem(this.core, this.anchors, trust, people)
    if (trouble) {
      trust.stopped = trouble
      await this.invalidate(room)
      throw trouble
    }
    await sendRequests(this.core, requests)
  }

  private async encrypt(room: RoomId, text: string): Promise<MegolmContent> {
    const sealed = await this.core.guarded(() =>
      this.core.machine().encryptRoomEvent(new LibraryRoom(room), 'community.message', text))
    return JSON.parse(sealed) as MegolmContent
  }

  private async remember(room: RoomId, shared: Shared): Promise<void> {
    await this.core.sealed.put('rooms', `shared:${room}`, shared)
  }

  /** A new key before the next message. */
  rotate(room: RoomId): Promise<void> {
    return this.queues.run(room, () => this.invalidate(room))
  }

  private async invalidate(room: RoomId): Promise<void> {
    await this.core.guarded(() => this.core.machine().invalidateGroupSession(new LibraryRoom(room)))
  }

  /** The session of the last message sealed here, as far as is known. */
  async sessionInUse(room: RoomId): Promise<string | null> {
    return (await this.core.sealed.get<Shared>('rooms', `shared:${room}`))?.session ?? null
  }
}
