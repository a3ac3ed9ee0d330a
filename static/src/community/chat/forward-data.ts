// Which rooms a message may be passed on to, and why not to the others. Pure.
import type { Item, RoomDetail, RoomId } from '../crypto/interface'
import { fits, mayForward } from './tlp'

export interface ForwardTarget {
  room: RoomId
  reason: '' | 'forward-organisation' | 'forward-max' | 'reason-forward-red' | 'charter-coming'
}

const inside = (room: RoomDetail): string[] =>
  room.members.filter((member) => member.state === 'joined' || member.state === 'invited').map((member) => member.organisation)

/** Rooms in their order, those that may be chosen first. The label travels with the message. */
export function forwardTargets(item: Item, from: RoomDetail, rooms: RoomDetail[]): ForwardTarget[] {
  const author = from.members.find((member) => member.user === item.sender)?.organisation ?? ''
  const found = rooms.map((room): ForwardTarget => {
    const max = room.charter?.tlp_max ?? null
    if (room.kind === 'case' && max === null) return { room: room.room, reason: 'charter-coming' }
    if (mayForward(item.tlp, item.tlp, { kind: 'sealed', max, organisations: inside(room) }, author)) {
      return { room: room.room, reason: '' }
    }
    if (item.tlp === 'RED') return { room: room.room, reason: 'reason-forward-red' }
    return { room: room.room, reason: fits(item.tlp, max) ? 'forward-organisation' : 'forward-max' }
  })
  return [...found.filter((target) => target.reason === ''), ...found.filter((target) => target.reason !== '')]
}
