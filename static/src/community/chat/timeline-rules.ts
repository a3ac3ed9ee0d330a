// What the marks of a room mean: originals and copies, what is gone, edits, reactions, votes, pins,
// topics and unread numbers. Pure, and the same whatever the order the events came in.

import type { Role, UserId } from '../crypto/interface'
import type { Mark, Timeline } from './timeline-data'

/** What the rules must know besides the marks. */
export interface Rules {
  me: UserId
  now: number
  /** The role a person had, by the signed roster, at a number; null: not in it. */
  role(user: UserId, seq: number): Role | null
}

export interface Gone {
  why: 'redacted' | 'expired' | 'purged'
  by: UserId
}

const TALK = ['message', 'poll']
const NOTICES = [
  'created', 'roster', 'joined', 'left', 'declined', 'purged', 'hold', 'settings', 'closing', 'closed',
]
/** Of silent events nobody misses only these are told. */
const ALARMING = ['mismatched-sender', 'unsigned-device', 'damaged', 'copy']

/** The message this one is a copy of: same inner id, sender and device, lower number. */
export function copyOf(line: Timeline, mark: Mark): Mark | null {
  if (!mark.id) return null
  const first = line.withId(mark.id).find((one) => one.sender === mark.sender && one.device === mark.device)
  return first && first.seq < mark.seq ? first : null
}

/** The message or poll that bears an inner id. With a sender: the one of that sender. */
export function original(line: Timeline, id: string, sender?: UserId): Mark | null {
  const found = line.withId(id).find((mark) =>
    TALK.includes(mark.kind) && (sender === undefined || mark.sender === sender) && !copyOf(line, mark))
  return found ?? null
}

/** How the page names an event: its inner id, unless another one had it before. */
export function keyOf(line: Timeline, mark: Mark): string {
  return mark.id && original(line, mark.id)?.seq === mark.seq ? mark.id : `seq:${mark.seq}`
}

/** What counts of an event's companions: not gone, no copy. */
function counts(line: Timeline, mark: Mark): boolean {
  return !mark.gone && !line.redaction(mark.seq) && !copyOf(line, mark)
}

function speaking(line: Timeline, about: Mark, kind: Mark['kind']): Mark[] {
  if (!about.id || original(line, about.id)?.seq !== about.seq) return []
  return line.about(about.id).filter((mark) => mark.kind === kind && counts(line, mark))
}

export function goneOf(line: Timeline, mark: Mark, rules: Rules): Gone | null {
  if (mark.cls !== 'm' && mark.cls !== 's') return null
  if (mark.gone) return { why: mark.gone, by: mark.by }
  const notice = line.redaction(mark.seq)
  if (notice) return { why: 'redacted', by: notice.by }
  if (mark.seq <= line.purgedTo()) return { why: 'purged', by: '' }
  const request = mark.id ? line.about(mark.id).find((one) => mayRemove(line, one, mark, rules)) : undefined
  if (request) return { why: 'redacted', by: request.sender }
  return mark.expires && mark.expires <= rules.now ? { why: 'expired', by: '' } : null
}

/** A sealed wish to remove: of the one who wrote it, or of a host. */
function mayRemove(line: Timeline, request: Mark, mark: Mark, rules: Rules): boolean {
  if (request.kind !== 'delete_request' || copyOf(line, request)) return false
  return request.sender === mark.sender || rules.role(request.sender, request.seq) === 'host'
}

/** Edits of a message by the person who wrote it, ascending. */
export function editsOf(line: Timeline, mark: Mark): Mark[] {
  if (!mark.id) return []
  return line.about(mark.id).filter((one) =>
    one.kind === 'edit' && one.sender === mark.sender && counts(line, one))
}

// Written as text: compilers for older targets do not know the flag.
const EMOJI = new RegExp('^(?:\\p{RGI_Emoji}|\\p{Extended_Pictographic}\\uFE0F?)$', 'v')

/** One emoji, a short one; anything else is not a reaction. */
export function isEmoji(text: string): boolean {
  return text.length <= 32 && EMOJI.test(text)
}

/** Sending the same emoji again takes it back, an empty one takes all of a person back. */
export function reactionsOf(line: Timeline, mark: Mark): { emoji: string; users: UserId[] }[] {
  const standing = new Map<string, Map<UserId, boolean>>()
  for (const one of speaking(line, mark, 'reaction')) {
    if (!one.note) for (const users of standing.values()) users.delete(one.sender)
    if (!isEmoji(one.note)) continue
    const users = standing.get(one.note) ?? new Map<UserId, boolean>()
    standing.set(one.note, users.set(one.sender, !users.get(one.sender)))
  }
  return [...standing]
    .map(([emoji, users]) => ({ emoji, users: [...users].filter(([, on]) => on).map(([user]) => user) }))
    .filter((reaction) => reaction.users.length > 0)
}

