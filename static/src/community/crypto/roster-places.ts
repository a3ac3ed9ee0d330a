// Where the member lists of a room stand among its events. A list is signed, its number is not: a server
// that says a removal came later would keep the removed person's messages good. So each list is held to
// the event of the server (class x) that told of it.

import type { ServerChange, ServerEvent } from '../chat/parts'
import type { Core } from './core'
import { isWhole } from './encode'
import type { RoomId } from './interface'
import { BadRoster, type Checked } from './roster'

interface Kept {
  told: Record<number, number> // version → number of the event that told of it
  taken: number[] // numbers claimed for a list that hold something else
}

export class Places {
  private readonly kept = new Map<RoomId, Kept>()

  constructor(private readonly core: Core) {}

  private async of(room: RoomId): Promise<Kept> {
    const there = this.kept.get(room) ?? (await this.core.sealed.get<Kept>('rooms', `places:${room}`))
    const kept = this.kept.get(room) ?? there ?? { told: {}, taken: [] }
    this.kept.set(room, kept)
    return kept
  }

  /** What these events say of the lists, and what stands where the chain has a list. */
  async learn(room: RoomId, events: ServerEvent[], chain: Checked[]): Promise<void> {
    const kept = await this.of(room)
    let news = false
    for (const event of events) {
      if (event.content === null && event.class === 'x') continue // emptied: says nothing
      const version = versionTold(event)
      const claimed = chain.find((one) => one.seq === event.seq)
      if (claimed && claimed.roster.version !== version && !kept.taken.includes(event.seq)) {
        kept.taken.push(event.seq)
        news = true
      }
      // Told twice, the earlier one counts: a list is in force from the first word of it.
      if (version === null || (kept.told[version] ?? Infinity) <= event.seq) continue
      kept.told[version] = event.seq
      news = true
    }
    if (news) await this.core.sealed.put('rooms', `places:${room}`, kept)
  }

  /** Throws BadRoster if a list does not stand where the events say. */
  async check(room: RoomId, chain: Checked[]): Promise<void> {
    const { told, taken } = await this.of(room)
    for (const { seq, roster } of chain) {
      if ((told[roster.version] ?? seq) !== seq || taken.includes(seq)) throw new BadRoster('place')
    }
  }
}

function versionTold(event: ServerEvent): number | null {
  if (event.class !== 'x') return null
  const { change, roster_version: version } = event.content as ServerChange
  return (change === 'created' || change === 'roster') && isWhole(version, 1) ? version : null
}
