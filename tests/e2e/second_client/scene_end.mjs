// What is left of the interface, and the end of the room.

import { randomBytes, randomUUID } from 'node:crypto'

import { bare } from './client.mjs'
import { sha256, sign } from './forms.mjs'
import { Live } from './live.mjs'
import { backUp, getSecret, newBackup, putAnchors } from './identity.mjs'
import { entry, rosterText, signRoster, charterText } from './rosters.mjs'
import { holds, same } from './same.mjs'
import { settledAt } from './scene_live.mjs'
import { catchUp, eventsPage, look, send } from './talk.mjs'

async function open(client, members, kind, { endsOn, retention }) {
  const name = `!${randomUUID()}:members.invalid`
  const charter = kind === 'case' ? charterText(name, 'Other', endsOn) : null
  const text = rosterText(client.user, name, members, { kind, history: 'joined', charter })
  const roster = await signRoster(client, text)
  return { room_id: name, kind, roster, ends_at: endsOn, retention_days: retention }
}

/** A direct room: both inside at once, one for each pair, left without a roster. */
export async function direct(world) {
  const { a, c } = world
  const pair = () => [entry(a, 'host', false), entry(c, 'host', false)]
  const body = await open(a, pair(), 'direct', { endsOn: null, retention: 365 })
  const made = await a.web.call('openRoom', { body })
  same([made.kind, made.membership, made.ends_at], ['direct', 'joined', null], 'direct room')
  const second = await open(a, pair(), 'direct', { endsOn: null, retention: 365 })
  const refused = await a.web.refused('room_exists', 'openRoom', { body: second })
  same(refused.room_id, body.room_id, 'the room there is')
  await look(a, body.room_id)
  await send(a, body.room_id, { body: 'Between us.' })
  const room = await catchUp(c, body.room_id)
  same(room.read.map((each) => each.body), ['Between us.'], 'what C reads')
  await c.web.call('leave', { r: room.r, body: {} })
  return { state: (await catchUp(a, body.room_id)).state.members.map((each) => each.state).sort() }
}

/** An invitation that is declined, and what only one person sees of a room. */
export async function declined(world) {
  const { a, b, endsOn } = world
  const members = [entry(a, 'host', false), entry(b, 'member', false)]
  const body = await open(a, members, 'case', { endsOn, retention: 90 })
  const atB = await Live.open(b, [])
  await settledAt(atB)
  await a.web.call('openRoom', { body })
  const told = await atB.next('member', (frame) => frame.room === body.room_id)
  same([told.state, told.roster_version], ['invited', 1], 'what the invited person is told')
  await atB.close()
  const r = bare(body.room_id)
  await b.web.call('decline', { r, body: {} })
  await b.web.call('me', { r: bare(world.room), body: { muted: true, pinned: true } })
  const mine = await b.web.call('room', { r: bare(world.room) })
  same([mine.muted, mine.pinned], [true, true], 'muted and pinned')
}

/** A message is taken back, another reported; a browser is told of for pushes. */
export async function redactAndReport(world) {
  const { a, b, room: name } = world
  const r = bare(name)
  const sent = await send(a, name, { body: 'Sent by mistake.' })
  const { seq } = await a.web.call('redact', { r, seq: sent.seq })
  await catchUp(b, name)
  const page = await eventsPage(b, r, { before: seq + 1, limit: 2 })
  same(page.events.map((each) => [each.seq, each.class]), [[sent.seq, 'm'], [seq, 'x']], 'last two')
  const [gone, change] = page.events
  same([gone.content, gone.gone.why, gone.gone.by], [null, 'redacted', a.user], 'what is left')
  same([change.content.change, change.content.target_seq], ['redacted', sent.seq], 'the change')
  const first = b.rooms.get(name).events.find((each) => each.class === 'm').seq
  await b.web.call('report', { r, body: { seq: first, reason: 'Names a person.', copy: null } })
  await b.web.refused('not_found', 'hold', { r, body: { until: world.endsOn, reason: 'None.' } })
}

/** A new version of the backup holds everything before the old one goes; anchors are kept. */
export async function backup(world) {
  const { a, room: name } = world
  const count = await backUp(a)
  const before = await a.web.call('backup')
  same(before.version, a.backup.version, 'version of the backup')
  const held = await putAnchors(a)
  same(held.rooms[name][0], a.rooms.get(name).roster.version, 'anchored version')
  same(JSON.parse(await getSecret(a, a.backup.keys.anchor, 'anchors')), held, 'anchors')
  const old = a.backup.version
  await newBackup(a, randomBytes(32))
  holds(a.backup.version !== old, 'the version is the same')
  const all = await backUp(a)
  const after = await a.web.call('backup')
  same([after.version, after.count], [a.backup.version, all], 'the new backup')
  await a.web.refused('wrong_version', 'backUp', { v: old, body: { keys: [] } })
  await a.web.call('dropBackup', { v: old })
  holds(all >= count, 'the new version holds less')
  return { count, all }
}

/** Read only, signed transcript, closed; nothing can be written any more. */
export async function close(world) {
  const { a, b, room: name } = world
  const r = bare(name)
  const room = await catchUp(a, name)
  const closing = await a.web.call('close', { r, body: { step: 'closing' } })
  same([closing.state, closing.purge_at], ['closing', null], 'closing')
  await catchUp(b, name)
  const late = await send(b, name, { body: 'Too late.' }).then(() => null, (error) => error.code)
  same(late, 'room_closed', 'a message while closing')
  await catchUp(a, name)
  const manifest = sha256(JSON.stringify(room.events.map((each) => [each.seq, each.event_id])))
  const { signatures } = await sign(a.machine, 'community.transcript.v1', manifest)
  const to = room.events.at(-1).seq
  const body = {
    manifest_sha256: manifest, signatures, from_seq: 1, to_seq: to, unreadable: 0, red_consent: [],
  }
  const { export_id } = await a.web.call('export', { r, body })
  const closed = await a.web.call('closed', { r, body: { step: 'closed', export_id } })
  same((await a.web.call('room', { r })).purge_at, closed.purge_at, 'when it is purged')
  const final = await eventsPage(b, r, { after: to, limit: 200 })
  const told = final.events.map((each) => [each.content.change, each.content.manifest_sha256 ?? null])
  same(told.at(-1), ['closed', manifest], 'the last event')
  return { late, state: (await b.web.call('room', { r })).state }
}
