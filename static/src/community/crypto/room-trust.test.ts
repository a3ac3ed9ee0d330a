// What a device accepts as the list of a room when it comes to it late, alone or lied to.

import { expect, test } from 'vitest'
import type { ServerRoom } from '../chat/parts'
import { Bench } from '../testing/bench'
import type { FakeServer } from '../testing/fake-server'
import type { Json } from '../testing/fake-state'
import { FORM, guest, makeRoom, refused, three } from '../testing/rooms'
import { bare } from './encode'
import { DOMAIN, type RosterText, type SignedRoster } from './roster'
import { isFromConfirmedDevice, tell } from './to-device'

const shown = (one: Bench, room: string): SignedRoster[] =>
  one.server.state.rooms.get(bare(room))!.rosters as unknown as SignedRoster[]

test('a long chain is fetched page by page', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  for (const history of ['shared', 'joined', 'shared', 'joined'] as const) await ana.deeds.setHistory(room, history)
  server.tamper = (call) => {
    if (!call.path.includes('/rosters')) return call.answer
    return { rosters: (call.answer!['rosters'] as unknown[]).slice(0, 2) } as Json
  }
  const phone = await bo.further('phone')
  await bo.settle()
  phone.anchors = structuredClone(bo.anchors)
  const trust = await phone.seals.refresh(await phone.room(room))
  expect(trust).toMatchObject({ version: 5, history: 'joined', stopped: null })
})

test('a server that keeps versions back is told from one that has none', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.deeds.setHistory(room, 'shared')
  server.tamper = (call) => (call.path.includes('/rosters') ? { rosters: [] } : call.answer)
  expect(await refused(bo.seals.refresh(await bo.room(room))))
    .toMatchObject({ code: 'roster-conflict', detail: 'versions are missing' })
})

test('who comes late accepts a host whose key changed since, if an anchor vouches for the chain', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy], { people: [guest(bo, { role: 'host' }), guest(cy)] })
  await cy.settle()
  await ana.resetIdentity()
  await bo.sync()
  await bo.accepts(room, ana)
  const dan = await Bench.person(server, 'Dan')
  await bo.deeds.invite(room, [guest(dan)])
  await dan.sync()
  await dan.deeds.join(room) // anchored by the invitation
  const phone = await cy.further('phone')
  phone.anchors = structuredClone(cy.anchors) // anchored by what Cy saw on the other device
  expect((await phone.seals.refresh(await phone.room(room))).version).toBe(3)
  const alone = await cy.further('another')
  alone.anchors = { rooms: {}, pins: {} }
  expect(await refused(alone.seals.refresh(await alone.room(room)))).toMatchObject({ code: 'roster-conflict' })
  // The word of a member who is no host vouches for nothing.
  const { version, sha256: hash } = dan.seals.known(room)!
  await dan.sync() // hears of Cy's new device
  await tell(dan.core, [cy.user], 'community.invite', {
    room, roster_version: version, roster_sha256: hash, charter: 'x', history: false,
  })
  await alone.sync()
  expect((await alone.sealed.list('rooms', 'invite:')).length).toBe(1)
  expect(await refused(alone.seals.refresh(await alone.room(room)))).toMatchObject({ code: 'roster-conflict' })
})

/** Another list of the same version by the same host: what only a dishonest host can make. */
async function fork(host: Bench, room: string, change: (roster: RosterText) => void): Promise<void> {
  const lists = shown(host, room)
  const last = lists.pop()!
  const roster = JSON.parse(last.text) as RosterText
  change(roster)
  lists.push({ ...last, ...(await host.core.sign(DOMAIN, JSON.stringify(roster))) })
}

test('a fork of what another device saw is refused', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.deeds.setHistory(room, 'shared')
  await bo.sync()
  await bo.seals.refresh(await bo.room(room))
  await bo.settle()
  await fork(ana, room, (roster) => void (roster.ts += 1))
  const phone = await bo.further('phone')
  phone.anchors = structuredClone(bo.anchors)
  expect(await refused(phone.seals.refresh(await phone.room(room)))).toMatchObject({ detail: 'forked' })
  phone.anchors = { rooms: {}, pins: {} }
  phone.open()
  expect(await phone.seals.refresh(await phone.room(room))).toMatchObject({ version: 2 }) // validly signed in itself
})

test('a fork of what the invitation named is refused', async () => {
  const [, ana, bo] = await three()
  const room = await ana.deeds.createRoom({ ...FORM, people: [guest(bo)] })
  await fork(ana, room, (roster) => void (roster.ts += 1))
  await bo.sync()
  expect(await refused(bo.deeds.join(room)))
    .toMatchObject({ code: 'roster-conflict', detail: 'differs from the invitation' })
})

