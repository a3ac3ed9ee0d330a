import { expect, test } from 'vitest'
import type { RoomForm } from '../crypto/interface'
import { charterOf, emptyForm, faultsOf, hasSecondHost, isoIn, withDefault, withMax } from './room-form-data'

const NOW = Date.parse('2026-11-21T10:00:00Z')
const good = (more: Partial<RoomForm> = {}): RoomForm => ({
  ...emptyForm(NOW), name: 'North', purpose: 'Trace', legal_basis: 'Article 19', states: ['HR'], ...more,
})
const keys = (form: RoomForm): string[] => faultsOf(charterOf(form), NOW).map((fault) => `${fault.id} ${fault.key}`)

test('a complete form has no fault', () => {
  expect(keys(good())).toEqual([])
})

test('each thing the charter needs is asked for', () => {
  expect(keys(emptyForm(NOW))).toEqual([
    'room-name form-name-missing', 'room-purpose form-purpose-missing', 'room-legal_basis form-legal_basis-missing',
    'room-states form-states-missing',
  ])
  expect(keys(good({ name: '   ' }))).toEqual(['room-name form-name-missing'])
})

test.each([
  [isoIn(NOW, 0), 'form-ends-past'], [isoIn(NOW, 731), 'form-ends-far'], ['', 'form-ends-missing'],
])('the end date %s is refused', (ends_on, key) => {
  expect(keys(good({ ends_on }))).toEqual([`room-ends ${key}`])
})

test('text that would not fit into an invitation is refused', () => {
  expect(keys(good({ name: 'n'.repeat(101) }))).toEqual(['room-name form-too-long'])
  expect(keys(good({ purpose: 'ж'.repeat(1000), legal_basis: '案'.repeat(1000) }))).toEqual(['room-purpose form-all-too-long'])
})

test('default and maximum of the label stay in order', () => {
  expect(withDefault(good(), 'RED')).toMatchObject({ tlp_default: 'RED', tlp_max: 'RED' })
  expect(withMax(good(), 'GREEN')).toMatchObject({ tlp_default: 'GREEN', tlp_max: 'GREEN' })
  expect(withMax(good(), 'RED')).toMatchObject({ tlp_default: 'AMBER', tlp_max: 'RED' })
  expect(keys(good({ tlp_default: 'RED', tlp_max: 'GREEN' }))).toEqual(['room-tlp-default form-default-too-strict'])
})

test('a second host is seen', () => {
  const person = { user: '@a', name: 'A', role: 'member' as const, history: false }
  expect(hasSecondHost(good({ people: [person] }))).toBe(false)
  expect(hasSecondHost(good({ people: [{ ...person, role: 'host' }] }))).toBe(true)
})
