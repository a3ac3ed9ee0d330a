// What the page and the engine in the Worker say to each other. Types only.
// Ids are full: user '@<uuid>:<domain>', room '!<uuid>:<domain>'. Times are milliseconds since 1970.

export type UserId = string
export type RoomId = string
export type Tlp = 'CLEAR' | 'GREEN' | 'AMBER' | 'AMBER+STRICT' | 'RED'
export type Role = 'host' | 'member' | 'observer' | 'records'

// -- problems: one code per row of messaging.md 4.4 ------------------------------------------------
export type ProblemCode =
  | 'waiting-for-key' | 'key-in-locked-backup' | 'before-joining' | 'key-missing'
  | 'withheld-unverified' | 'withheld-other' | 'device-added-later' | 'mismatched-sender'
  | 'unsigned-device' | 'identity-changed' | 'damaged' | 'copy' | 'hole' | 'member-unsigned'
  | 'roster-conflict' | 'store-lost' | 'key-reused' | 'panic' | 'leader-asleep' | 'browser-too-old'
  | 'offline' | 'wrong-recovery-key' | 'signed-out' | 'role-lost' | 'removed' | 'contact-refused' | 'room-closed'
  | 'read-only' | 'no-identity' | 'device-unconfirmed' | 'setup-incomplete' | 'confirm-again'
  | 'device-removed' | 'update-needed' | 'too-fast' | 'failed'

/** A problem as it travels; the words and the one action stand in chat/errors.ts. */
export interface Problem {
  code: ProblemCode
  name?: string // a person's name
  user?: UserId
  at?: number // date or time named in the text
  feature?: string
  until?: number // too-fast: when sending goes on
  confirmUrl?: string // confirm-again
  detail?: string // for the log of the page, never content
}

// -- state of the engine ---------------------------------------------------------------------------
export type Phase =
  | 'starting' // nothing known yet
  | 'waiting' // another tab leads; its state follows
  | 'new-person' // no identity yet: first device (setup.begin…)
  | 'new-device' // an identity exists; this device is not confirmed (recovery key or emoji)
  | 'ready'
  | 'stopped' // see problem

export interface EngineState {
  phase: Phase
  problem: Problem | null
  me: UserId
  name: string
  deviceId: string
  connection: 'connecting' | 'online' | 'offline'
  backup: 'protected' | 'working' | 'not-protected'
  backupDue: number // room keys not yet in the backup
  outbox: number // intents waiting
  leader: boolean // this tab's worker holds the lock
}

// -- rooms -----------------------------------------------------------------------------------------
/** 'checked': by emoji; 'not-checked': pinned at first sight; 'changed': stops sending. */
export type Trust = 'checked' | 'not-checked' | 'changed' | 'no-identity'

export interface Member {
  user: UserId
  name: string // as the signed roster has it
  role: Role
  state: 'invited' | 'joined' | 'left' | 'removed' | 'declined'
  trust: Trust
  rostered: boolean // false: the server lists the person, no host signed it
  history: boolean
  organisation: string // '' if unknown
  me: boolean
  newKey?: string // the key published now, where the signed list has another one: see acceptIdentity
}

export interface Charter {
  name: string
  topic: string
  purpose: string
  legal_basis: string
  states: string[] // ISO 3166-1 alpha-2
  tlp_default: Tlp
  tlp_max: Tlp
  ends_on: string // ISO date
}

export interface RoomSummary {
  room: RoomId
  kind: 'case' | 'direct'
  state: 'open' | 'closing' | 'closed'
  membership: 'invited' | 'joined'
  role: Role
  name: string // charter name, or the other person's; '' while unknown
  charter: Charter | null
  invitedBy: string
  unread: number
  unreadByTopic: Record<string, number> // '' = outside topics
  mentions: number
  lastAt: number
  muted: boolean
  pinned: boolean
  stopped: Problem | null // why nothing is sent here
  draft: boolean
  onHold?: boolean // a legal hold blocks purge
}

export interface RoomDetail extends RoomSummary {
  members: Member[]
  topics: Topic[]
  pins: string[] // keys of items
  history: 'shared' | 'joined'
  retentionDays: number
  endsAt: string | null
  receipts: boolean
  holdUntil: string | null
  purgeAt: string | null
  notices: Problem[] // member-unsigned and the like
  firstVisibleAt: number
  lastRead: number
}

