// The whole engine of two people with the real library, over the fake server and its played socket.

import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import type { Draft, Engine, EngineEvent, Item, RoomId } from '../crypto/interface'
import { BrowserKeystore } from '../crypto/keystore'
import { anotherDevice, type Browser, browser, newcomer } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { FakeSockets } from '../testing/fake-socket'
import { bare } from '../testing/fake-state'
import { draftOf } from '../testing/tiny'
import { realClock } from './clock'
import { makeRoomsHalf } from './rooms-half'

let server: FakeServer
let sockets: FakeSockets
let ana: Browser
let ben: Browser
let room: RoomId
const open: Browser[] = []
let profiles = 0

const options = (user: () => string, signIn = 'first') => ({
  signIn, makeRooms: (core: Parameters<typeof makeRoomsHalf>[0]) => makeRoomsHalf(core, { socket: sockets.for(user(), signIn) }),
})

async function person(name: string): Promise<Browser> {
  let user = ''
  const keystore = new BrowserKeystore(`assembled-${profiles++}-`)
  const one = await newcomer(server, name, { keystore, ...options(() => user || (user = [...server.state.users.keys()].at(-1)!)) })
  open.push(one)
  return one
}

function call<M extends keyof Engine>(of: Browser, method: M, ...args: Parameters<Engine[M]>): ReturnType<Engine[M]> {
  return of.engine.call(method, args) as ReturnType<Engine[M]>
}

const say = (of: Browser, body: string, more: Partial<Draft> = {}): Promise<string> => call(of, 'send', room, draftOf(body, more))
const bodies = async (of: Browser, thread?: string | null): Promise<string[]> =>
  (await call(of, 'timeline', room, { thread, limit: 200 })).items.filter((item) => item.kind !== 'notice')
    .map((item) => (item.kind === 'problem' ? `! ${item.problem?.code}` : item.kind === 'gone' ? '† gone' : item.body))
const sees = (of: Browser, expected: string[]): Promise<void> =>
  eventually(async () => expect(await bodies(of)).toEqual(expected), 30)
const itemOf = async (of: Browser, body: string): Promise<Item> =>
  (await call(of, 'timeline', room, { limit: 200 })).items.find((item) => item.body === body)!

/** The page is loaded again: a new engine over the same store. */
async function reload(one: Browser): Promise<Browser> {
  one.engine.close()
  const again = await browser(server, one.user, { ...options(() => one.user, one.signIn), keystore: one.keystore })
  await again.engine.start()
  open.push(again)
  return again
}

beforeEach(async () => {
  server = new FakeServer()
  sockets = new FakeSockets(server, realClock)
  ana = await person('Ana')
  ben = await person('Ben')
  room = await call(ana, 'openDirect', ben.user, 'Ben')
  await eventually(async () => expect((await call(ben, 'rooms')).map((one) => one.room)).toEqual([room]))
})

afterEach(() => {
  for (const one of open.splice(0)) one.engine.close()
})

