import { expect, test } from 'vitest'
import { fill } from './words'

test('a sentence takes its values by name, in the order of its own language', () => {
  expect(fill('{total} / {position}: {item}', { item: 'A', position: 2, total: 5 })).toBe('5 / 2: A')
})

test('a name without a value stays as it is', () => {
  expect(fill('{count} {unknown}', { count: 0 })).toBe('0 {unknown}')
})
