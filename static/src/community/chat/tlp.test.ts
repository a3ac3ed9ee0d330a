import { expect, test } from 'vitest'
import type { Tlp } from '../crypto/interface'
import {
  fits, LABELS, mayCopy, mayExport, mayForward, mayRelabel, mayReply, offered, rank, replyLabel, showsSnippet, stricter,
  strictest, type Target,
} from './tlp'

const sealed = (max: Tlp | null, ...organisations: string[]): Target => ({ kind: 'sealed', max, organisations })
const OWN = sealed(null, 'A', 'A')
const MIXED = sealed(null, 'A', 'B')

test('copy: all but RED', () => {
  expect(LABELS.filter(mayCopy)).toEqual(['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT'])
})

test('search: RED without snippet', () => {
  expect(LABELS.filter((one) => !showsSnippet(one))).toEqual(['RED'])
})

test('export: RED with consent only', () => {
  expect(LABELS.filter((one) => !mayExport(one, false))).toEqual(['RED'])
  expect(LABELS.every((one) => mayExport(one, true))).toBe(true)
})

test.each<[Tlp, Target, boolean]>([
  ['RED', OWN, false], ['RED', MIXED, false], ['RED', { kind: 'members' }, false], ['RED', { kind: 'public' }, false],
  ['AMBER+STRICT', OWN, true], ['AMBER+STRICT', MIXED, false], ['AMBER+STRICT', { kind: 'members' }, false],
  ['AMBER+STRICT', sealed(null), false], ['AMBER+STRICT', sealed(null, 'A', ''), false],
  ['AMBER', MIXED, true], ['AMBER', { kind: 'members' }, false], ['AMBER', { kind: 'public' }, false],
  ['GREEN', MIXED, true], ['GREEN', { kind: 'members' }, true], ['GREEN', { kind: 'public' }, false],
  ['CLEAR', MIXED, true], ['CLEAR', { kind: 'members' }, true], ['CLEAR', { kind: 'public' }, true],
])('forward %s to %j: %s', (label, target, allowed) => {
  expect(mayForward(label, label, target, 'A')).toBe(allowed)
})

test('AMBER+STRICT goes nowhere if the organisation of the author is unknown', () => {
  expect(mayForward('AMBER+STRICT', 'AMBER+STRICT', sealed(null, '', ''), '')).toBe(false)
})

test('forwarding never makes a label looser, and obeys the maximum of the other room', () => {
  for (const from of LABELS) {
    for (const to of LABELS) {
      const allowed = mayForward(from, to, OWN, 'A')
      expect(allowed).toBe(from !== 'RED' && to !== 'RED' && rank(to) >= rank(from))
      expect(mayForward(from, to, sealed('GREEN', 'A'), 'A')).toBe(allowed && rank(to) <= rank('GREEN'))
    }
  }
})

test('a stricter label on the way is held to its own reach', () => {
  expect(mayForward('AMBER', 'AMBER+STRICT', MIXED, 'A')).toBe(false)
})

test('a reply inherits the stricter label and may not be looser than what it answers', () => {
  for (const base of LABELS) {
    for (const answered of LABELS) {
      expect(replyLabel(base, answered)).toBe(stricter(base, answered))
      expect(mayReply(replyLabel(base, answered), answered)).toBe(true)
      expect(mayReply(base, answered)).toBe(rank(base) >= rank(answered))
    }
  }
})

test('only the author lowers a label', () => {
  expect(mayRelabel('RED', 'AMBER', true)).toBe(true)
  expect(mayRelabel('RED', 'AMBER', false)).toBe(false)
  expect(mayRelabel('AMBER', 'RED', false)).toBe(true)
})

test('a room offers labels up to its maximum, a direct room all', () => {
  expect(offered('AMBER')).toEqual(['CLEAR', 'GREEN', 'AMBER'])
  expect(offered(null)).toEqual([...LABELS])
  expect(LABELS.filter((one) => fits(one, 'GREEN'))).toEqual(['CLEAR', 'GREEN'])
})

test('the strictest of a file', () => {
  expect(strictest(['GREEN', 'AMBER+STRICT', 'CLEAR'], 'AMBER')).toBe('AMBER+STRICT')
  expect(strictest([], 'AMBER')).toBe('AMBER')
})
