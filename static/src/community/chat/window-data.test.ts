import { expect, test } from 'vitest'
import type { Item } from '../crypto/interface'
import { beginsWithJoining, belongs, firstSeq, lastSeq, merged, opened, rowsOf, ROWS, unseen, withNewer, withOlder } from './window-data'

const START = Date.UTC(2026, 10, 21, 8)
const item = (seq: number | null, more: Partial<Item> = {}): Item =>
  ({
    key: seq === null ? 'txn:1' : `k${seq}`, seq, kind: 'message', sender: '@a', name: 'A', mine: false, trust: 'checked',
    at: START + (seq ?? 9999) * 1000, thread: null, replyTo: null, ...more,
  }) as Item
const run = (from: number, to: number): Item[] => Array.from({ length: to - from + 1 }, (_, index) => item(from + index))
const seqs = (items: Item[]): (number | null)[] => items.map((one) => one.seq)

test('older items come before, and the window never grows beyond its rows', () => {
  const window = opened({ items: run(101, 240), more: true, newer: false })
  const wider = withOlder(window, { items: run(61, 100), more: true, newer: true })
  expect(wider.items).toHaveLength(ROWS)
  expect([firstSeq(wider), lastSeq(wider), wider.more, wider.newer]).toEqual([61, 210, true, true])
  const back = withNewer(wider, { items: run(211, 240), more: true, newer: false })
  expect([firstSeq(back), lastSeq(back), back.more, back.newer]).toEqual([91, 240, true, false])
})

test('an item that comes twice stands once, as it is now', () => {
  const window = opened({ items: run(1, 3), more: false, newer: false })
  const changed = merged(window, [item(2, { body: 'new' })], [], null, true)
  expect(seqs(changed.items)).toEqual([1, 2, 3])
  expect(changed.items[1]?.body).toBe('new')
})

test('items in any order stand in order; unsent ones last', () => {
  const window = opened({ items: [item(3), item(null, { mine: true }), item(1)], more: false, newer: false })
  expect(seqs(merged(window, [item(4), item(2)], [], null, true).items)).toEqual([1, 2, 3, 4, null])
})

test('a message that was sent takes the place of the one that waited', () => {
  const window = opened({ items: [item(1), item(null, { mine: true })], more: false, newer: false })
  expect(merged(window, [item(2, { mine: true })], ['txn:1'], null, true).items.map((one) => one.key)).toEqual(['k1', 'k2'])
})

test('a window in the past takes nothing new in, but changes of what it shows', () => {
  const window = opened({ items: run(10, 12), more: true, newer: true })
  const after = merged(window, [item(99), item(5), item(11, { body: 'x' })], [], null, false)
  expect(seqs(after.items)).toEqual([10, 11, 12])
  expect(after.items[1]?.body).toBe('x')
})

test('an older item comes in only where nothing is missing before it', () => {
  const whole = opened({ items: run(10, 12), more: false, newer: false })
  expect(seqs(merged(whole, [item(9)], [], null, true).items)).toEqual([9, 10, 11, 12])
})

test('of a full window the far side goes: the beginning for who reads the end, the end for others', () => {
  const full = opened({ items: run(1, ROWS), more: false, newer: false })
  expect(firstSeq(merged(full, [item(ROWS + 1)], [], null, true))).toBe(2)
  const kept = merged(full, [item(ROWS + 1)], [], null, false)
  expect([firstSeq(kept), kept.newer]).toEqual([1, true])
})

test('a gap is shown before the message it was noticed at', () => {
  const window = opened({ items: [item(1), item(2, { key: 'k2' }), item(2, { key: 'hole:2', kind: 'problem' })], more: false, newer: false })
  expect(window.items.map((one) => one.key)).toEqual(['k1', 'hole:2', 'k2'])
})

test('a topic shows its own messages and the one that opened it', () => {
  expect([belongs(item(1, { key: 't' }), 't'), belongs(item(2, { thread: 't' }), 't'), belongs(item(3), 't')]).toEqual([true, true, false])
  const window = opened({ items: [item(1, { key: 't' })], more: false, newer: false })
  expect(seqs(merged(window, [item(2), item(3, { thread: 't' })], [], 't', true).items)).toEqual([1, 3])
})

test('what others wrote below the window is counted; own and notices are not', () => {
  const window = opened({ items: run(1, 3), more: false, newer: false })
  const found = unseen([item(3), item(4), item(5, { mine: true }), item(6, { kind: 'notice' }), item(7, { thread: 'x' })], window, null)
  expect(seqs(found)).toEqual([4, 7])
})

test('rows say day, first unread and whether the author goes on', () => {
  const items = [
    item(1), item(2), item(3, { mine: true }), item(4), item(5, { at: START + 86_400_000 }),
    item(6, { at: START + 86_400_000 + 1000, sender: '@b' }), item(7, { at: START + 86_400_000 + 400_000, sender: '@b' }),
  ]
  expect(rowsOf(items, 2).map((row) => [row.day, row.unread, row.follows])).toEqual([
    [true, false, false], [false, false, true], [false, false, true], [false, true, false], [true, false, false],
    [false, false, false], [false, false, false],
  ])
  expect(rowsOf(items, null).some((row) => row.unread)).toBe(false)
})

test('only a newcomer’s view begins with her own joining, and only where nothing older is left to load', () => {
  const people = [{ user: '@me', me: true }, { user: '@a', me: false }]
  const joined = (user: string): Item => item(7, { kind: 'notice', notice: { change: 'joined', user, by: '' } })
  const begins = (first: Item, more = false): boolean => beginsWithJoining({ items: [first, ...run(8, 9)], more, newer: false }, people)
  expect(begins(joined('@me'))).toBe(true)
  expect(begins(joined('@me'), true)).toBe(false)
  expect(begins(joined('@a'))).toBe(false)
  expect(begins(item(7))).toBe(false)
})
