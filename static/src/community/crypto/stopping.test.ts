// Real library machines against a fake server: what stops sending, and what lets it go on.

import { expect, test } from 'vitest'
import { Bench } from '../testing/bench'
import { FORM, guest, makeRoom, refused, three, toDevices } from '../testing/rooms'
import { bare } from './encode'
import { ensureSessions } from './to-device'

test('a lower roster stops sending, also after a reload and on another device', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await ana.deeds.removeMember(room, cy.user)
  await bo.sync()
  await bo.send(room, 'fine')
  await bo.settle()
  const there = server.state.rooms.get(bare(room))!
  const taken = there.rosters.pop()! // the server goes back to the list with Cy
  server.plantMember(room, cy.user)
  const before = server.calls.length
  expect((await refused(bo.send(room, 'not sent'))).code).toBe('roster-conflict')
  expect(bo.seals.known(room)!.stopped?.code).toBe('roster-conflict')
  bo.open()
  expect((await refused(bo.send(room, 'not sent'))).code).toBe('roster-conflict')
  const phone = await bo.further('phone')
  expect((await refused(phone.send(room, 'not sent'))).code).toBe('roster-conflict')
  expect(server.calls.slice(before).some((call) => call.path.includes('/events/') && call.method === 'PUT')).toBe(false)
  expect(toDevices(server, cy, before)).toEqual([])
  there.rosters.push(taken) // the truth again
  await bo.sync()
  await bo.send(room, 'sent')
  expect(bo.seals.known(room)!.stopped).toBeNull()
})

test('a forked roster stops sending on the device that saw the other one', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await bo.send(room, 'fine')
  // Ana signs two different second versions; Bo is shown one, then the continuation of the other.
  const there = server.state.rooms.get(bare(room))!
  await ana.deeds.setHistory(room, 'shared')
  await bo.sync()
  await bo.send(room, 'saw version 2')
  const [first] = there.rosters
  there.rosters = [first!]
  await ana.settle() // what waits to be sent must not come back behind her back
  ana.sealed.rows.clear()
  ana.anchors = { rooms: {}, pins: {} }
  ana.open()
  await ana.deeds.setCharter(room, { ...FORM, name: 'Another' })
  await ana.deeds.setCharter(room, { ...FORM, name: 'And another' })
  await bo.sync()
  expect((await refused(bo.send(room, 'not sent'))).code).toBe('roster-conflict')
})

test('a swapped identity stops sending, without an earlier check; a host signs the new one, it goes on', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await ana.send(room, 'before')
  await bo.send(room, 'before')
  await cy.resetIdentity()
  for (const one of [ana, bo]) await one.sync()
  const before = server.calls.length
  for (const one of [ana, bo]) {
    expect(await refused(one.send(room, 'no'))).toMatchObject({ code: 'identity-changed', user: cy.user, name: 'Cy' })
    expect(one.seals.known(room)!.stopped).toMatchObject({ code: 'identity-changed', name: 'Cy' })
  }
  expect(server.calls.slice(before).filter((call) => call.path.startsWith('to-device/'))).toEqual([])
  const key = (await bo.core.masterKey(cy.user))!
  expect((await refused(bo.deeds.acceptIdentity(room, cy.user, key))).detail).toBe('host-only')
  // A host who has compared nothing signs nothing.
  expect((await refused(ana.deeds.acceptIdentity(room, cy.user, key))).code).toBe('identity-changed')
  await ana.accepts(room, cy)
  for (const [one, trust] of [[ana, 'checked'], [bo, 'not-checked']] as const) {
    await one.sync()
    const event = await one.send(room, 'after')
    await cy.sync()
    expect(await cy.reads(room, event)).toBe('after')
    expect(await one.core.trust(cy.user)).toBe(trust)
  }
  const answer = await cy.send(room, 'here')
  await bo.sync()
  expect(await bo.reads(room, answer)).toBe('here')
})

