// Rooms, rosters and events of the fake server (messaging.md 5, 10.2, 10.3).
// It numbers and refuses as the real one; signatures of rosters are the clients' own affair.

import type { MegolmContent, ServerChange, ServerEvent, ServerRoom } from '../chat/parts'
import type { Role } from '../crypto/interface'
import {
  bare, type FakeMember, type FakeRoom, type FakeSignIn, type FakeState, type Json, Refused, type Signatures,
} from './fake-state'

interface RosterText {
  version: number
  members: { user: string; role: Role }[]
}

const SETS_MEMBERS = ['created', 'roster', 'joined', 'left']

export function find(state: FakeState, signIn: FakeSignIn, id: string, inside = true): [FakeRoom, FakeMember] {
  const room = state.rooms.get(id)
  const member = room?.members.get(signIn.user)
  const states = inside ? ['joined'] : ['joined', 'invited']
  if (!room || !member || !states.includes(member.state)) throw new Refused(404, 'not_found')
  return [room, member]
}

/** Store what the server says itself. */
export function change(state: FakeState, room: FakeRoom, content: ServerChange): number {
  const event = append(state, room, { class: 'x', content })
  if (SETS_MEMBERS.includes(content.change)) room.membersSeq = event.seq
  return event.seq
}

function append(state: FakeState, room: FakeRoom, part: Partial<ServerEvent>): ServerEvent {
  const event: ServerEvent = {
    seq: ++room.lastSeq, event_id: `$${crypto.randomUUID()}`, room_id: room.id, sender: null,
    device_id: null, ts: state.clock(), class: 'x', content: null, expires_at: null, media: [],
    gone: null, ...part,
  }
  room.events.push(event)
  state.poke({ t: 'room', room: room.id, seq: event.seq })
  return event
}

export function create(state: FakeState, signIn: FakeSignIn, body: Json): [number, Json] {
  const id = bare(String(body['room_id']))
  const known = state.rooms.get(id)
  if (known) return [200, show(known, signIn.user, true)]
  if (!state.setUp(signIn)) throw new Refused(403, 'setup_incomplete')
  const roster = body['roster'] as { text: string; signatures: Signatures }
  const { members } = JSON.parse(roster.text) as RosterText
  const kind = body['kind'] as FakeRoom['kind']
  if (kind === 'direct') refuseSecondPair(state, members.map((member) => member.user))
  const room: FakeRoom = {
    id: String(body['room_id']), kind, state: 'open', lastSeq: 0, membersSeq: 0, members: new Map(),
    rosters: [], events: [], txns: new Map(), endsAt: (body['ends_at'] ?? null) as string | null,
    retentionDays: Number(body['retention_days']), receipts: false, exports: [],
  }
  state.rooms.set(id, room)
  const seq = change(state, room, { change: 'created', user: signIn.user, roster_version: 1 })
  room.rosters.push({ version: 1, seq, ...roster })
  for (const { user, role } of members) {
    place(state, room, user, role, kind === 'direct' || user === signIn.user ? 'joined' : 'invited', seq)
  }
  return [201, show(room, signIn.user, true)]
}

function refuseSecondPair(state: FakeState, pair: string[]): void {
  for (const room of state.rooms.values()) {
    if (room.kind === 'direct' && pair.every((user) => room.members.has(user))) {
      throw new Refused(409, 'room_exists', { room_id: room.id })
    }
  }
}

/** Put a person into a room; also the hook of a server that lies. */
export function place(
  state: FakeState, room: FakeRoom, user: string, role: Role, to: FakeMember['state'], seq: number,
): void {
  const before = room.members.get(user)
  room.members.set(user, {
    user, role, state: to, joinedSeq: to === 'joined' ? seq : (before?.joinedSeq ?? null),
    firstVisible: before?.firstVisible ?? 1, lastRead: before?.lastRead ?? 0, muted: false, pinned: false,
  })
  state.poke({ t: 'member', user, room: room.id })
  if (to === 'joined') state.changed(user)
}

