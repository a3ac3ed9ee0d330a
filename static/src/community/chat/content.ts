// The sealed content: schema, checks and padding (messaging.md 10.2). Pure.

import {
  hasExactly, innerId, isHash, isInnerId, isUser, isUuid, isWellFormed, isWhole, utf8Length,
} from '../crypto/encode'
import type { Tlp } from '../crypto/interface'
import { problem } from '../crypto/refuse'
import type { Content, SealedAttachment } from './parts'
import { isTlp } from './tlp'

/** The sizes of the JSON in UTF-8 bytes; nothing else leaves the browser. */
export const SIZES = [256, 1024, 4096, 16384, 65536] as const
export const MOST_ATTACHMENTS = 20
export const MOST_MENTIONS = 100
const MOST_NAME = 255
const MOST_INFO = 2000
const MOST_SIZE = 1e9
const LONGEST_LIFE = 365 * 86_400 // seconds; the moment it ends must be one a calendar knows

const FIELDS = [
  'v', 'id', 'kind', 'body', 'thread', 'reply_to', 'target', 'tlp', 'mentions', 'attachments', 'prev',
  'expires_after', 'pad',
] as const
const ATTACHMENT_FIELDS = ['media', 'info', 'name', 'type', 'size'] as const

type Kind = Content['kind']
/** Class m for message and poll, else s; and whether a target must, may or must not be there. */
const KINDS: Record<Kind, { class: 'm' | 's'; target: 'must' | 'may' | 'none' }> = {
  message: { class: 'm', target: 'none' },
  poll: { class: 'm', target: 'none' },
  edit: { class: 's', target: 'must' },
  delete_request: { class: 's', target: 'must' },
  reaction: { class: 's', target: 'must' },
  vote: { class: 's', target: 'must' },
  pin: { class: 's', target: 'must' },
  read_marker: { class: 's', target: 'may' },
  room_meta: { class: 's', target: 'none' },
}

export const classOf = (kind: Kind): 'm' | 's' => KINDS[kind].class

/** A content with every field; the caller says what differs. */
export function makeContent(kind: Kind, body: string, tlp: Tlp, more: Partial<Content> = {}): Content {
  return {
    v: 1, id: innerId(), kind, body, thread: null, reply_to: null, target: null, tlp, mentions: [],
    attachments: [], prev: null, expires_after: null, pad: '', ...more,
  }
}

/** Why a content is not in the form, in words for the log; null if it is. */
export function faultOf(value: unknown): string | null {
  if (!hasExactly(value, FIELDS)) return 'fields'
  const content = value as unknown as Content
  if (content.v !== 1) return 'v'
  if (!isInnerId(content.id)) return 'id'
  if (!Object.hasOwn(KINDS, content.kind)) return 'kind'
  if (!isText(content.body)) return 'body'
  if (!orNull(content.thread, isInnerId) || !orNull(content.reply_to, isInnerId)) return 'thread or reply_to'
  if (!targetFits(content)) return 'target'
  if (!isTlp(content.tlp)) return 'tlp'
  if (!isList(content.mentions, MOST_MENTIONS, (one) => isUser(one))) return 'mentions'
  if (!isList(content.attachments, MOST_ATTACHMENTS, isAttachment)) return 'attachments'
  if (!orNull(content.prev, isPrev)) return 'prev'
  if (!orNull(content.expires_after, (one) => isWhole(one, 1) && one <= LONGEST_LIFE)) return 'expires_after'
  if (typeof content.pad !== 'string' || !/^x*$/.test(content.pad)) return 'pad'
  return bodyFault(content)
}

/** The content of a decrypted event. Throws Problem 'damaged', or 'update-needed' for a later form. */
export function readContent(value: unknown): Content {
  const version = typeof value === 'object' && value !== null ? (value as { v?: unknown }).v : undefined
  if (isWhole(version, 2)) throw problem('update-needed', { detail: `content v${version}` })
  const fault = faultOf(value)
  if (fault) throw problem('damaged', { detail: `content: ${fault}` })
  return value as Content
}

/** The JSON to be sealed, exactly one of SIZES long. Throws Problem 'failed' (detail 'too-long'). */
export function padded(content: Content): string {
  const bare = { ...content, pad: '' }
  const fault = faultOf(bare)
  if (fault) throw problem('failed', { detail: `content: ${fault}` })
  const text = JSON.stringify(bare, FIELDS_DEEP)
  const length = utf8Length(text)
  const size = SIZES.find((one) => one >= length)
  if (size === undefined) throw problem('failed', { detail: 'too-long' })
  return `${text.slice(0, -2)}${'x'.repeat(size - length)}"}` // pad is the last field and empty
}

/** How many UTF-8 bytes a content still has room for; below 0 it is too long. */
export const roomLeft = (content: Content): number =>
  SIZES[SIZES.length - 1]! - utf8Length(JSON.stringify({ ...content, pad: '' }, FIELDS_DEEP))

// One order of fields, whatever order the object was made in; `seq` and `h` are those of prev.
const FIELDS_DEEP = [...FIELDS.slice(0, -1), ...ATTACHMENT_FIELDS, 'seq', 'h', 'pad']

const orNull = <T>(value: T | null, good: (value: T) => boolean): boolean => value === null || good(value)
const isText = (value: unknown): value is string => typeof value === 'string' && isWellFormed(value)

function isList(value: unknown, most: number, good: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= most && value.every(good)
}

const isPrev = (value: unknown): boolean =>
  hasExactly(value, ['seq', 'h']) && isWhole(value['seq'], 1) && isHash(value['h'])

function isAttachment(value: unknown): boolean {
  if (!hasExactly(value, ATTACHMENT_FIELDS)) return false
  const one = value as unknown as SealedAttachment
  return isUuid(one.media) && isText(one.info) && one.info.length <= MOST_INFO &&
    isText(one.name) && one.name.length > 0 && one.name.length <= MOST_NAME &&
    isText(one.type) && one.type.length <= MOST_NAME && isWhole(one.size, 0) && one.size <= MOST_SIZE
}

function targetFits(content: Content): boolean {
  if (!orNull(content.target, isInnerId)) return false
  const rule = KINDS[content.kind].target
  return rule === 'may' || (rule === 'must') === (content.target !== null)
}

function bodyFault(content: Content): string | null {
  if (content.kind === 'reaction') return graphemes(content.body) <= 1 ? null : 'reaction'
  if (content.kind === 'vote') return /^(\d{1,3}([ ,\n]+\d{1,3})*)?$/.test(content.body) ? null : 'vote'
  if (content.kind === 'poll') return isPoll(content.body) ? null : 'poll'
  return null
}

/** One emoji, or nothing (taken back). */
function graphemes(text: string): number {
  if (text.length > 32) return 2
  return [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].length
}

function isPoll(body: string): boolean {
  const lines = body.split('\n')
  return lines.length >= 3 && lines.length <= 101 && lines.every((line) => line.trim() !== '')
}
