// What the fake server of the tests keeps. No rule stands here: see fake-keys, fake-rooms, fake-backup.

import type { ServerEvent } from '../chat/parts'
import type { Role, RoomId, UserId } from '../crypto/interface'

export type Json = Record<string, unknown>
export type Signatures = Record<UserId, Record<string, string>>

/** An object as the library signs it. */
export interface SignedObject extends Json {
  keys?: Record<string, string>
  signatures?: Signatures
}

export interface InboxMessage {
  seq: number
  type: string
  sender: UserId
  content: Json
}

export interface FakeDevice {
  user: UserId
  id: string
  name: string
  keys: SignedObject
  oneTime: Map<string, Json>
  fallback: { id: string; key: Json; used: boolean } | null
  usedIds: Map<string, string> // key id → content
  inbox: InboxMessage[]
  inboxSeq: number
  txns: Set<string>
  revoked: boolean
  challenge: string
  created: string
}

export interface FakeUser {
  id: UserId
  name: string
  devices: Map<string, FakeDevice> // revoked ones stay, their ids are never given again
  master: SignedObject | null
  selfSigning: SignedObject | null
  userSigning: SignedObject | null
  backups: FakeBackup[]
  secrets: Map<string, Json>
  blocked: Set<UserId>
}

/** A browser that is signed in. `device` is what it is bound to. */
export interface FakeSignIn {
  user: UserId
  id: string
  device: FakeDevice | null
  fresh: boolean // second factor confirmed in the last ten minutes
  ended: boolean
  offline: boolean
}

export interface FakeBackup {
  version: string
  algorithm: string
  auth: Json
  keys: Map<string, Json> // `${room} ${session}`
  etag: number
  deleted: boolean
}

export interface FakeMember {
  user: UserId
  state: 'invited' | 'joined' | 'left' | 'removed' | 'declined'
  role: Role
  joinedSeq: number | null
  firstVisible: number
  lastRead: number
  muted: boolean
  pinned: boolean
}

export interface FakeRoom {
  id: RoomId
  kind: 'case' | 'direct'
  state: 'open' | 'closing' | 'closed'
  lastSeq: number
  membersSeq: number
  members: Map<UserId, FakeMember>
  rosters: { version: number; seq: number; text: string; signatures: Signatures }[]
  events: ServerEvent[]
  txns: Map<string, { seq: number; event_id: string; ts: number }>
  endsAt: string | null
  retentionDays: number
  receipts: boolean
  exports: Json[]
}

export interface FakeMedia {
  id: string
  room: RoomId
  size: number
  bytes: Uint8Array
  received: number
}

/** What happened, for those who play a socket. */
export type Poke =
  | { t: 'room'; room: RoomId; seq: number }
  | { t: 'inbox'; user: UserId; device: string }
  | { t: 'lists'; users: UserId[] } // devices or keys of these changed
  | { t: 'member'; user: UserId; room: RoomId }
  | { t: 'receipt'; room: RoomId; user: UserId; seq: number }
  | { t: 'typing'; room: RoomId; user: UserId }

/** A refusal: thrown by the rules, turned into an HttpRefusal on the way out. */
export class Refused {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly fields: Json = {},
  ) {}
}

export const bare = (id: string): string => id.slice(1).split(':')[0] ?? ''

export class FakeState {
  readonly domain = 'members.invalid'
  readonly users = new Map<UserId, FakeUser>()
  readonly signIns = new Map<string, FakeSignIn>()
  readonly rooms = new Map<string, FakeRoom>() // by bare uuid
  readonly media = new Map<string, FakeMedia>()
  readonly listeners = new Set<(poke: Poke) => void>()
  readonly changes: UserId[] = [] // index + 1 is the position of the device list
  clock: () => number = Date.now
  /** What is delivered in place of a to-device message: [] drops it, two copies double it. */
  deliver: (message: InboxMessage, to: FakeDevice) => InboxMessage[] = (message) => [message]

  poke(poke: Poke): void {
    for (const listener of [...this.listeners]) listener(poke)
  }

  user(id: UserId): FakeUser {
    let user = this.users.get(id)
    if (!user) {
      user = {
        id, name: id, devices: new Map(), master: null, selfSigning: null, userSigning: null,
        backups: [], secrets: new Map(), blocked: new Set(),
      }
      this.users.set(id, user)
    }
    return user
  }

  /** The device of a sign-in, or the refusal the server would give. */
  device(signIn: FakeSignIn): FakeDevice {
    if (!signIn.device) throw new Refused(403, 'device_required')
    if (signIn.device.revoked) throw new Refused(403, 'device_revoked')
    return signIn.device
  }

  /** The list of devices moves on: everybody who shares a room hears of it. */
  changed(...users: UserId[]): void {
    this.changes.push(...users)
    this.poke({ t: 'lists', users })
  }

  roommates(user: UserId): Set<UserId> {
    const found = new Set([user])
    for (const room of this.rooms.values()) {
      const state = room.members.get(user)?.state
      if (state !== 'joined' && state !== 'invited') continue
      for (const member of room.members.values()) {
        if (member.state === 'joined' || member.state === 'invited') found.add(member.user)
      }
    }
    return found
  }

  confirmed(device: FakeDevice): boolean {
    const owner = this.user(device.user)
    const key = Object.keys(owner.selfSigning?.keys ?? {})[0]
    return Boolean(key && device.keys.signatures?.[device.user]?.[key])
  }

  setUp(signIn: FakeSignIn): boolean {
    const user = this.user(signIn.user)
    const names = ['cross_signing_master', 'cross_signing_self_signing', 'cross_signing_user_signing']
    return Boolean(
      user.master && signIn.device && this.confirmed(signIn.device) &&
      user.backups.some((backup) => !backup.deleted) && names.every((name) => user.secrets.has(name)),
    )
  }
}
