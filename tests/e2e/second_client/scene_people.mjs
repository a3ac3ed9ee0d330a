// C comes with the earlier messages and goes again; B's second device; devices.

import { bare } from './client.mjs'
import { acceptHistory, attach, giveHistory, takeHistory } from './files.mjs'
import { sign } from './forms.mjs'
import { backUp, furtherDevice, restoreRoom } from './identity.mjs'
import { Live } from './live.mjs'
import { entry, rosterText, signRoster } from './rosters.mjs'
import { holds, same } from './same.mjs'
import { settledAt } from './scene_live.mjs'
import { accept, invite } from './scene_talk.mjs'
import { catchUp, decrypt, fetchEvents, lines, look, send } from './talk.mjs'

const WAIT = 20 // seconds

async function nextRoster(world, members) {
  const { a, room: name } = world
  await look(a, name)
  const before = a.rooms.get(name).rosterText
  const text = rosterText(a.user, name, members, { before, charter: world.charter })
  const body = await signRoster(a, text)
  const answer = await a.web.call('roster', { r: bare(name), body })
  same(await a.web.call('roster', { r: bare(name), body }), answer, 'the same roster again')
  await look(a, name)
  return answer
}

/** C is added with history, hears of it while she waits, joins, and reads from the beginning. */
export async function addC(world) {
  const { a, c, room: name } = world
  const { cursor } = c
  const waiting = c.web.call('sync', { query: { cursor, wait: WAIT } })
  const since = Date.now()
  await a.know([c.user])
  const { members } = a.rooms.get(name).roster
  await nextRoster(world, [...members, entry(c, 'member', true)])
  holds(await invite(a, name, c.user, world.charter), 'no device of C was invited')
  const came = await waiting
  holds(Date.now() - since < WAIT * 1000, 'what came did not end the wait')
  const again = await c.web.call('sync', { query: { cursor, wait: 0 } })
  same(again.to_device.slice(0, came.to_device.length), came.to_device, 'kept until acknowledged')
  await c.receive(came)
  await send(a, name, { kind: 'room_meta', body: world.charter })
  const history = await giveHistory(a, name, c.user)
  holds(history.requests, 'no device of C was told of the history')
  await c.sync()
  const { room } = await accept(c, name)
  await c.web.call('join', { r: room.r, body: {} })
  await acceptHistory(c, name, a.user)
  await catchUp(c, name)
  const blind = lines(room)
  holds(await takeHistory(c, name, a.user), 'no history came')
  await catchUp(c, name, { again: true })
  const [meant] = [room.read.find((each) => each.body === 'Who handles the parcels?')]
  same(meant?.forwarder, a.user, 'who gave the earlier keys')
  await send(a, name, { body: 'Welcome.' })
  await send(c, name, { body: 'Thank you.' })
  await catchUp(c, name)
  return { before: blind, after: lines(room), first: room.state.first_visible_seq }
}

/** C is removed: told so, given no key, shown nothing, served nothing. */
export async function removeC(world) {
  const { a, b, c, room: name } = world
  await c.sync()
  const atC = await Live.open(c, [name])
  await settledAt(atC)
  const { members } = a.rooms.get(name).roster
  await nextRoster(world, members.filter((each) => each.user !== c.user))
  const told = await atC.next('member', (frame) => frame.room === name)
  same(told.state, 'removed', 'what C is told')
  const top = c.rooms.get(name).events.at(-1).seq
  const made = await attach(a, name, { name: 'x', type: 'text/plain', bytes: Buffer.from('after') })
  const secret = { body: 'Without C.', attachments: [made.attachment] }
  const sent = await send(a, name, secret, { media: [made.m] })
  await catchUp(b, name)
  const shown = b.rooms.get(name).read.at(-1)
  same([shown.seq, shown.body], [sent.seq, 'Without C.'], 'B reads on')
  atC.say({ t: 'ping', n: 1 })
  await atC.next('pong')
  const leaked = atC.frames.filter((frame) => frame.t === 'events' && frame.to_seq >= sent.seq).length
  await atC.close()
  await c.sync()
  const stolen = await decrypt(c, shown.event)
  const r = bare(name)
  await c.web.refused('not_found', 'mediaBytes', { m: made.m })
  await c.web.refused('not_found', 'events', { r, query: { after: top } })
  await c.web.refused('not_found', 'room', { r })
  const { rooms } = await c.web.call('rooms')
  return { stolen, leaked, listed: rooms.map((each) => each.membership), shares: sent.shares }
}

