// Proofs of pitfalls of messaging.md 7 that several people are needed for: real library machines
// against a fake server.

import { afterEach, describe, expect, test, vi } from 'vitest'
import { Bench } from '../testing/bench'
import type { FakeServer } from '../testing/fake-server'
import { guest, makeRoom, refused, sessionOf, three, toDevices } from '../testing/rooms'
import type { RoomId } from './interface'
import { tell } from './to-device'

afterEach(() => void vi.useRealTimers())

const anyToDevice = (server: FakeServer, since: number): string[] =>
  server.calls.slice(since).filter((call) => call.path.startsWith('to-device/')).map((call) => call.path)
const refusals = (server: FakeServer, since: number): unknown[] =>
  server.calls.slice(since).filter((call) => call.status === 409).map((call) => call.path.replace(/\/[^/]*$/, ''))
/** Devices that a room key went to since a mark. */
const keyed = (server: FakeServer, devices: Bench[], since: number): string[] =>
  devices.filter((one) => toDevices(server, one, since).includes('m.room.encrypted')).map((one) => one.signIn)

// -- 5: a changed identity --------------------------------------------------------------------------------

describe.each([['never checked', false], ['checked by emoji before', true]])('an identity that changes, %s', (_name, checked) => {
  test('stops everything that is sealed for the room, and nothing leaves to any device', async () => {
    const [server, ana, bo, cy] = await three()
    const room = await makeRoom(ana, [bo, cy])
    if (checked) await ana.check(cy)
    await ana.send(room, 'before')
    await cy.resetIdentity()
    await ana.sync()
    const before = server.calls.length
    for (const [body, more] of [['no', {}], ['🛑', { kind: 'reaction', target: 'A'.repeat(22) }]] as const) {
      expect(await refused(ana.send(room, body, more))).toMatchObject({ code: 'identity-changed', user: cy.user, name: 'Cy' })
    }
    expect(await ana.seals.check(await ana.room(room))).toMatchObject({ code: 'identity-changed', name: 'Cy' })
    expect(anyToDevice(server, before)).toEqual([])
    expect(server.calls.slice(before).filter((call) => call.method === 'PUT')).toEqual([])
    await ana.accepts(room, cy)
    const event = await ana.send(room, 'after')
    for (const one of [bo, cy]) {
      await one.sync()
      expect(await one.reads(room, event)).toBe('after')
    }
  })
})

// -- 6: senders nobody tracked yet ------------------------------------------------------------------------

test('a new member reads five senders without one refusal', async () => {
  const [server, ana, bo, cy] = await three()
  const others = [bo, cy, await Bench.person(server, 'Dan'), await Bench.person(server, 'Eve')]
  const room = await makeRoom(ana, others)
  const newcomer = await Bench.person(server, 'Fay')
  await ana.deeds.invite(room, [guest(newcomer)])
  await newcomer.sync()
  await newcomer.deeds.join(room)
  const senders = [ana, ...others]
  for (const one of senders) {
    await one.sync()
    await one.send(room, `I am ${one.name}`)
  }
  await newcomer.sync()
  const events = (await newcomer.events(room)).filter((event) => event.class === 'm')
  // All at once, as a page does it.
  const opened = await Promise.all(events.map((event) => newcomer.opens(room, event)))
  expect(opened.filter((one) => !one.ok)).toEqual([])
  expect(opened.map((one) => (one.ok ? one.content.body : ''))).toEqual(senders.map((one) => `I am ${one.name}`))
  expect(new Set(events.map((event) => event.sender)).size).toBe(5)
})

// -- 13: devices that change unheard ----------------------------------------------------------------------

