import { expect, test } from 'vitest'
import { isInnerId, utf8Length } from '../crypto/encode'
import type { Problem } from '../crypto/interface'
import { Seeded } from '../testing/seeded'
import { classOf, faultOf, makeContent, padded, readContent, roomLeft, SIZES } from './content'
import type { Content } from './parts'

const LETTERS = ['a', '"', '\\', '\n', '\u0001', 'é', 'ж', 'ب', '汉', '🐟', '\u2028', '<', '&', '\ud83d\udc41\ufe0f']
const ID = 'AAAAAAAAAAAAAAAAAAAAAA'
const KINDS: Content['kind'][] = [
  'message', 'poll', 'edit', 'delete_request', 'reaction', 'vote', 'pin', 'read_marker', 'room_meta',
]
const USER = '@00000000-0000-4000-8000-000000000001:members.invalid'

function problemOf(work: () => unknown): Problem {
  try {
    work()
  } catch (error) {
    return error as Problem
  }
  throw new Error('was not refused')
}

const FILE = { media: crypto.randomUUID(), info: '{"v":"v2"}', name: 'a', type: 'application/pdf', size: 1 }

const some = (seed: Seeded, most: number): string =>
  Array.from({ length: seed.below(most) }, () => seed.pick(LETTERS)).join('')

function anyContent(seed: Seeded): Content {
  const id = (): string | null => (seed.chance(0.5) ? ID : null)
  const kind = seed.pick(KINDS.filter((one) => one !== 'reaction'))
  const text = some(seed, seed.pick([3, 40, 300, 3000]))
  const body = kind === 'poll' ? `q${text.replaceAll('\n', '')}\na\nb` : kind === 'vote' ? '1, 3' : text
  const target = ['edit', 'vote', 'pin', 'delete_request'].includes(kind) ? ID : null
  return makeContent(kind, body, seed.pick(['CLEAR', 'RED', 'AMBER+STRICT']), {
    thread: id(), reply_to: id(), target,
    mentions: seed.chance(0.3) ? [`@${crypto.randomUUID()}:members.invalid`] : [],
    attachments: seed.chance(0.3) ? [{ ...FILE, name: `${some(seed, 9)}.pdf`, size: seed.below(1e6) }] : [],
    prev: seed.chance(0.5) ? { seq: 1 + seed.below(99), h: 'lxbH/xdjDvveSSpIbB+RnspHv7QzelJ87iOGWBWLq1I=' } : null,
    expires_after: seed.chance(0.2) ? 3600 : null,
  })
}

test('padding brings every content to the next size exactly, and changes nothing else', () => {
  const seed = new Seeded(20)
  const seen = new Set<number>()
  for (let turn = 0; turn < 600; turn++) {
    const content = anyContent(seed)
    const text = padded(content)
    const size = utf8Length(text)
    const bare = utf8Length(text) - (JSON.parse(text) as Content).pad.length
    expect(SIZES).toContain(size)
    expect(SIZES.find((one) => one >= bare)).toBe(size)
    expect({ ...readContent(JSON.parse(text)), pad: '' }).toEqual(content)
    seen.add(size)
  }
  expect([...seen].sort((a, b) => a - b)).toEqual([256, 1024, 4096, 16384])
})

test.each([...SIZES])('a text that ends just at %i bytes has no padding, one more goes to the next', (size) => {
  const empty = SIZES[SIZES.length - 1]! - roomLeft(makeContent('message', '', 'AMBER'))
  const text = padded(makeContent('message', 'a'.repeat(size - empty), 'AMBER'))
  expect((JSON.parse(text) as Content).pad).toBe('')
  expect(utf8Length(text)).toBe(size)
  const longer = makeContent('message', 'a'.repeat(size - empty + 1), 'AMBER')
  if (size < 65536) expect(utf8Length(padded(longer))).toBe(SIZES[SIZES.indexOf(size) + 1])
  else expect(problemOf(() => padded(longer))).toEqual({ code: 'failed', detail: 'too-long' })
})

test('ids are 22 characters and differ', () => {
  const ids = Array.from({ length: 500 }, () => makeContent('message', '', 'AMBER').id)
  expect(ids.every(isInnerId)).toBe(true)
  expect(new Set(ids).size).toBe(500)
})

const good = makeContent('message', 'x', 'AMBER')
test.each<[string, unknown]>([
  ['a missing field', (({ pad: _, ...rest }) => rest)(good)],
  ['a field too many', { ...good, extra: 1 }],
  ['an array', [good]],
  ['null', null],
  ['a short id', { ...good, id: 'abc' }],
  ['an unknown kind', { ...good, kind: 'toString' }],
  ['an unknown label', { ...good, tlp: 'amber' }],
  ['a body that is no text', { ...good, body: 5 }],
  ['half a pair of surrogates', { ...good, body: 'a\ud800' }],
  ['a bad thread', { ...good, thread: 'x' }],
  ['a message with a target', { ...good, target: ID }],
  ['an edit without one', { ...good, kind: 'edit' }],
  ['a mention of nobody', { ...good, mentions: ['@ana'] }],
  ['too many mentions', { ...good, mentions: Array(101).fill(USER) }],
  ['an attachment without a media id', { ...good, attachments: [{ ...FILE, media: '../x' }] }],
  ['prev without hash', { ...good, prev: { seq: 1, h: 'x' } }],
  ['prev with seq 0', { ...good, prev: { seq: 0, h: 'lxbH/xdjDvveSSpIbB+RnspHv7QzelJ87iOGWBWLq1I=' } }],
  ['time that runs backwards', { ...good, expires_after: -1 }],
  ['padding that says something', { ...good, pad: 'xxhello' }],
  ['two emoji', { ...good, kind: 'reaction', target: ID, body: '👍👍' }],
  ['a poll with one option', { ...good, kind: 'poll', body: 'q\na' }],
  ['a vote for a word', { ...good, kind: 'vote', target: ID, body: 'one' }],
])('refused: %s', (_, value) => {
  expect(faultOf(value)).not.toBeNull()
  expect(problemOf(() => readContent(value)).code).toBe('damaged')
})

test('a later form of content asks for a newer client', () => {
  expect(problemOf(() => readContent({ ...good, v: 2, more: true })).code).toBe('update-needed')
})

test('one emoji may have many code points', () => {
  for (const body of ['👍', '👩🏽‍🚒', '🏳️‍🌈', '']) {
    expect(faultOf({ ...good, kind: 'reaction', target: ID, body })).toBeNull()
  }
})

test('class m for message and poll, else s', () => {
  expect(KINDS.filter((kind) => classOf(kind) === 'm')).toEqual(['message', 'poll'])
})

test('a message disappears within a year, or its end would be no date', () => {
  const year = 365 * 86_400
  expect(faultOf(makeContent('message', 'x', 'AMBER', { expires_after: year }))).toBeNull()
  for (const after of [year + 1, Number.MAX_SAFE_INTEGER]) {
    const content = makeContent('message', 'x', 'AMBER', { expires_after: after })
    expect(faultOf(content)).toBe('expires_after')
    expect(problemOf(() => readContent(content)).code).toBe('damaged')
    expect(problemOf(() => padded(content)).code).toBe('failed')
  }
})
