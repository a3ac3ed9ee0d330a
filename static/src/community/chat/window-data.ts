// The part of a room that is on the screen: never more than 150 rows, in order, each once. Pure.
import type { Item, Member, Page } from '../crypto/interface'

export const ROWS = 150
export const PAGE = 40

export interface Stretch {
  items: Item[] // ascending
  more: boolean // older ones exist
  newer: boolean // newer ones exist
}

const place = (item: Item): number => item.seq ?? Number.MAX_SAFE_INTEGER
const isHole = (item: Item): number => (item.key.startsWith('hole:') ? 0 : 1)

/** By number; what is not sent yet stands last, in the order it was written. */
export const inOrder = (a: Item, b: Item): number => place(a) - place(b) || isHole(a) - isHole(b) || a.at - b.at

export const opened = (page: Page): Stretch => trimmed(page.items.slice().sort(inOrder), page.more, page.newer, false)

function trimmed(items: Item[], more: boolean, newer: boolean, fromEnd: boolean): Stretch {
  if (items.length <= ROWS) return { items, more, newer }
  return fromEnd
    ? { items: items.slice(0, ROWS), more, newer: true }
    : { items: items.slice(-ROWS), more: true, newer }
}

function together(one: Item[], other: Item[]): Item[] {
  const known = new Map(one.map((item) => [item.key, item]))
  for (const item of other) known.set(item.key, item)
  return [...known.values()].sort(inOrder)
}

/** Older items before the stretch; what no longer fits goes at the end. */
export const withOlder = (stretch: Stretch, page: Page): Stretch =>
  trimmed(together(stretch.items, page.items), page.more, stretch.newer, true)

export const withNewer = (stretch: Stretch, page: Page): Stretch =>
  trimmed(together(stretch.items, page.items), stretch.more, page.newer, false)

export const firstSeq = (stretch: Stretch): number | null => stretch.items.find((item) => item.seq !== null)?.seq ?? null
export const lastSeq = (stretch: Stretch): number | null => [...stretch.items].reverse().find((item) => item.seq !== null)?.seq ?? null

/** Nothing earlier was given to a newcomer: what she can see of the room begins with her joining. */
export function beginsWithJoining({ items, more }: Stretch, members: Pick<Member, 'user' | 'me'>[]): boolean {
  const notice = items[0]?.notice
  return !more && notice?.change === 'joined' && members.some((member) => member.me && member.user === notice.user)
}

/** Whether an item is shown where one topic, or everything (null), is looked at. */
export const belongs = (item: Item, topic: string | null): boolean =>
  topic === null || item.thread === topic || item.key === topic

function isInside(stretch: Stretch, item: Item): boolean {
  const [first, last] = [firstSeq(stretch), lastSeq(stretch)]
  if (item.seq === null || last === null || item.seq > last) return !stretch.newer
  return first !== null && item.seq < first ? !stretch.more : true
}

/**
 * What the engine told: changed items are replaced, new ones come in where they belong, removed ones
 * go. `atEnd`: the reader is at the end, so what no longer fits goes at the beginning.
 */
export function merged(stretch: Stretch, changed: Item[], removed: string[], topic: string | null, atEnd: boolean): Stretch {
  const gone = new Set(removed)
  const shown = stretch.items.filter((item) => !gone.has(item.key))
  const keys = new Set(shown.map((item) => item.key))
  const coming = changed.filter((item) => belongs(item, topic) && (keys.has(item.key) || isInside(stretch, item)))
  return trimmed(together(shown, coming), stretch.more, stretch.newer, !atEnd)
}

/** New messages of others that are not on the screen yet. */
export const unseen = (changed: Item[], stretch: Stretch, topic: string | null): Item[] => {
  const last = lastSeq(stretch) ?? 0
  return changed.filter(
    (item) => belongs(item, topic) && !item.mine && item.seq !== null && item.seq > last &&
      (item.kind === 'message' || item.kind === 'poll'),
  )
}

export interface Row {
  item: Item
  day: boolean // the first of its day
  unread: boolean // the first unread one
  follows: boolean // goes on from the one before: the author is not named again
}

const CLOSE = 5 * 60_000
const dayOf = (at: number): string => new Date(at).toDateString()

function goesOn(before: Item | undefined, item: Item): boolean {
  return (
    before !== undefined && before.kind === 'message' && item.kind === 'message' && before.sender === item.sender &&
    before.trust === item.trust && before.thread === item.thread && !item.replyTo && item.at - before.at < CLOSE
  )
}

/** The rows of the stretch; `readTo` is the last number that was read when the room was opened. */
export function rowsOf(items: Item[], readTo: number | null): Row[] {
  const first = readTo === null ? -1 : items.findIndex((item) => item.seq !== null && item.seq > readTo && !item.mine)
  return items.map((item, index) => {
    const before = items[index - 1]
    const day = before === undefined || dayOf(before.at) !== dayOf(item.at)
    const unread = index === first && index >= 0
    return { item, day, unread, follows: !day && !unread && goesOn(before, item) }
  })
}
