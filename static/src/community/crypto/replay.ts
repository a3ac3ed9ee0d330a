// One place of a ratchet and one inner id belong to one event (messaging.md pitfall 3). What was seen
// is kept sealed, so that a copy is known after a reload.

import type { ServerEvent } from '../chat/parts'
import type { Core } from './core'

interface Seen {
  event: string
  seq: number
  ts: number
}

/** The place in the ratchet that a Megolm message names: its second field, a varint. Null if damaged. */
export function indexOf(ciphertext: string): number | null {
  let bytes: string
  try {
    bytes = atob(ciphertext.slice(0, 12))
  } catch {
    return null
  }
  if (bytes.charCodeAt(0) !== 3 || bytes.charCodeAt(1) !== 8) return null
  let value = 0
  for (let at = 2; at < 7; at++) {
    const byte = bytes.charCodeAt(at)
    if (Number.isNaN(byte)) return null
    value += (byte & 0x7f) * 2 ** (7 * (at - 2))
    if (byte < 0x80) return value
  }
  return null
}

export class ReplayGuard {
  private readonly memory = new Map<string, Seen>()

  constructor(private readonly core: Core) {}

  /** When the event of which this is a copy was sent; null if it is none. The lower number is the
   *  original, so that what is shown does not depend on what was opened first. */
  async copyOf(event: ServerEvent, session: string, index: number, device: string, id: string): Promise<number | null> {
    // A ciphertext names its place, so the same one under another event id claims the same place.
    const keys = [
      `seen:${event.room_id}:at:${session}:${index}`,
      `seen:${event.room_id}:id:${event.sender}:${device}:${id}`,
    ]
    const mine: Seen = { event: event.event_id, seq: event.seq, ts: event.ts }
    const stored = await Promise.all(keys.map((key) =>
      this.memory.get(key) ?? this.core.sealed.get<Seen>('events', key)))
    // From here on nothing waits until the claim stands: events are opened in parallel.
    const before = keys.map((key, at) => this.memory.get(key) ?? stored[at])
    const other = before.find((one) => one !== undefined && isOther(one, mine))
    if (other) return other.ts
    const unknown = keys.filter((_, at) => before[at]?.event !== mine.event)
    if (unknown.length === 0) return null
    for (const key of keys) this.memory.set(key, mine)
    await this.core.sealed.putAll(unknown.map((key) => ({ table: 'events' as const, key, value: mine })))
    return null
  }
}

const isOther = (one: Seen, mine: Seen): boolean =>
  one.event === mine.event ? one.seq !== mine.seq : one.seq <= mine.seq
