// What is said about a room as a whole, from its present state. Pure.
import type { Member, RoomDetail } from '../crypto/interface'

/** People whom a host signed in and who have accepted: those who can read. */
export const readers = (members: Member[]): Member[] =>
  members.filter((member) => member.rostered && member.state === 'joined')

const RANK = { host: 0, member: 1, records: 2, observer: 3 } as const
const STATES = { joined: 0, invited: 1, declined: 2, left: 3, removed: 4 } as const

/** Whom the server lists as inside and no host signed. Who is out is in no list, and rightly so. */
export const isUnsigned = (member: Member): boolean =>
  !member.rostered && (member.state === 'joined' || member.state === 'invited')

/** People in the order they are shown: those inside first, hosts first, then by name. */
export function inOrder(members: Member[], compare: (a: string, b: string) => number): Member[] {
  return [...members].sort(
    (a, b) => STATES[a.state] - STATES[b.state] || RANK[a.role] - RANK[b.role] || compare(a.name, b.name),
  )
}

/** Hosts who are inside; a room with one host only should get a second. */
export const hosts = (members: Member[]): Member[] => readers(members).filter((member) => member.role === 'host')

/** Whether the reader may leave without closing the room for good. */
export function isLastHost(detail: RoomDetail): boolean {
  const inside = hosts(detail.members)
  return detail.kind === 'case' && inside.length === 1 && inside[0]?.me === true
}

export type MemberDeed = 'write' | 'check' | 'accept' | 'role' | 'remove' | 'block'

/** What the reader may do with another member. */
export function deedsWith(member: Member, detail: RoomDetail): MemberDeed[] {
  if (member.me) return []
  const inside = member.state === 'joined' || member.state === 'invited'
  const host = detail.role === 'host' && detail.state === 'open' && inside
  const deeds: [MemberDeed, boolean][] = [
    ['write', detail.kind === 'case' && inside && member.trust !== 'no-identity'],
    ['check', inside && member.trust !== 'no-identity'],
    // Only after the check by emoji: what a host signs, everybody sends to.
    ['accept', host && member.trust === 'checked' && member.newKey !== undefined],
    ['role', host && detail.kind === 'case' && member.rostered],
    ['remove', host && detail.kind === 'case'],
    ['block', true],
  ]
  return deeds.filter(([, may]) => may).map(([deed]) => deed)
}

/** Roles that take a transcript out. */
export const mayExport = (detail: RoomDetail): boolean => detail.role !== 'observer' && detail.membership === 'joined'