export function show(room: FakeRoom, reader: string, full: boolean): Json {
  const me = room.members.get(reader)!
  const unread = room.events.filter((event) => event.class === 'm' && event.seq > me.lastRead)
  const answer: ServerRoom = {
    room_id: room.id, kind: room.kind, state: room.state, last_seq: room.lastSeq,
    members_seq: room.membersSeq, roster_version: room.rosters.at(-1)?.version ?? 0,
    membership: me.state, role: me.role, joined_seq: me.joinedSeq, first_visible_seq: me.firstVisible,
    last_read_seq: me.lastRead, unread: unread.filter((event) => event.sender !== reader).length,
    muted: me.muted, pinned: me.pinned, ends_at: room.endsAt, retention_days: room.retentionDays,
    receipts: room.receipts, hold_until: null, purge_at: null,
  }
  if (full) {
    answer.members = [...room.members.values()].map(({ user, state, role }) => ({ user, state, role }))
  }
  return { ...answer }
}

export function list(state: FakeState, signIn: FakeSignIn): Json {
  const mine = [...state.rooms.values()].filter((room) =>
    ['joined', 'invited'].includes(room.members.get(signIn.user)?.state ?? ''))
  return { rooms: mine.map((room) => show(room, signIn.user, false)) }
}

export function roster(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  const [room, member] = find(state, signIn, id)
  const text = String(body['text'])
  const last = room.rosters.at(-1)!
  const answer = (seq: number): Json => ({ roster_version: last.version, seq, members_seq: room.membersSeq })
  if (last.text === text) return answer(last.seq)
  const { version, members } = JSON.parse(text) as RosterText
  if (member.role !== 'host') throw new Refused(403, 'forbidden')
  if (version !== last.version + 1) throw new Refused(409, 'stale_roster', { roster_version: last.version })
  const before = new Set((JSON.parse(last.text) as RosterText).members.map((one) => one.user))
  const seq = change(state, room, { change: 'roster', user: signIn.user, roster_version: version })
  room.rosters.push({ version, seq, text, signatures: body['signatures'] as Signatures })
  const named = new Set(members.map((one) => one.user))
  for (const one of room.members.values()) {
    if (!named.has(one.user) && ['joined', 'invited'].includes(one.state)) {
      place(state, room, one.user, one.role, 'removed', seq)
    }
  }
  for (const { user, role } of members) {
    const known = room.members.get(user)
    if (known && ['joined', 'invited'].includes(known.state)) known.role = role
    else if (!before.has(user)) place(state, room, user, role, 'invited', seq) // who left and is still listed stays out
  }
  return { roster_version: version, seq, members_seq: room.membersSeq }
}

export function move(state: FakeState, signIn: FakeSignIn, id: string, what: string): Json {
  const left = state.rooms.get(id)
  const returns = what === 'join' && left?.kind === 'direct' && left.members.get(signIn.user)?.state === 'left'
  const [room, member] = returns ? [left, left.members.get(signIn.user)!] : find(state, signIn, id, what === 'leave')
  const to = ({ join: 'joined', leave: 'left', decline: 'declined' } as const)[what as 'join']
  const seq = change(state, room, { change: to, user: signIn.user })
  place(state, room, signIn.user, member.role, to, seq)
  return { seq, members_seq: room.membersSeq }
}

// -- events -----------------------------------------------------------------------------------------

export function putEvent(state: FakeState, signIn: FakeSignIn, id: string, txn: string, body: Json): [number, Json] {
  const device = state.device(signIn)
  const [room, member] = find(state, signIn, id)
  const key = `${device.user} ${device.id} ${txn}`
  const done = room.txns.get(key)
  if (done) return [200, { ...done }]
  refuse(state, signIn, room, member, body)
  const content = body['content'] as MegolmContent
  if (content.device_id !== device.id) throw new Refused(400, 'bad_request')
  const event = append(state, room, {
    sender: signIn.user, device_id: device.id, class: body['class'] as 'm' | 's', content,
    expires_at: (body['expires_at'] ?? null) as string | null, media: (body['media'] ?? []) as string[],
  })
  const answer = { seq: event.seq, event_id: event.event_id, ts: event.ts }
  room.txns.set(key, answer)
  return [201, { ...answer }]
}

