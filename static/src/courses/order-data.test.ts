import { expect, test } from 'vitest'
import { move, place } from './order-data'

test('a row moves one place up or down', () => {
  expect(move(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c'])
  expect(move(['a', 'b', 'c'], 1, 1)).toEqual(['a', 'c', 'b'])
})

test('the first row cannot go up and the last cannot go down', () => {
  expect(move(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  expect(move(['a', 'b'], 1, 1)).toEqual(['a', 'b'])
})

test('a number puts a row where it says, within the list', () => {
  expect(place(['a', 'b', 'c'], 0, 3)).toEqual(['b', 'c', 'a'])
  expect(place(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
  expect(place(['a', 'b', 'c'], 0, 99)).toEqual(['b', 'c', 'a'])
})

test('moving keeps every row exactly once', () => {
  let items = ['a', 'b', 'c', 'd']
  for (let step = 0; step < 100; step += 1) {
    items = move(items, (step * 7) % 4, step % 2 ? 1 : -1)
    expect([...items].sort()).toEqual(['a', 'b', 'c', 'd'])
  }
})
