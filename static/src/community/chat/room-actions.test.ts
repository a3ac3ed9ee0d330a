// Deeds of rooms with real library machines on the fake server.

import { expect, test } from 'vitest'
import { Refused } from '../testing/fake-state'
import { FORM, guest, makeRoom, refused, three, toDevices } from '../testing/rooms'
import { Bench } from '../testing/bench'
import { bare, sha256 } from '../crypto/encode'
import { tell } from '../crypto/to-device'
import type { RosterText } from '../crypto/roster'
import { charterText, readCharter } from './charter'

const ROOM = '!00000000-0000-4000-8000-000000000002:members.invalid'

const rosterOf = (one: Bench, room: string): RosterText =>
  JSON.parse(one.server.state.rooms.get(bare(room))!.rosters.at(-1)!.text) as RosterText

test('the charter goes there and back, and nothing but the exact form is one', () => {
  const text = charterText(ROOM, FORM)
  const { history: _h, retentionDays: _r, ...charter } = FORM
  expect(readCharter(text, ROOM)).toEqual(charter)
  expect(Object.keys(JSON.parse(text) as object)).toEqual([
    'type', 'room', 'name', 'topic', 'purpose', 'legal_basis', 'states', 'tlp_default', 'tlp_max', 'ends_on',
  ])
  const value = JSON.parse(text) as Record<string, unknown>
  for (const wrong of [
    { ...value, more: 1 }, { ...value, room: ROOM.replace('2:', '3:') }, { ...value, name: ' ' },
    { ...value, states: ['xa'] }, { ...value, tlp_default: 'RED', tlp_max: 'AMBER' },
    { ...value, ends_on: '2030-13-01' }, { ...value, topic: null }, [], null,
  ]) expect(readCharter(JSON.stringify(wrong), ROOM)).toBeNull()
  expect(readCharter('{', ROOM)).toBeNull()
  expect(() => charterText(ROOM, { ...FORM, purpose: 'x'.repeat(5000) }))
    .toThrowError(expect.objectContaining({ detail: 'charter-too-long' }))
})

test('a new room: signed list, sealed invitation that anchors it, charter in the room', async () => {
  const [server, ana, bo] = await three()
  const room = await ana.deeds.createRoom({ ...FORM, people: [guest(bo)] })
  const created = server.calls.find((call) => call.method === 'POST' && call.path === 'rooms')!
  expect(created.body).toMatchObject({ room_id: room, kind: 'case', ends_at: '2030-01-01', retention_days: 90 })
  const roster = rosterOf(ana, room)
  expect(roster).toMatchObject({ version: 1, prev: null, kind: 'case', history: 'joined', signer: ana.user })
  expect(roster.members.map(({ user, name, role }) => [user, name, role]))
    .toEqual([[ana.user, 'Ana', 'host'], [bo.user, 'Bo', 'member']])
  expect(roster.charter).toBe(await sha256(charterText(room, FORM)))
  await bo.sync()
  expect(bo.talk.charters.get(room)).toBe(charterText(room, FORM)) // shown before joining
  await bo.deeds.join(room)
  expect((await bo.room(room)).membership).toBe('joined')
  expect(JSON.stringify(server.calls)).not.toContain('Agree who asks whom')
})

test('a charter that could not be shown when its invitation came is shown at the next start', async () => {
  const [server, ana, bo] = await three()
  const room = await ana.deeds.createRoom({ ...FORM, people: [guest(bo)] })
  server.before = (_method, path) => {
    if (path.endsWith(`rooms/${bare(room)}`)) throw new TypeError('no network')
  }
  await bo.sync()
  expect(bo.talk.charters.has(room)).toBe(false)
  server.before = () => {}
  await bo.talk.reload(room)
  bo.open()
  await bo.deeds.resume()
  expect(bo.talk.charters.get(room)).toBe(charterText(room, FORM))
})

test('nothing that the server sees names the room or what is in it', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo)] })
  await ana.send(room, 'canary-text')
  const seen = JSON.stringify(server.calls)
  const canaries = [FORM.name, FORM.topic, FORM.legal_basis, 'canary-text', 'community.charter', 'community.invite']
  for (const canary of canaries) expect(seen).not.toContain(canary)
})

test('a chain that differs from the invitation is refused by the newcomer', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await ana.deeds.createRoom({ ...FORM, people: [guest(bo)] })
  const there = server.state.rooms.get(bare(room))!
  // Another room's list, signed by the same host, in its place.
  const other = await ana.deeds.createRoom({ ...FORM, people: [guest(bo), guest(cy)] })
  const [list] = server.state.rooms.get(bare(other))!.rosters
  there.rosters = [{ ...list!, text: list!.text.replaceAll(other, room) }]
  await bo.sync()
  expect((await refused(bo.deeds.join(room))).code).toBe('roster-conflict')
  expect(bo.talk.charters.has(room)).toBe(false)
  expect((await bo.room(room)).membership).toBe('invited')
})

test('an invitation of somebody who is no host neither anchors nor blocks', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo), guest(cy)] })
  await tell(bo.core, [cy.user], 'community.invite', {
    room, roster_version: 1, roster_sha256: await sha256('a lie'), history: false,
    charter: charterText(room, { ...FORM, name: 'A lie' }),
  })
  await cy.sync()
  await cy.deeds.join(room)
  expect(cy.talk.charters.get(room)).toBe(charterText(room, FORM))
})

