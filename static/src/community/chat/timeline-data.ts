// What is known of a room's events, whatever the order they came in. Pure: no clock, no network,
// no store. A mark is the little that must be known of every event; rows hold the texts and are
// loaded when they are looked at.

import { isWhole } from '../crypto/encode'
import type { ProblemCode, UserId } from '../crypto/interface'
import type { Content, Opened, ServerChange, ServerEvent } from './parts'

/** An event with what opening it gave, as the sealed cache keeps it. */
export interface Row {
  event: ServerEvent // without ciphertext once it is opened
  h: string | null // what a later message's prev.h must be; null for class x and what came gone
  opened: Opened | null // null: class x, gone, or not tried yet
  since: number // when this device first had it
}

export interface Mark {
  seq: number
  cls: 'm' | 's' | 'x' | '-' // '-': the server did not give it
  sender: UserId
  device: string
  ts: number
  kind: Content['kind'] | ''
  id: string
  thread: string
  target: string
  note: string // reaction, vote, pin: the short body; class x: the change
  about: number // class x: target_seq or up_to_seq
  expires: number // 0: never
  gone: '' | 'redacted' | 'expired' | 'purged'
  by: UserId
  problem: ProblemCode | ''
  session: string // of what waits for its key
  mentionsMe: boolean
}

const EMPTY: Omit<Mark, 'seq' | 'cls'> = {
  sender: '', device: '', ts: 0, kind: '', id: '', thread: '', target: '', note: '', about: 0,
  expires: 0, gone: '', by: '', problem: '', session: '', mentionsMe: false,
}

/** Kinds whose whole body is a word or two, so that the mark can carry it. */
const SHORT: Content['kind'][] = ['reaction', 'vote', 'pin']
const SHORT_LIMIT = 300

/** The mark of a number the server did not give. */
export function missing(seq: number): Mark {
  return { ...EMPTY, seq, cls: '-' }
}

export function markOf(row: Row, me: UserId): Mark {
  const { event, opened } = row
  const mark: Mark = {
    ...EMPTY, seq: event.seq, cls: event.class, sender: event.sender ?? '',
    device: event.device_id ?? '', ts: event.ts,
  }
  if (event.class === 'x') return markChange(mark, event.content as ServerChange | null)
  if (event.gone) return { ...mark, gone: event.gone.why, by: event.gone.by ?? '' }
  mark.expires = event.expires_at ? Date.parse(event.expires_at) || 0 : 0
  if (!opened) return mark
  if (!opened.ok) {
    return { ...mark, problem: opened.problem.code, session: opened.waiting ? opened.sessionId : '' }
  }
  return markContent(mark, opened.content, me)
}

function markChange(mark: Mark, change: ServerChange | null): Mark {
  return {
    ...mark, note: change?.change ?? '', by: change?.user ?? '',
    about: earlier(change?.target_seq ?? change?.up_to_seq, mark.seq),
  }
}

/** A notice speaks of what was there before it; of what comes later it says nothing. */
const earlier = (about: number | undefined, seq: number): number => (isWhole(about, 1) && about < seq ? about : 0)

function markContent(mark: Mark, content: Content, me: UserId): Mark {
  const own = content.expires_after ? mark.ts + content.expires_after * 1000 : 0
  return {
    ...mark, kind: content.kind, id: content.id, thread: content.thread ?? '',
    target: content.target ?? '', mentionsMe: content.mentions.includes(me),
    note: SHORT.includes(content.kind) ? content.body.slice(0, SHORT_LIMIT) : '',
    // The sender's wish is sealed, the server's date is not: the earlier one counts.
    expires: own && mark.expires ? Math.min(own, mark.expires) : own || mark.expires,
  }
}

/** All marks of a room, found by number, by inner id and by what they speak about. */
export class Timeline {
  private readonly marks = new Map<number, Mark>()
  private order: number[] = []
  private sorted = true
  private readonly ids = new Map<string, Set<number>>()
  private readonly targets = new Map<string, Set<number>>()
  private readonly redactions = new Map<number, Set<number>>() // target seq → its notices
  private readonly purges = new Set<number>()
  /** Numbers whose key may still come. */
  readonly waiting = new Set<number>()

  /** Takes a mark in. Of two for one number, what is gone stays gone, what was read stays read. */
  put(mark: Mark): void {
    const before = this.marks.get(mark.seq)
    if (before) {
      this.unlink(before)
      mark = merge(before, mark)
    } else {
      if (this.order.length && this.order.at(-1)! > mark.seq) this.sorted = false
      this.order.push(mark.seq)
    }
    this.marks.set(mark.seq, mark)
    this.link(mark)
  }

  get(seq: number): Mark | undefined {
    return this.marks.get(seq)
  }

  /** All numbers, ascending. */
  seqs(): readonly number[] {
    if (!this.sorted) this.order.sort((a, b) => a - b)
    this.sorted = true
    return this.order
  }

  /** Where the first number ≥ seq stands in seqs(). */
  position(seq: number): number {
    const order = this.seqs()
    let low = 0
    let high = order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (order[middle]! < seq) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Marks with an inner id, ascending. */
  withId(id: string): Mark[] {
    return this.ascending(this.ids.get(id))
  }

  /** Marks that speak about an inner id (edits, reactions, votes, pins, …), ascending. */
  about(id: string): Mark[] {
    return this.ascending(this.targets.get(id))
  }

  /** The server's notice that a number was removed. */
  redaction(seq: number): Mark | undefined {
    return this.ascending(this.redactions.get(seq))[0]
  }

  /** Everything up to here was purged. */
  purgedTo(): number {
    let last = 0
    for (const seq of this.purges) last = Math.max(last, this.marks.get(seq)!.about)
    return last
  }

  private ascending(seqs: Set<number> | undefined): Mark[] {
    if (!seqs) return []
    return [...seqs].sort((a, b) => a - b).map((seq) => this.marks.get(seq)!)
  }

  private link(mark: Mark): void {
    if (mark.id) add(this.ids, mark.id, mark.seq)
    if (mark.target) add(this.targets, mark.target, mark.seq)
    if (mark.cls === 'x' && mark.note === 'redacted') add(this.redactions, mark.about, mark.seq)
    if (mark.cls === 'x' && mark.note === 'purged') this.purges.add(mark.seq)
    if (mark.session) this.waiting.add(mark.seq)
  }

  private unlink(mark: Mark): void {
    this.ids.get(mark.id)?.delete(mark.seq)
    this.targets.get(mark.target)?.delete(mark.seq)
    this.redactions.get(mark.about)?.delete(mark.seq)
    this.purges.delete(mark.seq)
    this.waiting.delete(mark.seq)
  }
}

/** What is known of a number from two tellings, whichever came first. */
function merge(before: Mark, mark: Mark): Mark {
  if (mark.cls === '-') return before
  if (before.cls === '-') return mark
  const gone = weight(before) >= weight(mark) ? before : mark
  if (gone.gone) {
    // A removed message keeps its id and place, or its copy would pass for a new one.
    const { id, kind, thread, target } = before.id ? before : mark
    return { ...gone, id, kind, thread, target, note: '', problem: '', session: '' }
  }
  return before.kind && !mark.kind ? before : mark
}

/** Which telling of a removal counts: one that says who did it, in any order. */
function weight({ gone, by }: Mark): string {
  return gone ? `${by ? 2 : 1} ${gone} ${by}` : ''
}

function add<K>(map: Map<K, Set<number>>, key: K, seq: number): void {
  const found = map.get(key)
  if (found) found.add(seq)
  else map.set(key, new Set([seq]))
}
