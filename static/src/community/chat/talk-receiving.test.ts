// The way in: whatever is lost, late, doubled or forged: two people over the fake server, without the library.

import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '../crypto/interface'
import type { FakeClock } from '../testing/fake-clock'
import type { FakeServer } from '../testing/fake-server'
import type { FakeSockets } from '../testing/fake-socket'
import type { Tiny } from '../testing/tiny'
import { keptText, twoPeople, type TwoPeople } from '../testing/two-people'

let two: TwoPeople
let server: FakeServer
let clock: FakeClock
let sockets: FakeSockets
let ana: Tiny
let ben: Tiny
let room: RoomId
let items: TwoPeople['items']
let say: TwoPeople['say']

beforeEach(async () => {
  two = await twoPeople()
  ;({ server, clock, sockets, ana, ben, room, items, say } = two)
})

describe('receiving', () => {
  test('a lost frame is fetched when the next heads come', async () => {
    sockets.fate = (frame) => (frame['t'] === 'events' ? [] : [0])
    await say(ana, 'lost')
    expect(await ben.reads(room)).toEqual([])
    await clock.pass(31_000)
    expect(items(ben).map((item) => item.body)).toContain('lost')
    expect(await ben.reads(room)).toEqual(['lost'])
  })

  test('a hole is fetched as soon as a later event shows it', async () => {
    let dropped = 0
    sockets.fate = (frame) => (frame['t'] === 'events' && dropped++ < 2 ? [] : [0]) // to both
    await say(ana, 'one')
    await say(ana, 'two')
    expect(items(ben).map((item) => item.body)).toEqual(expect.arrayContaining(['one', 'two']))
    expect(items(ben).some((item) => item.problem?.code === 'hole')).toBe(false)
  })

  test('frames that come twice and in another order change nothing', async () => {
    const random = clock.random
    sockets.fate = (frame) => (frame['t'] === 'events' ? [Math.floor(random() * 500), Math.floor(random() * 500)] : [0])
    for (let at = 0; at < 12; at++) await say(at % 2 ? ana : ben, `text ${at}`)
    await clock.pass(2000)
    const all = Array.from({ length: 12 }, (_, at) => `text ${at}`)
    expect(await ana.reads(room)).toEqual(all)
    expect(await ben.reads(room)).toEqual(all)
  })

  test('an event before its key is shown as soon as the key is there, without a text in between when it is in the backup', async () => {
    server.state.deliver = () => []
    await say(ana, 'early')
    expect(await ben.reads(room)).toEqual(['! waiting-for-key'])
    const session = [...ana.keys][0]!
    ben.keys.add(session)
    ben.engine.keysArrived([{ room, sessionId: session }])
    await clock.pass(100)
    expect(await ben.reads(room)).toEqual(['early'])
    expect(ben.events.some((event) => event.t === 'items' && event.removed.some((key) => key.startsWith('seq:')))).toBe(true)
  })

  test('a key that is in the backup is taken from there', async () => {
    server.state.deliver = () => []
    ben.backup.add(`${ana.user} ${two.found().membersSeq}`)
    await say(ana, 'from the backup')
    expect(await ben.reads(room)).toEqual(['from the backup'])
    expect(items(ben).some((item) => item.kind === 'problem')).toBe(false)
  })

  test('after a minute a key is missing', async () => {
    server.state.deliver = () => []
    await say(ana, 'never')
    await clock.pass(59_000)
    expect(await ben.reads(room)).toEqual(['! waiting-for-key'])
    await clock.pass(2000)
    expect(await ben.reads(room)).toEqual(['! key-missing'])
    expect(items(ben).at(-1)?.problem?.code).toBe('key-missing')
  })

  test('what waits for its key survives a reload and opens then', async () => {
    server.state.deliver = () => []
    await say(ana, 'early')
    ben.keys.add([...ana.keys][0]!)
    await ben.restart()
    await clock.pass(100)
    expect(await ben.reads(room)).toEqual(['early'])
  })

  test('a copied row is shown once and refused once', async () => {
    await say(ana, 'once')
    const events = two.found()
    const copy = { ...events.events.at(-1)!, seq: ++events.lastSeq, event_id: '$copy' }
    events.events.push(copy)
    server.state.poke({ t: 'room', room, seq: copy.seq })
    await clock.pass(100)
    expect(await ben.reads(room)).toEqual(['once', '! copy'])
  })

  test('what the server leaves out is shown as missing, and fetched when asked', async () => {
    await say(ana, 'one')
    await say(ana, 'two')
    await say(ana, 'three')
    const hidden = two.found().events.find((event) => event.seq === 3)!
    server.tamper = (call) => (call.answer && 'events' in call.answer
      ? { ...call.answer, events: (call.answer['events'] as { seq: number }[]).filter((event) => event.seq !== hidden.seq) } : call.answer)
    await two.forget(ben)
    await ben.restart()
    await clock.pass(200)
    expect(await ben.reads(room)).toEqual(['one', '! hole', 'three'])
    server.tamper = (call) => call.answer
    await ben.api.fetchAgain(room, 'seq:3')
    await clock.pass(50)
    expect(await ben.reads(room)).toEqual(['one', 'two', 'three'])
  })

  test('an event that is none is shown as damaged', async () => {
    await say(ana, 'one')
    for (const content of [null, {}, { ciphertext: 7, session_id: 's' }]) {
      two.found().events.push({ ...two.found().events.at(-1)!, seq: ++two.found().lastSeq, event_id: `$${two.found().lastSeq}`, content: content as never })
      server.state.poke({ t: 'room', room, seq: two.found().lastSeq })
    }
    await clock.pass(100)
    expect(await ben.reads(room)).toEqual(['one', '! damaged', '! damaged', '! damaged'])
  })

  test('a server that promises what is not there is not asked without end', async () => {
    await say(ana, 'one')
    const calls = (): number => server.calls.filter((call) => call.user === ben.user && call.path.includes('/events?')).length
    const before = calls()
    for (const socket of sockets.open) socket.onmessage?.({ data: JSON.stringify({ t: 'heads', rooms: { [room]: 1e12 } }) })
    await clock.pass(20_000)
    expect(calls() - before).toBeLessThanOrEqual(3)
    server.tamper = (call) => (call.path.includes('/events?') ? { events: [], first_visible_seq: 1, last_seq: 1e12, more: true } : call.answer)
    for (const socket of sockets.open) socket.onmessage?.({ data: JSON.stringify({ t: 'heads', rooms: { [room]: 1e12 } }) })
    await clock.pass(20_000)
    expect(calls() - before).toBeLessThanOrEqual(10)
    expect((await ben.sealed.list('events', '')).length).toBeLessThan(10)
  })

  test('a message exchanged for another one under its number is noticed', async () => {
    await say(ana, 'one')
    await say(ana, 'two')
    const events = two.found().events
    events[1] = { ...events[1]!, event_id: '$other' }
    await two.forget(ben)
    await ben.restart()
    await clock.pass(200)
    expect(await ben.reads(room)).toEqual(['one', '! hole', 'two'])
  })

  test('what has expired leaves at its time, from the screen and from the store', async () => {
    await say(ana, 'short-lived', { expiresAfter: 100 })
    expect(await ben.reads(room)).toEqual(['short-lived'])
    await clock.pass(101_000)
    expect(items(ben).at(-1)).toMatchObject({ kind: 'gone', gone: { why: 'expired' } })
    expect(await keptText(ben)).not.toContain('short-lived')
  })
})
