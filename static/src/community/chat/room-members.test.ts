// Newcomers, history, lists signed at once: real library machines on the fake server.

import { expect, test } from 'vitest'
import { Refused } from '../testing/fake-state'
import { FORM, guest, makeRoom, refused, sessionOf, three, toDevices } from '../testing/rooms'
import { Bench } from '../testing/bench'
import { bare } from '../crypto/encode'
import { tell } from '../crypto/to-device'
import type { RosterText } from '../crypto/roster'

const rosterOf = (one: Bench, room: string): RosterText =>
  JSON.parse(one.server.state.rooms.get(bare(room))!.rosters.at(-1)!.text) as RosterText

test('history joined: a newcomer reads from her joining on', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo])
  const old = await bo.send(room, 'before')
  await ana.deeds.invite(room, [guest(cy, { history: true })]) // the room does not give history
  expect(rosterOf(ana, room).members.find((one) => one.user === cy.user)?.history).toBe(false)
  await cy.sync()
  await cy.deeds.join(room)
  for (const one of [ana, bo]) await one.sync()
  const event = await bo.send(room, 'after')
  await cy.sync()
  expect(await cy.reads(room, event)).toBe('after')
  const late = { ...old, ts: old.ts - 120_000 }
  expect(await cy.opens(room, late)).toMatchObject({ ok: false, problem: { code: 'before-joining' } })
})

test('history shared: the inviter decides per person, and what came that way says so', async () => {
  const [server, ana, bo, cy] = await three()
  const dan = await Bench.person(server, 'Dan')
  const room = await makeRoom(ana, [bo], { history: 'shared' })
  const old = [await bo.send(room, 'before'), await ana.send(room, 'too')]
  await ana.sync()
  expect(await ana.reads(room, old[0]!)).toBe('before')
  await ana.deeds.invite(room, [guest(cy, { history: true }), guest(dan)])
  for (const one of [cy, dan]) {
    await one.sync()
    await one.deeds.join(room)
  }
  expect(cy.talk.openedAgain).toEqual([room])
  expect(await cy.opens(room, old[0]!)).toMatchObject({ ok: true, trust: 'shared', sharedBy: ana.user })
  expect(await cy.reads(room, old[0]!)).toBe('before')
  expect(await cy.reads(room, old[1]!)).toBe('too')
  expect(await dan.opens(room, { ...old[0]!, ts: 1 })).toMatchObject({ ok: false, problem: { code: 'before-joining' } })
  expect(dan.talk.openedAgain).toEqual([])
})

test('history that comes after the joining is taken when it comes', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { history: 'shared' })
  const old = await ana.send(room, 'before')
  const held: unknown[] = []
  // The invitation only.
  server.state.deliver = (message, to) => (to.user === cy.user && held.push(message) > 1 ? [] : [message])
  await ana.deeds.invite(room, [guest(cy, { history: true })])
  await cy.sync()
  await cy.deeds.join(room)
  expect(await cy.reads(room, old)).toBe('waiting-for-key')
  server.state.deliver = (message) => [message]
  const { put } = await import('../testing/fake-keys')
  const device = server.state.user(cy.user).devices.get(cy.deviceId)!
  for (const one of held.slice(1) as { type: string; sender: string; content: Record<string, unknown> }[]) {
    put(server.state, device, one.type, one.sender, one.content)
  }
  await cy.sync() // the bundle's event is passed on
  expect(await cy.reads(room, old)).toBe('before')
  expect(await cy.machine.getAllRoomsPendingKeyBundles()).toEqual([])
})

test('the charter comes again with every list that adds someone', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.deeds.setCharter(room, { ...FORM, name: 'New name', ends_on: '2031-02-03' })
  expect((await ana.room(room)).ends_at).toBe('2031-02-03')
  await ana.deeds.invite(room, [guest(cy)])
  await cy.sync()
  await cy.deeds.join(room)
  expect(JSON.parse(cy.talk.charters.get(room)!)).toMatchObject({ name: 'New name' })
  await bo.sync()
  const meta: string[] = []
  for (const event of await bo.events(room)) {
    const opened = event.class === 's' ? await bo.opens(room, event) : null
    if (!opened?.ok || opened.content.kind !== 'room_meta') continue
    meta.push((await bo.seals.charter(room, opened.content.body))?.name ?? 'old')
  }
  expect(meta).toEqual(['New name', 'New name'])
})