function refuse(state: FakeState, signIn: FakeSignIn, room: FakeRoom, member: FakeMember, body: Json): void {
  if (!state.setUp(signIn)) throw new Refused(403, 'setup_incomplete')
  if (room.state !== 'open') throw new Refused(403, 'room_closed')
  if (body['class'] === 'm' && ['observer', 'records'].includes(member.role)) throw new Refused(403, 'read_only')
  if (Number(body['members_seq']) < room.membersSeq) {
    throw new Refused(409, 'stale_members', {
      members_seq: room.membersSeq, roster_version: room.rosters.at(-1)!.version,
    })
  }
  const changed = new Set(state.changes.slice(Number(body['devices_pos'])))
  const behind = [...changed].filter((user) => room.members.get(user)?.state === 'joined')
  if (behind.length) {
    throw new Refused(409, 'stale_devices', { changed: behind, devices_pos: state.changes.length })
  }
}

export function events(state: FakeState, signIn: FakeSignIn, id: string, query: URLSearchParams): Json {
  const [room, member] = find(state, signIn, id)
  const limit = Math.min(Number(query.get('limit') ?? 200), 200)
  const seen = room.events.filter((event) => event.seq >= member.firstVisible)
  const before = query.get('before')
  const found = before !== null
    ? seen.filter((event) => event.seq < Number(before))
    : seen.filter((event) => event.seq > Number(query.get('after') ?? 0))
  const page = before !== null ? found.slice(-limit) : found.slice(0, limit)
  return {
    events: page, first_visible_seq: member.firstVisible, last_seq: room.lastSeq, more: found.length > limit,
  }
}

export function redact(state: FakeState, signIn: FakeSignIn, id: string, seq: number): Json {
  const [room, member] = find(state, signIn, id)
  const event = room.events.find((one) => one.seq === seq && one.class !== 'x')
  if (!event) throw new Refused(404, 'not_found')
  if (event.sender !== signIn.user && member.role !== 'host') throw new Refused(403, 'forbidden')
  event.content = null
  event.gone = { why: 'redacted', by: signIn.user, ts: state.clock() }
  return { seq: change(state, room, { change: 'redacted', user: signIn.user, target_seq: seq }) }
}

export function read(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  const [room, member] = find(state, signIn, id)
  member.lastRead = Math.max(member.lastRead, Math.min(Number(body['seq']), room.lastSeq))
  state.poke({ t: 'receipt', room: room.id, user: signIn.user, seq: member.lastRead })
  return { unread: show(room, signIn.user, false)['unread'] }
}

export function unread(state: FakeState, signIn: FakeSignIn): Json {
  const rooms = (list(state, signIn)['rooms'] as ServerRoom[]).map((room) =>
    [room.room_id, { unread: room.unread, last_seq: room.last_seq }])
  return { rooms: Object.fromEntries(rooms) as Json }
}

export function mine(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  const [, member] = find(state, signIn, id)
  if ('muted' in body) member.muted = Boolean(body['muted'])
  if ('pinned' in body) member.pinned = Boolean(body['pinned'])
  return {}
}

export function settings(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  const [room, member] = find(state, signIn, id)
  if (member.role !== 'host') throw new Refused(403, 'forbidden')
  room.retentionDays = Number(body['retention_days'] ?? room.retentionDays)
  room.endsAt = (body['ends_at'] ?? room.endsAt) as string | null
  room.receipts = Boolean(body['receipts'] ?? room.receipts)
  return { seq: change(state, room, { change: 'settings' }) }
}

export function exportMade(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  const [room] = find(state, signIn, id)
  room.exports.push({ ...body, export_id: crypto.randomUUID() })
  return { export_id: room.exports.at(-1)!['export_id'] }
}

export function close(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  const [room] = find(state, signIn, id)
  const step = body['step'] as 'closing' | 'closed'
  const made = room.exports.find((one) => one['export_id'] === body['export_id'])
  if (step === 'closed' && !made) throw new Refused(404, 'not_found')
  room.state = step
  change(state, room, step === 'closed'
    ? { change: step, user: signIn.user, manifest_sha256: String(made!['manifest_sha256']) }
    : { change: step, user: signIn.user })
  return { state: step, purge_at: step === 'closed' ? new Date(state.clock() + 7 * 86_400_000).toISOString() : null }
}
