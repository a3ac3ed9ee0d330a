import { expect, test } from 'vitest'
import type { Attachment, Charter, Draft, Member } from '../crypto/interface'
import {
  bytesOf, candidates, emptyDraft, labelAfter, labelForReply, LONGEST, mentionAt, mentionedIn, offers, pollLines, strictestOf, together,
  whyNotSend, withMention,
} from './composer-data'

const room = { kind: 'case' as const, charter: { tlp_default: 'AMBER', tlp_max: 'AMBER+STRICT' } as Charter }
const direct = { kind: 'direct' as const, charter: null }
const draft = (more: Partial<Draft> = {}): Draft => ({ ...emptyDraft(room, null), body: 'text', ...more })
const upload = (state: Attachment['state']): { id: string; attachment: Attachment } => ({ id: state, attachment: { state } as Attachment })
const member = (name: string, more: Partial<Member> = {}): Member =>
  ({ user: `@${name}`, name, me: false, state: 'joined', rostered: true, ...more }) as Member

test('a case room begins with its label; a direct message waits for one', () => {
  expect(emptyDraft(room, 't')).toMatchObject({ tlp: 'AMBER', thread: 't' })
  expect(whyNotSend({ ...emptyDraft(direct, null), body: 'x' }, [], direct, null)).toBe('label-missing')
  expect(whyNotSend({ ...emptyDraft(direct, null), body: 'x', tlp: 'RED' }, [], direct, null)).toBe('')
})

test.each<[Partial<Draft>, string]>([
  [{}, ''],
  [{ body: '  \n' }, 'compose-empty'],
  [{ body: '', attachments: ['u'] }, ''],
  [{ tlp: null }, 'label-missing'],
  [{ tlp: 'RED' }, 'label-above-max'],
  [{ body: 'x'.repeat(LONGEST) }, 'compose-too-long'],
  [{ attachments: Array.from({ length: 21 }, (_, index) => `${index}`) }, 'compose-too-many-files'],
  [{ body: '', poll: ['', 'a', 'b'] }, 'poll-no-question'],
  [{ body: '', poll: ['When?', 'a', ' '] }, 'poll-few-options'],
  [{ body: '', poll: ['When?', 'a', 'b'] }, ''],
])('what is missing is named: %#', (more, key) => {
  expect(whyNotSend(draft(more), [], room, null)).toBe(key)
})

test('in a case room whose charter has not come nothing is sent: its highest label is not known', () => {
  expect(whyNotSend(draft({ tlp: 'RED' }), [], { kind: 'case', charter: null }, null)).toBe('charter-coming')
})

test('a file on its way goes along later; one that failed stops the message', () => {
  expect(whyNotSend(draft(), [upload('ready'), upload('sending')], room, null)).toBe('')
  expect(whyNotSend(draft(), [upload('failed'), upload('sending')], room, null)).toBe('compose-file-failed')
  expect(whyNotSend(draft(), [upload('ready')], room, null)).toBe('')
})

test('an answer is never looser than what it answers', () => {
  expect(labelForReply('GREEN', 'AMBER+STRICT')).toBe('AMBER+STRICT')
  expect(labelForReply('RED', 'AMBER+STRICT')).toBe('RED')
  expect(labelForReply(null, 'AMBER+STRICT')).toBe('AMBER+STRICT')
  expect(whyNotSend(draft({ tlp: 'AMBER' }), [], room, 'AMBER+STRICT')).toBe('label-below-reply')
})

test('labels above the maximum and below the answer are offered with their reason', () => {
  expect(offers(room, 'AMBER').map((offer) => offer.reason)).toEqual(
    ['label-below-reply', 'label-below-reply', '', '', 'label-above-max'],
  )
  expect(offers(direct, null).every((offer) => offer.reason === '')).toBe(true)
})

test('in a topic the stricter of its first message and the one answered counts', () => {
  expect(strictestOf('AMBER', 'RED')).toBe('RED')
  expect([strictestOf(null, 'GREEN'), strictestOf('GREEN', null), strictestOf(null, null)]).toEqual(['GREEN', 'GREEN', null])
})

test('after sending a case room is back at its label, a direct message stays at the last one', () => {
  expect(labelAfter(room, null, 'GREEN')).toBe('AMBER')
  expect(labelAfter(room, 'AMBER+STRICT', 'RED')).toBe('AMBER+STRICT')
  expect(labelAfter(direct, null, 'GREEN')).toBe('GREEN')
  expect(labelAfter(direct, 'RED', 'GREEN')).toBe('RED')
})

test('a draft that comes back joins what was written meanwhile', () => {
  const back = draft({ body: 'first', tlp: 'RED', attachments: ['a'] })
  expect(together(back, draft({ body: '' }))).toEqual(back)
  expect(together(back, draft({ body: 'second', attachments: ['b'] }))).toMatchObject({ body: 'first\nsecond', tlp: 'RED', attachments: ['a', 'b'] })
})

test('length counts as it will be sealed', () => {
  expect(bytesOf('ж')).toBe(4)
  expect(bytesOf('\n')).toBe(4)
})

test('lines of a poll are tidied and empty options left out', () => {
  expect(pollLines([' When\nis it? ', 'a', '', ' b '])).toEqual(['When is it?', 'a', 'b'])
})

test('a name begins after an @ that is no part of an address', () => {
  expect(mentionAt('hi @An', 6)).toEqual({ from: 3, query: 'An' })
  expect(mentionAt('@', 1)).toEqual({ from: 0, query: '' })
  expect(mentionAt('a@b', 3)).toBeNull()
  expect(mentionAt('@ an', 4)).toBeNull()
  expect(mentionAt('@an\nb', 5)).toBeNull()
})

test('people are found by any word of their name, not oneself, not who left or was planted', () => {
  const members = [
    member('Ana Kovač'), member('Ivo Anić'), member('Bo', { me: true }), member('Anna Left', { state: 'left' }),
    member('Anna Planted', { rostered: false }),
  ]
  expect(candidates(members, 'an').map((one) => one.name)).toEqual(['Ana Kovač', 'Ivo Anić'])
  expect(candidates(members, 'kovac').map((one) => one.name)).toEqual(['Ana Kovač'])
  expect(candidates(members, '').map((one) => one.name)).toEqual(['Ana Kovač', 'Ivo Anić'])
})

test('a chosen name stands in the text, and who is named there is mentioned', () => {
  const put = withMention('hi @An there', 3, 6, 'Ana Kovač')
  expect(put).toEqual({ text: 'hi @Ana Kovač there', caret: 14 })
  expect(mentionedIn(put.text, [member('Ana Kovač'), member('Ivo')])).toEqual(['@Ana Kovač'])
})