describe('two people', () => {
  test('write to each other: once, in order, with badges; nobody else has the words', async () => {
    await say(ana, 'canary one')
    await sees(ben, ['canary one'])
    await say(ben, 'canary two')
    await sees(ana, ['canary one', 'canary two'])
    await say(ana, 'canary three')
    await sees(ana, ['canary one', 'canary two', 'canary three'])
    await sees(ben, ['canary one', 'canary two', 'canary three'])
    expect(await itemOf(ben, 'canary one')).toMatchObject({ name: 'Ana', trust: 'not-checked', state: 'sent', mine: false })
    expect((await call(ben, 'rooms'))[0]).toMatchObject({ name: 'Ana', kind: 'direct', unread: 3 })
    expect(JSON.stringify([...server.state.rooms.values()].map((one) => one.events))).not.toContain('canary')
    expect(JSON.stringify(server.calls)).not.toContain('canary')
  })

  test('edit, react, answer, vote and remove', async () => {
    await say(ana, 'one')
    await sees(ben, ['one'])
    const { key } = await itemOf(ben, 'one')
    await call(ana, 'edit', room, key, 'One')
    await call(ben, 'react', room, key, '👍')
    await say(ben, 'in the topic', { thread: key, replyTo: key })
    await eventually(async () => expect(await call(ana, 'item', room, key)).toMatchObject({ body: 'One', reactions: [{ emoji: '👍', users: [ben.user] }] }))
    await say(ben, '', { poll: ['When?', 'Monday', 'Tuesday'] })
    await eventually(async () => expect((await bodies(ana)).at(-1)).toBe('When?\nMonday\nTuesday'))
    const poll = await itemOf(ana, 'When?\nMonday\nTuesday')
    await call(ana, 'vote', room, poll.key, [1])
    await eventually(async () => expect((await call(ben, 'item', room, poll.key))?.poll?.options[1]?.votes).toEqual([ana.user]))
    expect(await bodies(ana, key)).toEqual(['One', 'in the topic'])
    await call(ana, 'remove', room, key)
    await eventually(async () => expect((await call(ben, 'item', room, key))?.kind).toBe('gone'))
    expect(await bodies(ben)).toEqual(['† gone', 'in the topic', 'When?\nMonday\nTuesday'])
  })

  test('offline: kept over a reload, sent when the network is back', async () => {
    await say(ana, 'before')
    await sees(ben, ['before'])
    server.signIn(ana.user).offline = true
    sockets.cut(ana.user)
    await say(ana, 'meanwhile one')
    await say(ana, 'meanwhile two')
    expect((await call(ana, 'timeline', room, {})).items.slice(-2).map((item) => item.state)).not.toContain('sent')
    await say(ben, 'from the other side')
    server.signIn(ana.user).offline = false
    const again = await reload(ana)
    await eventually(async () => expect((await bodies(ben)).slice(-2)).toEqual(['meanwhile one', 'meanwhile two']))
    await sees(again, ['before', 'from the other side', 'meanwhile one', 'meanwhile two'])
  })

  test('a new engine over the same store shows what was read, without asking for it', async () => {
    for (const body of ['one', 'two', 'three']) await say(ana, body)
    await sees(ben, ['one', 'two', 'three'])
    server.tamper = (call) => (call.path.includes('/events?') ? { events: [], first_visible_seq: 1, last_seq: 4, more: false } : call.answer)
    const again = await reload(ben)
    await sees(again, ['one', 'two', 'three'])
    expect(await call(again, 'search', 'two', {})).toHaveLength(1)
  })

  test('frames twice, late and lost change nothing', async () => {
    let at = 0
    sockets.fate = (frame) => (frame['t'] !== 'events' ? [0] : [[], [0, 40], [120], [0]][at++ % 4]!)
    const all = Array.from({ length: 12 }, (_, number) => `text ${number}`)
    for (const [number, body] of all.entries()) {
      await say(number % 2 ? ana : ben, body)
      await eventually(async () => expect((await call(number % 2 ? ana : ben, 'state')).outbox).toBe(0))
    }
    sockets.fate = () => [0]
    sockets.cut()
    await sees(ana, await bodies(ana))
    await eventually(async () => {
      expect([...await bodies(ana)].sort()).toEqual([...all].sort())
      expect(await bodies(ben)).toEqual(await bodies(ana))
    })
  })

  test('an event before its key is shown when the key comes, without a reload', async () => {
    const held: Parameters<typeof server.state.deliver>[] = []
    server.state.deliver = (message, to) => {
      if (to.user !== ben.user) return [message]
      held.push([message, to])
      return []
    }
    await say(ana, 'too early')
    await sees(ben, ['! waiting-for-key'])
    server.state.deliver = (message) => [message]
    for (const [message, to] of held) {
      to.inbox.push({ ...message, seq: ++to.inboxSeq })
      server.state.poke({ t: 'inbox', user: to.user, device: to.id })
    }
    await eventually(async () => expect(await bodies(ben)).toEqual(['too early']))
    // The page is told right after the engine knows: who asks in between is ahead of it.
    const told = (): Extract<EngineEvent, { t: 'items' }>[] => ben.events.filter((event) => event.t === 'items')
    await eventually(() => expect(told().some((event) =>
      event.items.some((item) => item.body === 'too early') && event.removed.some((key) => key.startsWith('seq:')))).toBe(true))
  })

  test('a row copied in the database is shown once and refused once', async () => {
    await say(ana, 'once')
    await sees(ben, ['once'])
    const found = server.state.rooms.get(bare(room))!
    found.events.push({ ...found.events.at(-1)!, seq: ++found.lastSeq, event_id: `$${crypto.randomUUID()}` })
    server.state.poke({ t: 'room', room, seq: found.lastSeq })
    await sees(ben, ['once', '! copy'])
  })

  test('a further device reads what was written before, from the backup', async () => {
    await say(ana, 'early')
    await sees(ben, ['early'])
    const backup = server.state.user(ben.user).backups.at(-1)!
    await eventually(() => expect([...backup.keys.keys()].some((key) => key.startsWith(room))).toBe(true))
    const phone = await anotherDevice(server, ben, 'phone', options(() => ben.user, 'phone'))
    open.push(phone)
    await sees(phone, ['early'])
    expect(await itemOf(phone, 'early')).toMatchObject({ trust: 'restored' })
    await say(ana, 'to both devices')
    await sees(phone, ['early', 'to both devices'])
    await say(phone, 'from the phone')
    await sees(ben, ['early', 'to both devices', 'from the phone'])
    expect(await itemOf(ben, 'from the phone')).toMatchObject({ mine: true })
  })

  test('a search in the backup that a reload cut off begins anew, though nobody opens the room', async () => {
    await say(ana, 'early')
    await sees(ben, ['early'])
    const backup = server.state.user(ben.user).backups.at(-1)!
    await eventually(() => expect([...backup.keys.keys()].some((key) => key.startsWith(room))).toBe(true))
    server.before = (method, path) => {
      if (method === 'GET' && /^backup\/.*\/keys/.test(path)) throw new TypeError('cut off')
    }
    const phone = await anotherDevice(server, ben, 'phone', options(() => ben.user, 'phone'))
    open.push(phone)
    const asked = (): number => server.calls.filter((call) => call.method === 'GET' && /^backup\/.*\/keys/.test(call.path)).length
    await eventually(() => expect(asked()).toBeGreaterThan(0))
    server.before = () => undefined
    const before = asked()
    const again = await reload(phone)
    await eventually(() => expect(asked()).toBeGreaterThan(before))
    await sees(again, ['early'])
  })

  test('a file goes across sealed and comes out the same', async () => {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000)).map((byte, at) => (at < 8 ? [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a][at]! : byte))
    const id = await call(ana, 'attach', room, new File([bytes], '../pic\u202Egnp.png', { type: 'image/png' }))
    await say(ana, 'see here', { attachments: [id] })
    await sees(ben, ['see here'])
    const item = await itemOf(ben, 'see here')
    expect(item.attachments).toMatchObject([{ name: '.._picgnp.png', size: 60_000, state: 'ready', sha256: '' }])
    const { blob, name, sha256 } = await call(ben, 'open', room, item.key, item.attachments[0]!.media)
    expect([name, blob.type, new Uint8Array(await blob.arrayBuffer())]).toEqual(['.._picgnp.png', 'image/png', bytes])
    expect((await itemOf(ben, 'see here')).attachments[0]?.sha256).toBe(sha256)
    const [media] = [...server.state.media.values()]
    expect(media!.bytes.length).toBe(60_000)
    expect(Buffer.from(media!.bytes).includes(Buffer.from(bytes.slice(100, 130)))).toBe(false)
    media!.bytes[500]! ^= 1
    await expect(call(ben, 'open', room, item.key, media!.id)).rejects.toMatchObject({ code: 'damaged' })
  })
})

