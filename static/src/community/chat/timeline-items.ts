// From marks and loaded rows to what the page shows. Pure.

import type { Attachment, Item, Poll, Problem, UserId } from '../crypto/interface'
import type { Content, ServerChange } from './parts'
import { cleanName } from './names'
import type { Mark, Row, Timeline } from './timeline-data'
import {
  copyOf, editsOf, goneOf, keyOf, original, pinsOf, reactionsOf, type Rules, votesOf,
} from './timeline-rules'

/** Rules, and the words and badges of the moment. */
export interface Look extends Rules {
  row(seq: number): Row | undefined
  name(user: UserId, seq: number): string
  /** What the signed list written at a number changed, and who signed it; names. */
  change(seq: number): NonNullable<Item['notice']>['list'] | null
  /** The badge of a person now; undefined: as it was when the message was opened. */
  badge(user: UserId): 'checked' | 'not-checked' | undefined
  /** Whether a page of the room begins here: nothing before it can be checked. */
  firstVisible: number
  receipts: ReadonlyMap<UserId, number> | null
  sha(media: string): string
  lost(media: string): boolean
  pins: ReadonlySet<string>
}

const QUOTE = 140
export const KEY_WAIT = 60_000

const blank = (mark: Mark, look: Look): Item => ({
  key: `seq:${mark.seq}`, seq: mark.seq, kind: 'message', sender: mark.sender,
  name: mark.sender ? look.name(mark.sender, mark.seq) : '', mine: mark.sender === look.me,
  at: mark.ts, body: '', tlp: 'AMBER', thread: mark.thread || null, replyTo: null, mentions: [],
  mentionsMe: false, attachments: [], reactions: [], poll: null, edited: null, pinned: false,
  expiresAt: null, state: 'sent', problem: null, trust: '', sharedBy: '', notice: null, gone: null,
  readBy: [],
})

/** The items of one event: itself, and before it what is missing. Empty: its row is not loaded. */
export function itemsOf(line: Timeline, mark: Mark, look: Look): Item[] {
  const item = itemOf(line, mark, look)
  if (!item) return []
  const { opened } = look.row(mark.seq) ?? {}
  const bad = opened?.ok && !item.gone && prevState(line, opened.content, mark, look) === 'bad'
  return bad ? [hole(mark, look), item] : [item]
}

function hole(mark: Mark, look: Look): Item {
  const item = blank(mark, look)
  return { ...item, key: `hole:${mark.seq}`, kind: 'problem', sender: '', name: '', mine: false, problem: { code: 'hole' } }
}

function itemOf(line: Timeline, mark: Mark, look: Look): Item | null {
  const item = blank(mark, look)
  if (mark.cls === '-') return { ...item, kind: 'problem', problem: { code: 'hole' } }
  const gone = goneOf(line, mark, look)
  if (gone) return { ...item, key: keyOf(line, mark), kind: 'gone', gone }
  const row = look.row(mark.seq)
  if (!row) return null
  if (mark.cls === 'x') return { ...item, kind: 'notice', notice: noticeOf(row.event.content as ServerChange, mark, look) }
  const copied = copyOf(line, mark)
  if (copied) return problemItem(item, { code: 'copy', at: copied.ts })
  if (!row.opened) return null
  if (!row.opened.ok) return problemItem(item, waited(row, row.opened.problem, look))
  return messageItem(line, mark, row, look, item)
}

function problemItem(item: Item, problem: Problem): Item {
  return { ...item, kind: 'problem', problem: { name: item.name, user: item.sender, ...problem } }
}

/** A key is waited for one minute; then it is missing. */
function waited(row: Row, problem: Problem, look: Look): Problem {
  const waiting = row.opened?.ok === false && row.opened.waiting
  if (!waiting || !['waiting-for-key', 'key-missing'].includes(problem.code)) return problem
  return { ...problem, code: look.now - row.since < KEY_WAIT ? 'waiting-for-key' : 'key-missing' }
}

function noticeOf(change: ServerChange, mark: Mark, look: Look): Item['notice'] {
  const notice = { change: change.change, user: change.user ?? '', by: '' }
  const list = change.change === 'roster' ? look.change(mark.seq) : null
  return { ...notice, ...(change.until && { until: change.until }), ...(list && { list }) }
}

