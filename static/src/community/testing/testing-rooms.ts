// Believable invented rooms for tests and the development page. Never part of a build.
import type { Attachment, Item, Member, RoomDetail, RoomSummary, Tlp, Topic, UserId } from '../crypto/interface'
import data from './testing-data.json'

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
export const ROOM = `!${uuid(1)}:members.invalid`
export const DIRECT = `!${uuid(2)}:members.invalid`
export const NOW = Date.UTC(2026, 10, 21, 10, 30)
export const ME = data.me.user

const MINUTE = 60_000
export const userOf = (key: string): UserId => (key === 'me' ? ME : `@${key}:members.invalid`)
const nameOf = (key: string): string => (key === 'me' ? data.me.name : (data.people.find((one) => one.key === key)?.name ?? ''))

export function members(): Member[] {
  const own: Member = {
    user: ME, name: data.me.name, role: 'host', state: 'joined', trust: 'checked', rostered: true, history: true,
    organisation: data.me.organisation, me: true,
  }
  const others = data.people.slice(0, 5).map((one): Member => ({
    user: userOf(one.key), name: one.name, role: one.role as Member['role'], state: 'joined',
    trust: one.trust as Member['trust'], rostered: true, history: one.key === 'ivo', organisation: one.organisation, me: false,
  }))
  return [own, ...others]
}

export const item = (seq: number | null, more: Partial<Item> = {}): Item => ({
  key: seq === null ? 'txn:1' : `key${seq}`, seq, kind: 'message', sender: ME, name: data.me.name, mine: true,
  at: NOW - 60 * MINUTE + (seq ?? 99) * MINUTE, body: '', tlp: 'AMBER', thread: null, replyTo: null, mentions: [],
  mentionsMe: false, attachments: [], reactions: [], poll: null, edited: null, pinned: false, expiresAt: null, state: 'sent',
  problem: null, trust: '', sharedBy: '', notice: null, gone: null, readBy: [], ...more,
})

const by = (key: string): Partial<Item> => ({
  sender: userOf(key), name: nameOf(key), mine: key === 'me', trust: key === 'me' ? '' : key === 'ivo' ? 'checked' : 'not-checked',
})

function fileOf(file: (string | number)[]): Attachment {
  return { media: uuid(900), name: String(file[0]), type: String(file[1]), size: Number(file[2]), sha256: '', state: 'ready', progress: 1 }
}

/** The messages of the case room, from old ones in plenty to the states that are rare. */
export function talk(older = 60): Item[] {
  const past = Array.from({ length: older }, (_, index) => {
    const from = data.talk[index % data.talk.length]!
    return item(index + 1, { ...by(from.from), body: `${index + 1}. ${from.body}`, tlp: from.tlp as Tlp, at: NOW - 86_400_000 + index * 7 * MINUTE })
  })
  const said = data.talk.map((one, index) => {
    const quoted = one.reply === undefined ? null : data.talk[one.reply]!
    return item(older + index + 2, {
      ...by(one.from), body: one.body, tlp: one.tlp as Tlp, at: NOW - 50 * MINUTE + index * 3 * MINUTE,
      attachments: one.file ? [fileOf(one.file)] : [], mentionsMe: one.mention === true, mentions: one.mention ? [ME] : [],
      reactions: (one.reactions ?? []).map(([emoji, users]) => ({
        emoji: emoji as string, users: (users as string[]).map(userOf), mine: (users as string[]).includes('me'),
      })),
      replyTo: quoted ? { key: `key${older + one.reply! + 2}`, name: nameOf(quoted.from), body: quoted.body } : null,
      pinned: index === 0, edited: index === 1 ? NOW - 40 * MINUTE : null, thread: index === 2 ? `key${older + 2}` : null,
    })
  })
  const last = older + data.talk.length + 2
  const at = (n: number): number => NOW - 20 * MINUTE + n * MINUTE
  return [
    ...past,
    item(older + 1, { key: `seq:${older + 1}`, kind: 'notice', notice: { change: 'joined', user: userOf('chen'), by: '' }, ...by('chen'), at: NOW - 52 * MINUTE }),
    ...said,
    item(last, {
      ...by('ivo'), kind: 'poll', at: at(0), body: data.poll.question,
      poll: { question: data.poll.question, mine: [1], options: data.poll.options.map((text, index) => ({ text, votes: index === 1 ? [ME, userOf('ivo')] : index === 0 ? [userOf('lidia')] : [] })) },
    }),
    item(last + 1, { ...by('lidia'), key: `seq:${last + 1}`, kind: 'problem', at: at(1), problem: { code: 'key-missing', name: nameOf('lidia'), user: userOf('lidia') } }),
    item(last + 2, { ...by('sami'), kind: 'gone', at: at(2), gone: { why: 'redacted', by: ME } }),
    item(last + 3, { ...by('paz'), body: data.direct[1]!, at: at(3), trust: 'restored' }),
    item(last + 4, { body: data.direct[0]!, at: at(4), readBy: [userOf('ivo')] }),
    item(null, { key: 'txn:1', body: data.waiting, at: at(5), state: 'queued' }),
    item(null, { key: 'txn:2', body: data.failed, at: at(6), state: 'failed', problem: { code: 'too-fast', until: at(8) } }),
  ]
}

export function summary(more: Partial<RoomSummary> = {}): RoomSummary {
  return {
    room: ROOM, kind: 'case', state: 'open', membership: 'joined', role: 'host', name: data.charter.name,
    charter: data.charter as RoomSummary['charter'], invitedBy: '', unread: 4, unreadByTopic: { '': 3, key62: 1 }, mentions: 1,
    lastAt: NOW, muted: false, pinned: true, stopped: null, draft: false, ...more,
  }
}

export function summaries(): RoomSummary[] {
  const named = data.rooms.map((name, index) => summary({
    room: `!${uuid(10 + index)}:members.invalid`, name, unread: 0, mentions: 0, unreadByTopic: {}, pinned: false, lastAt: NOW - index * 3e7,
  }))
  const [hold, stopped, closed, invited] = named as [RoomSummary, RoomSummary, RoomSummary, RoomSummary]
  return [
    summary(),
    summary({ room: DIRECT, kind: 'direct', name: nameOf('ivo'), charter: null, unread: 2, unreadByTopic: {}, mentions: 0, pinned: false }),
    { ...hold, onHold: true, draft: true },
    { ...stopped, stopped: { code: 'identity-changed', name: nameOf('sami'), user: userOf('sami') }, muted: true, unread: 120 },
    { ...closed, state: 'closed' },
    { ...invited, membership: 'invited', role: 'member', invitedBy: nameOf('ivo') },
  ]
}

export function detail(of: RoomSummary, more: Partial<RoomDetail> = {}): RoomDetail {
  const topics: Topic[] = of.kind === 'case' ? [{ id: 'key62', title: data.topicTitle, unread: 1, lastAt: NOW, count: 7 }] : []
  return {
    ...of, members: of.kind === 'case' ? members() : members().filter((one) => one.me || one.user === userOf('ivo')),
    topics, pins: of.kind === 'case' ? ['key62'] : [], history: 'joined', retentionDays: of.kind === 'case' ? 90 : 365,
    endsAt: of.charter?.ends_on ?? null, receipts: false, holdUntil: of.onHold ? '2027-01-01' : null, purgeAt: null,
    notices: [], firstVisibleAt: NOW - 30 * 86_400_000, lastRead: 66, ...more,
  }
}
