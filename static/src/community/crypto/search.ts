// Search on this device, over what can be read here (messaging.md D9). The index lives in the
// Worker; it is built as messages are opened and, once per start, from the sealed cache, so that
// nothing searchable is stored outside of it and wiping the store wipes the index.

import type { Content } from '../chat/parts'
import type { RoomStore } from '../chat/room-store'
import type { Mark } from '../chat/timeline-data'
import { textOf } from '../chat/timeline-items'
import { copyOf, goneOf, type Rules } from '../chat/timeline-rules'
import { showsSnippet } from '../chat/tlp'
import type { RoomId, Tlp } from './interface'

interface Entry {
  text: string // folded
  at: number
  tlp: Tlp
}

export interface Found {
  room: RoomId
  seq: number
  at: number
  tlp: Tlp
}

const SNIPPET = 90

/** Letters that no normal form takes apart. */
const FOLDED: Record<string, string> = {
  ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ħ: 'h', ı: 'i', þ: 'th', ð: 'd',
  ى: 'ي', ة: 'ه', ک: 'ك', ی: 'ي', ـ: '',
}
const ODD = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'g')

/** The form in which texts are compared: NFKD, without marks and invisible signs, lower case. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/[\p{M}\p{Cf}]/gu, '').toLowerCase()
    .replace(/\p{M}/gu, '').replace(ODD, (letter) => FOLDED[letter] ?? letter)
}

/** All words must occur, each anywhere: also inside words, as scripts without spaces need. */
export function termsOf(query: string): string[] {
  return [...new Set(fold(query).split(/\s+/).filter(Boolean))]
}

/** The original text around the first word found; '' if there is none. */
export function snippetOf(text: string, terms: string[]): string {
  const letters = [...text]
  const folded: string[] = []
  const owner: number[] = [] // folded position → letter
  letters.forEach((letter, at) => {
    for (const sign of fold(letter)) {
      folded.push(sign)
      for (let unit = 0; unit < sign.length; unit++) owner.push(at)
    }
  })
  const line = folded.join('')
  const places = terms.map((term) => line.indexOf(term)).filter((place) => place >= 0)
  if (!places.length) return ''
  const middle = owner[Math.min(...places)] ?? 0
  const from = Math.max(0, middle - SNIPPET / 3)
  const part = letters.slice(from, from + SNIPPET).join('').replace(/\s+/g, ' ').trim()
  return `${from > 0 ? '…' : ''}${part}${from + SNIPPET < letters.length ? '…' : ''}`
}

export class Search {
  private readonly entries = new Map<RoomId, Map<number, Entry>>()
  private readonly warmed = new Map<RoomId, Promise<void>>()

  /** Take a message as it reads now: with its last edit, without it once it is gone. */
  learn(store: RoomStore, mark: Mark, rules: Rules): void {
    const content = goneOf(store.timeline, mark, rules) ? null : textOf(store.timeline, mark, store)
    if (content) this.put(store.room, mark, content)
    else this.forget(store.room, mark.seq)
  }

  private put(room: RoomId, mark: Mark, content: Content): void {
    const names = content.attachments.map((one) => one.name)
    const entry = { text: fold([content.body, ...names].join('\n')), at: mark.ts, tlp: content.tlp }
    const found = this.entries.get(room)
    if (found) found.set(mark.seq, entry)
    else this.entries.set(room, new Map([[mark.seq, entry]]))
  }

  forget(room: RoomId, seq: number): void {
    this.entries.get(room)?.delete(seq)
  }

  forgetRoom(room: RoomId): void {
    this.entries.delete(room)
    this.warmed.delete(room)
  }

  /** Read a room's cache once; later messages are learnt as they come. */
  warm(store: RoomStore, rules: () => Rules): Promise<void> {
    let work = this.warmed.get(store.room)
    if (!work) {
      work = this.read(store, rules)
      this.warmed.set(store.room, work)
      work.catch(() => this.warmed.delete(store.room))
    }
    return work
  }

  private async read(store: RoomStore, rules: () => Rules): Promise<void> {
    const texts = new Map<number, Content>()
    for await (const { event, opened } of store.everyRow()) {
      if (opened?.ok && ['message', 'poll', 'edit'].includes(opened.content.kind)) texts.set(event.seq, opened.content)
    }
    const known = rules()
    const row = (seq: number): ReturnType<RoomStore['row']> => store.row(seq) ?? readAs(texts.get(seq))
    for (const seq of texts.keys()) {
      const mark = store.timeline.get(seq)
      if (!mark || mark.kind === 'edit' || copyOf(store.timeline, mark)) continue
      const content = goneOf(store.timeline, mark, known) ? null : textOf(store.timeline, mark, { row })
      // What was learnt meanwhile is newer than what was read.
      if (content && !this.entries.get(store.room)?.has(seq)) this.put(store.room, mark, content)
    }
  }

  /** Newest first. */
  find(query: string, rooms: Iterable<RoomId>, limit = 100): Found[] {
    const terms = termsOf(query)
    if (!terms.length) return []
    const found: Found[] = []
    for (const room of rooms) {
      for (const [seq, { text, at, tlp }] of this.entries.get(room) ?? []) {
        if (terms.every((term) => text.includes(term))) found.push({ room, seq, at, tlp })
      }
    }
    return found.sort((a, b) => b.at - a.at || b.seq - a.seq).slice(0, limit)
  }
}

export const mayShow = (tlp: Tlp): boolean => showsSnippet(tlp)

/** A content where a row is expected. */
function readAs(content: Content | undefined): ReturnType<RoomStore['row']> {
  if (!content) return undefined
  const opened = { ok: true as const, content, trust: 'checked' as const, sharedBy: null, sessionId: '', index: 0 }
  return { event: {} as never, h: null, opened, since: 0 }
}
