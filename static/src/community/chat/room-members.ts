// Who is in a room: every deed signs the next list (messaging.md 10.2).

import { identityOf, masterOf } from '../crypto/identity'
import type { Role, RoomId, UserId } from '../crypto/interface'
import { problem } from '../crypto/refuse'
import type { RosterMember } from '../crypto/roster'
import type { Trust } from '../crypto/room-trust'
import type { DeedParts } from './deed-parts'
import type { Invitations } from './invitations'
import type { CharterDeeds } from './room-charter'
import { type Guest, type Making, uniqueGuests } from './room-making'

export class Members {
  constructor(
    private readonly parts: DeedParts,
    private readonly invitations: Invitations,
    private readonly charters: CharterDeeds,
    private readonly making: Making,
  ) {}

  async invite(room: RoomId, people: Guest[]): Promise<void> {
    const { core, rosters } = this.parts
    const { server, trust } = await rosters.room(room)
    if (trust.roster.kind === 'direct') throw problem('failed', { detail: 'direct' })
    const inRoom = new Set(server.members?.filter((one) => isInside(one.state)).map((one) => one.user))
    const guests = uniqueGuests(people, core.me).filter((one) => !inRoom.has(one.user) || !trust.entry(one.user))
    if (guests.length === 0) return
    const charter = await this.charters.inUse(room, trust)
    const entries = await this.making.entries(guests, trust.history)
    const users = new Set(guests.map((one) => one.user))
    // Who left is still in the list; taking out and adding are two kinds of change.
    const gone = guests.filter((one) => trust.entry(one.user) && !inRoom.has(one.user)).map((one) => one.user)
    if (gone.length > 0) await rosters.change(room, (now) => without(now, (one) => gone.includes(one.user)))
    await rosters.change(room, (now) => {
      const missing = entries.filter((one) => !now.entry(one.user))
      return missing.length > 0 ? { members: [...now.members, ...missing] } : null
    })
    await this.invitations.send(room, charter.text, [...users]).catch(() => undefined) // stays due
    await this.charters.send(room, charter.text, charter.charter)
    core.emit({ t: 'room', room })
  }

  async removeMember(room: RoomId, user: UserId): Promise<void> {
    await this.parts.rosters.change(room, (now) => without(now, (one) => one.user === user))
    await this.parts.inner.sharer.rotate(room)
    this.parts.core.emit({ t: 'room', room })
  }

  async setRole(room: RoomId, user: UserId, role: Role): Promise<void> {
    await this.parts.rosters.change(room, (now) => withPart(now, user, { role }))
    this.parts.core.emit({ t: 'room', room })
  }

  async setHistory(room: RoomId, history: 'shared' | 'joined'): Promise<void> {
    await this.parts.rosters.change(room, (now) => (now.history === history ? null : { history }))
    await this.parts.inner.sharer.rotate(room)
    this.parts.core.emit({ t: 'room', room })
  }

  /** The new master key of a person, signed into the list where the list has another one. `master` is
   *  the key the host was shown. What she compared by emoji, what she was shown and what is published
   *  now must be one: the server may put another key in place between any two of these. */
  async acceptIdentity(room: RoomId, user: UserId, master: string): Promise<void> {
    const { core, inner, rosters, seals } = this.parts
    await core.track([user], true)
    const { trust } = await rosters.room(room)
    const entry = trust.entry(user)
    const identity = await identityOf(core, user)
    if (!entry || user === core.me) throw problem('failed', { detail: 'not-another-member' })
    if (!identity) throw problem('no-identity', { user, name: entry.name })
    const toSign = entry.master !== master
    if (toSign && trust.entry(core.me)?.role !== 'host') throw problem('failed', { detail: 'host-only' })
    if (masterOf(identity) !== master || !identity.isVerified()) {
      throw problem('identity-changed', { user, name: entry.name })
    }
    await inner.anchors.pin(user, master)
    if (toSign) await rosters.change(room, (now) => withPart(now, user, { master }))
    await seals.check((await rosters.room(room)).server)
    core.emit({ t: 'room', room })
    core.emit({ t: 'rooms' })
  }
}

export const isInside = (state: string): boolean => state === 'joined' || state === 'invited'

function without(now: Trust, out: (one: RosterMember) => boolean): { members: RosterMember[] } | null {
  const members = now.members.filter((one) => !out(one))
  return members.length < now.members.length ? { members } : null
}

/** A person's entry with other values; null if it has them already or is not there. */
function withPart(now: Trust, user: UserId, part: Partial<RosterMember>): { members: RosterMember[] } | null {
  const entry = now.entry(user)
  const same = entry && Object.entries(part).every(([field, value]) => entry[field as keyof RosterMember] === value)
  if (!entry || same) return null
  return { members: now.members.map((one) => (one.user === user ? { ...one, ...part } : one)) }
}
