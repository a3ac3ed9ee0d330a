// The charter of a case room: sealed text whose hash stands in the signed roster (messaging.md 10.2).

import { hasExactly, isWellFormed, utf8Length } from '../crypto/encode'
import type { Charter, RoomId } from '../crypto/interface'
import { problem } from '../crypto/refuse'
import { isTlp, rank } from './tlp'

const TYPE = 'community.charter.v1'
/** An invitation carries the charter and may have 8,192 bytes when it is sealed. */
export const MOST_BYTES = 4500
const FIELDS = [
  'type', 'room', 'name', 'topic', 'purpose', 'legal_basis', 'states', 'tlp_default', 'tlp_max', 'ends_on',
]

/** The text to be hashed and sealed. Throws Problem 'failed' (detail 'charter…'). */
export function charterText(room: RoomId, charter: Charter): string {
  const { name, topic, purpose, legal_basis, states, tlp_default, tlp_max, ends_on } = charter
  const text = JSON.stringify({
    type: TYPE, room, name, topic, purpose, legal_basis, states, tlp_default, tlp_max, ends_on,
  })
  if (utf8Length(text) > MOST_BYTES) throw problem('failed', { detail: 'charter-too-long' })
  if (!readCharter(text, room)) throw problem('failed', { detail: 'charter' })
  return text
}

/** The charter a text holds; null for anything but the exact form. Its hash is checked elsewhere. */
export function readCharter(text: string, room: RoomId): Charter | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (!hasExactly(value, FIELDS) || value['type'] !== TYPE || value['room'] !== room) return null
  const charter = Object.fromEntries(FIELDS.slice(2).map((field) => [field, value[field]])) as unknown as Charter
  const texts = [charter.name, charter.topic, charter.purpose, charter.legal_basis, charter.ends_on]
  if (!texts.every((one) => typeof one === 'string' && isWellFormed(one))) return null
  if (charter.name.trim() === '' || !isDate(charter.ends_on)) return null
  if (!Array.isArray(charter.states) || !charter.states.every((one) => /^[A-Z]{2}$/.test(String(one)))) return null
  if (!isTlp(charter.tlp_default) || !isTlp(charter.tlp_max)) return null
  return rank(charter.tlp_default) <= rank(charter.tlp_max) ? charter : null
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`))
}
