// A case room is opened, B invited; they talk, attach a file, react, edit, read.

import { randomBytes, randomUUID, createHash } from 'node:crypto'

import { bare } from './client.mjs'
import { attach, download, fetchFile } from './files.mjs'
import { sha256, link } from './forms.mjs'
import { charterText, entry, fits, invitation, rosterText, signRoster } from './rosters.mjs'
import { holds, same } from './same.mjs'
import { catchUp, lines, look, sealed, send } from './talk.mjs'

const HOUR = 3_600_000

/** Invite a person whom the newest roster names. */
export async function invite(client, name, user, charter) {
  const content = invitation(name, client.rooms.get(name).rosterText, charter, user)
  return client.whisper(user, 'community.invite', content)
}

/** Accept: the invitation anchors the chain; only then join. */
export async function accept(client, name) {
  const [found] = client.take('community.invite').filter((each) => each.content.room === name)
  holds(found, `${client.name} got no invitation`)
  const room = await look(client, name)
  same(room.state.membership, 'invited', 'membership before joining')
  holds(fits(found.content, room.list), 'the invitation does not fit the roster')
  const host = room.roster.members.find((each) => each.user === found.sender)
  same(host?.role, 'host', 'who invited')
  return { room, invitation: found }
}

export async function openRoom(world) {
  const { a, b, endsOn } = world
  await a.know([b.user])
  const name = (world.room = `!${randomUUID()}:members.invalid`)
  const charter = (world.charter = charterText(name, 'Parcels', endsOn))
  const members = [entry(a, 'host', true), entry(b, 'member', true)]
  const text = rosterText(a.user, name, members, { charter })
  const roster = await signRoster(a, text)
  const body = { room_id: name, kind: 'case', roster, ends_at: endsOn, retention_days: 90 }
  const made = await a.web.call('openRoom', { body })
  same([made.state, made.membership, made.role, made.roster_version], ['open', 'joined', 'host', 1], 'room')
  same((await a.web.call('openAgain', { body })).room_id, name, 'the room asked for again')
  const room = await look(a, name)
  same(room.state.members.map((each) => [each.user, each.state, each.role]).sort(),
    [[a.user, 'joined', 'host'], [b.user, 'invited', 'member']].sort(), 'members')
  holds(await invite(a, name, b.user, charter), 'no device of B was invited')
  await send(a, name, { kind: 'room_meta', body: charter })
  await world.c.web.refused('not_found', 'room', { r: bare(name) })
  await world.c.web.refused('not_found', 'events', { r: bare(name), query: { after: 0 } })
}

/** B joins; A, who has not heard of it, is told by the first refusal. */
export async function join(world) {
  const { a, b, room: name } = world
  await b.sync()
  const { rooms } = await b.web.call('rooms')
  same(rooms.map((each) => [each.room_id, each.membership]), [[name, 'invited']], 'rooms of B')
  const { room, invitation: found } = await accept(b, name)
  same(found.content.charter, world.charter, 'charter of the invitation')
  const joined = await b.web.call('join', { r: room.r, body: {} })
  await catchUp(b, name)
  same(room.state.members_seq, joined.members_seq, 'members_seq after joining')
  const first = await send(a, name, { body: 'Who handles the parcels?' }, { blind: true })
  same(first.folded, ['stale_members'], 'refusals of the first message')
  const again = await a.web.call('send', { r: room.r, t: first.t, body: first.request, status: 200 })
  same(again, { seq: first.seq, event_id: first.event_id, ts: first.ts }, 'the same sent again')
  return { folded: first.folded }
}

/** Each message names the one before it, as the other person saw it. */
function chain(client, name) {
  const { events, read } = client.rooms.get(name)
  return read.slice(1).every((each, place) => {
    const before = events.find((one) => one.seq === each.prev.seq)
    return before.seq === read[place].seq && link(before).h === each.prev.h
  })
}

const last = (client, name) => client.rooms.get(name).read.at(-1)

export async function talk(world) {
  const { a, b, room: name } = world
  await catchUp(b, name)
  const asked = last(b, name)
  same([asked.kind, asked.body, asked.sender, asked.refused],
    ['message', 'Who handles the parcels?', a.user, null], 'B reads')
  const answer = await send(b, name, { body: 'We do. 我们来。 نحن.', reply_to: asked.id })
  await send(b, name, { kind: 'reaction', body: '👍', target: asked.id })
  await send(b, name, { kind: 'edit', body: 'We do, from Monday.', target: answer.id })
  const ends = new Date(Date.now() + HOUR).toISOString()
  await send(b, name, { kind: 'poll', body: 'Which day?\nMonday\nTuesday' }, { ends, notify: [a.user] })
  await catchUp(a, name)
  const poll = last(a, name)
  same(new Date(poll.event.expires_at).toISOString(), ends, 'when the poll ends')
  await send(a, name, { kind: 'vote', body: '1', target: poll.id })
  await send(a, name, { kind: 'pin', body: '', target: answer.id })
  await catchUp(b, name)
  const refused = [a, b].flatMap((each) => each.rooms.get(name).read.map((line) => line.refused ?? null))
  same(refused.filter(Boolean), [], 'what was refused')
  holds(chain(a, name), 'the links of A')
  return { a: lines(a.rooms.get(name)), b: lines(b.rooms.get(name)) }
}

