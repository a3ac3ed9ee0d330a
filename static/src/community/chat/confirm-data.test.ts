// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { confirmAddress } from './confirm-data'

const confirm = (confirmUrl?: string) => ({ code: 'confirm-again' as const, ...(confirmUrl !== undefined && { confirmUrl }) })
const WORKER = '/en/account/reauthenticate/?next=%2Fstatic%2Fassets%2Fe2ee-worker.js'

test('after the second factor the page comes back, not the script of the Worker', () => {
  expect(confirmAddress(confirm(WORKER), '/en/account/devices/')).toBe('/en/account/reauthenticate/?next=%2Fen%2Faccount%2Fdevices%2F')
  expect(confirmAddress(confirm(WORKER), '')).toBe('/en/account/reauthenticate/')
})

test('nobody is led to another site', () => {
  expect(confirmAddress(confirm('https://elsewhere.invalid/'), '/en/')).toBeNull()
  expect(confirmAddress(confirm('//elsewhere.invalid/'), '/en/')).toBeNull()
  expect(confirmAddress(confirm('javascript:alert(1)'), '/en/')).toBeNull()
  expect(confirmAddress(confirm(), '/en/')).toBeNull()
})
