// What the two halves of the engine owe each other. Types only.
// Core: machine, keys, requests, backup, checks, devices. Rooms: rosters, events, outbox, search.

import type { OlmMachine, ProcessedToDeviceEvent } from '@matrix-org/matrix-sdk-crypto-wasm'
import type {
  Engine, EngineEvent, EngineState, Problem, ProblemCode, RoomId, Trust, UserId,
} from './interface'

/** The part of Engine that Core fills; the rooms half fills the rest. */
export type CoreApi = Pick<
  Engine,
  | 'state' | 'retry' | 'signOut' | 'setupBegin' | 'setupFinish' | 'restore' | 'resetIdentity'
  | 'newRecoveryKey' | 'devices' | 'renameDevice' | 'removeDevice' | 'checks' | 'checkStart'
  | 'checkAccept' | 'checkConfirm' | 'checkMismatch' | 'checkCancel'
>

/** A request the library wants sent; `id` is absent only on some signature uploads. */
export interface LibraryRequest {
  readonly id: string | undefined
  readonly type: number
  readonly body: string
  readonly event_type?: string // to-device
  readonly txn_id?: string // to-device
}

/** GET config (messaging.md 10.3). */
export interface Config {
  user_id: UserId
  domain: string
  csrf_token: string
  device_id: string | null
  setup: { identity: boolean; backup: string | null; secrets: string[] }
  limits: Record<string, number>
  min_app: string
}

/** All fields of GET sync and of the `sync` frame. */
export interface SyncBody {
  cursor: string
  more: boolean
  to_device: { type: string; sender: UserId; content: Record<string, unknown> }[]
  device_lists: { changed: UserId[]; left: UserId[] }
  devices_pos: number
  otk_counts: Record<string, number>
  unused_fallback: string[]
  heads: Record<RoomId, number>
}

/** Thrown for every refusal of the server; `body` is the JSON of messaging.md 10.1. */
export interface HttpRefusal {
  status: number
  code: string
  body: Record<string, unknown>
}

export interface Http {
  /** Paths as in 10.3, without prefix and leading slash: 'rooms/<uuid>/events/<t>'.
   *  JSON in, JSON out; retries nothing. Rejects with HttpRefusal, or a TypeError when offline. */
  json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T>
  /** The same with the text of the answer, for rows marked L. */
  text(method: string, path: string, body: string): Promise<string>
  bytes(method: string, path: string, body?: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>
}

/** Sealed local storage: AES-GCM under a non-extractable key; wiped with the store. */
export interface Sealed {
  get<T>(table: Table, key: string): Promise<T | undefined>
  put(table: Table, key: string, value: unknown): Promise<void>
  /** All in one transaction: what is undefined is deleted. */
  putAll(rows: { table: Table; key: string; value: unknown }[]): Promise<void>
  delete(table: Table, key: string): Promise<void>
  /** Values whose key starts with a prefix, by key. Keys are in clear on the device: ids only. */
  list<T>(table: Table, prefix: string): Promise<{ key: string; value: T }[]>
}
export type Table = 'meta' | 'rooms' | 'events' | 'outbox' | 'drafts' | 'uploads'

export interface Core {
  readonly me: UserId
  readonly name: string
  readonly deviceId: string
  readonly config: Config
  readonly http: Http
  readonly sealed: Sealed
  readonly socketUrl: string
  readonly app: string
  machine(): OlmMachine
  /** One at a time per room; the lock of messaging.md 4.2. */
  inRoom<T>(room: RoomId, work: () => Promise<T>): Promise<T>
  /** A call into the library: 20 s at most; panic or time out restarts it, Problem 'panic'. */
  guarded<T>(work: () => Promise<T>, milliseconds?: number): Promise<T>
  /** outgoingRequests → send → markRequestAsSent until there is none (single flight). */
  flush(): Promise<void>
  /** Send one request of the library to its address of 10.3 and hand it the answer. */
  send(request: LibraryRequest): Promise<void>
  /** receiveSyncChanges with everything the library wants, then flush. When it resolves, the
   *  cursor may be acknowledged. */
  received(body: SyncBody): Promise<ProcessedToDeviceEvent[]>
  /** Track people and have their keys queried now if they are not known yet. */
  track(users: UserId[], requery?: boolean): Promise<void>
  /** The master key (43 characters) the library holds of a person now; null if none. */
  masterKey(user: UserId): Promise<string | null>
  trust(user: UserId): Promise<Trust>
  /** Sign a text in a domain with the master key: {"text","signatures"} of messaging.md 10.2. */
  sign(domain: string, text: string): Promise<{ text: string; signatures: Record<string, unknown> }>
  /** Look for a room key in the backup; resolves true if a key was imported. Rejects with Problem
   *  'key-in-locked-backup' if the backup cannot be opened on this device. */
  restoreRoom(room: RoomId, sessionId?: string): Promise<boolean>
  /** Anchors of messaging.md 10.2, sealed under the backup key. */
  anchors(): Promise<Anchors>
  saveAnchors(anchors: Anchors): Promise<void>
  emit(event: EngineEvent): void
  state(): EngineState
  setState(part: Partial<EngineState>): void
  /** Why sending must not begin on this device, if so. */
  problem(code: ProblemCode, more?: Partial<Problem>): Problem
}

export interface Anchors {
  rooms: Record<RoomId, [number, string]> // version, base64 SHA-256 of the roster text
  pins: Record<UserId, string> // master key
}

/** What Core tells the rooms half. */
export interface RoomsHalf {
  /** The machine is open and the device confirmed; starts socket and sync. */
  start(): Promise<void>
  stop(): void
  /** Room keys arrived (registerRoomKeyUpdatedCallback). */
  keysArrived(rooms: { room: RoomId; sessionId: string }[]): void
  /** A sender withheld keys (registerRoomKeysWithheldCallback). */
  withheld(infos: { room: RoomId; sessionId: string; code: string; sender: UserId }[]): void
  /** Identity or devices of people changed. */
  peopleChanged(users: UserId[]): void
  /** A person's name as a signed roster has it; '' if none does. For checks by emoji. */
  nameOf?(user: UserId): string
  /** A decrypted to-device event that is not the library's own (community.invite, …). Its sender's
   *  device is confirmed by its owner; others are dropped. */
  toDevice(event: { type: string; sender: UserId; senderDevice: string; content: Record<string, unknown> }): Promise<void>
}
