// What the parts of the rooms half owe each other. Types only (messaging.md 10.2, 10.3).

import type { Core } from '../crypto/core'
import type { Charter, Engine, Member, Problem, Role, RoomId, Tlp, UserId } from '../crypto/interface'

export interface MegolmContent {
  algorithm: 'm.megolm.v1.aes-sha2'
  ciphertext: string
  sender_key?: string
  device_id?: string
  session_id: string
}

/** An event as the server sends it. */
export interface ServerEvent {
  seq: number
  event_id: string
  room_id: RoomId
  sender: UserId | null
  device_id: string | null
  ts: number
  class: 'm' | 's' | 'x'
  content: MegolmContent | ServerChange | null
  expires_at: string | null
  media: string[]
  gone: { why: 'redacted' | 'expired' | 'purged'; by: UserId | null; ts: number } | null
}

export interface ServerChange {
  change: 'created' | 'roster' | 'joined' | 'left' | 'declined' | 'redacted' | 'purged' | 'hold'
    | 'settings' | 'closing' | 'closed'
  user?: UserId
  roster_version?: number
  target_seq?: number
  up_to_seq?: number
  until?: string | null
  manifest_sha256?: string
}

/** The room object of 10.3. */
export interface ServerRoom {
  room_id: RoomId
  kind: 'case' | 'direct'
  state: 'open' | 'closing' | 'closed'
  last_seq: number
  members_seq: number
  roster_version: number
  membership: 'invited' | 'joined' | 'left' | 'removed' | 'declined'
  role: Role
  joined_seq: number | null
  first_visible_seq: number
  last_read_seq: number
  unread: number
  muted: boolean
  pinned: boolean
  ends_at: string | null
  retention_days: number
  receipts: boolean
  hold_until: string | null
  purge_at: string | null
  members?: { user: UserId; state: Member['state']; role: Role }[]
}

/** The sealed content: every field present. */
export interface Content {
  v: 1
  id: string
  kind: 'message' | 'edit' | 'delete_request' | 'reaction' | 'poll' | 'vote' | 'pin' | 'read_marker'
    | 'room_meta'
  body: string
  thread: string | null
  reply_to: string | null
  target: string | null
  tlp: Tlp
  mentions: UserId[]
  attachments: SealedAttachment[]
  prev: { seq: number; h: string } | null
  expires_after: number | null
  pad: string
}

export interface SealedAttachment {
  media: string
  info: string // mediaEncryptionInfo
  name: string
  type: string
  size: number
}

/** What decrypting made of an event. */
export type Opened =
  | {
      ok: true
      content: Content
      trust: 'checked' | 'not-checked' | 'restored' | 'shared'
      sharedBy: UserId | null
      sessionId: string
      index: number
    }
  | { ok: false; problem: Problem; sessionId: string; waiting: boolean } // waiting: a key may still come

/** Rosters, sealing and opening of one engine (crypto/roster.ts, sharing.ts, decrypt.ts). */
export interface Seals {
  /** Fetch and check what is new of a room's rosters; rejects with Problem 'roster-conflict'. */
  refresh(room: ServerRoom): Promise<RoomTrust>
  known(room: RoomId): RoomTrust | null
  /** What events say of the lists and their numbers; a contradiction stops the room. */
  placed(room: RoomId, events: ServerEvent[]): Promise<void>
  /** Steps 3 to 7 of messaging.md 4.2, in the room's lock. Rejects with a Problem. */
  seal(room: ServerRoom, content: Content): Promise<{ content: MegolmContent; members_seq: number; devices_pos: number }>
  /** Decrypt; sender must have been in the roster of that seq. Never rejects. */
  open(room: ServerRoom, event: ServerEvent): Promise<Opened>
  /** Told by sync: the last position of the device list and what changed. */
  position(devicesPos: number): void
  charter(room: RoomId, text: string): Promise<Charter | null> // null if its hash is not the signed one
  badge(user: UserId): Promise<'checked' | 'not-checked'>
  /** Steps 4 and 5 without sending: why nothing would be sent to the room now, or null. */
  check(room: ServerRoom): Promise<Problem | null>
}

/** A room's signed truth. */
export interface RoomTrust {
  version: number
  sha256: string
  history: 'shared' | 'joined'
  charterHash: string | null
  members: { user: UserId; name: string; role: Role; master: string; history: boolean }[]
  /** Who was in the roster at an event's seq: [from seq, members] ascending. */
  at(seq: number): { user: UserId; role: Role; name: string }[]
  /** What the version written at this number changed, as its host signed it. */
  changeAt?(seq: number): { kind: string; users: UserId[]; by: UserId } | null
  stopped: Problem | null
}

/** Room deeds: the part of Engine that chat/room-actions.ts fills. */
export type RoomDeeds = Pick<
  Engine,
  | 'createRoom' | 'openDirect' | 'join' | 'decline' | 'leave' | 'invite' | 'removeMember' | 'setRole'
  | 'setHistory' | 'setCharter' | 'setRoom' | 'setMine' | 'beginClosing' | 'exportRoom' | 'finishClosing'
  | 'acceptIdentity' | 'people' | 'report' | 'block' | 'blocked'
>

/** Talking: the part of Engine that sync, outbox, timeline and search fill. */
export type Talk = Pick<
  Engine,
  | 'rooms' | 'room' | 'timeline' | 'item' | 'send' | 'edit' | 'remove' | 'react' | 'vote' | 'pin' | 'forward'
  | 'markRead' | 'askAgain' | 'fetchAgain' | 'retrySend' | 'discard' | 'saveDraft' | 'draft' | 'typing'
  | 'attach' | 'cancelUpload' | 'open' | 'search'
>

/** What Talk gives to RoomDeeds. */
export interface TalkInside {
  server(room: RoomId): ServerRoom | undefined
  /** Fetch the room object again (with members) and everything that follows from it. */
  reload(room: RoomId): Promise<ServerRoom>
  /** Send a content of class s (room_meta, …) through the outbox; resolves when stored. */
  sendContent(room: RoomId, kind: Content['kind'], body: string, more?: Partial<Content>): Promise<void>
  /** Every event of the room that can be read now, ascending, for the transcript. */
  all(room: RoomId, each: (event: ServerEvent, opened: Opened | null) => Promise<void>): Promise<void>
  /** Take a charter that came by invitation, before the room's own room_meta is read. */
  rememberCharter(room: RoomId, text: string): Promise<void>
  event(room: RoomId, key: string): Promise<{ event: ServerEvent; opened: Opened | null } | null>
  /** Encrypted upload of bytes (history bundle): media id. */
  upload(room: RoomId, ciphertext: Uint8Array, purpose: 'file' | 'history'): Promise<string>
  /** After joining or restoring: decrypt again what could not be read. */
  openAgain(room: RoomId): Promise<void>
}

/** How the parts are made. */
export type MakeSeals = (core: Core) => Seals
export type MakeDeeds = (core: Core, seals: Seals, talk: TalkInside) => RoomDeeds & {
  toDevice(event: { type: string; sender: UserId; senderDevice: string; content: Record<string, unknown> }): Promise<void>
  /** After start: invitations not yet delivered, history not yet taken. */
  resume(): Promise<void>
}
