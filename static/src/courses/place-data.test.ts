import { expect, test } from 'vitest'
import { blockInView } from './place-data'

const blocks = [{ id: 'a', top: -500 }, { id: 'b', top: 100 }, { id: 'c', top: 700 }]

test('the block being read is the last that begins in the upper part of the window', () => {
  expect(blockInView(blocks, 800)).toBe('b')
})

test('before any block begins there, the first one counts', () => {
  expect(blockInView([{ id: 'a', top: 600 }], 800)).toBe('a')
})

test('a step without blocks has no place', () => {
  expect(blockInView([], 800)).toBe('')
})
