import { expect, test } from 'vitest'
import { groupsOf, isComplete, readKey, sheetLines, wrongOnes } from './setup-data'

// The vector of messaging.md 10.2.
const KEY = 'EsSz ykH7 LCZx 7Cae cmKD wcmY JRXi Ybtu 8iQ3 t8Ez nRwK pUY1'

test('a key is read however it was pasted', () => {
  const groups = KEY.split(' ')
  for (const typed of [KEY, KEY.replaceAll(' ', ''), KEY.replaceAll(' ', '-'), KEY.replaceAll(' ', '\n'), ` ${KEY} `]) {
    expect(groupsOf(typed)).toEqual(groups)
    expect(isComplete(readKey(typed))).toBe(true)
  }
})

test('a group with a letter that no key has is named', () => {
  const typed = readKey(KEY.replace('LCZx', 'LCO0'))
  expect(typed.wrong).toEqual([3])
  expect(isComplete(typed)).toBe(false)
})

test('a key that is not finished is missing groups, not wrong', () => {
  expect(readKey('EsSz yk')).toMatchObject({ wrong: [], missing: 11 })
  expect(readKey('')).toMatchObject({ missing: 12 })
})

test('too many groups are no key', () => {
  expect(readKey(`${KEY} abcd`).missing).toBe(-1)
})

test('re-typed groups are compared one by one, exactly', () => {
  const key = KEY.split(' ')
  expect(wrongOnes(key, [0, 5, 11], ['EsSz', ' wcmY ', 'pUY1'])).toEqual([])
  expect(wrongOnes(key, [0, 5, 11], ['essz', 'wcmY', ''])).toEqual([0, 2])
})

test('the sheet has four groups a line', () => {
  expect(sheetLines(KEY.split(' '))).toEqual(['EsSz ykH7 LCZx 7Cae', 'cmKD wcmY JRXi Ybtu', '8iQ3 t8Ez nRwK pUY1'])
})