test('a swapped identity stops sending after an earlier check too, until it is checked anew', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.check(bo)
  const first = await bo.send(room, 'one')
  await ana.sync()
  expect(await ana.opens(room, first)).toMatchObject({ ok: true, trust: 'checked' })
  await bo.resetIdentity()
  await ana.sync()
  const before = server.calls.length
  expect((await refused(ana.send(room, 'no'))).code).toBe('identity-changed')
  expect(toDevices(server, bo, before)).toEqual([])
  const key = (await ana.core.masterKey(bo.user))!
  expect((await refused(ana.deeds.acceptIdentity(room, bo.user, key))).code).toBe('identity-changed')
  expect(await ana.seals.badge(bo.user)).toBe('not-checked')
  await ana.accepts(room, bo)
  await ana.send(room, 'after')
  expect(await ana.seals.badge(bo.user)).toBe('checked')
})

test('the key a host signs is the one she compared, not the one the server puts in its place then', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'first')
  await bo.resetIdentity()
  await ana.sync()
  await ana.check(bo)
  const compared = (await ana.core.masterKey(bo.user))!
  const evil = await Bench.device(server, bo.user, 'Bo', 'evil')
  await evil.resetIdentity() // the emoji matched; now the server swaps the key
  const before = server.calls.length
  const planted = (await evil.core.masterKey(bo.user))!
  for (const key of [compared, planted]) {
    expect(await refused(ana.deeds.acceptIdentity(room, bo.user, key)))
      .toMatchObject({ code: 'identity-changed', user: bo.user, name: 'Bo' })
  }
  expect(server.state.rooms.get(bare(room))!.rosters).toHaveLength(1)
  expect((await refused(ana.send(room, 'secret'))).code).toBe('identity-changed')
  expect(toDevices(server, evil, before)).toEqual([])
})

test('a member who had checked by emoji goes on when a host has signed the new key', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await bo.check(cy)
  await bo.send(room, 'one')
  await cy.resetIdentity()
  for (const one of [ana, bo]) await one.sync()
  expect((await refused(bo.send(room, 'no'))).code).toBe('identity-changed')
  await ana.accepts(room, cy)
  await bo.sync()
  await bo.send(room, 'two')
})

test('at first sight the key must be the one the list has', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo), guest(cy)] })
  await cy.resetIdentity() // before Bo ever saw a key of Cy
  const dan = await Bench.person(server, 'Dan')
  await ana.deeds.invite(room, [guest(dan)])
  await dan.sync()
  await dan.deeds.join(room)
  server.plantMember(room, cy.user)
  for (const one of [bo, dan]) {
    await one.sync()
    expect(await refused(one.send(room, 'no'))).toMatchObject({ code: 'identity-changed', user: cy.user, name: 'Cy' })
  }
})

test('a check by emoji of the new key does not stand in for the signature of a host', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await bo.send(room, 'one')
  await cy.resetIdentity()
  await bo.check(cy)
  expect((await refused(bo.send(room, 'no'))).code).toBe('identity-changed')
  await ana.sync()
  await ana.accepts(room, cy)
  await bo.sync()
  await bo.send(room, 'two')
  expect(await bo.seals.badge(cy.user)).toBe('checked')
})

/** Just before a call of the library the server puts another identity, with a device of its own, in
 *  place, and it becomes known. Says whether that has happened. */
function swapBefore(one: Bench, call: string, evil: Bench): () => boolean {
  const guarded = one.core.guarded
  let waiting = true
  one.core.guarded = async (work) => {
    if (waiting && String(work).includes(call)) {
      waiting = false
      await evil.resetIdentity()
      await one.core.track([evil.user], true)
      await ensureSessions(one.core, [evil.user])
    }
    return guarded(work)
  }
  return () => !waiting
}

