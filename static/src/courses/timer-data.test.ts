import { expect, test } from 'vitest'
import { ActiveTime, IDLE_LIMIT } from './timer-data'

test('time between signs of the reader counts', () => {
  const time = new ActiveTime(0)
  time.sign(30_000)
  expect(time.take(60_000)).toBe(60)
})

test('more than five minutes without a sign is thrown away, exactly five minutes counts', () => {
  const time = new ActiveTime(0)
  time.sign(IDLE_LIMIT)
  time.sign(IDLE_LIMIT * 2 + 1)
  expect(time.take(IDLE_LIMIT * 2 + 1001)).toBe(301)
})

test('a hidden tab does not count', () => {
  const time = new ActiveTime(0)
  time.hide(10_000)
  time.sign(100_000)
  time.show(110_000)
  expect(time.take(115_000)).toBe(15)
})

test('a page opened in the background starts when it is first seen', () => {
  const time = new ActiveTime(0, false)
  expect(time.take(60_000)).toBe(0)
  time.show(60_000)
  expect(time.take(62_500)).toBe(2)
})

test('what was taken is not counted again, and parts of a second are kept', () => {
  const time = new ActiveTime(0)
  expect(time.take(1_600)).toBe(1)
  expect(time.take(2_000)).toBe(1)
  expect(time.take(2_000)).toBe(0)
})
