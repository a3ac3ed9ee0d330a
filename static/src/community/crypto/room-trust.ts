// The signed truth of each room: fetched, checked against what was seen, kept sealed (messaging.md D3).

import type { RoomTrust, ServerEvent, ServerRoom } from '../chat/parts'
import type { AnchorBook } from './anchors'
import type { Core } from './core'
import { bare, sha256 } from './encode'
import type { Problem, RoomId, UserId } from './interface'
import { problem, Queues } from './refuse'
import {
  BadRoster, type Change, type Checked, entryOf, follows, opens, parseRoster, type RosterMember, type RosterText,
  type SignedRoster,
} from './roster'
import { Places } from './roster-places'

/** An invitation anchors the chain for the newcomer. */
export interface Invitation {
  sender: UserId
  roster_version: number
  roster_sha256: string
  charter: string | null
  history: boolean
}

export class Trust implements RoomTrust {
  stopped: Problem | null = null

  constructor(readonly chain: Checked[]) {}

  get last(): Checked {
    return this.chain[this.chain.length - 1]!
  }
  get roster(): RosterText {
    return this.last.roster
  }
  get version(): number {
    return this.roster.version
  }
  get sha256(): string {
    return this.last.sha256
  }
  get history(): RosterText['history'] {
    return this.roster.history
  }
  get charterHash(): string | null {
    return this.roster.charter
  }
  get members(): RosterMember[] {
    return this.roster.members
  }

  /** The list in force at an event: that of the last roster at or before it. */
  at(seq: number): RosterMember[] {
    return last(this.chain, (one) => one.seq <= seq)?.roster.members ?? []
  }

  changeAt(seq: number): { kind: string; users: UserId[]; by: UserId } | null {
    const found = this.chain.find((one) => one.seq === seq)
    return found?.change ? { ...found.change, by: found.roster.signer } : null
  }

  entry(user: UserId): RosterMember | undefined {
    return entryOf(this.roster, user)
  }

  /** The newest entry of a person, also of one who is no longer in the list. */
  lastEntry(user: UserId): RosterMember | undefined {
    const found = last(this.chain, (one) => entryOf(one.roster, user) !== undefined)
    return found && entryOf(found.roster, user)
  }

  /** The keys a host signed in for a person after another, oldest first. */
  keyChanges(user: UserId): { from: string; to: string }[] {
    return this.chain.flatMap((one, at) => {
      const before = this.chain[at - 1]
      if (!before || !one.change?.users.includes(user) || one.change.kind !== 'identity') return []
      return [{ from: entryOf(before.roster, user)!.master, to: entryOf(one.roster, user)!.master }]
    })
  }

  changesAfter(version: number): Change[] {
    return this.chain.flatMap((one) => (one.change && one.roster.version > version ? [one.change] : []))
  }

  /** The version that named a person the last time she was added, and who signed it. */
  addedBy(user: UserId): Checked | undefined {
    return last(this.chain, (one) => one.change?.kind === 'invite' && one.change.users.includes(user)) ??
      (entryOf(this.chain[0]!.roster, user) ? this.chain[0] : undefined)
  }
}

function last(chain: Checked[], fits: (one: Checked) => boolean): Checked | undefined {
  for (let at = chain.length - 1; at >= 0; at--) if (fits(chain[at]!)) return chain[at]
  return undefined
}

/** People whom the server lists and no host signed: they receive no keys. */
export function unsignedMembers(room: ServerRoom, trust: RoomTrust, nameOf: (user: UserId) => string): Problem[] {
  const named = new Set(trust.members.map((one) => one.user))
  return (room.members ?? [])
    .filter((one) => (one.state === 'joined' || one.state === 'invited') && !named.has(one.user))
    .map((one) => problem('member-unsigned', { user: one.user, name: nameOf(one.user) }))
}

const rowKey = (room: RoomId, version: number): string => `roster:${room}:${String(version).padStart(8, '0')}`

export class Rosters {
  private readonly books = new Map<RoomId, Trust>()
  private readonly queues = new Queues()
  private readonly places: Places

  constructor(
    private readonly core: Core,
    private readonly anchors: AnchorBook,
  ) {
    this.places = new Places(core)
  }