test('an anchor from another device is not gone behind', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.deeds.setHistory(room, 'shared')
  await bo.sync()
  await bo.seals.refresh(await bo.room(room))
  await bo.settle()
  expect(bo.anchors.rooms[room]?.[0]).toBe(2)
  shown(ana, room).pop()
  const phone = await bo.further('phone')
  phone.anchors = structuredClone(bo.anchors)
  expect(await refused(phone.seals.refresh(await phone.room(room)))).toMatchObject({ detail: 'lower than seen' })
})

test('a wrong signature anywhere in the chain is a conflict; the old list stays in force for reading', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await ana.send(room, 'x')
  await ana.deeds.setHistory(room, 'shared')
  const [, second] = shown(ana, room)
  second!.text = second!.text.replace('"Bo"', '"Mo"')
  await bo.sync()
  expect(await refused(bo.seals.refresh(await bo.room(room)))).toMatchObject({ code: 'roster-conflict' })
  expect(await bo.reads(room, event)).toBe('x')
  expect(bo.seals.known(room)).toMatchObject({ version: 1, stopped: { code: 'roster-conflict' } })
})

test('who was in the list at a number, in the words of the list', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await ana.deeds.removeMember(room, bo.user)
  const trust = await cy.seals.refresh(await cy.room(room))
  const [first, second] = shown(ana, room)
  const names = (seq: number): string[] => trust.at(seq).map((one) => one.name)
  expect(names(first!.seq - 1)).toEqual([])
  expect(names(first!.seq)).toEqual(['Ana', 'Bo', 'Cy'])
  expect(names(second!.seq - 1)).toEqual(['Ana', 'Bo', 'Cy'])
  expect(names(second!.seq)).toEqual(['Ana', 'Cy'])
  expect(names(99)).toEqual(['Ana', 'Cy'])
  expect(trust.changeAt!(first!.seq)).toBeNull()
  expect(trust.changeAt!(second!.seq)).toEqual({ kind: 'remove', users: [bo.user], by: ana.user })
})

test('checked lists are kept: a reload asks the server for none of them', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const there: ServerRoom = await bo.room(room)
  bo.open()
  const before = server.calls.length
  expect(await bo.seals.refresh(there)).toMatchObject({ version: 1 })
  expect(server.calls.slice(before).some((call) => call.path.includes('roster'))).toBe(false)
})

test('an older room object does not look like a lie', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const old = await ana.room(room)
  await ana.deeds.setHistory(room, 'shared')
  expect(await ana.seals.refresh(old)).toMatchObject({ version: 2, stopped: null })
})

test('a purged room has no list any more, which is no conflict', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  for (const one of shown(ana, room)) one.text = ''
  const phone = await bo.further('phone')
  expect(await refused(phone.seals.refresh(await phone.room(room)))).toMatchObject({ code: 'room-closed' })
})

test('the charter counts only with the hash of the list', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const text = bo.talk.charters.get(room)!
  expect((await bo.seals.charter(room, text))?.name).toBe(FORM.name)
  expect(await bo.seals.charter(room, text.replace('Parts', 'Ports'))).toBeNull()
  expect(await bo.seals.charter(`!${crypto.randomUUID()}:members.invalid`, text)).toBeNull()
})

test('a sealed word from a device the server invented does not count, not even under a real id', async () => {
  const [server, ana, bo, eve] = await three()
  const room = await makeRoom(ana, [bo])
  const heard: [string, string, string][] = []
  const sync = async (): Promise<void> => {
    for (const event of await bo.sync()) {
      if (!('encryptionInfo' in event) || !event.rawEvent.includes('community.resend')) continue
      const info = event.encryptionInfo
      heard.push([info.sender.toString(), info.senderDevice?.toString() ?? '', info.senderCurve25519Key])
    }
  }
  const planted = await Bench.device(server, ana.user, 'Ana', 'planted')
  await tell(ana.core, [bo.user], 'community.resend', { room, session_id: 'a' })
  await sync()
  const [sender, device, key] = heard[0]!
  expect(await isFromConfirmedDevice(bo.core, sender, device, key)).toBe(true)
  // The id of the real device with the key of another one.
  const evil = planted.machine.identityKeys.curve25519.toBase64()
  expect(await isFromConfirmedDevice(bo.core, sender, device, evil)).toBe(false)
  expect(await isFromConfirmedDevice(bo.core, sender, planted.deviceId, evil)).toBe(false)
  // A stranger with a confirmed device is asked for and counts as what she is.
  await tell(eve.core, [bo.user], 'community.resend', { room, session_id: 'b' })
  await sync()
  expect(await isFromConfirmedDevice(bo.core, ...heard[1]!)).toBe(true)
  expect(heard[1]![0]).toBe(eve.user)
})