function messageItem(line: Timeline, mark: Mark, row: Row, look: Look, item: Item): Item {
  const { opened } = row
  if (!opened?.ok) return item
  const edit = editsOf(line, mark).at(-1)
  const edited = edit ? look.row(edit.seq)?.opened : undefined
  const first = opened.content
  const content = edited?.ok ? edited.content : first
  return {
    ...item, key: keyOf(line, mark), kind: mark.kind === 'poll' ? 'poll' : 'message',
    body: content.body, tlp: content.tlp, mentions: content.mentions,
    mentionsMe: content.mentions.includes(look.me),
    replyTo: quoteOf(line, first.reply_to, look),
    attachments: first.attachments.map((one): Attachment => ({
      media: one.media, name: cleanName(one.name), type: one.type, size: one.size,
      sha256: look.sha(one.media), state: look.lost(one.media) ? 'gone' : 'ready', progress: 1,
    })),
    reactions: reactionsOf(line, mark).map((one) => ({ ...one, mine: one.users.includes(look.me) })),
    poll: mark.kind === 'poll' ? pollOf(line, mark, first.body, look.me) : null,
    edited: edit?.ts ?? null, pinned: look.pins.has(mark.id), expiresAt: mark.expires || null,
    trust: badge(opened.trust, mark, look), sharedBy: sharer(opened.sharedBy, mark, look),
    readBy: readers(mark, look),
  }
}

/** Checked or not is what the person is now; where a key came from does not change. */
function badge(then: 'checked' | 'not-checked' | 'restored' | 'shared', mark: Mark, look: Look): Item['trust'] {
  if (then === 'restored' || then === 'shared') return then
  return look.badge(mark.sender) ?? then
}

const sharer = (user: UserId | null, mark: Mark, look: Look): string => (user ? look.name(user, mark.seq) : '')

function readers(mark: Mark, look: Look): UserId[] {
  if (!look.receipts) return []
  return [...look.receipts].filter(([user, seq]) => seq >= mark.seq && user !== look.me).map(([user]) => user)
}

function quoteOf(line: Timeline, id: string | null, look: Look): Item['replyTo'] {
  if (!id) return null
  const mark = original(line, id)
  if (!mark) return { key: id, name: '', body: '' }
  const quoted = { key: id, name: look.name(mark.sender, mark.seq), body: '' }
  if (goneOf(line, mark, look)) return quoted
  return { ...quoted, body: textOf(line, mark, look)?.body.slice(0, QUOTE) ?? '' }
}

/** What a message says now: its last edit, or itself; null while not loaded or gone. */
export function textOf(line: Timeline, mark: Mark, look: Pick<Look, 'row'>): Content | null {
  const edit = editsOf(line, mark).at(-1)
  const edited = edit ? look.row(edit.seq)?.opened : undefined
  const opened = look.row(mark.seq)?.opened
  if (edited?.ok) return { ...edited.content, attachments: opened?.ok ? opened.content.attachments : [] }
  return opened?.ok ? opened.content : null
}

/** First line the question, then one option per line. */
export function pollOf(line: Timeline, mark: Mark, body: string, me: UserId): Poll {
  const [question = '', ...texts] = body.split('\n')
  const votes = votesOf(line, mark)
  const options = texts.map((text, at) => ({
    text, votes: [...votes].filter(([, chosen]) => chosen.includes(at)).map(([user]) => user),
  }))
  return { question, options, mine: (votes.get(me) ?? []).filter((at) => at < texts.length) }
}

/** The message before, as its sender saw it: the same one here? */
function prevState(line: Timeline, content: Content, mark: Mark, look: Look): 'ok' | 'bad' | 'unknown' {
  const { prev } = content
  if (!prev || prev.seq < look.firstVisible) return 'unknown'
  if (prev.seq >= mark.seq) return 'bad'
  const before = line.get(prev.seq)
  if (!before || before.cls === '-') return 'unknown' // not fetched yet, or shown as missing there
  if (before.cls === 'x') return 'bad'
  const h = look.row(prev.seq)?.h
  if (!h) return 'unknown' // removed before this device saw it
  return h === prev.h ? 'ok' : 'bad'
}

/** Numbers whose rows an event's items need; more may follow once these are loaded. */
export function needsOf(line: Timeline, mark: Mark, look: Pick<Look, 'row'>): number[] {
  if (mark.cls === '-') return []
  const needed = [mark.seq, ...editsOf(line, mark).slice(-1).map((edit) => edit.seq)]
  const opened = look.row(mark.seq)?.opened
  if (!opened?.ok) return needed
  const { prev, reply_to: reply } = opened.content
  const quoted = reply ? original(line, reply) : null
  if (quoted) needed.push(quoted.seq, ...editsOf(line, quoted).slice(-1).map((edit) => edit.seq))
  if (prev && line.get(prev.seq) && line.get(prev.seq)!.cls !== '-') needed.push(prev.seq)
  return needed
}

/** The pins of a room as the set that items are looked up in. */
export const pinSet = (line: Timeline, rules: Rules): Set<string> => new Set(pinsOf(line, rules))
