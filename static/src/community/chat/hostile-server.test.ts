// A server that leaves out, hides or empties events: what is not there is shown as not there.
import { beforeEach, expect, test } from 'vitest'
import { bare, type Json } from '../testing/fake-state'
import { CHARTER, draftOf, giveCharter, makeRoom, type Tiny } from '../testing/tiny'
import { twoPeople, type TwoPeople } from '../testing/two-people'
import { isEvent } from './feed'
import type { ServerChange, ServerEvent } from './parts'
import type { RoomRecord } from './room-store'

let two: TwoPeople
beforeEach(async () => {
  two = await twoPeople()
})

const seen = async (): Promise<string[]> => (await two.ben.api.timeline(two.room, {})).items.map((item) =>
  `${item.seq} ${item.body || item.problem?.code || item.gone?.why || item.notice?.change}`)

/** Ben comes with a new browser. */
async function anew(): Promise<string[]> {
  await two.forget(two.ben)
  await two.ben.restart()
  await two.clock.pass(300)
  return seen()
}

async function say(...texts: string[]): Promise<void> {
  for (const text of texts) await two.say(two.ana, text)
  await two.clock.pass(200)
}

/** The server changes what it keeps under a number. */
function change(seq: number, more: Partial<ServerEvent>): ServerEvent {
  const { events } = two.found()
  const at = events.findIndex((event) => event.seq === seq)
  events[at] = { ...events[at]!, ...more }
  return events[at]!
}

/** The server says something itself. */
async function notice(content: ServerChange): Promise<void> {
  const found = two.found()
  found.events.push({
    seq: ++found.lastSeq, event_id: `$${crypto.randomUUID()}`, room_id: two.room, sender: null, device_id: null,
    ts: two.clock.now(), class: 'x', content, expires_at: null, media: [], gone: null,
  })
  two.server.state.poke({ t: 'room', room: two.room, seq: found.lastSeq })
  await two.clock.pass(200)
}

const GONE = { why: 'purged', by: null, ts: 0 } as const

test('one message said to be purged leaves its place', async () => {
  await say('one', 'two', 'three')
  const event = change(3, { content: null, gone: GONE })
  expect(await anew()).toEqual(['1 created', '2 one', '3 purged', '4 three'])
  // The same of a message that was read already.
  await say('four')
  const live = change(5, { content: null, gone: GONE })
  for (const socket of two.sockets.open) {
    socket.onmessage?.({ data: JSON.stringify({ t: 'events', n: 99, room: two.room, from_seq: 5, to_seq: 5, events: [live], more: false }) })
  }
  await two.clock.pass(300)
  expect(await seen()).toEqual(['1 created', '2 one', '3 purged', '4 three', '5 purged'])
  // With the notice that tells of a purge, the notice stands for what it covers, and for nothing else.
  await notice({ change: 'purged', up_to_seq: event.seq })
  expect(await seen()).toEqual(['1 created', '4 three', '5 purged', '6 purged'])
})

test('a message said to be a silent event that was removed leaves its place', async () => {
  await say('one', 'two', 'three')
  change(3, { class: 's', content: null, gone: { ...GONE, why: 'redacted' } })
  expect(await anew()).toEqual(['1 created', '2 one', '3 redacted', '4 three'])
})

test('a notice of purging covers nothing that comes after it', async () => {
  await say('one')
  await notice({ change: 'purged', up_to_seq: 9e12 })
  await say('two', 'three')
  const all = ['1 created', '2 one', '3 purged', '4 two', '5 three']
  expect(await seen()).toEqual(all)
  expect(await anew()).toEqual(all)
})

test('nothing is removed before it was said', async () => {
  await say('one')
  await notice({ change: 'redacted', target_seq: 5 })
  await say('two', 'three')
  const all = ['1 created', '2 one', '4 two', '5 three']
  expect(await seen()).toEqual(all)
  expect(await anew()).toEqual(all)
})

test('the beginning of the room does not move on to hide a message that is kept back', async () => {
  await say('one', 'two')
  two.server.tamper = (call) => {
    const answer = call.answer as Json | null
    if (!answer || call.user !== two.ben.user) return call.answer
    if ('events' in answer && 'first_visible_seq' in answer) {
      return { ...answer, first_visible_seq: 5, events: (answer['events'] as ServerEvent[]).filter((event) => event.seq !== 4) }
    }
    if ('room_id' in answer) return { ...answer, first_visible_seq: 5 }
    if ('rooms' in answer && call.path === 'rooms') {
      return { rooms: (answer['rooms'] as Json[]).map((room) => ({ ...room, first_visible_seq: 5 })) }
    }
    return call.answer
  }
  two.sockets.fate = (frame) => (frame['t'] === 'events' ? [] : [0])
  await say('kept back', 'four', 'five')
  two.sockets.fate = () => [0]
  await two.clock.pass(70_000)
  await two.ben.restart()
  await two.clock.pass(1000)
  expect(await seen()).toEqual(['1 created', '2 one', '3 two', '4 hole', '5 four', '6 five'])
})