export interface Topic {
  id: string // inner id of the message that opened it
  title: string
  unread: number
  lastAt: number
  count: number
}

// -- timeline --------------------------------------------------------------------------------------
export interface Attachment {
  media: string
  name: string
  type: string
  size: number
  sha256: string // of the plaintext, hex; '' until known
  state: 'ready' | 'sealing' | 'sending' | 'failed' | 'gone'
  progress: number // 0…1
}

export interface Poll {
  question: string
  options: { text: string; votes: UserId[] }[]
  mine: number[]
}

export interface Item {
  key: string // inner id; 'seq:17' for what has none; 'txn:…' while unsent
  seq: number | null
  kind: 'message' | 'poll' | 'notice' | 'problem' | 'gone'
  sender: UserId
  name: string
  mine: boolean
  at: number
  body: string
  tlp: Tlp
  thread: string | null
  replyTo: { key: string; name: string; body: string } | null
  mentions: UserId[]
  mentionsMe: boolean
  attachments: Attachment[]
  reactions: { emoji: string; users: UserId[]; mine: boolean }[]
  poll: Poll | null
  edited: number | null
  pinned: boolean
  expiresAt: number | null
  state: 'sent' | 'queued' | 'sending' | 'failed'
  problem: Problem | null
  trust: 'checked' | 'not-checked' | 'restored' | 'shared' | ''
  sharedBy: string
  notice: {
    change: string; user: string; by: string; until?: string
    list?: { kind: string; names: string[]; by: string } // what a host signed
  } | null // kind 'notice'
  gone: { why: string; by: string } | null
  readBy: UserId[] // only if the room has receipts on
}

export interface Page {
  items: Item[] // ascending
  more: boolean // older ones exist
  newer: boolean // newer ones exist
}

export interface Draft {
  body: string
  tlp: Tlp | null // null: not chosen yet
  thread: string | null
  replyTo: string | null
  mentions: UserId[]
  attachments: string[] // upload ids
  poll: string[] | null // question, then options
  expiresAfter: number | null // seconds
  notify?: boolean // tell the server whom the text mentions, so that they hear of it at once
}

export interface Person {
  user: UserId
  name: string
  organisation: string
  country: string
  ready: boolean // has set up secure messages
}

export interface DeviceRow {
  device_id: string
  name: string
  created: string
  last_seen_day: string
  current: boolean
  confirmed: boolean
}

export interface Hit {
  room: RoomId
  roomName: string
  item: Item // body '' for RED: no snippet
  snippet: string
}

export interface RoomForm extends Charter {
  history: 'shared' | 'joined'
  retentionDays: number
  people: { user: UserId; name: string; role: Role; history: boolean }[]
}

/** A check by emoji between two devices or two people. */
export interface Check {
  id: string
  with: UserId
  name: string
  device: string | null // own other device
  incoming: boolean
  step: 'requested' | 'waiting' | 'emoji' | 'confirmed' | 'done' | 'cancelled' | 'mismatch' | 'timeout'
  emoji: { symbol: string; index: number }[] // seven; the word is looked up by index
}

// -- what the page may call (every one a promise; rejects with a Problem) ---------------------------
export interface Engine {
  state(): Promise<EngineState>
  retry(): Promise<void> // after a stop: start again
  signOut(): Promise<void> // finish the backup, remove the device, wipe

  setupBegin(): Promise<{ recoveryKey: string[]; ask: number[] }> // 12 groups; which 3 to re-type
  setupFinish(groups: string[]): Promise<void> // the three groups in the order asked
  restore(recoveryKey: string): Promise<{ keys: number }> // confirms this device, opens the backup
  resetIdentity(): Promise<{ recoveryKey: string[]; ask: number[] }> // then setupFinish
  newRecoveryKey(): Promise<{ recoveryKey: string[]; ask: number[] }>

  devices(): Promise<DeviceRow[]>
  renameDevice(device: string, name: string): Promise<void>
  removeDevice(device: string): Promise<void>

  checks(): Promise<Check[]>
  checkStart(user: UserId): Promise<string> // oneself: with one's other devices
  checkAccept(id: string): Promise<void>
  checkConfirm(id: string): Promise<void>
  checkMismatch(id: string): Promise<void>
  checkCancel(id: string): Promise<void>
  /** A host signs the changed key: the one she was shown (`Member.newKey`) and has checked by emoji. */
  acceptIdentity(room: RoomId, user: UserId, master: string): Promise<void>

