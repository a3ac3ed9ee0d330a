import { expect, test } from 'vitest'
import type { Item, RoomDetail, Tlp } from '../crypto/interface'
import { copied, entriesOf, reactionKey, REACTIONS, whyNoWriting } from './row-menu-data'
import { isEmoji } from './timeline-rules'

const item = (more: Partial<Item> = {}): Item =>
  ({ kind: 'message', seq: 4, mine: false, tlp: 'AMBER', thread: null, pinned: false, state: 'sent', problem: null, ...more }) as Item
const room = (more: Partial<RoomDetail> = {}): RoomDetail => ({ state: 'open', role: 'member', stopped: null, ...more }) as RoomDetail
const deeds = (one: Item, place: RoomDetail, topic: string | null = null): string[] =>
  entriesOf(one, place, topic).filter((entry) => entry.reason === '').map((entry) => entry.deed)
const refused = (one: Item, place: RoomDetail): string[] =>
  entriesOf(one, place, null).filter((entry) => entry.reason !== '').map((entry) => `${entry.deed} ${entry.reason}`)

test('a message of somebody else is not edited or deleted by a member', () => {
  expect(deeds(item(), room())).toEqual(['reply', 'react', 'topic', 'pin', 'copy', 'link', 'forward', 'report'])
})

test('one edits and deletes what is one’s own; a host deletes others’ too', () => {
  expect(deeds(item({ mine: true }), room())).toEqual(['reply', 'react', 'topic', 'pin', 'edit', 'copy', 'link', 'forward', 'delete'])
  expect(deeds(item(), room({ role: 'host' }))).toContain('delete')
})

test.each<[Tlp, string[]]>([
  ['RED', ['copy reason-copy-red', 'forward reason-forward-red']],
  ['AMBER+STRICT', []], ['AMBER', []], ['GREEN', []], ['CLEAR', []],
])('what TLP:%s forbids is shown with its reason', (tlp, reasons) => {
  expect(refused(item({ tlp }), room())).toEqual(reasons)
})

test('who reads only, and everybody in a closed room, writes nothing', () => {
  expect(refused(item(), room({ role: 'observer' }))).toEqual(
    ['reply reason-read-only', 'react reason-read-only', 'topic reason-read-only', 'pin reason-read-only'],
  )
  expect(refused(item({ mine: true }), room({ state: 'closed' }))).toContain('delete reason-closed')
})

test('an existing topic can be opened by who reads only', () => {
  expect(deeds(item({ thread: 't' }), room({ role: 'records' }))).toContain('topic')
  expect(entriesOf(item(), room(), 't').map((entry) => entry.deed)).not.toContain('topic')
})

test('what was not sent is sent again or taken back, but not while it is on its way', () => {
  expect(deeds(item({ seq: null, mine: true, state: 'failed' }), room())).toEqual(['send-again', 'discard'])
  expect(deeds(item({ seq: null, mine: true, state: 'queued' }), room())).toEqual(['discard'])
  expect(deeds(item({ seq: null, mine: true, state: 'sending' }), room())).toEqual([])
})

test('a message without its key can be asked for', () => {
  expect(deeds(item({ kind: 'problem', problem: { code: 'key-missing' } }), room())).toEqual(['ask-again', 'fetch-again'])
  expect(deeds(item({ kind: 'problem', problem: { code: 'damaged' } }), room())).toEqual(['fetch-again', 'report'])
})

test('notices and removed messages have no menu', () => {
  expect(entriesOf(item({ kind: 'notice' }), room(), null)).toEqual([])
  expect(entriesOf(item({ kind: 'gone' }), room(), null)).toEqual([])
})

test('an identity that changed stops writing', () => {
  expect(whyNoWriting(room({ stopped: { code: 'identity-changed' } }))).toBe('stopped')
  expect(whyNoWriting(room())).toBe('')
})

test('every reaction offered is one emoji with a word', () => {
  expect(REACTIONS.every(([emoji]) => isEmoji(emoji))).toBe(true)
  expect(reactionKey('👍')).toBe('reaction-agree')
  expect(reactionKey('🦄')).toBe('')
})

test('a copied text bears its label', () => {
  expect(copied({ tlp: 'AMBER+STRICT', body: 'Pier 4\nat noon', poll: null })).toBe('TLP:AMBER+STRICT\nPier 4\nat noon')
  expect(copied({ tlp: 'GREEN', body: '', poll: { question: 'When?', options: [], mine: [] } })).toBe('TLP:GREEN\nWhen?')
})
