// The way out: kept, in order, once: two people over the fake server, without the library.

import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '../crypto/interface'
import type { FakeClock } from '../testing/fake-clock'
import type { FakeServer } from '../testing/fake-server'
import type { FakeSockets } from '../testing/fake-socket'
import { Refused } from '../testing/fake-state'
import { draftOf, giveCharter, makeRoom, Tiny } from '../testing/tiny'
import { twoPeople, type TwoPeople } from '../testing/two-people'

let two: TwoPeople
let server: FakeServer
let clock: FakeClock
let sockets: FakeSockets
let ana: Tiny
let ben: Tiny
let room: RoomId
let say: TwoPeople['say']

beforeEach(async () => {
  two = await twoPeople()
  ;({ server, clock, sockets, ana, ben, room, say } = two)
})

describe('sending', () => {
  test('what is written offline is kept, shown as waiting, and sent in order when online', async () => {
    ana.offline = true
    const keys = [await say(ana, 'one'), await say(ana, 'two')]
    expect((await ana.api.timeline(room, {})).items.slice(-2)).toMatchObject([{ key: keys[0], state: 'queued' }, { key: keys[1], state: 'queued' }])
    expect(ana.state.outbox).toBe(2)
    await ana.restart()
    await clock.pass(100)
    expect((await ana.api.timeline(room, {})).items.slice(-2).map((item) => item.body)).toEqual(['one', 'two'])
    ana.offline = false
    await clock.pass(40_000)
    expect(await ben.reads(room)).toEqual(['one', 'two'])
    expect(ana.state.outbox).toBe(0)
  })

  test('a lost answer leads to the same bytes under the same txn id, and one message', async () => {
    const puts: { path: string; body: unknown }[] = []
    server.before = (method, path) => {
      if (method === 'PUT' && path.includes('/events/')) puts.push({ path, body: server.calls.at(-1)!.body['content'] })
    }
    server.tamper = (call) => {
      if (puts.length === 1 && call.method === 'PUT' && call.path.includes('/events/')) throw new TypeError('lost')
      return call.answer
    }
    sockets.fate = (frame) => (frame['t'] === 'events' ? [] : [0]) // its echo is lost as well
    await say(ana, 'once')
    await ana.restart()
    await clock.pass(5000)
    expect(puts.length).toBe(2)
    expect(puts[1]).toEqual(puts[0])
    sockets.fate = () => [0]
    await clock.pass(31_000)
    expect(await ben.reads(room)).toEqual(['once'])
    expect(await ana.reads(room)).toEqual(['once'])
  })

  test('the echo of a lost answer ends the waiting', async () => {
    server.tamper = (call) => {
      if (call.method === 'PUT' && call.path.includes('/events/')) throw new TypeError('lost')
      return call.answer
    }
    await say(ana, 'once')
    expect(ana.state.outbox).toBe(0)
    expect(await ana.reads(room)).toEqual(['once'])
  })

  test('a change of members is folded in and the text is sealed again for those who are there', async () => {
    const cleo = Tiny.make(server, sockets, clock, 'Cleo')
    await cleo.start()
    const other = await makeRoom(ana, [{ user: ben.user, role: 'member' }, { user: cleo.user, role: 'member' }])
    await clock.pass(50)
    for (const person of [ben, cleo]) await person.core.http.json('POST', `rooms/${other.slice(1, 37)}/join`, {})
    await clock.pass(50)
    await giveCharter(ana, other)
    sockets.fate = (frame) => (frame['t'] === 'events' || frame['t'] === 'heads' ? [] : [0])
    await cleo.core.http.json('POST', `rooms/${other.slice(1, 37)}/leave`, {})
    await ana.api.send(other, draftOf('without Cleo'))
    await clock.pass(100)
    const refused = server.calls.filter((call) => call.path.includes('/events/') && call.status === 409)
    expect(refused.length).toBe(1)
    expect(new Set(ana.seals.seals).size).toBe(2)
    const sealed = server.state.rooms.get(other.slice(1, 37))!.events.at(-1)!
    expect(sealed.content).toMatchObject({ ciphertext: ana.seals.seals[1] })
    expect(cleo.keys.has((sealed.content as { session_id: string }).session_id)).toBe(false)
  })

  test('five refusals are enough', async () => {
    server.before = (method, path) => {
      if (method === 'PUT' && path.includes('/events/')) throw new Refused(409, 'stale_devices', { changed: [], devices_pos: 1 })
    }
    const key = await say(ana, 'never')
    expect(await ana.api.item(room, key)).toMatchObject({ state: 'failed', problem: { code: 'failed', detail: 'turns' } })
    expect(ana.seals.seals.length).toBe(5)
    server.before = () => undefined
    await ana.api.retrySend(room, key)
    await clock.pass(100)
    expect(await ben.reads(room)).toEqual(['never'])
  })

  test('too fast: nothing is sent before the time that was told, then everything, in order', async () => {
    let refuse = true
    server.before = (method, path) => {
      if (refuse && method === 'PUT' && path.includes('/events/')) throw new Refused(429, 'rate_limited', { retry_after: 20 })
    }
    const key = await say(ana, 'one')
    await say(ana, 'two')
    expect(await ana.api.item(room, key)).toMatchObject({ state: 'queued', problem: { code: 'too-fast', until: clock.now() - 100 + 20_000 } })
    refuse = false
    const before = server.calls.length
    await clock.pass(19_000)
    expect(server.calls.slice(before).filter((call) => call.path.includes('/events/')).length).toBe(0)
    await clock.pass(2000)
    expect(await ben.reads(room)).toEqual(['one', 'two'])
  })

  test('a refused message says why, does not hold up the next, and gives its draft back', async () => {
    server.before = (method, path) => {
      if (method === 'PUT' && path.includes('/events/') && ana.seals.seals.length === 1) throw new Refused(413, 'too_large')
    }
    const draft = draftOf('too big', { mentions: [ben.user] })
    const key = await ana.api.send(room, draft)
    await clock.pass(50)
    expect(await ana.api.item(room, key)).toMatchObject({ state: 'failed', problem: { code: 'failed', detail: 'too_large' } })
    expect(ana.state.outbox).toBe(0) // nothing is on its way: "sending 1 message" would not be true
    await say(ana, 'next')
    expect(await ben.reads(room)).toEqual(['next'])
    expect(await ana.api.discard(room, key)).toEqual(draft)
    expect(await ana.reads(room)).toEqual(['next'])
    expect(ana.state.outbox).toBe(0)
  })

  test('between two of whom one has blocked the other nothing goes, and it is not said which', async () => {
    let blocked = true
    server.before = (method, path) => {
      if (blocked && method === 'PUT' && path.includes('/events/')) throw new Refused(403, 'forbidden')
    }
    const key = await ana.api.send(room, draftOf('to you alone'))
    await clock.pass(50)
    expect(await ana.api.item(room, key)).toMatchObject({ state: 'failed', problem: { code: 'contact-refused' } })
    blocked = false
    await ana.api.retrySend(room, key)
    await clock.pass(50)
    expect(await ana.reads(room)).toEqual(['to you alone'])
  })

  test('a changed identity stops sending; what waits goes when it was put right', async () => {
    ana.seals.stop = { code: 'identity-changed', name: 'Ben', user: ben.user }
    const key = await say(ana, 'careful')
    expect(await ana.api.item(room, key)).toMatchObject({ state: 'failed', problem: { code: 'identity-changed' } })
    expect((await ana.api.rooms())[0]?.stopped).toMatchObject({ code: 'identity-changed' })
    expect(server.calls.some((call) => call.path.includes('/events/'))).toBe(false)
    ana.seals.stop = null
    ana.engine.peopleChanged([ben.user])
    await clock.pass(100)
    expect(await ben.reads(room)).toEqual(['careful'])
    expect((await ana.api.rooms())[0]?.stopped).toBeNull()
  })

  test('nothing is written where one may only read, or where the room is closed', async () => {
    const found = two.found()
    found.members.get(ben.user)!.role = 'observer'
    await ben.engine.inside.reload(room)
    await expect(ben.api.send(room, draftOf('x'))).rejects.toMatchObject({ code: 'read-only' })
    found.state = 'closing'
    await ana.engine.inside.reload(room)
    await expect(ana.api.send(room, draftOf('x'))).rejects.toMatchObject({ code: 'room-closed' })
  })

  test('the ciphertext and the text of what waits stand sealed only', async () => {
    ana.offline = true
    await say(ana, 'hidden words')
    const rows = await ana.sealed.list<{ content: { body: string } }>('outbox', '')
    expect(rows.map((row) => row.value.content.body)).toEqual(['hidden words'])
    expect(rows[0]!.key).toMatch(new RegExp(`^${room}/\\d{18}-[A-Za-z0-9_-]{22}$`))
  })

  test('whom a text mentions is told to the server only if the sender wants it', async () => {
    await say(ana, 'a', { mentions: [ben.user] })
    await say(ana, 'b', { mentions: [ben.user, '@stranger:members.invalid'], notify: true })
    const bodies = server.calls.filter((call) => call.method === 'PUT' && call.path.includes('/events/')).map((call) => call.body['notify'])
    expect(bodies).toEqual([[], [ben.user]])
    expect((await ben.api.rooms())[0]?.mentions).toBe(2)
  })
})
