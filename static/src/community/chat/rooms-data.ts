// The list of rooms: its groups, their order, and what is said of each room. Pure.
import type { Item, RoomId, RoomSummary } from '../crypto/interface'

export type Group = 'invited' | 'pinned' | 'case' | 'direct' | 'closed'
export const GROUPS: readonly Group[] = ['invited', 'pinned', 'case', 'direct', 'closed']

export function groupOf(room: RoomSummary): Group {
  if (room.membership === 'invited') return 'invited'
  if (room.state === 'closed') return 'closed'
  return room.pinned ? 'pinned' : room.kind
}

/** Folds capitals and marks, so that "Ivan" finds "Iván". */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export function matches(room: RoomSummary, query: string): boolean {
  const words = folded(query).split(/\s+/).filter(Boolean)
  const text = folded(`${room.name} ${room.charter?.topic ?? ''}`)
  return words.every((word) => text.includes(word))
}

/** Rooms by group, the latest first; groups without rooms are left out. */
export function grouped(rooms: RoomSummary[], query = ''): { group: Group; rooms: RoomSummary[] }[] {
  const found = rooms.filter((room) => matches(room, query)).sort((a, b) => b.lastAt - a.lastAt)
  return GROUPS.map((group) => ({ group, rooms: found.filter((room) => groupOf(room) === group) })).filter(
    (each) => each.rooms.length > 0,
  )
}

export type Mark = 'stopped' | 'hold' | 'closing' | 'closed' | 'draft' | 'muted' | 'pinned'

/** What the list says of a room besides its name and numbers, the weightiest first. */
export function marksOf(room: RoomSummary): Mark[] {
  const marks: [Mark, boolean][] = [
    ['stopped', room.stopped !== null && room.state === 'open'],
    ['hold', room.onHold === true],
    ['closing', room.state === 'closing'],
    ['closed', room.state === 'closed'],
    ['draft', room.draft],
    ['muted', room.muted],
    ['pinned', room.pinned],
  ]
  return marks.filter(([, holds]) => holds).map(([mark]) => mark)
}

/** Unread messages to speak of: muted rooms count only where somebody was mentioned. */
export function unreadTotal(rooms: RoomSummary[]): number {
  return rooms.reduce((sum, room) => sum + (room.muted ? room.mentions : room.unread), 0)
}

/** One topic with something unread. */
export interface Waiting {
  room: RoomId
  topic: string // '' = outside topics
  unread: number
  mentions: boolean
  lastAt: number
}

/** Everything unread by topic: mentions first, then the latest; muted rooms last. */
export function waiting(rooms: RoomSummary[]): Waiting[] {
  const rank = (room: RoomSummary): number => (room.mentions > 0 ? 0 : room.muted ? 2 : 1)
  return rooms
    .filter((room) => room.membership === 'joined' && room.unread > 0)
    .sort((a, b) => rank(a) - rank(b) || b.lastAt - a.lastAt)
    .flatMap((room) =>
      Object.entries(topicsOf(room))
        .filter(([, unread]) => unread > 0)
        .sort(([a], [b]) => (a === '' ? -1 : b === '' ? 1 : 0))
        .map(([topic, unread]) => ({ room: room.room, topic, unread, mentions: room.mentions > 0, lastAt: room.lastAt })),
    )
}

// Until the topics of a room are known, all of it counts as outside topics.
const topicsOf = (room: RoomSummary): Record<string, number> =>
  Object.keys(room.unreadByTopic).length > 0 ? room.unreadByTopic : { '': room.unread }

/** Whether a topic ('' = outside topics) is the only one of its room with something unread. */
export const onlyTopic = (room: Pick<RoomSummary, 'unreadByTopic'>, topic: string): boolean =>
  Object.entries(room.unreadByTopic).every(([one, unread]) => unread === 0 || one === topic)

/** The unread ones among the latest items of a topic. */
export function unreadItems(items: Item[], unread: number, most = 3): { shown: Item[]; last: number | null } {
  const counted = items.filter((item) => item.seq !== null && !item.mine && item.kind !== 'notice' && item.kind !== 'gone').slice(-unread)
  const seqs = items.flatMap((item) => (item.seq === null ? [] : [item.seq]))
  return { shown: counted.slice(-most), last: seqs.length > 0 ? Math.max(...seqs) : null }
}
