import { expect, test } from 'vitest'
import type { Member, RoomDetail } from '../crypto/interface'
import { deedsWith, inOrder, isUnsigned, isLastHost, mayExport, readers } from './room-data'

const member = (name: string, more: Partial<Member> = {}): Member =>
  ({ user: `@${name}`, name, role: 'member', state: 'joined', trust: 'checked', rostered: true, me: false, ...more }) as Member
const room = (more: Partial<RoomDetail> = {}): RoomDetail =>
  ({ kind: 'case', state: 'open', role: 'host', membership: 'joined', members: [], ...more }) as RoomDetail

test('only who was signed in and has accepted can read', () => {
  const members = [member('a'), member('b', { state: 'invited' }), member('c', { rostered: false }), member('d', { state: 'left' })]
  expect(readers(members).map((one) => one.name)).toEqual(['a'])
})

test('somebody whom no host signed is named as such, but not for having been removed', () => {
  const states = ['joined', 'invited', 'declined', 'left', 'removed'] as const
  expect(states.filter((state) => isUnsigned(member('a', { state, rostered: false })))).toEqual(['joined', 'invited'])
  expect(isUnsigned(member('a'))).toBe(false)
})

test('people inside come first, hosts first, then by name', () => {
  const members = [member('z'), member('b'), member('h', { role: 'host' }), member('a', { state: 'invited' }), member('c', { state: 'left' })]
  expect(inOrder(members, (x, y) => x.localeCompare(y)).map((one) => one.name)).toEqual(['h', 'b', 'z', 'a', 'c'])
})

test('the last host is told before leaving', () => {
  expect(isLastHost(room({ members: [member('m', { me: true, role: 'host' }), member('a')] }))).toBe(true)
  expect(isLastHost(room({ members: [member('m', { me: true, role: 'host' }), member('a', { role: 'host' })] }))).toBe(false)
  expect(isLastHost(room({ kind: 'direct', members: [member('m', { me: true, role: 'host' })] }))).toBe(false)
})

test('what a host may do with a member', () => {
  expect(deedsWith(member('a'), room())).toEqual(['write', 'check', 'role', 'remove', 'block'])
  expect(deedsWith(member('a', { me: true }), room())).toEqual([])
})

test('a host signs a changed identity only after the check, and only one the list does not have', () => {
  const changed = { newKey: 'another key' }
  expect(deedsWith(member('a', { ...changed, trust: 'checked' }), room())).toContain('accept')
  expect(deedsWith(member('a', { ...changed, trust: 'changed' }), room())).not.toContain('accept')
  expect(deedsWith(member('a', { ...changed, trust: 'not-checked' }), room())).not.toContain('accept')
  expect(deedsWith(member('a', { trust: 'checked' }), room())).not.toContain('accept')
})

test('a member accepts no identity, changes no role, removes nobody', () => {
  expect(deedsWith(member('a', { newKey: 'another key' }), room({ role: 'member' }))).toEqual(['write', 'check', 'block'])
})

test('in a closed room nobody is changed', () => {
  expect(deedsWith(member('a'), room({ state: 'closed' }))).toEqual(['write', 'check', 'block'])
})

test('who only reads takes nothing out', () => {
  expect([mayExport(room({ role: 'records' })), mayExport(room({ role: 'observer' }))]).toEqual([true, false])
})