test('direct: two hosts, no charter, no invitation; a second wish leads to the same room', async () => {
  const [server, ana, bo] = await three()
  const before = server.calls.length
  const room = await ana.deeds.openDirect(bo.user, 'Bo')
  expect(toDevices(server, bo, before)).toEqual([])
  const members = [{ role: 'host' }, { role: 'host' }]
  expect(rosterOf(ana, room)).toMatchObject({ kind: 'direct', charter: null, members })
  expect(await bo.deeds.openDirect(ana.user, 'Ana')).toBe(room)
  const event = await bo.send(room, 'hello')
  await ana.sync()
  expect(await ana.reads(room, event)).toBe('hello')
  expect((await refused(ana.deeds.invite(room, [guest(bo)]))).detail).toBe('direct')
})

test('direct: the server cannot lead into the room of another pair', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await ana.deeds.openDirect(cy.user, 'Cy')
  server.before = (method, path) => {
    if (method === 'POST' && path === 'rooms') throw new Refused(409, 'room_exists', { room_id: room })
  }
  expect((await refused(ana.deeds.openDirect(bo.user, 'Bo'))).code).toBe('roster-conflict')
})

test('direct: who left comes back into the same room', async () => {
  const [, ana, bo] = await three()
  const room = await ana.deeds.openDirect(bo.user, 'Bo')
  await bo.deeds.leave(room)
  expect(await bo.deeds.openDirect(ana.user, 'Ana')).toBe(room)
  expect((await bo.room(room)).membership).toBe('joined')
})

test('direct: the other side signs a changed key, oneself cannot', async () => {
  const [, ana, bo] = await three()
  const room = await ana.deeds.openDirect(bo.user, 'Bo')
  await ana.send(room, 'one')
  await bo.resetIdentity()
  await ana.sync()
  expect((await refused(bo.deeds.acceptIdentity(room, bo.user, (await bo.core.masterKey(bo.user))!))).code).toBe('failed')
  expect((await refused(ana.send(room, 'no'))).code).toBe('identity-changed')
  await ana.accepts(room, bo)
  const event = await ana.send(room, 'two')
  await bo.sync()
  expect(await bo.reads(room, event)).toBe('two')
})

test('joining is refused where the own key is not the signed one', async () => {
  const [, ana, bo] = await three()
  const room = await ana.deeds.createRoom({ ...FORM, people: [guest(bo)] })
  await bo.resetIdentity()
  await bo.sync()
  expect((await refused(bo.deeds.join(room))).code).toBe('identity-changed')
})

test('declining and leaving', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo), guest(cy)] })
  await cy.sync()
  await cy.deeds.decline(room)
  await bo.deeds.leave(room)
  const states = (await ana.room(room)).members!.map(({ user, state }) => [user, state])
  expect(states).toEqual([[ana.user, 'joined'], [bo.user, 'left'], [cy.user, 'declined']])
  expect((await refused(bo.deeds.setHistory(room, 'shared'))).code).toBe('removed')
})

test('people, blocks, reports and settings go to their addresses', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const asked: [string, string, unknown][] = []
  const person = { user: bo.user, name: 'Bo', organisation: 'Customs', country: 'XA', ready: true }
  const json = ana.core.http.json.bind(ana.core.http)
  ana.core.http.json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    asked.push([method, path, body])
    if (path === 'people/search') return { people: [person, { ...person, user: '@bo:elsewhere.invalid' }] } as T
    if (path === 'blocks') return { blocks: [{ user: bo.user, name: 'Bo' }] } as T
    if (path.startsWith('blocks/')) return null as T
    return json<T>(method, path, body)
  }
  expect(await ana.deeds.people('bo')).toEqual([person])
  await ana.deeds.block(bo.user, true)
  await ana.deeds.block(bo.user, false)
  expect(await ana.deeds.blocked()).toEqual([{ user: bo.user, name: 'Bo' }])
  expect(asked.map(([method, path]) => `${method} ${path}`)).toEqual([
    'POST people/search', `PUT blocks/${bare(bo.user)}`, `DELETE blocks/${bare(bo.user)}`, 'GET blocks',
  ])
  const event = await bo.send(room, 'rude')
  await ana.sync()
  await ana.deeds.report(room, `seq:${event.seq}`, 'because', false)
  await ana.deeds.report(room, `seq:${event.seq}`, 'because', true)
  const reports = server.calls.filter((call) => call.path.endsWith('/reports')).map((call) => call.body)
  const report = { seq: event.seq, reason: 'because' }
  expect(reports).toEqual([{ ...report, copy: null }, { ...report, copy: 'rude' }])
  await ana.deeds.setMine(room, { muted: true })
  expect(await ana.room(room)).toMatchObject({ muted: true, pinned: false })
  await ana.deeds.setRoom(room, { retention_days: 30 })
  expect(server.calls.filter((call) => call.path.endsWith('/settings')).pop()?.body)
    .toEqual({ retention_days: 30, ends_at: '2030-01-01', receipts: false })
})
