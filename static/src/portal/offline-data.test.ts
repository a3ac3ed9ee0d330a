import { expect, test } from 'vitest'
import { lineState } from './offline-data'

test('without a connection the line says so, whatever waits', () => {
  expect(lineState(false, 0, 0)).toBe('offline')
  expect(lineState(false, 3, 3)).toBe('offline')
})

test('what waits is counted while there is a connection', () => {
  expect(lineState(true, 2, 0)).toBe('waiting')
})

test('"all saved" is said only after something was waiting', () => {
  expect(lineState(true, 0, 1)).toBe('saved')
  expect(lineState(true, 0, 0)).toBe('hidden')
})
