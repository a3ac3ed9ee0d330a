// Recovery key, derived keys and what is sealed under them, exactly as messaging.md 10.2. Nothing else.
// The recovery key itself is never stored; only the backup key B derived from it lives on the device.

import { base64, type Bytes, utf8 } from './encode'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const PREFIX = [0x8b, 0x01]
const KEY_BYTES = 32
const IV_BYTES = 12
const TEXT_LENGTH = 48
const GROUPS = /.{4}/g

/** What is kept at the server: `ct` is ciphertext and tag, both padded base64. */
export interface SealedText {
  iv: string
  ct: string
}

export interface BackupKeyPlace {
  user: string
  version: string
  room: string
  session_id: string
  first_index: number
  forwarded: number
}

export const SECRET_NAMES = [
  'cross_signing_master', 'cross_signing_self_signing', 'cross_signing_user_signing',
] as const
export type SecretName = (typeof SECRET_NAMES)[number] | 'anchors'

// -- the recovery key as people write it ---------------------------------------------------------

export const newRecoveryKey = (): Bytes => crypto.getRandomValues(new Uint8Array(KEY_BYTES))

/** Twelve groups of four characters. */
export function toGroups(key: Uint8Array): string[] {
  if (key.length !== KEY_BYTES) throw new RangeError('a recovery key has 32 bytes')
  const bytes = [...PREFIX, ...key]
  bytes.push(parity(bytes))
  return base58(bytes).match(GROUPS) ?? []
}

/** The 32 bytes of a recovery key however it was spaced; null if any character is wrong. */
export function fromText(text: string): Bytes | null {
  const bytes = fromBase58(text.replace(/\s+/g, ''))
  if (bytes?.length !== PREFIX.length + KEY_BYTES + 1) return null
  if (PREFIX.some((byte, at) => bytes[at] !== byte) || parity(bytes) !== 0) return null
  return Uint8Array.from(bytes.slice(PREFIX.length, -1))
}

const parity = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum ^ byte, 0)

function base58(bytes: readonly number[]): string {
  let rest = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let text = ''
  for (; rest > 0n; rest /= 58n) text = (ALPHABET[Number(rest % 58n)] ?? '') + text
  return text // no leading zero bytes: the first is always 8B
}

function fromBase58(text: string): number[] | null {
  if (text.length !== TEXT_LENGTH) return null
  let rest = 0n
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) return null
    rest = rest * 58n + BigInt(value)
  }
  const bytes: number[] = []
  for (; rest > 0n; rest /= 256n) bytes.unshift(Number(rest % 256n))
  return bytes
}

// -- derived keys ----------------------------------------------------------------------------------

/** H(k, info) of 10.2: HKDF-SHA-256, salt of 32 zero bytes, 32 bytes out. */
export async function derive(key: Uint8Array, info: string): Promise<Bytes> {
  const base = await crypto.subtle.importKey('raw', key as Bytes, 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8(info) }
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, base, KEY_BYTES * 8))
}

export const backupKey = (recovery: Uint8Array): Promise<Bytes> => derive(recovery, 'community.e2ee/backup/v1')
export const wrapKey = (backup: Uint8Array): Promise<Bytes> => derive(backup, 'community.e2ee/backup-wrap/v1')
export const anchorKey = (backup: Uint8Array): Promise<Bytes> => derive(backup, 'community.e2ee/anchors/v1')
export const secretKey = (recovery: Uint8Array, name: string): Promise<Bytes> =>
  derive(recovery, `community.e2ee/secret/v1/${name}`)

/** Says whether a recovery key is the right one without telling anything about it. */
export async function keyCheck(recovery: Uint8Array): Promise<string> {
  return base64((await derive(recovery, 'community.e2ee/check/v1')).slice(0, 16))
}

// -- sealing -----------------------------------------------------------------------------------------

/** AES-256-GCM. `iv` is given only by the vectors; everywhere else it is random. */
export async function seal(
  key: Uint8Array, aad: string, text: string, iv: Uint8Array = crypto.getRandomValues(new Uint8Array(IV_BYTES)),
): Promise<SealedText> {
  const aes = await crypto.subtle.importKey('raw', key as Bytes, 'AES-GCM', false, ['encrypt'])
  const parameters = { name: 'AES-GCM', iv: iv as Bytes, additionalData: utf8(aad) }
  const sealed = await crypto.subtle.encrypt(parameters, aes, utf8(text))
  return { iv: base64(iv), ct: base64(new Uint8Array(sealed)) }
}

/** The text; null if key, place, iv or ciphertext are not exactly those it was sealed with. */
export async function unseal(key: Uint8Array, aad: string, sealed: SealedText): Promise<string | null> {
  const iv = strictBase64(sealed.iv)
  const ct = strictBase64(sealed.ct)
  if (iv?.length !== IV_BYTES || !ct) return null
  const aes = await crypto.subtle.importKey('raw', key as Bytes, 'AES-GCM', false, ['decrypt'])
  try {
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(aad) }, aes, ct)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(opened)
  } catch {
    return null
  }
}

/** One form per value: what does not encode back to the same text is refused. */
function strictBase64(text: unknown): Bytes | null {
  if (typeof text !== 'string') return null
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
    return base64(bytes) === text ? bytes : null
  } catch {
    return null
  }
}

export const secretPlace = (user: string, name: string): string => `community.e2ee/secret/v1 ${user} ${name}`
export const backupPlace = (at: BackupKeyPlace): string =>
  ['community.e2ee/backup/v1', at.user, at.version, at.room, at.session_id, at.first_index, at.forwarded].join(' ')
