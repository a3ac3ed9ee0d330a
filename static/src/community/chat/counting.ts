// The numbers of a room's record: from the events where all are here, else as the server counts.

import { gaps } from './ranges'
import type { RoomStore } from './room-store'
import { type Rules, unreadOf } from './timeline-rules'

/** Unread, mentions and the time of the last message, into the record. The marks must be read. */
export function countRoom({ record, timeline }: RoomStore, rules: Rules): void {
  const { last_read_seq: read, last_seq: last, unread, first_visible_seq: first } = record.server
  const found = unreadOf(timeline, read, rules)
  const complete = gaps(record.known, Math.max(read + 1, first), last).length === 0
  record.unread = { ...found, unread: complete ? found.unread : Math.max(unread, found.unread) }
  const seqs = timeline.seqs()
  for (let at = seqs.length - 1; at >= 0; at--) {
    const mark = timeline.get(seqs[at]!)!
    if (mark.cls !== 'm') continue
    record.lastAt = mark.ts
    return
  }
}
