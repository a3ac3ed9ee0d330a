import { expect, test } from 'vitest'
import type { Check } from '../crypto/interface'
import { checksNow } from './checks-data'

const check = (id: string, step: Check['step']): Check =>
  ({ id, with: '@ana:members.invalid', name: 'Ana', device: null, incoming: false, step, emoji: [] })

test('how a check ended stays to be read', () => {
  expect(checksNow([check('a', 'done')], [])).toEqual([check('a', 'done')])
})

test('what the engine says now counts', () => {
  expect(checksNow([check('a', 'waiting')], [check('a', 'emoji'), check('b', 'requested')]))
    .toEqual([check('a', 'emoji'), check('b', 'requested')])
})

test('a check that went with the tab that had it does not wait for ever', () => {
  expect(checksNow([check('a', 'confirmed')], [])).toEqual([check('a', 'cancelled')])
})