  known(room: RoomId): Trust | null {
    return this.books.get(room) ?? null
  }

  /** The checked list, at least as new as the room says. Rejects with Problem 'roster-conflict'. */
  refresh(room: ServerRoom): Promise<Trust> {
    return this.queues.run(room.room_id, () => this.bringUp(room))
  }

  /** For reading: what is known if it is new enough, without asking the server. */
  async enough(room: ServerRoom): Promise<Trust> {
    const known = this.known(room.room_id) ?? (await this.queues.run(room.room_id, () => this.load(room.room_id)))
    return known && known.version >= room.roster_version ? known : this.refresh(room)
  }

  async keepInvitation(room: RoomId, invitation: Invitation): Promise<void> {
    await this.core.sealed.put('rooms', `invite:${room}:${invitation.sender}`, invitation)
  }

  async invitations(room: RoomId): Promise<Invitation[]> {
    return (await this.core.sealed.list<Invitation>('rooms', `invite:${room}:`)).map((row) => row.value)
  }

  private async bringUp(room: ServerRoom): Promise<Trust> {
    const known = this.known(room.room_id) ?? (await this.load(room.room_id))
    try {
      const now = await this.newest(room, known)
      // A chain that does not stand where the events say is asked for again as a whole.
      const good = known && (await this.isPlaced(known)) ? known : null
      if (good && good.version === now.roster_version) return await this.settled(now, good)
      const trust = await this.extend(now, good)
      await this.checkSeen(now, trust)
      await this.keep(room.room_id, trust, good)
      return trust
    } catch (error) {
      if (!(error instanceof BadRoster)) throw error
      const conflict = problem('roster-conflict', { detail: error.message })
      if (known) known.stopped = conflict
      throw conflict
    }
  }

  /** A conflict ends when the server tells the truth again. */
  private async settled(room: ServerRoom, trust: Trust): Promise<Trust> {
    await this.checkSeen(room, trust)
    if (trust.stopped?.code === 'roster-conflict') trust.stopped = null
    return trust
  }

  /** What events say of the lists and their numbers. What contradicts the list in use stops the room. */
  async placed(room: RoomId, events: ServerEvent[]): Promise<void> {
    const known = this.known(room)
    await this.places.learn(room, events, known?.chain ?? [])
    if (known && !(await this.isPlaced(known))) known.stopped = problem('roster-conflict', { detail: 'place' })
  }

  private isPlaced(trust: Trust): Promise<boolean> {
    return this.places.check(trust.roster.room, trust.chain).then(() => true, () => false)
  }

  /** The room object may be older than what this device has signed itself. */
  private async newest(room: ServerRoom, known: Trust | null): Promise<ServerRoom> {
    if (!known || room.roster_version >= known.version) return room
    const now = await this.room(room.room_id)
    if (now.roster_version < known.version) throw new BadRoster('lower than seen')
    return now
  }

  private room(room: RoomId): Promise<ServerRoom> {
    return this.core.http.json<ServerRoom>('GET', `rooms/${bare(room)}`)
  }

  /** The chain up to the version the room object names; what is newer still comes with a newer one. */
  private async extend(now: ServerRoom, known: Trust | null): Promise<Trust> {
    const { room_id: room, roster_version: target } = now
    const chain = known ? [...known.chain] : []
    while (chain.length < target) {
      const page = await this.fetch(room, chain.length + 1)
      if (page.length === 0) throw new BadRoster('versions are missing')
      for (const signed of page.slice(0, target - chain.length)) {
        const before = chain[chain.length - 1]
        chain.push(before ? await follows(before, signed) : await this.first(room, signed, page, target))
        if (signed.seq > now.last_seq && signed.seq > (await this.room(room)).last_seq) throw new BadRoster('place')
      }
    }
    const trust = new Trust(chain)
    trust.stopped = known?.stopped?.code === 'roster-conflict' ? null : (known?.stopped ?? null)
    return trust
  }