/** Only class m counts as unread; reading goes forward only. */
export async function readPosition(world) {
  const { a, b, room: name } = world
  const r = bare(name)
  const before = (await b.web.call('unread')).rooms[name]
  const { events } = b.rooms.get(name)
  const asked = events.find((each) => each.class === 'm')
  const rest = events.filter((each) => each.class === 'm' && each.seq > asked.seq).length
  same((await b.web.call('read', { r, body: { seq: asked.seq } })).unread, rest, 'unread after one')
  const top = events.at(-1).seq
  same((await b.web.call('read', { r, body: { seq: top } })).unread, 0, 'unread at the end')
  await b.web.call('read', { r, body: { seq: asked.seq } })
  same((await b.web.call('room', { r })).last_read_seq, top, 'reading goes forward only')
  same((await b.web.call('unread')).rooms[name]?.unread ?? 0, 0, 'unread list')
  const state = await a.web.call('room', { r })
  return { before, unreadOfA: state.unread }
}

// -- refusals ------------------------------------------------------------------------------------

export async function refusals(world) {
  const { a, b, room: name } = world
  await catchUp(a, name)
  const r = bare(name)
  const { body } = await sealed(a, name, { body: 'not sent' })
  const t = () => randomUUID()
  const nobody = { device_keys: { [`@${randomUUID()}:members.invalid`]: [] } }
  same((await a.query(nobody)).device_keys, {}, 'devices of nobody')
  const old = { ...body, members_seq: body.members_seq - 1 }
  await a.web.refused('stale_members', 'send', { r, t: t(), body: old })
  await a.web.refused('bad_request', 'send', { r, t: t(), body: { ...body, more: 1 } })
  await a.web.refused('bad_request', 'send', { r, t: 'not.allowed', body })
  const other = { type: 'm.room_key_request', t: t(), body: { messages: {} } }
  await a.web.refused('type_not_allowed', 'toDevice', other)
  const alone = [entry(a, 'host', true)]
  const first = rosterText(a.user, name, alone, { charter: world.charter })
  const { text, signatures } = await signRoster(a, first)
  await a.web.refused('stale_roster', 'roster', { r, body: { text, signatures } })
  const next = { before: a.rooms.get(name).rosterText, charter: world.charter }
  const unsigned = rosterText(a.user, name, alone, next)
  await a.web.refused('bad_roster', 'roster', { r, body: { text: unsigned, signatures } })
  const many = rosterText(a.user, name, [entry(a, 'host', false)], next)
  await a.web.refused('bad_roster', 'roster', { r, body: await signRoster(a, many) })
  const notHost = rosterText(b.user, name, alone, next)
  await b.web.refused('bad_roster', 'roster', { r, body: await signRoster(b, notHost) })
}

async function withRole(world, role) {
  const { a, b, room: name } = world
  const { roster, rosterText: before } = await look(a, name)
  const members = roster.members.map((each) => (each.user === b.user ? { ...each, role } : each))
  const body = await signRoster(a, rosterText(a.user, name, members, { before, charter: world.charter }))
  const answer = await a.web.call('roster', { r: bare(name), body })
  same((await catchUp(b, name)).state.role, role, 'role of B')
  return answer.roster_version
}

/** As an observer B may react and not write; then she is a member again. */
export async function roles(world) {
  const { b, room: name } = world
  const first = await withRole(world, 'observer')
  const refused = await send(b, name, { body: 'May I?' }).then(() => null, (error) => error.code)
  same(refused, 'read_only', 'an observer who writes')
  await send(b, name, { kind: 'reaction', body: '👀', target: b.rooms.get(name).read.at(-1).id })
  same(await withRole(world, 'member'), first + 1, 'version of the next roster')
}

// -- a file --------------------------------------------------------------------------------------

export async function file(world) {
  const { a, b, c, room: name } = world
  const bytes = randomBytes(1_300_000) // two parts
  const made = await attach(a, name, { name: 'list.pdf', type: 'application/pdf', bytes })
  const sent = await send(a, name, { body: 'The list.', attachments: [made.attachment] }, { media: [made.m] })
  await catchUp(b, name)
  const line = last(b, name)
  same(line.event.media, [made.m], 'media of the event')
  const got = await fetchFile(b, line.attachments[0])
  same(got, { sum: made.sum, clear: createHash('sha256').update(bytes).digest('hex') }, 'the file')
  await c.web.refused('not_found', 'mediaBytes', { m: made.m })
  world.file = { m: made.m, seq: sent.seq }
  const size = 10
  const body = { room: name, size, sha256: sha256(randomBytes(size)), purpose: 'file' }
  const { media_id: m } = await a.web.call('media', { body })
  await a.web.refused('wrong_offset', 'mediaPart', { m, offset: 5, body: randomBytes(5) })
  await a.web.refused('hash_mismatch', 'mediaPart', { m, offset: 0, body: randomBytes(size) })
  const big = { ...body, size: 20971521 }
  await a.web.refused('too_large', 'media', { body: big })
  return { parts: made.parts.length, same: (await download(a, made.m)).length === bytes.length }
}
