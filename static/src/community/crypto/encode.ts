// Bytes, base64, hashes and names, as messaging.md 10.1 and 10.2 write them. Pure.

import type { RoomId, UserId } from './interface'

export type Bytes = Uint8Array<ArrayBuffer>

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const NAME = new RegExp(`^[@!]${UUID}:[a-z0-9.-]{1,253}$`)
const BARE = new RegExp(`^${UUID}$`)
const INNER_ID = /^[A-Za-z0-9_-]{22}$/
const LONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
export const utf8Length = (text: string): number => utf8(text).length

/** Standard base64 with padding, our own form. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

/** Padded or unpadded base64 of exactly `length` bytes; null for anything else. One form per value. */
export function fromBase64(text: unknown, length: number, padded: boolean): Bytes | null {
  if (typeof text !== 'string') return null
  let bytes: Bytes
  try {
    bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
  const same = padded ? base64(bytes) : base64(bytes).replace(/=+$/, '')
  return bytes.length === length && same === text ? bytes : null
}

export async function sha256(data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === 'string' ? utf8(data) : (data as Bytes)
  return base64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

export const isHash = (text: unknown): text is string => fromBase64(text, 32, true) !== null
export const isKey = (text: unknown): text is string => fromBase64(text, 32, false) !== null

/** False for a text with half of a surrogate pair: it has no UTF-8, so no hash and no signature. */
export const isWellFormed = (text: string): boolean => !LONE.test(text)

/** '@<uuid>:<domain>' of this domain. */
export const isUser = (text: unknown, domain?: string): text is UserId => isName(text, '@', domain)
export const isRoom = (text: unknown, domain?: string): text is RoomId => isName(text, '!', domain)

function isName(text: unknown, sign: string, domain?: string): boolean {
  if (typeof text !== 'string' || !text.startsWith(sign) || !NAME.test(text)) return false
  return domain === undefined || domainOf(text) === domain
}

export const domainOf = (name: string): string => name.slice(name.indexOf(':') + 1)
/** The uuid alone, as paths have it. */
export const bare = (name: string): string => name.slice(1).split(':')[0] ?? ''
export const isUuid = (text: unknown): text is string => typeof text === 'string' && BARE.test(text)
export const isInnerId = (text: unknown): text is string => typeof text === 'string' && INNER_ID.test(text)

/** A new inner id: 22 characters base64url, 128 random bits. */
export function innerId(): string {
  const text = base64(crypto.getRandomValues(new Uint8Array(16)))
  return text.replaceAll('+', '-').replaceAll('/', '_').slice(0, 22)
}

/** A new txn id for a to-device request. */
export const txnId = (): string => crypto.randomUUID()

/** True for a plain object with exactly these fields. */
export function hasExactly(value: unknown, fields: readonly string[]): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const found = Object.keys(value)
  return found.length === fields.length && fields.every((field) => Object.hasOwn(value, field))
}

export const isWhole = (value: unknown, from: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= from

// Nobody sees these, so two names that differ by them look alike: marks of direction, fillers, tags.
const UNSEEN = /\u2800|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu
// Joiners belong between letters of scripts that are written with them, and nowhere else.
const STRAY_JOINER = /(?<![\p{Lo}\p{M}])[\u200c\u200d]|[\u200c\u200d](?![\p{Lo}\p{M}])/gu

/** A name without what cannot be seen in it. */
export const withoutUnseen = (name: string): string => name.replace(UNSEEN, '').replace(STRAY_JOINER, '')
