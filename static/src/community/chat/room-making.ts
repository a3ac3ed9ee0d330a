// Making rooms: case rooms with a charter, direct rooms of two hosts (messaging.md 10.5.4).

import { bare, domainOf, sha256 } from '../crypto/encode'
import { identityProblem } from '../crypto/identity'
import type { RoomForm, RoomId, UserId } from '../crypto/interface'
import { asProblem, isRefusal, problem } from '../crypto/refuse'
import { BadRoster, cleanName, DOMAIN, firstRoster, type RosterMember, type RosterPart } from '../crypto/roster'
import { charterText } from './charter'
import { type DeedParts, post } from './deed-parts'
import type { Invitations } from './invitations'
import type { CharterDeeds } from './room-charter'

const DIRECT_DAYS = 365

export type Guest = RoomForm['people'][number]

export class Making {
  constructor(
    private readonly parts: DeedParts,
    private readonly invitations: Invitations,
    private readonly charters: CharterDeeds,
  ) {}

  async createRoom(form: RoomForm): Promise<RoomId> {
    const { core, rosters } = this.parts
    const room = this.newRoom()
    const charter = charterText(room, form)
    const guests = await this.entries(uniqueGuests(form.people, core.me), form.history)
    const members = [await this.ownEntry(), ...guests]
    const text = write(room, 'case', core.me, { history: form.history, charter: await sha256(charter), members })
    const roster = await core.sign(DOMAIN, text)
    await post(core, 'rooms', {
      room_id: room, kind: 'case', roster, ends_at: form.ends_on, retention_days: form.retentionDays,
    }, false)
    await rosters.room(room)
    // The room stands: whoever cannot be told now stays due.
    await this.invitations.send(room, charter, guests.map((one) => one.user)).catch(() => undefined)
    await this.charters.send(room, charter, form)
    core.emit({ t: 'rooms' })
    return room
  }

  /** The room of a pair; the server knows if there is one. */
  async openDirect(user: UserId, name: string): Promise<RoomId> {
    const { core, rosters } = this.parts
    if (user === core.me) throw problem('failed', { detail: 'oneself' })
    const [other] = await this.entries([{ user, name, role: 'host', history: false }], 'joined')
    let room = this.newRoom()
    const members = [await this.ownEntry(), other!]
    const text = write(room, 'direct', core.me, { history: 'joined', charter: null, members })
    const roster = await core.sign(DOMAIN, text)
    try {
      await core.http.json('POST', 'rooms', {
        room_id: room, kind: 'direct', roster, ends_at: null, retention_days: DIRECT_DAYS,
      })
    } catch (error) {
      if (!isRefusal(error, 'room_exists')) throw asProblem(error)
      room = String(error.body['room_id'])
      await this.comeBack(room)
    }
    const { trust } = await rosters.room(room)
    // The server chose the room: it must be the one of this pair, signed as such.
    if (trust.roster.kind !== 'direct' || !trust.entry(user)) {
      throw problem('roster-conflict', { detail: 'another pair' })
    }
    core.emit({ t: 'rooms' })
    return room
  }

  /** Of direct messages, who left comes back by joining: the signed list still names both. */
  private async comeBack(room: RoomId): Promise<void> {
    const { core } = this.parts
    try {
      await core.http.json('GET', `rooms/${bare(room)}`)
    } catch (error) {
      if (!isRefusal(error, 'not_found')) throw asProblem(error)
      await post(core, `rooms/${bare(room)}/join`, {}, true)
    }
  }

  private newRoom(): RoomId {
    return `!${crypto.randomUUID()}:${domainOf(this.parts.core.me)}`
  }

  private async ownEntry(): Promise<RosterMember> {
    const { core } = this.parts
    const master = await core.masterKey(core.me)
    if (!master) throw problem('setup-incomplete')
    return { user: core.me, name: cleanName(core.name) || bare(core.me), role: 'host', master, history: false }
  }

  /** Entries of new people, under the key published now; a key that changed unseen stops it here. */
  async entries(guests: Guest[], history: 'shared' | 'joined'): Promise<RosterMember[]> {
    const { core, inner } = this.parts
    await core.track(guests.map((one) => one.user), true)
    const found: RosterMember[] = []
    for (const { user, name, role, history: wanted } of guests) {
      const master = await core.masterKey(user)
      if (!master) throw problem('no-identity', { user, name })
      const entry = { user, name: cleanName(name) || bare(user), role, master, history: wanted && history === 'shared' }
      const trouble = await identityProblem(core, inner.anchors, entry, [])
      if (trouble) throw trouble
      found.push(entry)
    }
    return found
  }
}

function write(room: RoomId, kind: 'case' | 'direct', me: UserId, part: RosterPart): string {
  try {
    return firstRoster(room, kind, me, part)
  } catch (error) {
    throw error instanceof BadRoster ? problem('failed', { detail: error.message.replaceAll(' ', '-') }) : error
  }
}

export function uniqueGuests(people: Guest[], me: UserId): Guest[] {
  const seen = new Set([me])
  return people.filter((one) => !seen.has(one.user) && seen.add(one.user))
}
