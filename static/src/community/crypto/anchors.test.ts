import { expect, test } from 'vitest'
import { MemorySealed } from '../testing/memory-sealed'
import { AnchorBook } from './anchors'
import type { Anchors, Core } from './core'

const ROOM = '!00000000-0000-4000-8000-000000000002:members.invalid'
const BO = '@00000000-0000-4000-8000-000000000001:members.invalid'

class Place {
  readonly sealed = new MemorySealed()
  anchors: Anchors = { rooms: {}, pins: {} }
  saves = 0
  fails: 'no' | 'read' | 'write' = 'no'
  readonly core = {
    sealed: this.sealed,
    anchors: async () => {
      if (this.fails === 'read') throw new Error('locked')
      return structuredClone(this.anchors)
    },
    saveAnchors: async (anchors: Anchors) => {
      if (this.fails === 'write') throw new Error('offline')
      this.saves++
      this.anchors = structuredClone(anchors)
    },
  } as unknown as Core
}

test('what was seen goes out in one batch, and never lowers what another device saw', async () => {
  const place = new Place()
  place.anchors = { rooms: { [ROOM]: [7, 'seven'] }, pins: { other: 'x' } }
  const book = new AnchorBook(place.core)
  await book.sawRoster(ROOM, 3, 'three')
  await book.sawRoster('!b', 1, 'one')
  await book.pin(BO, 'key')
  await book.settle()
  expect(place.saves).toBe(1)
  expect(place.anchors.rooms).toEqual({ [ROOM]: [7, 'seven'], '!b': [1, 'one'] })
  expect(place.anchors.pins).toEqual({ other: 'x', [BO]: 'key' })
  await book.settle()
  expect(place.saves).toBe(1)
  expect(await book.room(ROOM)).toEqual([[3, 'three'], [7, 'seven']])
})

test('a lower version than the one seen is not taken for seen', async () => {
  const book = new AnchorBook(new Place().core)
  await book.sawRoster(ROOM, 3, 'three')
  await book.sawRoster(ROOM, 2, 'two')
  expect(await book.room(ROOM)).toEqual([[3, 'three']])
})

test('what could not be sent is kept, also over a reload', async () => {
  const place = new Place()
  place.fails = 'write'
  const book = new AnchorBook(place.core)
  await book.pin(BO, 'key')
  await book.settle()
  expect(place.anchors.pins).toEqual({})
  place.fails = 'no'
  await new AnchorBook(place.core).settle()
  expect(place.anchors.pins).toEqual({ [BO]: 'key' })
})

test('a locked backup does not hold anything up, and is asked again', async () => {
  const place = new Place()
  place.anchors = { rooms: {}, pins: { [BO]: 'old' } }
  place.fails = 'read'
  const book = new AnchorBook(place.core)
  expect(await book.pins(BO)).toEqual([])
  place.fails = 'no'
  expect(await book.pins(BO)).toEqual(['old'])
})