  rooms(): Promise<RoomSummary[]>
  room(room: RoomId): Promise<RoomDetail>
  createRoom(form: RoomForm): Promise<RoomId>
  openDirect(user: UserId, name: string): Promise<RoomId> // the existing one, or a new one
  join(room: RoomId): Promise<void>
  decline(room: RoomId): Promise<void>
  leave(room: RoomId): Promise<void>
  invite(room: RoomId, people: RoomForm['people']): Promise<void>
  removeMember(room: RoomId, user: UserId): Promise<void>
  setRole(room: RoomId, user: UserId, role: Role): Promise<void>
  setHistory(room: RoomId, history: 'shared' | 'joined'): Promise<void>
  setCharter(room: RoomId, charter: Charter): Promise<void>
  setRoom(room: RoomId, set: { retention_days?: number; ends_at?: string; receipts?: boolean }): Promise<void>
  setMine(room: RoomId, set: { muted?: boolean; pinned?: boolean }): Promise<void>
  beginClosing(room: RoomId): Promise<void>
  /** `words`: the sentences of the transcript in the language `lang`, read in the direction `dir`. */
  exportRoom(
    room: RoomId, options: { red: boolean; words: Record<string, string>; lang: string; dir: string },
  ): Promise<{ file: Blob; name: string; exportId: string }>
  finishClosing(room: RoomId, exportId: string): Promise<void>

  timeline(room: RoomId, at: { before?: number; after?: number; around?: number; thread?: string | null; limit?: number }): Promise<Page>
  send(room: RoomId, draft: Draft): Promise<string> // key of the waiting item
  edit(room: RoomId, key: string, body: string): Promise<void>
  remove(room: RoomId, key: string): Promise<void>
  react(room: RoomId, key: string, emoji: string): Promise<void> // again: takes it back
  vote(room: RoomId, key: string, options: number[]): Promise<void>
  pin(room: RoomId, key: string, on: boolean): Promise<void>
  forward(from: RoomId, key: string, to: RoomId): Promise<void>
  item(room: RoomId, key: string): Promise<Item | null> // one item by its key: pins, links, replies
  markRead(room: RoomId, seq: number): Promise<void>
  askAgain(room: RoomId, key: string): Promise<void> // the key of an unreadable message
  fetchAgain(room: RoomId, key: string): Promise<void>
  retrySend(room: RoomId, key: string): Promise<void>
  discard(room: RoomId, key: string): Promise<Draft> // the text comes back
  saveDraft(room: RoomId, thread: string | null, draft: Draft | null): Promise<void>
  draft(room: RoomId, thread: string | null): Promise<Draft | null>
  typing(room: RoomId): Promise<void>

  attach(room: RoomId, file: File): Promise<string> // upload id; progress by event
  cancelUpload(id: string): Promise<void>
  open(room: RoomId, key: string, media: string): Promise<{ blob: Blob; name: string; sha256: string }>

  search(query: string, options: { room?: RoomId }): Promise<Hit[]>
  people(query: string): Promise<Person[]>
  report(room: RoomId, key: string, reason: string, withCopy: boolean): Promise<void>
  block(user: UserId, on: boolean): Promise<void>
  blocked(): Promise<{ user: UserId; name: string }[]>
}

// -- what the engine tells the page -----------------------------------------------------------------
export type EngineEvent =
  | { t: 'state'; state: EngineState }
  | { t: 'rooms' } // the list changed: ask again
  | { t: 'room'; room: RoomId } // members, charter, topics, pins
  | { t: 'items'; room: RoomId; items: Item[]; removed: string[] } // new or changed, ascending
  | { t: 'check'; check: Check }
  | { t: 'typing'; room: RoomId; user: UserId; name: string }
  | { t: 'upload'; id: string; room: RoomId; attachment: Attachment; problem: Problem | null }
  | { t: 'devices' }

/** Between page and Worker, and between tabs (BroadcastChannel 'community-e2ee:<user>'). */
export type ToWorker =
  | { t: 'init'; wasm: string; api: string; socket: string; name: string; app: string }
  | { t: 'call'; id: number; method: keyof Engine; args: unknown[] }
export type FromWorker =
  | { t: 'result'; id: number; value: unknown }
  | { t: 'problem'; id: number; problem: Problem }
  | { t: 'event'; event: EngineEvent }