/** B's second device has the recovery key only, and reads everything. */
export async function secondDevice(world) {
  const { a, b, room: name } = world
  await catchUp(b, name)
  await backUp(b)
  const b2 = (world.b2 = world.client('b', 1))
  const config = await b2.config()
  same([config.device_id, config.setup.identity], [null, true], 'config of a further device')
  await b2.startMachine()
  const kept = await furtherDevice(b2, b.recovery)
  holds(kept.same, 'the identity is another one')
  await b2.sync()
  const room = await look(b2, name)
  await fetchEvents(b2, name, 5)
  const restored = await restoreRoom(b2, name, room.r, 1)
  await catchUp(b2, name, { again: true })
  const sent = await send(a, name, { body: 'To both of your devices.' }, { blind: true })
  await catchUp(b2, name)
  await catchUp(b, name)
  await send(b2, name, { body: 'Read on the second one.' })
  await catchUp(b, name)
  return { restored, folded: sent.folded, second: lines(room), first: lines(b.rooms.get(name)) }
}

/** Names, a new sign-in for an old device, and the end of one. */
export async function devices(world) {
  const { b, b2, a, room: name } = world
  await b.web.call('rename', { d: b2.device, body: { name: 'Phone' } })
  const { devices: list } = await b.web.call('devices')
  same(list.map((each) => [each.device_id, each.current, each.confirmed]).sort(),
    [[b.device, true, true], [b2.device, false, true]].sort(), 'devices of B')
  same(list.find((each) => each.device_id === b2.device).name, 'Phone', 'name')
  const again = world.client('b', 2) // another sign-in of B, in the browser of the first device
  same((await again.config()).device_id, null, 'device of a new sign-in')
  const { nonce } = await again.web.call('challenge', { d: b.device, body: {} })
  const { signatures } = await sign(b.machine, 'community.bind.v1', `${nonce} ${b.device}`)
  const wrong = signatures[b.user][`ed25519:${b.master}`]
  await again.web.refused('bad_signature', 'bind', { d: b.device, body: { nonce, signature: wrong } })
  const fresh = await again.web.call('challenge', { d: b.device, body: {} })
  const right = await sign(b.machine, 'community.bind.v1', `${fresh.nonce} ${b.device}`)
  const signature = right.signatures[b.user][`ed25519:${b.device}`]
  await again.web.call('bind', { d: b.device, body: { nonce: fresh.nonce, signature } })
  same((await again.config()).device_id, b.device, 'device after binding')
  b.web = again.web
  const lost = await Live.open(b2, [])
  await settledAt(lost)
  await b.web.call('dropDevice', { d: b2.device })
  same((await lost.next('bye')).code, 'device_revoked', 'what the removed device is told')
  same((await lost.next('closed')).code, 4409, 'how its socket ends')
  await b2.web.refused('device_revoked', 'sync', { query: { cursor: b2.cursor, wait: 0 } })
  const sent = await send(a, name, { body: 'Without the lost one.' }, { blind: true })
  await catchUp(b, name)
  return { folded: sent.folded, lost: await decrypt(b2, b.rooms.get(name).read.at(-1).event) }
}

/** What is not done with a device: two of one sign-in, other keys, an old id, another's removal. */
export async function deviceRefusals(world) {
  const { c, b2 } = world
  const keysOf = async (client) => {
    const [upload] = await client.machine.outgoingRequests()
    return { body: { device_keys: JSON.parse(upload.body).device_keys } }
  }
  const other = world.client('c', 'stale') // a sign-in whose second factor is not fresh
  await other.config()
  await other.startMachine()
  await c.web.refused('sign_in_has_device', 'upload', await keysOf(other))
  await other.pump()
  const refused = await other.web.refused('reauth_required', 'dropDevice', { d: c.device })
  const twin = world.client('c', 'stale')
  await twin.config()
  await twin.startMachine(other.device)
  await twin.web.refused('device_keys_changed', 'upload', await keysOf(twin))
  await other.web.call('dropDevice', { d: other.device })
  const late = world.client('b', 3)
  await late.config()
  await late.startMachine(b2.device)
  await late.web.refused('device_id_used', 'upload', await keysOf(late))
  return { confirm: refused.confirm_url }
}