/** The server tells Cy that a version stands under another number. */
function moved(server: FakeServer, cy: Bench, version: number, seq: number): void {
  server.tamper = (call) => {
    if (call.user !== cy.user || !call.path.includes('/rosters')) return call.answer
    const lists = call.answer!['rosters'] as SignedRoster[]
    return { rosters: lists.map((one) => (one.version === version ? { ...one, seq } : one)) } as Json
  }
}

test('a list cannot be said to begin in times to come', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await ana.deeds.removeMember(room, bo.user)
  moved(server, cy, 2, 1_000_000)
  await cy.sync()
  expect(await refused(cy.seals.refresh(await cy.room(room)))).toMatchObject({ code: 'roster-conflict', detail: 'place' })
  expect(await refused(cy.send(room, 'no'))).toMatchObject({ code: 'roster-conflict' })
  server.tamper = (call) => call.answer
  // An answer that overtook another one is no lie.
  expect(await cy.seals.refresh({ ...(await cy.room(room)), last_seq: 1 })).toMatchObject({ version: 2, stopped: null })
})

test('a removal stands where the event says that told of it, and a lie about it stops the room for good', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const first = await bo.send(room, 'while in')
  for (const one of [ana, cy]) await one.sync()
  await ana.deeds.removeMember(room, bo.user)
  const late = await ana.send(room, 'after the removal')
  await cy.sync()
  moved(server, cy, 2, late.seq) // there is something else there
  expect(await cy.seals.refresh(await cy.room(room))).toMatchObject({ version: 2, stopped: null })
  await cy.seals.placed(room, [late]) // as the timeline does with what it opens
  expect(cy.seals.known(room)!.stopped).toMatchObject({ code: 'roster-conflict', detail: 'place' })
  cy.open()
  expect((await refused(cy.send(room, 'no'))).code).toBe('roster-conflict')
  expect(await cy.reads(room, first)).toBe('while in')
  server.tamper = (call) => call.answer // the truth again
  await cy.send(room, 'yes')
  expect(await cy.opens(room, { ...first, seq: late.seq })).toMatchObject({ ok: false, problem: { code: 'member-unsigned' } })
})

test('the number of a list that its own event contradicts is refused', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  await ana.deeds.removeMember(room, bo.user)
  await ana.send(room, 'later')
  const events = await cy.events(room)
  moved(server, cy, 2, events.at(-1)!.seq)
  await cy.seals.placed(room, events.slice(0, -1)) // the event that told of version 2 is among them
  expect(await refused(cy.seals.refresh(await cy.room(room)))).toMatchObject({ code: 'roster-conflict', detail: 'place' })
})

test('an invitation of a host who was removed stops nobody who is inside, and nobody who is invited', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy], { people: [guest(bo, { role: 'host' }), guest(cy)] })
  const lie = { room, roster_version: 1, roster_sha256: `${'A'.repeat(43)}=`, charter: 'x', history: false }
  await tell(bo.core, [cy.user], 'community.invite', lie) // still a host, but Cy knows version 1 herself
  await cy.sync()
  await cy.send(room, 'works')
  await ana.deeds.removeMember(room, bo.user)
  await cy.sync()
  await cy.settle()
  const dan = await Bench.person(ana.server, 'Dan')
  await ana.deeds.invite(room, [guest(dan)])
  for (const one of [cy, dan]) {
    await bo.core.track([one.user])
    await tell(bo.core, [one.user], 'community.invite', lie)
    await one.sync()
  }
  await dan.deeds.join(room)
  cy.open()
  for (const one of [cy, dan]) {
    await one.sync()
    await one.send(room, 'works')
  }
})

test('a room is of the kind its hosts signed, whatever the server calls it', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const called = { ...(await bo.room(room)), kind: 'direct' } as ServerRoom
  bo.open()
  expect(await refused(bo.seals.refresh(called))).toMatchObject({ code: 'roster-conflict', detail: 'kind' })
  const phone = await cy.further('phone')
  expect(await refused(phone.seals.refresh({ ...called, membership: 'joined' }))).toMatchObject({ detail: 'kind' })
  expect(phone.seals.known(room)).toBeNull()
})
