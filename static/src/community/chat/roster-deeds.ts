// Signing the next member list of a room, again on top of another host's if that was quicker.

import type { Core } from '../crypto/core'
import { bare } from '../crypto/encode'
import type { RoomId } from '../crypto/interface'
import { asProblem, isRefusal, problem } from '../crypto/refuse'
import { BadRoster, DOMAIN, nextRoster, type RosterPart } from '../crypto/roster'
import type { Rosters, Trust } from '../crypto/room-trust'
import type { ServerRoom, TalkInside } from './parts'

const TURNS = 5

/** What differs in the next version; null: nothing is left to do. */
export type Edit = (trust: Trust) => Partial<RosterPart> | null

export class RosterDeeds {
  constructor(
    private readonly core: Core,
    private readonly rosters: Rosters,
    private readonly talk: TalkInside,
  ) {}

  async room(room: RoomId): Promise<{ server: ServerRoom; trust: Trust }> {
    const server = await this.talk.reload(room).catch((error: unknown) => {
      throw asProblem(error, true)
    })
    return { server, trust: await this.rosters.refresh(server) }
  }

  /** Sign and post the next version. Resolves with the list in force afterwards. */
  async change(room: RoomId, edit: Edit): Promise<Trust> {
    for (let turn = 0; turn < TURNS; turn++) {
      const { server, trust } = await this.room(room)
      if (server.state !== 'open') throw problem('room-closed')
      if (trust.entry(this.core.me)?.role !== 'host') throw problem('failed', { detail: 'host-only' })
      const part = edit(trust)
      if (!part) return trust
      const text = write(trust, this.core.me, part)
      try {
        await this.core.http.json('POST', `rooms/${bare(room)}/roster`, await this.core.sign(DOMAIN, text))
      } catch (error) {
        if (isRefusal(error, 'stale_roster')) continue
        throw asProblem(error, true)
      }
      return (await this.room(room)).trust
    }
    throw problem('failed', { detail: 'stale_roster' })
  }
}

function write(trust: Trust, me: string, part: Partial<RosterPart>): string {
  try {
    return nextRoster(trust.last, me, part)
  } catch (error) {
    throw error instanceof BadRoster ? problem('failed', { detail: error.message.replaceAll(' ', '-') }) : error
  }
}
