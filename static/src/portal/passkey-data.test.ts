import { expect, test } from 'vitest'
import { bytesOf, jsonOf, optionsOf, stateOfCode, stateOfError, textOf } from './passkey-data'

const buffer = (...bytes: number[]): ArrayBuffer => Uint8Array.from(bytes).buffer

test.each([
  ['', []],
  ['AA', [0]],
  ['-_8', [251, 255]],
  ['AQIDBA', [1, 2, 3, 4]],
])('base64url %s is read and written without padding', (text, bytes) => {
  expect([...bytesOf(text)]).toEqual(bytes)
  expect(textOf(buffer(...bytes))).toBe(text)
})

test('options keep their values, and what is bytes becomes bytes', () => {
  const options = optionsOf({
    challenge: 'AQI',
    timeout: 300000,
    user: { id: '_w', name: 'a', displayName: 'A' },
    excludeCredentials: [{ id: 'AA', type: 'public-key', transports: ['usb'] }],
  })
  expect(options.timeout).toBe(300000)
  expect([...(options.challenge as Uint8Array)]).toEqual([1, 2])
  expect(options.user).toEqual({ id: Uint8Array.from([255]), name: 'a', displayName: 'A' })
  expect(options.excludeCredentials).toEqual([
    { id: Uint8Array.from([0]), type: 'public-key', transports: ['usb'] },
  ])
  expect(options).not.toHaveProperty('allowCredentials')
})

test('a new credential is sent with its attestation and transports', () => {
  const sent = jsonOf({
    id: 'AA',
    rawId: buffer(0),
    type: 'public-key',
    response: {
      clientDataJSON: buffer(1),
      attestationObject: buffer(2),
      getTransports: () => ['internal'],
    },
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
  })
  expect(sent).toEqual({
    id: 'AA',
    rawId: 'AA',
    type: 'public-key',
    authenticatorAttachment: null,
    clientExtensionResults: { credProps: { rk: true } },
    response: { clientDataJSON: 'AQ', attestationObject: 'Ag', transports: ['internal'] },
  })
})

test('an assertion is sent with its signature, and without what it does not have', () => {
  const sent = jsonOf({
    id: 'AA',
    rawId: buffer(0),
    type: 'public-key',
    authenticatorAttachment: 'platform',
    response: {
      clientDataJSON: buffer(1),
      authenticatorData: buffer(3),
      signature: buffer(4),
      userHandle: null,
    },
  })
  expect(sent.authenticatorAttachment).toBe('platform')
  expect(sent.response).toEqual({ clientDataJSON: 'AQ', authenticatorData: 'Aw', signature: 'BA' })
})

test('outcomes have names, and what is not known is a failure or a refusal', () => {
  expect(stateOfError('NotAllowedError')).toBe('cancelled')
  expect(stateOfError('InvalidStateError')).toBe('known')
  expect(stateOfError('SecurityError')).toBe('unsupported')
  expect(stateOfError('TypeError')).toBe('failed')
  expect(stateOfCode('credential_not_found')).toBe('none')
  expect(stateOfCode('too_many')).toBe('wait')
  expect(stateOfCode('invalid_authentication_response')).toBe('refused')
})
