// Rooms, pages, search, connection: two people over the fake server, without the library.

import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '../crypto/interface'
import { type FakeClock, settle } from '../testing/fake-clock'
import type { FakeServer } from '../testing/fake-server'
import type { FakeSockets } from '../testing/fake-socket'
import { draftOf, makeRoom, type Tiny } from '../testing/tiny'
import { twoPeople, type TwoPeople } from '../testing/two-people'

let two: TwoPeople
let server: FakeServer
let clock: FakeClock
let sockets: FakeSockets
let ana: Tiny
let ben: Tiny
let room: RoomId
let items: TwoPeople['items']
let last: TwoPeople['last']
let say: TwoPeople['say']

beforeEach(async () => {
  two = await twoPeople()
  ;({ server, clock, sockets, ana, ben, room, items, last, say } = two)
})

describe('the state of a room', () => {
  test('unread numbers follow what comes and what is read; the server is told once, only forward', async () => {
    for (const body of ['one', 'two', 'three']) await say(ana, body)
    expect((await ben.api.rooms())[0]).toMatchObject({ unread: 3, name: 'Ana' })
    await ben.api.markRead(room, 2)
    await ben.api.markRead(room, 3)
    await ben.api.markRead(room, 2)
    expect((await ben.api.rooms())[0]?.unread).toBe(1)
    await clock.pass(1500)
    const told = server.calls.filter((call) => call.path.endsWith('/read')).map((call) => call.body['seq'])
    expect(told).toEqual([3])
    expect((await ben.api.room(room)).lastRead).toBe(3)
  })

  test('nothing is marked as read unless the page says so', async () => {
    await say(ana, 'one')
    await ben.api.timeline(room, {})
    await clock.pass(5000)
    expect(server.calls.some((call) => call.path.endsWith('/read'))).toBe(false)
  })

  test('what was read without a network is told later', async () => {
    await say(ana, 'one')
    ben.offline = true
    await ben.api.markRead(room, 2)
    await clock.pass(2000)
    await ben.restart()
    ben.offline = false
    await clock.pass(40_000)
    expect(two.found().members.get(ben.user)!.lastRead).toBe(2)
  })

  test('receipts of others are shown if the room has them on', async () => {
    await say(ana, 'one')
    await ben.api.markRead(room, 2)
    await clock.pass(1500)
    expect((await last(ana)).readBy).toEqual([])
    await ana.core.http.json('POST', `rooms/${room.slice(1, 37)}/settings`, { receipts: true })
    await clock.pass(100)
    await ben.api.markRead(room, 3)
    await say(ana, 'two')
    await ben.api.markRead(room, 4)
    await clock.pass(1500)
    expect((await last(ana)).readBy).toEqual([ben.user])
  })

  test('typing is told at most every four seconds', async () => {
    await ana.api.typing(room)
    await ana.api.typing(room)
    await clock.pass(50)
    expect(ben.events.filter((event) => event.t === 'typing')).toEqual([{ t: 'typing', room, user: ana.user, name: 'Ana' }])
  })

  test('drafts are kept per topic, sealed, over a reload', async () => {
    await ana.api.saveDraft(room, null, draftOf('half a thought'))
    await ana.api.saveDraft(room, 'topic', draftOf('another'))
    await ana.restart()
    expect((await ana.api.draft(room, null))?.body).toBe('half a thought')
    expect((await ana.api.rooms())[0]?.draft).toBe(true)
    await ana.api.saveDraft(room, null, null)
    await ana.api.saveDraft(room, 'topic', null)
    expect((await ana.api.rooms())[0]?.draft).toBe(false)
  })

  test('leaving takes everything of the room off the device', async () => {
    await say(ana, 'one')
    await ben.api.saveDraft(room, null, draftOf('rest'))
    await ben.core.http.json('POST', `rooms/${room.slice(1, 37)}/leave`, {})
    await clock.pass(100)
    expect(await ben.api.rooms()).toEqual([])
    for (const table of ['events', 'rooms', 'drafts'] as const) expect(await ben.sealed.list(table, '')).toEqual([])
    await expect(ben.api.timeline(room, {})).rejects.toMatchObject({ code: 'removed' })
  })

  test('a room that is new by another device appears by itself', async () => {
    const other = await makeRoom(ana, [{ user: ben.user, role: 'member' }])
    await clock.pass(100)
    expect((await ben.api.rooms()).map((one) => [one.room, one.membership])).toContainEqual([other, 'invited'])
  })
})