test('a second host invites with the charter she read in the room', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo, { role: 'host' })] })
  await ana.deeds.setCharter(room, { ...FORM, name: 'New name' })
  await bo.sync()
  expect((await refused(bo.deeds.invite(room, [guest(cy)]))).detail).toBe('charter-unknown')
  const event = (await bo.events(room)).filter((one) => one.class === 's').pop()!
  const opened = await bo.opens(room, event)
  await bo.seals.charter(room, opened.ok ? opened.content.body : '') // as the timeline does
  await bo.deeds.invite(room, [guest(cy)])
  await cy.sync()
  await cy.deeds.join(room)
  expect(JSON.parse(cy.talk.charters.get(room)!)).toMatchObject({ name: 'New name' })
})

test('two hosts at once: the slower one signs again on top', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo, { role: 'host' })] })
  let once = true
  server.before = async (method, path, signIn) => {
    if (!once || method !== 'POST' || !path.endsWith('/roster') || signIn.user !== ana.user) return
    once = false
    await bo.deeds.setHistory(room, 'shared')
  }
  await ana.deeds.invite(room, [guest(cy)])
  expect(rosterOf(ana, room)).toMatchObject({ version: 3, history: 'shared' })
  expect(rosterOf(ana, room).members.length).toBe(3)
  expect(server.calls.filter((call) => call.status === 409 && call.path.endsWith('/roster')).length).toBe(1)
})

test('a server that always says "stale" is given up after five turns', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  let tries = 0
  server.before = (method, path) => {
    if (method !== 'POST' || !path.endsWith('/roster')) return
    throw new Refused(409, 'stale_roster', { roster_version: ++tries })
  }
  expect((await refused(ana.deeds.setHistory(room, 'shared'))).detail).toBe('stale_roster')
  expect(tries).toBe(5)
})

test('who left can be invited again', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await cy.deeds.leave(room)
  await ana.deeds.invite(room, [guest(cy)])
  expect(rosterOf(ana, room).version).toBe(3)
  await cy.sync()
  await cy.deeds.join(room)
  const event = await ana.send(room, 'again')
  await cy.sync()
  expect(await cy.reads(room, event)).toBe('again')
})

test('only hosts sign, the last host stays, and a closed room has no more lists', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  expect((await refused(bo.deeds.removeMember(room, cy.user))).detail).toBe('host-only')
  expect((await refused(ana.deeds.setRole(room, ana.user, 'member'))).detail).toBe('no-host')
  await ana.deeds.setRole(room, bo.user, 'host')
  await ana.deeds.setRole(room, ana.user, 'member')
  expect((await refused(ana.deeds.setHistory(room, 'shared'))).detail).toBe('host-only')
  await ana.deeds.beginClosing(room)
  expect((await refused(bo.deeds.setHistory(room, 'shared'))).code).toBe('room-closed')
})

test('invitations that could not be sent are sent at the next start', async () => {
  const [server, ana, bo] = await three()
  server.before = (method, path) => {
    if (method === 'PUT' && path.startsWith('to-device/m.room.encrypted')) throw new TypeError('Failed to fetch')
  }
  // Nobody can be told, and the room stands all the same.
  const room = await ana.deeds.createRoom({ ...FORM, people: [guest(bo)] })
  await bo.sync()
  expect(bo.talk.charters.size).toBe(0)
  server.before = () => undefined
  ana.open()
  await ana.deeds.resume()
  await bo.sync()
  expect(bo.talk.charters.has(room)).toBe(true)
  expect(await ana.sealed.list('rooms', 'due:')).toEqual([])
  const before = server.calls.length
  await ana.deeds.resume()
  expect(toDevices(server, bo, before)).toEqual([])
})

test('"send it again" is obeyed for people of the room, once, and for the key in use', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo])
  const first = await ana.send(room, 'lost')
  server.state.user(bo.user).devices.get(bo.deviceId)!.inbox = [] // the key never arrived
  await bo.sync()
  expect(await bo.reads(room, first)).toBe('waiting-for-key')
  const ask = { room, session_id: sessionOf(first) }
  await tell(cy.core, [ana.user], 'community.resend', ask) // a stranger
  await ana.sync()
  expect(sessionOf(await ana.send(room, 'same key'))).toBe(sessionOf(first))
  await tell(bo.core, [ana.user], 'community.resend', { room, session_id: 'another' })
  await ana.sync()
  expect(sessionOf(await ana.send(room, 'same key'))).toBe(sessionOf(first))
  await tell(bo.core, [ana.user], 'community.resend', ask)
  await ana.sync()
  const next = await ana.send(room, 'readable')
  expect(sessionOf(next)).not.toBe(sessionOf(first))
  await bo.sync()
  expect(await bo.reads(room, next)).toBe('readable')
})