describe('devices that change while the sender does not look', () => {
  test('a device added and one removed: refused once, then the right ones get the key', async () => {
    const [server, ana, bo] = await three()
    const tablet = await bo.further('tablet')
    const room = await makeRoom(ana, [bo])
    await tablet.sync()
    const first = await ana.send(room, 'to phone and tablet')
    const phone = await bo.further('phone') // Ana hears nothing of this
    await bo.http.json('DELETE', `devices/${tablet.deviceId}`)
    const before = server.calls.length
    const event = await ana.send(room, 'to the others')
    expect(refusals(server, before)).toHaveLength(1)
    expect(sessionOf(event)).not.toBe(sessionOf(first)) // what the tablet has is good for nothing more
    expect(keyed(server, [bo, phone, tablet], before)).toEqual(['first', 'phone'])
    for (const one of [bo, phone]) {
      await one.sync()
      expect(await one.reads(room, event)).toBe('to the others')
    }
    const again = server.calls.length
    await ana.send(room, 'nothing changed')
    expect(refusals(server, again)).toEqual([])
  })

  test('a device its owner confirms only later: withheld first, then given', async () => {
    const [server, ana, bo] = await three()
    const room = await makeRoom(ana, [bo])
    const planted = await Bench.device(server, bo.user, 'Bo', 'phone')
    const before = server.calls.length
    const event = await ana.send(room, 'not for an unconfirmed one')
    expect(toDevices(server, planted, before)).toEqual(['m.room_key.withheld'])
    const confirmed = await bo.further('confirmed')
    const next = await ana.send(room, 'for the confirmed one')
    await confirmed.sync()
    expect(await confirmed.reads(room, next)).toBe('for the confirmed one')
    expect(await confirmed.reads(room, { ...event, ts: 1 })).not.toBe('not for an unconfirmed one')
  })

  test('who leaves, changes her devices and joins again is reached on those she has then', async () => {
    const [server, ana, bo, cy] = await three()
    const room = await makeRoom(ana, [bo, cy])
    const first = await ana.send(room, 'all three')
    await bo.deeds.leave(room)
    await ana.sync()
    const without = await ana.send(room, 'without Bo')
    expect(sessionOf(without)).not.toBe(sessionOf(first))
    // Out of the room nobody is told of her devices.
    const phone = await bo.further('phone')
    await phone.http.json('DELETE', `devices/${bo.deviceId}`)
    await ana.deeds.invite(room, [guest(bo)])
    await phone.sync()
    await phone.deeds.join(room)
    const before = server.calls.length
    const event = await ana.send(room, 'welcome back')
    expect(keyed(server, [bo, phone], before)).toEqual(['phone'])
    for (const one of [phone, cy]) {
      await one.sync()
      expect(await one.reads(room, event)).toBe('welcome back')
    }
    expect(await phone.reads(room, { ...without, ts: 1 })).not.toBe('without Bo')
  })
})

// -- 14: a broken Olm session -----------------------------------------------------------------------------

describe('an Olm session that is broken on one side', () => {
  const claims = (server: FakeServer, by: Bench): number =>
    server.calls.filter((call) => call.path === 'keys/claim' && call.user === by.user).length

  /** From now on Bo can open nothing of what Ana says in the session they have. */
  async function broken(): Promise<[FakeServer, Bench, Bench, RoomId]> {
    const [server, ana, bo] = await three()
    const room = await makeRoom(ana, [bo])
    await bo.send(room, 'from here on Ana answers in an established session')
    await ana.sync()
    const curve = bo.machine.identityKeys.curve25519.toBase64()
    const before = claims(server, bo)
    server.state.deliver = (message, to) => {
      const part = (message.content['ciphertext'] as Record<string, { type: number; body: string }> | undefined)?.[curve]
      const old = claims(server, bo) === before // until there is another session
      if (message.sender !== ana.user || to.user !== bo.user || !part || !old) return [message]
      const body = `${part.body.slice(0, -40)}${'A'.repeat(40)}`
      return [{ ...message, content: { ...message.content, ciphertext: { [curve]: { ...part, body } } } }]
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 }) // a young session is not given up
    return [server, ana, bo, room]
  }

  test('is given up for a new one; what was lost is told, and sent again when asked for', async () => {
    const [server, ana, bo, room] = await broken()
    await ana.deeds.setHistory(room, 'shared') // a new key, which does not arrive
    const lost = await ana.send(room, 'lost')
    const before = claims(server, bo)
    await bo.sync()
    expect(claims(server, bo)).toBe(before + 1)
    expect(await bo.reads(room, { ...lost, ts: Date.now() })).toBe('waiting-for-key')
    expect(await bo.reads(room, { ...lost, ts: Date.now() - 120_000 })).toBe('key-missing') // after a minute
    await tell(bo.core, [ana.user], 'community.resend', { room, session_id: sessionOf(lost) })
    await ana.sync()
    const next = await ana.send(room, 'readable')
    expect(sessionOf(next)).not.toBe(sessionOf(lost))
    await bo.sync()
    expect(await bo.reads(room, next)).toBe('readable')
  })

  test('does not stay broken for what comes by itself: the next key arrives without asking', async () => {
    const [, ana, bo, room] = await broken()
    await ana.deeds.setHistory(room, 'shared')
    await ana.send(room, 'lost')
    await bo.sync()
    await ana.sync() // the new session reaches her
    await ana.deeds.setHistory(room, 'joined')
    const next = await ana.send(room, 'readable')
    await bo.sync()
    expect(await bo.reads(room, next)).toBe('readable')
  })
})
