import { describe, expect, it } from 'vitest'
import {
  anchorKey, backupKey, backupPlace, derive, fromText, keyCheck, newRecoveryKey, seal, secretKey, secretPlace,
  toGroups, unseal, wrapKey,
} from './secrets'

const R = Uint8Array.from({ length: 32 }, (_, at) => at)
const IV = Uint8Array.from({ length: 12 }, (_, at) => at)
const USER = '@00000000-0000-4000-8000-000000000001:members.invalid'
const ROOM = '!00000000-0000-4000-8000-000000000002:members.invalid'
const TEXT = 'EsSz ykH7 LCZx 7Cae cmKD wcmY JRXi Ybtu 8iQ3 t8Ez nRwK pUY1'
const PLACE = { user: USER, version: '1', room: ROOM, session_id: 'S', first_index: 0, forwarded: 0 }

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const raw = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const b64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))
const flipped = (text: string, bit: number): string => {
  const bytes = raw(text)
  bytes[bit >> 3]! ^= 1 << (bit & 7)
  return b64(bytes)
}

describe('vectors of messaging.md 10.2', () => {
  it('recovery key as text, both ways', () => {
    expect(toGroups(R).join(' ')).toBe(TEXT)
    expect(fromText(TEXT)).toEqual(R)
    expect(fromText(TEXT.replaceAll(' ', ''))).toEqual(R)
    expect(fromText(`  ${TEXT.replaceAll(' ', '\n')} `)).toEqual(R)
  })

  it('derived keys', async () => {
    const backup = await backupKey(R)
    expect(hex(backup)).toBe('fed763f21f2162f24bbcb8e11d55a6e56e900d8cbae67e12b0adaca607a84bb8')
    expect(hex(await wrapKey(backup))).toBe('f5e470c8f2a9eefc255477527ec09ad08e1acb3aa3aad11dc5558d62ddf2f5b1')
    expect(hex(await anchorKey(backup))).toBe('a13390e8d2a030065a8c4767fdd451a55647694d13d3ac984fe42a1d058636e7')
    expect(hex(await secretKey(R, 'cross_signing_master')))
      .toBe('02fe1f58e4a7f4769a4fb08f6eefb010bf53e66ce6670f09dbe369ab5c4443e9')
    expect(await keyCheck(R)).toBe('8kqVqE7cH0QC+2dAhx5XfQ==')
  })

  it('a sealed secret', async () => {
    const key = await secretKey(R, 'cross_signing_master')
    const sealed = await seal(key, secretPlace(USER, 'cross_signing_master'), 'test', IV)
    expect(sealed.ct).toBe('Jh1sRpyV8mDh0QVMK/byiiCebAA=')
    expect(await unseal(key, secretPlace(USER, 'cross_signing_master'), sealed)).toBe('test')
  })

  it('a sealed room key', async () => {
    const key = await wrapKey(await backupKey(R))
    const sealed = await seal(key, backupPlace(PLACE), '{}', IV)
    expect(sealed.ct).toBe('md3mZ8XoukDe4lwfrynsBOGB')
    expect(await unseal(key, backupPlace(PLACE), sealed)).toBe('{}')
  })

  it('a roster signature', async () => {
    const seed = Uint8Array.from([...raw('MC4CAQAwBQYDK2VwBCIEIA=='), ...R]) // PKCS #8 around the seed
    const key = await crypto.subtle.importKey('pkcs8', seed, { name: 'Ed25519' }, false, ['sign'])
    const text = new TextEncoder().encode('community.roster.v1\n{"version":1}')
    const signature = new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key, text))
    expect(b64(signature).replace(/=+$/, ''))
      .toBe('Z/CATbv51n7d1M2PTlgbUZDgDon8CfCvLAnVQq2ajuL4GkQHonkSTLxypK+9eNeVrNP1OfvRvIG2ZtV6rNZaCQ')
  })
})

describe('one flipped bit anywhere', () => {
  it('of iv or ciphertext is refused', async () => {
    const key = await wrapKey(await backupKey(R))
    const sealed = await seal(key, backupPlace(PLACE), '{}', IV)
    for (let bit = 0; bit < raw(sealed.ct).length * 8; bit++) {
      expect(await unseal(key, backupPlace(PLACE), { ...sealed, ct: flipped(sealed.ct, bit) })).toBeNull()
    }
    for (let bit = 0; bit < 96; bit++) {
      expect(await unseal(key, backupPlace(PLACE), { ...sealed, iv: flipped(sealed.iv, bit) })).toBeNull()
    }
  })

  it('of the key is refused', async () => {
    const key = await secretKey(R, 'cross_signing_master')
    const sealed = await seal(key, secretPlace(USER, 'cross_signing_master'), 'test', IV)
    for (let bit = 0; bit < 256; bit++) {
      const wrong = key.slice()
      wrong[bit >> 3]! ^= 1 << (bit & 7)
      expect(await unseal(wrong, secretPlace(USER, 'cross_signing_master'), sealed)).toBeNull()
    }
  })

  it('of the recovery key gives other keys and another check', async () => {
    const wrong = R.slice()
    wrong[31]! ^= 1
    expect(await keyCheck(wrong)).not.toBe(await keyCheck(R))
    expect(hex(await derive(wrong, 'x'))).not.toBe(hex(await derive(R, 'x')))
  })

  it('and any other place is refused', async () => {
    const key = await wrapKey(await backupKey(R))
    const sealed = await seal(key, backupPlace(PLACE), '{}', IV)
    const others = [
      { ...PLACE, user: ROOM }, { ...PLACE, version: '2' }, { ...PLACE, room: USER }, { ...PLACE, session_id: 'T' },
      { ...PLACE, first_index: 1 }, { ...PLACE, forwarded: 1 },
    ]
    for (const other of others) expect(await unseal(key, backupPlace(other), sealed)).toBeNull()
    expect(await unseal(key, secretPlace(USER, 'cross_signing_master'), sealed)).toBeNull()
  })
})

describe('a written recovery key', () => {
  const bare = TEXT.replaceAll(' ', '')

  it('is refused with any one character changed', () => {
    for (let at = 0; at < bare.length; at++) {
      const other = bare[at] === 'A' ? 'B' : 'A'
      expect(fromText(bare.slice(0, at) + other + bare.slice(at + 1))).toBeNull()
    }
  })

  it('is refused too short, too long, empty, or with a letter outside the alphabet', () => {
    for (const text of ['', bare.slice(1), `${bare}1`, `1${bare}`, bare.replace('L', '0'), 'x'.repeat(10_000)]) {
      expect(fromText(text)).toBeNull()
    }
  })

  it('of any random key has twelve groups and comes back', () => {
    for (let turn = 0; turn < 50; turn++) {
      const key = newRecoveryKey()
      expect(toGroups(key).map((group) => group.length)).toEqual(Array(12).fill(4))
      expect(fromText(toGroups(key).join(' '))).toEqual(key)
    }
  })
})

it('a base64 with spare bits or spaces is not another form of the same secret', async () => {
  const key = await secretKey(R, 'cross_signing_master')
  const sealed = await seal(key, secretPlace(USER, 'cross_signing_master'), 'test', IV)
  for (const ct of [sealed.ct.replace('AA=', 'AB='), ` ${sealed.ct}`, sealed.ct.replace('=', '')]) {
    expect(await unseal(key, secretPlace(USER, 'cross_signing_master'), { ...sealed, ct })).toBeNull()
  }
})
