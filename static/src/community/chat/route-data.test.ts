import { expect, test } from 'vitest'
import { addressOf, bare, full, home, inLanguage, inRoom, isMove, isOurs, NIL, parse, type Urls } from './route-data'

const ROOM = '3f0c6a52-6f0f-4f5a-9d61-4d7f8d1f2a10'
const urls: Urls = {
  messages: '/en/community/messages/', new: '/en/community/rooms/new/', room: `/en/community/rooms/${NIL}/`,
  join: `/en/community/rooms/${NIL}/join/`, devices: '/en/account/devices/', about: '', signIn: '', help: '', digest: '',
}

test.each([
  [home],
  [{ ...home, panel: 'catch-up' }],
  [{ ...home, panel: 'new-message', query: 'Ada Øst' }],
  [{ ...home, view: 'room-new' as const }],
  [{ ...home, view: 'devices' as const, panel: 'reset' }],
  [{ ...home, view: 'join' as const, room: ROOM }],
  [inRoom(`!${ROOM}:members.invalid`, { topic: 'aB-_9', at: 17, panel: 'members' })],
])('an address leads back to its route: %#', (route) => {
  const [path = '', hash = ''] = addressOf(route, urls).split('#')
  expect(parse(path, hash, urls)).toEqual(route)
})

test('topic and message never stand in what the server sees', () => {
  const address = addressOf(inRoom(ROOM, { topic: 'secret', at: 5 }), urls)
  expect(address.split('#')[0]).toBe(`/en/community/rooms/${ROOM}/`)
})

test('another page is no route of ours', () => {
  expect(parse('/en/community/', '', urls)).toBeNull()
  expect(parse('/en/community/rooms/no-uuid/', '', urls)).toBeNull()
})

test.each(['#m=-4', '#m=1.5', '#m=x', '#p=<b>'])('a broken fragment is left out: %s', (hash) => {
  expect(parse(urls.messages, hash, urls)).toEqual(home)
})

test('the skip link is no fragment of ours', () => {
  expect(isOurs('#main')).toBe(false)
  expect([isOurs(''), isOurs('#p=pins')]).toEqual([true, true])
})

test('the same place in another language', () => {
  expect(inLanguage(`/en/community/rooms/${ROOM}/#t=a`, 'zh-hans')).toBe(`/zh-hans/community/rooms/${ROOM}/#t=a`)
})

test('another message of the same topic is no move', () => {
  expect(isMove(inRoom(ROOM), inRoom(ROOM, { at: 4 }))).toBe(false)
  expect(isMove(inRoom(ROOM), inRoom(ROOM, { panel: 'pins' }))).toBe(true)
})

test('rooms have a short and a full name', () => {
  expect(bare(full(ROOM, 'members.invalid'))).toBe(ROOM)
})