describe('a case room', () => {
  test('is made, joined, named by its charter, and left', async () => {
    const form = {
      name: 'Parts by post', topic: 'Parcels', purpose: 'Agree who asks whom', legal_basis: 'Article 1 of an invented act', states: ['XA', 'XB'],
      tlp_default: 'GREEN' as const, tlp_max: 'AMBER' as const, ends_on: '2030-01-01', history: 'joined' as const, retentionDays: 90,
      people: [{ user: ben.user, name: 'Ben', role: 'member' as const, history: false }],
    }
    const other = await call(ana, 'createRoom', form)
    await eventually(async () => expect((await call(ben, 'rooms')).find((one) => one.room === other)).toMatchObject({
      membership: 'invited', name: 'Parts by post', invitedBy: 'Ana',
    }))
    await call(ben, 'join', other)
    room = other
    await say(ana, 'welcome', { tlp: null })
    await sees(ben, ['welcome'])
    expect((await itemOf(ben, 'welcome')).tlp).toBe('GREEN')
    await expect(say(ana, 'too strict', { tlp: 'RED' })).rejects.toMatchObject({ code: 'failed', detail: 'label' })
    const detail = await call(ben, 'room', other)
    expect(detail).toMatchObject({ name: 'Parts by post', charter: { purpose: 'Agree who asks whom' }, notices: [], stopped: null })
    expect(detail.members.map((member) => [member.name, member.role, member.rostered, member.trust, member.me])).toEqual([
      ['Ana', 'host', true, 'not-checked', false], ['Ben', 'member', true, expect.any(String), true],
    ])
    await call(ben, 'leave', other)
    await eventually(async () => expect((await call(ben, 'rooms')).map((one) => one.room)).not.toContain(other))
    await say(ana, 'after Ben')
    await eventually(async () => expect(await bodies(ana)).toEqual(['welcome', 'after Ben']))
  })
})