test('an identity swapped in the middle of sharing gets nothing, neither then nor later', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const person = server.state.user(bo.user)
  const real = { master: person.master, selfSigning: person.selfSigning, userSigning: person.userSigning }
  const evil = await Bench.device(server, bo.user, 'Bo', 'evil')
  const swapped = swapBefore(ana, 'shareRoomKey', evil)
  const before = server.calls.length
  expect((await refused(ana.send(room, 'no'))).code).toBe('identity-changed')
  expect(swapped()).toBe(true)
  expect(toDevices(server, evil, before)).toEqual([])
  Object.assign(person, real) // the server takes it back
  server.state.changed(bo.user)
  await ana.sync()
  const event = await ana.send(room, 'yes')
  await bo.sync()
  expect(await bo.reads(room, event)).toBe('yes')
  expect(toDevices(server, evil, before).filter((type) => type === 'm.room.encrypted')).toEqual([])
})

test('an identity swapped while an invitation is sealed gets neither charter nor history', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo], { history: 'shared' })
  await ana.send(room, 'history')
  const evil = await Bench.device(server, cy.user, 'Cy', 'evil')
  const swapped = swapBefore(ana, 'getUserDevices', evil)
  const before = server.calls.length
  await ana.deeds.invite(room, [guest(cy, { history: true })])
  expect(swapped()).toBe(true)
  for (const one of [evil, cy]) expect(toDevices(server, one, before)).toEqual([])
  expect((await ana.sealed.list('rooms', 'due:')).length).toBe(1)
})

test('the old key put back by the server after a reset was signed stops sending', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'one')
  const person = server.state.user(bo.user)
  const old = { master: person.master, selfSigning: person.selfSigning, userSigning: person.userSigning }
  await bo.resetIdentity()
  await ana.sync()
  await ana.accepts(room, bo)
  await ana.send(room, 'two')
  Object.assign(person, old)
  server.state.changed(bo.user)
  await ana.sync()
  expect((await refused(ana.send(room, 'no'))).code).toBe('identity-changed')
})

test('a pin made in one room guards the first message in another', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'one')
  await bo.resetIdentity()
  expect(await refused(ana.deeds.openDirect(bo.user, 'Bo'))).toMatchObject({ code: 'identity-changed', user: bo.user })
  // A check by emoji of the new key settles it.
  await ana.check(bo)
  await ana.deeds.openDirect(bo.user, 'Bo')
})

test('pins travel to a further device, so it is not fooled at first sight', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'one')
  await ana.settle()
  expect(Object.keys(ana.anchors.pins)).toContain(bo.user)
  const phone = await ana.further('phone')
  await bo.resetIdentity()
  expect((await refused(phone.deeds.openDirect(bo.user, 'Bo'))).code).toBe('identity-changed')
})

test('what was not sent before a reload is sent after it', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  expect(bo.anchors.rooms).toEqual({})
  bo.open()
  await bo.settle()
  expect(bo.anchors.rooms[room]?.[0]).toBe(1)
})

test('an unconfirmed own device does not send', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const planted = await Bench.device(server, ana.user, 'Ana', 'other')
  expect((await refused(planted.send(room, 'no'))).code).toBe('device-unconfirmed')
})

test('a person without identity is named', async () => {
  const [server, ana] = await three()
  const dan = server.person('Dan')
  const form = { user: dan, name: 'Dan' }
  expect(await refused(ana.deeds.openDirect(dan, 'Dan'))).toMatchObject({ code: 'no-identity', ...form })
})

test('nobody but members and hosts posts messages; a removed or closed room takes nothing', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await ana.deeds.setRole(room, cy.user, 'observer')
  await cy.sync()
  expect((await refused(cy.send(room, 'no'))).code).toBe('read-only')
  const first = await ana.send(room, 'x')
  await cy.sync()
  const id = await cy.opens(room, first)
  await cy.send(room, '👍', { kind: 'reaction', target: id.ok ? id.content.id : '' })
  await ana.deeds.beginClosing(room)
  expect((await refused(bo.send(room, 'no'))).code).toBe('room-closed')
})