test('an event whose time is no date is none', async () => {
  await say('one')
  const [, event] = two.found().events
  expect(isEvent(event!, two.room)).toBe(true)
  for (const ts of [9e15, -1, Number.NaN, '1', null]) expect(isEvent({ ...event!, ts: ts as number }, two.room)).toBe(false)
  expect(isEvent({ ...event!, gone: { why: 'constructor' } as never }, two.room)).toBe(false)
  change(2, { ts: 9e15 })
  await say('two')
  expect(await anew()).toEqual(['1 created', '2 hole', '3 two'])
})

// -- the charter ---------------------------------------------------------------------------------------

async function tellCharter(of: Tiny, room: string, ...texts: string[]): Promise<void> {
  for (const text of texts) await of.engine.inside.sendContent(room, 'room_meta', text)
  await two.clock.pass(1000)
}
const junk = Array.from({ length: 9 }, (_, at) => `junk ${at}`)

test('the signed charter is taken however many others were told after it', async () => {
  const { ana, ben, room } = two
  await tellCharter(ana, room, CHARTER.name)
  for (let at = 0; at < 110; at++) await ana.engine.inside.sendContent(room, 'reaction', '', { target: 'a'.repeat(22) })
  await tellCharter(ana, room, ...junk)
  await ben.api.markRead(room, two.found().lastSeq)
  await two.clock.pass(2000)
  await two.forget(ben)
  await ben.restart()
  await two.clock.pass(300)
  expect((await ben.api.room(room)).charter).toBeNull() // beyond the last hundred
  await ben.api.timeline(room, {})
  await two.clock.pass(3000)
  expect((await ben.api.room(room)).charter).toEqual(CHARTER)
  await tellCharter(ana, room, ...junk.map((text) => `more ${text}`))
  expect((await ben.api.room(room)).charter).toEqual(CHARTER)
})

test('what a member who is no host calls the charter is not even kept', async () => {
  const { ana, ben } = two
  const room = await makeRoom(ana, [{ user: ben.user, role: 'member' }])
  await ben.core.http.json('POST', `rooms/${bare(room)}/join`, {})
  await two.clock.pass(100)
  await tellCharter(ben, room, CHARTER.name, ...junk)
  const record = await ana.sealed.get<RoomRecord>('rooms', `talk/${room}`)
  expect(record).toMatchObject({ charter: null, charters: [] })
  await tellCharter(ana, room, CHARTER.name)
  for (const one of [ana, ben]) expect((await one.api.room(room)).charter).toEqual(CHARTER)
})

test('without its charter a case room takes no message: its highest label is not known', async () => {
  const { ana, ben } = two
  await say('one')
  const { key } = await two.last(ana)
  const room = await makeRoom(ana, [{ user: ben.user, role: 'member' }])
  await two.clock.pass(100)
  const closed = { code: 'failed', detail: 'charter-unknown' }
  await expect(ana.api.send(room, draftOf('x', { tlp: 'CLEAR' }))).rejects.toMatchObject(closed)
  await expect(ana.api.forward(two.room, key, room)).rejects.toMatchObject(closed)
  await giveCharter(ana, room)
  await ana.api.send(room, draftOf('x', { tlp: 'CLEAR' }))
  await ana.api.forward(two.room, key, room)
})

test('a topic that a message under TLP:RED opened is not called by its text', async () => {
  await two.say(two.ana, 'the secret', { tlp: 'RED' })
  const { key } = await two.last(two.ben)
  await two.say(two.ben, 'an answer', { tlp: 'RED', thread: key })
  expect((await two.ben.api.room(two.room)).topics).toMatchObject([{ id: key, title: '', count: 2 }])
})

// -- another sign-in in the same browser ---------------------------------------------------------------

test('while sockets fail, a sign-in without a device is left to the life of the engine, not polled for ever', async () => {
  two.sockets.up = false
  two.sockets.cut(two.ben.user)
  await two.clock.pass(30_000)
  expect(two.ben.state).toMatchObject({ phase: 'ready', connection: 'online' })
  two.server.signIn(two.ben.user).device = null
  await say('something to answer with')
  await two.clock.pass(1000)
  expect(two.ben.state).toMatchObject({ phase: 'stopped', problem: { code: 'device-removed' } })
})

test.each([[true, 'ready'], [false, 'stopped']])('after 4401 the sign-in must still be of the same person (%s): %s', async (same, phase) => {
  const { ben } = two
  if (!same) two.server.tamper = (call) => (call.path === 'config' ? { ...call.answer, user_id: two.ana.user } : call.answer)
  two.sockets.cut(ben.user, 4401)
  await two.clock.pass(5000)
  expect(ben.state.phase).toBe(phase)
  if (!same) expect(ben.state.problem?.code).toBe('signed-out')
})
