// Real library machines against a fake server: who receives keys, and what stops sending.

import { DeviceLists, UserId } from '@matrix-org/matrix-sdk-crypto-wasm'
import { expect, test } from 'vitest'
import type { MegolmContent } from '../chat/parts'
import { Bench } from '../testing/bench'
import { guest, makeRoom, sessionOf, three, toDevices } from '../testing/rooms'
import { unsignedMembers } from './room-trust'

test('three people join and read each other; a removed one gets no key of what follows', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const first = await bo.send(room, 'parcel 17')
  for (const one of [ana, cy]) {
    await one.sync()
    expect(await one.reads(room, first)).toBe('parcel 17')
  }
  await ana.deeds.removeMember(room, cy.user)
  await bo.sync()
  const before = server.calls.length
  const second = await bo.send(room, 'after')
  expect(toDevices(server, cy, before)).toEqual([])
  expect(sessionOf(second)).not.toBe(sessionOf(first))
  for (const one of [ana, cy]) await one.sync()
  expect(await ana.reads(room, second)).toBe('after')
  // Even with the event in hand: no key.
  expect(await cy.seals.open((await ana.room(room)), second)).toMatchObject({ ok: false })
})

test('a planted person receives nothing, and there is a notice that names the lie', async () => {
  const [server, ana, bo, eve] = await three()
  const room = await makeRoom(ana, [bo])
  server.plantMember(room, eve.user)
  await ana.sync()
  const before = server.calls.length
  const event = await ana.send(room, 'secret')
  expect(toDevices(server, eve, before)).toEqual([])
  expect(toDevices(server, bo, before)).toContain('m.room.encrypted')
  await eve.sync()
  expect(await eve.reads(room, event)).not.toBe('secret')
  const notices = unsignedMembers(await ana.room(room), ana.seals.known(room)!, () => 'Eve')
  expect(notices).toEqual([{ code: 'member-unsigned', user: eve.user, name: 'Eve' }])
  expect(unsignedMembers(await ana.room(room), ana.seals.known(room)!, () => '').length).toBe(1)
})

test('a planted device receives no key, only word that it was withheld', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const planted = await Bench.device(server, bo.user, 'Bo', 'planted')
  await ana.sync()
  const before = server.calls.length
  const event = await ana.send(room, 'secret')
  expect(toDevices(server, bo, before)).toContain('m.room.encrypted')
  expect(toDevices(server, planted, before)).toEqual(['m.room_key.withheld'])
  await planted.sync()
  expect(await planted.reads(room, event)).toBe('withheld-unverified')
})

test('a further confirmed device reads what is sent from then on', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const first = await ana.send(room, 'one')
  const second = await bo.further('phone')
  await ana.sync()
  const event = await ana.send(room, 'two')
  await second.sync()
  expect(await second.reads(room, event)).toBe('two')
  expect(await second.reads(room, first)).toBe('device-added-later')
  expect(sessionOf(event)).toBe(sessionOf(first))
})

test('lists that are due are asked for before keys go out', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'one')
  const phone = await bo.further('phone')
  // Ana's machine heard of the change and has not asked yet, but the position is known already.
  const lists = new DeviceLists([new UserId(bo.user)], [])
  const algorithm = 'signed_curve25519'
  await ana.machine.receiveSyncChanges('[]', lists, new Map([[algorithm, 50]]), new Set([algorithm]))
  ana.seals.position(server.state.changes.length)
  const event = await ana.send(room, 'two')
  await phone.sync()
  expect(await phone.reads(room, event)).toBe('two')
})

test('a removed device makes every sender take a new key', async () => {
  const [, ana, bo] = await three()
  const phone = await bo.further('phone')
  const room = await makeRoom(ana, [bo])
  const first = await ana.send(room, 'one')
  await bo.http.json('DELETE', `devices/${phone.deviceId}`)
  await ana.sync()
  const second = await ana.send(room, 'two')
  expect(sessionOf(second)).not.toBe(sessionOf(first))
})

test('taken out and added again between two messages is still a new key', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const first = await bo.send(room, 'one')
  await ana.deeds.removeMember(room, cy.user)
  await ana.deeds.invite(room, [guest(cy)])
  await cy.sync()
  await cy.deeds.join(room)
  await bo.sync()
  const second = await bo.send(room, 'two')
  expect(sessionOf(second)).not.toBe(sessionOf(first))
})

test('a change of the history choice is a new key', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const first = await bo.send(room, 'one')
  await ana.deeds.setHistory(room, 'shared')
  await bo.sync()
  expect(sessionOf(await bo.send(room, 'two'))).not.toBe(sessionOf(first))
})

test('250 messages in a row: none lost, none doubled, a new key every 100', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  for (let number = 0; number < 250; number++) await ana.send(room, String(number), { prev: null })
  await bo.sync()
  const server = await bo.room(room)
  const sealed = (await bo.events(room)).filter((one) => one.class === 'm')
  const opened = await Promise.all(sealed.map((one) => bo.seals.open(server, one)))
  expect(opened.map((one) => one.ok && one.content.body)).toEqual(Array.from({ length: 250 }, (_, at) => String(at)))
  const places = opened.map((one) => one.ok && `${one.sessionId} ${one.index}`)
  expect(new Set(places).size).toBe(250)
  expect(new Set(sealed.map(sessionOf)).size).toBe(3)
})

test('messages sealed at once take different places of the ratchet', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await Promise.all(Array.from({ length: 30 }, (_, at) => ana.send(room, String(at), { prev: null })))
  await bo.sync()
  const server = await bo.room(room)
  const sealed = (await bo.events(room)).filter((one) => one.class === 'm')
  const opened = await Promise.all(sealed.map((one) => bo.seals.open(server, one)))
  expect(opened.map((one) => one.ok && Number(one.content.body)).sort((a, b) => Number(a) - Number(b)))
    .toEqual(Array.from({ length: 30 }, (_, at) => at))
})

test('texts of one size step are one size on the wire', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const sizes = new Set<number>()
  for (const body of ['', 'a', 'é"\\\n', '汉字🐟', 'x'.repeat(300)]) {
    sizes.add(((await ana.send(room, body, { prev: null })).content as MegolmContent).ciphertext.length)
  }
  expect(sizes.size).toBe(2)
})

test('who left gets no key of what follows', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const first = await bo.send(room, 'one')
  await cy.deeds.leave(room)
  await bo.sync()
  const before = server.calls.length
  expect(sessionOf(await bo.send(room, 'two'))).not.toBe(sessionOf(first))
  expect(toDevices(server, cy, before)).toEqual([])
})

test('a key share that does not arrive holds the message back, and nothing is lost', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  let failures = 2
  server.before = (method, path) => {
    if (method === 'PUT' && path.startsWith('to-device/') && failures-- > 0) throw new TypeError('Failed to fetch')
  }
  await expect(ana.send(room, 'one')).rejects.toBeInstanceOf(TypeError)
  expect((await ana.events(room)).filter((one) => one.class === 'm')).toEqual([])
  await expect(ana.send(room, 'one')).rejects.toBeInstanceOf(TypeError)
  const event = await ana.send(room, 'one')
  await bo.sync()
  expect(await bo.reads(room, event)).toBe('one')
})

test('the state of the device list that a message promises was known before the lists were asked for', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'one')
  const phone = await bo.further('phone') // Ana has not heard of it
  const event = await ana.send(room, 'two')
  await phone.sync()
  expect(await phone.reads(room, event)).toBe('two')
  expect(server.calls.some((call) => call.status === 409 && call.user === ana.user)).toBe(true)
})
