import { beforeEach, expect, test } from 'vitest'
import { AnswerStore, countWaiting, isHopeless, sameFields, whatToDo, type Copy, type Shelf } from './autosave-data'

class MemoryShelf implements Shelf {
  private readonly items = new Map<string, string>()
  full = false
  get length(): number {
    return this.items.size
  }
  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null
  }
  getItem(key: string): string | null {
    return this.items.get(key) ?? null
  }
  setItem(key: string, value: string): void {
    if (this.full) throw new Error('full')
    this.items.set(key, value)
  }
  removeItem(key: string): void {
    this.items.delete(key)
  }
}

const NOW = 1_800_000_000_000
const copy = (at: number, url = '/save/1/'): Copy => ({ url, fields: [['answer', 'a']], at })
let shelf: MemoryShelf
let store: AnswerStore

beforeEach(() => {
  shelf = new MemoryShelf()
  store = new AnswerStore(shelf, 'me')
})

test('a copy comes back as it was kept', () => {
  expect(store.put(copy(NOW))).toBe(true)
  expect(store.get('/save/1/')).toEqual(copy(NOW))
})

test('another person on this device never sees it', () => {
  store.put(copy(NOW))
  expect(new AnswerStore(shelf, 'someone').all(NOW)).toEqual([])
  expect(new AnswerStore(shelf, '').get('/save/1/')).toBeNull()
})

test('a full device is reported, not hidden', () => {
  shelf.full = true
  expect(store.put(copy(NOW))).toBe(false)
})

test('acknowledging an older version keeps the newer one', () => {
  store.put(copy(NOW + 5))
  store.drop('/save/1/', NOW)
  expect(store.get('/save/1/')).toEqual(copy(NOW + 5))
  store.drop('/save/1/', NOW + 5)
  expect(store.get('/save/1/')).toBeNull()
})

test('copies are listed oldest first and forgotten after thirty days', () => {
  store.put(copy(NOW, '/b/'))
  store.put(copy(NOW - 10, '/a/'))
  store.put(copy(NOW - 31 * 24 * 3600 * 1000, '/old/'))
  expect(store.all(NOW).map((one) => one.url)).toEqual(['/a/', '/b/'])
  expect(store.get('/old/')).toBeNull()
})

test('what cannot be read is not an answer', () => {
  shelf.setItem('answer:me:/x/', '{broken')
  shelf.setItem('answer:me:/y/', '{"at":"soon"}')
  expect(store.get('/x/')).toBeNull()
  expect(store.all(NOW)).toEqual([])
})

test('the newer answer is shown and the older one offered', () => {
  const saved = new Date(NOW).toISOString()
  expect(whatToDo(copy(NOW + 1), saved, [])).toBe('restore')
  expect(whatToDo(copy(NOW - 1), saved, [])).toBe('offer')
  expect(whatToDo(copy(NOW - 1), '', [])).toBe('restore')
})

test('a copy that says the same as the page needs nothing', () => {
  expect(whatToDo(copy(NOW), '', [['answer', 'a']])).toBe('nothing')
  expect(whatToDo(null, '', [])).toBe('nothing')
})

test('the order of fields does not matter, their values do', () => {
  expect(sameFields([['a', '1'], ['b', '2']], [['b', '2'], ['a', '1']])).toBe(true)
  expect(sameFields([['a', '1']], [['a', '2']])).toBe(false)
  expect(sameFields([['a', '1']], [['a', '1'], ['a', '1']])).toBe(false)
})

test('only a closed or missing question is given up, not a busy server or an ended sign-in', () => {
  expect([404, 409, 410].every(isHopeless)).toBe(true)
  expect([401, 403, 429, 500, 503].some(isHopeless)).toBe(false)
})

test('an answer on its usual way is not announced as waiting, offline every one is', () => {
  const copies = [copy(NOW - 1000), copy(NOW - 60_000, '/save/2/')]
  expect(countWaiting(copies, NOW, true)).toBe(1)
  expect(countWaiting(copies, NOW, false)).toBe(2)
})