  /** The versions from one on, as many as the server gives at a time. */
  private async fetch(room: RoomId, from: number): Promise<SignedRoster[]> {
    const path = `rooms/${bare(room)}/rosters?from=${from}`
    const { rosters } = await this.core.http.json<{ rosters: SignedRoster[] }>('GET', path)
    if (rosters.some((one) => one.text === '')) throw problem('room-closed', { detail: 'purged' })
    return rosters.filter((one) => one.version >= from).sort((one, other) => one.version - other.version)
  }

  /** Version 1 stands on its signer's published key, unless an anchor vouches for the whole chain:
   *  the key may have changed since, and hosts have signed that. */
  private async first(room: RoomId, signed: SignedRoster, page: SignedRoster[], target: number): Promise<Checked> {
    if (await this.isAnchored(room, await this.whole(room, page, target))) return opens(room, signed, null)
    const { signer } = parseRoster(signed.text, room)
    await this.core.track([signer], true)
    const published = await this.core.masterKey(signer)
    if (published === null) throw new BadRoster('the signer has no published key')
    return opens(room, signed, published)
  }

  private async whole(room: RoomId, page: SignedRoster[], target: number): Promise<SignedRoster[]> {
    const all = [...page]
    for (let next = page; next.length > 0 && all[all.length - 1]!.version < target;) {
      next = await this.fetch(room, all[all.length - 1]!.version + 1)
      all.push(...next)
    }
    return all
  }

  private async isAnchored(room: RoomId, all: SignedRoster[]): Promise<boolean> {
    const hashes = new Map<number, { sha256: string; roster: RosterText }>()
    for (const one of all) {
      hashes.set(one.version, { sha256: await sha256(one.text), roster: parseRoster(one.text, room) })
    }
    for (const [version, hash] of await this.anchors.room(room)) {
      if (hashes.get(version)?.sha256 === hash) return true
    }
    for (const one of await this.invitations(room)) {
      const there = hashes.get(one.roster_version)
      const host = there && entryOf(there.roster, one.sender)
      if (there?.sha256 !== one.roster_sha256 || host?.role !== 'host') continue
      // The library says who sent the invitation by the key published now.
      if ((await this.core.masterKey(one.sender)) === host.master) return true
    }
    return false
  }

  /** Throws BadRoster if the chain is lower than, or differs from, what was seen. */
  private async checkSeen({ room_id: room, kind, membership }: ServerRoom, trust: Trust): Promise<void> {
    if (trust.roster.kind !== kind) throw new BadRoster('kind')
    await this.places.check(room, trust.chain)
    const anchors = await this.anchors.room(room)
    for (const [version, hash] of anchors) {
      if (trust.version < version) throw new BadRoster('lower than seen')
      if (trust.chain[version - 1]?.sha256 !== hash) throw new BadRoster('forked')
    }
    // Who is inside knows these versions herself: no word of others about them counts any more.
    const known = membership === 'joined' ? Math.max(0, ...anchors.map(([version]) => version)) : 0
    for (const one of await this.invitations(room)) {
      const there = trust.chain[Math.min(one.roster_version, trust.version) - 1]
      const hosts = there && [there.roster, trust.roster].every((list) => entryOf(list, one.sender)?.role === 'host')
      if (!hosts || one.roster_version <= known) continue // no host, or no more: counts for nothing
      if (trust.version < one.roster_version) throw new BadRoster('lower than the invitation')
      if (there.sha256 !== one.roster_sha256) throw new BadRoster('differs from the invitation')
    }
  }

  private async load(room: RoomId): Promise<Trust | null> {
    const rows = await this.core.sealed.list<Checked>('rooms', `roster:${room}:`)
    if (rows.length === 0) return null
    const trust = new Trust(rows.map((row) => row.value))
    const whole = trust.chain.every((one, at) => one.roster.version === at + 1)
    if (!whole) return null
    this.books.set(room, trust)
    return trust
  }

  private async keep(room: RoomId, trust: Trust, before: Trust | null): Promise<void> {
    const added = trust.chain.slice(before?.chain.length ?? 0)
    await this.core.sealed.putAll(
      added.map((one) => ({ table: 'rooms' as const, key: rowKey(room, one.roster.version), value: one })),
    )
    this.books.set(room, trust)
    await this.anchors.sawRoster(room, trust.version, trust.sha256)
  }
}