describe('pages', () => {
  test('a long room is read page by page, and around a place', async () => {
    for (let at = 0; at < 120; at++) {
      await ana.api.send(room, draftOf(`text ${at}`))
      if (at % 20 === 0) await clock.pass(50)
    }
    await clock.pass(200)
    const newest = await ben.api.timeline(room, { limit: 30 })
    expect(newest.items.map((item) => item.body)).toEqual(Array.from({ length: 30 }, (_, at) => `text ${90 + at}`))
    expect([newest.more, newest.newer]).toEqual([true, false])
    const older = await ben.api.timeline(room, { before: newest.items[0]!.seq!, limit: 10 })
    expect(older.items.map((item) => item.body)).toEqual(Array.from({ length: 10 }, (_, at) => `text ${80 + at}`))
    expect([older.more, older.newer]).toEqual([true, true])
    const near = await ben.api.timeline(room, { around: older.items[0]!.seq!, limit: 4 })
    expect(near.items.map((item) => item.body)).toEqual(['text 79', 'text 80', 'text 81', 'text 82'])
    const next = await ben.api.timeline(room, { after: near.items.at(-1)!.seq!, limit: 2 })
    expect(next.items.map((item) => item.body)).toEqual(['text 83', 'text 84'])
    expect(await ben.reads(room)).toEqual(Array.from({ length: 120 }, (_, at) => `text ${at}`))
  })

  test('a room with thousands of events is not fetched as a whole to show its end', async () => {
    const found = two.found()
    await say(ana, 'first')
    const sample = found.events.at(-1)!
    for (let at = 0; at < 3000; at++) {
      const { content: text } = JSON.parse(atob((sample.content as { ciphertext: string }).ciphertext)) as { content: object }
      const one = { ...text, id: `bulk-${at}-`.padEnd(22, '0'), body: `bulk ${at}`, prev: null }
      const content = { ...sample.content, ciphertext: btoa(JSON.stringify({ n: at, content: one })) }
      found.events.push({ ...sample, seq: ++found.lastSeq, event_id: `$bulk${at}`, content: content as typeof sample.content })
    }
    await two.forget(ben)
    const before = server.calls.length
    await ben.restart()
    await clock.pass(20)
    const pages = server.calls.slice(before).filter((call) => call.path.includes('/events?'))
    expect(pages.length).toBeLessThanOrEqual(3)
    expect((await ben.api.timeline(room, { limit: 3 })).items.map((item) => item.body)).toEqual(['bulk 2997', 'bulk 2998', 'bulk 2999'])
    await clock.pass(5000) // the rest comes quietly once the page is open
    expect(server.calls.slice(before).filter((call) => call.path.includes('/events?')).length).toBeGreaterThanOrEqual(15)
    expect((await ben.api.timeline(room, { around: 2, limit: 2 })).items.map((item) => item.body)).toEqual(['first', 'bulk 0'])
  })
})

describe('search', () => {
  test('finds what can be read, in every script, also inside words; RED without a snippet', async () => {
    await say(ana, 'Прибытие ПЕРЕНЕСЕНО на вторник')
    await say(ana, '我们星期二在港口见面')
    await say(ana, 'اِلتَقَيْنا في المِيناء')
    await say(ana, 'Réunion à Orašje, naïve café')
    await say(ben, 'the red boat', { tlp: 'RED' })
    const found = async (query: string): Promise<string[]> => (await ben.api.search(query, {})).map((hit) => hit.item.body)
    expect(await found('перенесено')).toEqual(['Прибытие ПЕРЕНЕСЕНО на вторник'])
    expect(await found('港口')).toEqual(['我们星期二在港口见面'])
    expect(await found('الميناء')).toEqual(['اِلتَقَيْنا في المِيناء'])
    expect(await found('orasje NAIVE')).toEqual(['Réunion à Orašje, naïve café'])
    expect(await found('orasje boat')).toEqual([])
    const [red] = await ben.api.search('boat', {})
    expect(red).toMatchObject({ snippet: '', roomName: 'Ana', item: { body: '', tlp: 'RED' } })
    expect((await ben.api.search('REUNION', {}))[0]?.snippet).toContain('Réunion à Orašje')
  })

  test('an edit is found by its new words only, a removed message not at all, also after a reload', async () => {
    await say(ana, 'before')
    await say(ana, 'other')
    const all = (await ana.api.timeline(room, {})).items
    await ana.api.edit(room, all.find((item) => item.body === 'before')!.key, 'after')
    await ana.api.remove(room, all.find((item) => item.body === 'other')!.key)
    await clock.pass(50)
    const look = async (): Promise<number[]> => Promise.all(['before', 'after', 'other'].map(async (word) => (await ben.api.search(word, { room })).length))
    expect(await look()).toEqual([0, 1, 0])
    await ben.restart()
    await settle()
    expect(await look()).toEqual([0, 1, 0])
  })
})

describe('the connection', () => {
  test('without sockets everything goes on by polling, and back', async () => {
    sockets.up = false
    sockets.cut()
    await clock.pass(20_000)
    expect(ben.state.connection).toBe('online')
    await say(ana, 'by poll')
    await clock.pass(1500)
    await say(ana, 'another') // the fake server wakes a poll by what happens, not by what has happened
    await clock.pass(1500)
    expect(await ben.reads(room)).toContain('by poll')
    sockets.up = true
    await clock.pass(40_000)
    expect(sockets.open.size).toBe(2)
    await say(ana, 'by socket')
    expect(items(ben).at(-1)?.body).toBe('by socket')
  })

  test('a cursor is acknowledged only when the machine has taken what came', async () => {
    ben.receivedFails = true
    await say(ana, 'one')
    const device = server.signIn(ben.user, 'first').device!
    expect(device.inbox.length).toBeGreaterThan(0)
    await clock.pass(5000)
    // Not again and again without a pause.
    expect(sockets.heard.filter((frame) => frame['t'] === 'hello' && frame['user'] === ben.user).length).toBeLessThanOrEqual(6)
    ben.receivedFails = false
    await clock.pass(40_000)
    expect(device.inbox.length).toBe(0)
    expect(await ben.reads(room)).toEqual(['one'])
  })

  test('a device that was removed stops', async () => {
    server.signIn(ben.user, 'first').device!.revoked = true
    sockets.cut(ben.user)
    await clock.pass(3000)
    expect(ben.state).toMatchObject({ phase: 'stopped', problem: { code: 'device-removed' } })
  })
})
