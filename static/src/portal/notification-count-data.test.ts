import { expect, test } from 'vitest'
import { countOf, isFinal, pause } from './notification-count-data'

test('a number of unread notices is read, anything else is not', () => {
  expect(countOf('{"v":1,"t":"unread","count":3}')).toBe(3)
  for (const text of ['', 'null', '[]', '{"t":"pong"}', '{"t":"unread","count":-1}', '{"t":"unread","count":"3"}']) {
    expect(countOf(text)).toBeNull()
  }
})

test('pauses grow and stay below seven minutes', () => {
  expect(pause(0, 0.5)).toBe(2_000)
  expect(pause(3, 0.5)).toBe(16_000)
  expect(pause(50, 1)).toBeLessThan(420_000)
})

test('a sign-in that ended is not tried again', () => {
  expect(isFinal(4401)).toBe(true)
  expect(isFinal(1006)).toBe(false)
})
