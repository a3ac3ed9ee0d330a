import { expect, test } from 'vitest'
import type { Item, RoomSummary } from '../crypto/interface'
import { grouped, marksOf, matches, onlyTopic, unreadItems, unreadTotal, waiting } from './rooms-data'

let count = 0
const room = (more: Partial<RoomSummary> = {}): RoomSummary => ({
  room: `!${++count}:members.invalid`, kind: 'case', state: 'open', membership: 'joined', role: 'member', name: 'North',
  charter: null, invitedBy: '', unread: 0, unreadByTopic: {}, mentions: 0, lastAt: count, muted: false, pinned: false,
  stopped: null, draft: false, ...more,
})

test('rooms stand in groups, invitations first, the latest first in each', () => {
  const rooms = [
    room({ name: 'a' }), room({ name: 'b' }), room({ name: 'c', kind: 'direct' }), room({ name: 'd', pinned: true }),
    room({ name: 'e', membership: 'invited', pinned: true }), room({ name: 'f', state: 'closed' }),
  ]
  expect(grouped(rooms).map((each) => [each.group, ...each.rooms.map((one) => one.name)])).toEqual([
    ['invited', 'e'], ['pinned', 'd'], ['case', 'b', 'a'], ['direct', 'c'], ['closed', 'f'],
  ])
})

test('the list is searched without regard to capitals and marks', () => {
  expect(matches(room({ name: 'Opération Été' }), 'operation ete')).toBe(true)
  expect(matches(room({ name: 'Opération Été' }), 'winter')).toBe(false)
  expect(grouped([room({ name: 'x' })], 'y')).toEqual([])
})

test('a room is on hold, closing, muted or has a draft: each is said', () => {
  expect(marksOf(room({ muted: true, draft: true, onHold: true, state: 'closing' }))).toEqual(['hold', 'closing', 'draft', 'muted'])
  expect(marksOf(room({ stopped: { code: 'identity-changed' } }))).toEqual(['stopped'])
  expect(marksOf(room())).toEqual([])
})

test('muted rooms count only where one is mentioned', () => {
  expect(unreadTotal([room({ unread: 3 }), room({ unread: 9, muted: true }), room({ unread: 9, muted: true, mentions: 1 })])).toBe(4)
})

test('catching up goes by topic, mentions first, muted rooms last', () => {
  const rooms = [
    room({ room: '!m', unread: 5, muted: true, unreadByTopic: { '': 5 } }),
    room({ room: '!a', unread: 3, unreadByTopic: { t1: 2, '': 1, t2: 0 } }),
    room({ room: '!b', unread: 1, mentions: 1 }),
    room({ room: '!i', unread: 1, membership: 'invited' }),
  ]
  expect(waiting(rooms).map((each) => [each.room, each.topic, each.unread])).toEqual([
    ['!b', '', 1], ['!a', '', 1], ['!a', 't1', 2], ['!m', '', 5],
  ])
})

test('a topic is marked read alone only if nothing else of its room is unread', () => {
  expect(onlyTopic({ unreadByTopic: { a: 2, '': 0 } }, 'a')).toBe(true)
  expect(onlyTopic({ unreadByTopic: { a: 2, '': 1 } }, 'a')).toBe(false)
  expect(onlyTopic({ unreadByTopic: {} }, '')).toBe(true)
})

test('of a topic the last unread messages of others are shown', () => {
  const item = (seq: number | null, more: Partial<Item> = {}): Item => ({ seq, mine: false, kind: 'message', ...more }) as Item
  const items = [item(1), item(2), item(3, { mine: true }), item(4, { kind: 'notice' }), item(5), item(6), item(null, { mine: true })]
  const found = unreadItems(items, 3, 2)
  expect(found.shown.map((one) => one.seq)).toEqual([5, 6])
  expect(found.last).toBe(6)
  expect(unreadItems([], 2)).toEqual({ shown: [], last: null })
})