/** The last vote of each person: numbers of options from 0. */
export function votesOf(line: Timeline, mark: Mark): Map<UserId, number[]> {
  const votes = new Map<UserId, number[]>()
  for (const vote of speaking(line, mark, 'vote')) votes.set(vote.sender, readVote(vote.note))
  return votes
}

export const writeVote = (options: number[]): string => [...new Set(options)].sort((a, b) => a - b).join(',')
export const readVote = (body: string): number[] =>
  [...new Set(body.split(/[\s,]+/).filter((part) => /^\d{1,3}$/.test(part)).map(Number))]

/** Keys of what is pinned, in the order of pinning. Hosts and members pin. */
export function pinsOf(line: Timeline, rules: Rules): string[] {
  const last = new Map<string, Mark>()
  for (const seq of line.seqs()) {
    const mark = line.get(seq)!
    if (mark.kind !== 'pin' || !counts(line, mark)) continue
    if (!['host', 'member'].includes(rules.role(mark.sender, mark.seq) ?? '')) continue
    last.delete(mark.target)
    last.set(mark.target, mark)
  }
  return [...last]
    .filter(([, mark]) => mark.note === 'on')
    .map(([target]) => original(line, target))
    .filter((mark): mark is Mark => mark !== null && !goneOf(line, mark, rules))
    .map((mark) => mark.id)
}

// -- what is shown ----------------------------------------------------------------------------------

/** Whether an event has a place of its own in the timeline. */
export function shows(line: Timeline, mark: Mark, rules: Rules): boolean {
  if (mark.cls === 'x') return NOTICES.includes(mark.note)
  // A run of missing numbers is one place.
  if (mark.cls === '-') return line.get(mark.seq - 1)?.cls !== '-'
  const gone = goneOf(line, mark, rules)
  // What a notice of purging covers is told by that notice; anything else that is gone stands alone.
  const told = gone?.why === 'purged' && mark.seq <= line.purgedTo()
  if (gone) return !told && isTalk(mark) && !copyOf(line, mark)
  if (mark.problem) return mark.cls === 'm' || ALARMING.includes(mark.problem)
  if (copyOf(line, mark)) return true
  return TALK.includes(mark.kind)
}

/** Of what came gone nobody knows the kind; that it was no message is the server's word only. */
const isTalk = (mark: Mark): boolean => TALK.includes(mark.kind) || !mark.kind

/** undefined: everything; null: outside topics; else one topic with the message that opened it. */
export function inThread(mark: Mark, thread: string | null | undefined): boolean {
  if (thread === undefined) return true
  if (thread === null) return !mark.thread
  return mark.thread === thread || (mark.id === thread && TALK.includes(mark.kind))
}

// -- numbers ----------------------------------------------------------------------------------------

export interface Unread {
  unread: number
  byTopic: Record<string, number> // '' = outside topics
  mentions: number
}

/** Events of class m above the last one read, and nothing else: a number changes only by a new
 *  message or by reading (messaging.md pitfall 25), as the server counts. */
export function unreadOf(line: Timeline, lastRead: number, rules: Rules): Unread {
  const found: Unread = { unread: 0, byTopic: {}, mentions: 0 }
  const seqs = line.seqs()
  for (let at = line.position(lastRead + 1); at < seqs.length; at++) {
    const mark = line.get(seqs[at]!)!
    if (mark.cls !== 'm') continue
    found.unread += 1
    found.byTopic[mark.thread] = (found.byTopic[mark.thread] ?? 0) + 1
    if (mark.mentionsMe && shows(line, mark, rules) && !goneOf(line, mark, rules)) found.mentions += 1
  }
  return found
}

export interface TopicNumbers {
  id: string
  count: number
  lastAt: number
  unread: number
}

/** Topics by their newest message. The message that opened one counts with it. */
export function topicsOf(line: Timeline, lastRead: number, rules: Rules): TopicNumbers[] {
  const topics = new Map<string, TopicNumbers>()
  for (const seq of line.seqs()) {
    const mark = line.get(seq)!
    if (!mark.thread || !TALK.includes(mark.kind) || copyOf(line, mark)) continue
    const topic = topics.get(mark.thread) ?? { id: mark.thread, count: 0, lastAt: 0, unread: 0 }
    topics.set(mark.thread, topic)
    if (seq > lastRead) topic.unread += 1
    if (goneOf(line, mark, rules)) continue
    topic.count += 1
    topic.lastAt = Math.max(topic.lastAt, mark.ts)
  }
  for (const topic of topics.values()) {
    const opener = original(line, topic.id)
    if (!opener || goneOf(line, opener, rules)) continue
    topic.count += 1
    topic.lastAt = Math.max(topic.lastAt, opener.ts)
  }
  return [...topics.values()].sort((a, b) => b.lastAt - a.lastAt || (a.id < b.id ? -1 : 1))
}

/** The next moment at which something disappears; 0 if none will. */
export function nextExpiry(line: Timeline, rules: Rules): number {
  let next = 0
  for (const seq of line.seqs()) {
    const { expires } = line.get(seq)!
    if (expires > rules.now && (!next || expires < next)) next = expires
  }
  return next
}
