// Deeds of a room, put together (messaging.md 6.3, 10.3, 10.5).

import type { Core } from '../crypto/core'
import { bare } from '../crypto/encode'
import type { RoomId, UserId } from '../crypto/interface'
import { asProblem, problem } from '../crypto/refuse'
import { inside } from '../crypto/seals'
import { type DeedParts, post } from './deed-parts'
import { exportRoom } from './export'
import { BUNDLES, INVITE, Invitations } from './invitations'
import type { MakeDeeds, Seals, TalkInside } from './parts'
import { People } from './people'
import { RESEND, Resend } from './resend'
import { CharterDeeds } from './room-charter'
import { Making } from './room-making'
import { Members } from './room-members'
import { RosterDeeds } from './roster-deeds'

/** Joining, leaving, closing, reporting: what signs no list. */
class Coming {
  constructor(
    private readonly parts: DeedParts,
    private readonly invitations: Invitations,
  ) {}

  async join(room: RoomId): Promise<void> {
    const { core, rosters, talk } = this.parts
    const { server, trust } = await rosters.room(room)
    if (server.membership === 'joined') return
    const own = trust.entry(core.me)
    if (!own) throw problem('member-unsigned', { user: core.me, name: core.name })
    if (own.master !== (await core.masterKey(core.me))) {
      throw problem('identity-changed', { user: core.me, name: own.name })
    }
    await core.track(trust.members.map((one) => one.user))
    const inviter = await this.invitations.expectHistory(room, trust)
    await post(core, `rooms/${bare(room)}/join`, {}, true)
    await talk.reload(room)
    await this.invitations.showCharter(room)
    if (inviter) await this.invitations.takeSoon(room, inviter)
    core.emit({ t: 'rooms' })
  }

  async go(room: RoomId, how: 'leave' | 'decline'): Promise<void> {
    await post(this.parts.core, `rooms/${bare(room)}/${how}`, {}, true)
    await this.invitations.forget(room)
    await this.parts.talk.reload(room).catch(() => undefined) // it is no longer there to be seen
    this.parts.core.emit({ t: 'rooms' })
  }

  async close(room: RoomId, body: { step: 'closing' } | { step: 'closed'; export_id: string }): Promise<void> {
    await post(this.parts.core, `rooms/${bare(room)}/close`, body, true)
    await this.parts.talk.reload(room)
  }

  async setMine(room: RoomId, set: { muted?: boolean; pinned?: boolean }): Promise<void> {
    const { core, talk } = this.parts
    const server = talk.server(room) ?? (await talk.reload(room))
    const body = { muted: set.muted ?? server.muted, pinned: set.pinned ?? server.pinned }
    await core.http.json('PUT', `rooms/${bare(room)}/me`, body).catch((error: unknown) => {
      throw asProblem(error, true)
    })
    await talk.reload(room)
  }

  /** The copy leaves the seal only with the person's explicit consent (messaging.md 6.5). */
  async report(room: RoomId, key: string, reason: string, withCopy: boolean): Promise<void> {
    const found = await this.parts.talk.event(room, key)
    if (!found) throw problem('failed', { detail: 'not_found' })
    const copy = withCopy && found.opened?.ok ? found.opened.content.body : null
    await post(this.parts.core, `rooms/${bare(room)}/reports`, { seq: found.event.seq, reason, copy }, true)
  }
}

export const makeDeeds: MakeDeeds = (core: Core, seals: Seals, talk: TalkInside) => {
  const inner = inside(seals)
  const parts: DeedParts = { core, seals, inner, talk, rosters: new RosterDeeds(core, inner.rosters, talk) }
  const invitations = new Invitations(parts)
  const charters = new CharterDeeds(parts)
  const making = new Making(parts, invitations, charters)
  const members = new Members(parts, invitations, charters, making)
  const coming = new Coming(parts, invitations)
  const resend = new Resend(parts)
  const people = new People(core)
  return {
    createRoom: (form) => making.createRoom(form),
    openDirect: (user, name) => making.openDirect(user, name),
    join: (room) => coming.join(room),
    decline: (room) => coming.go(room, 'decline'),
    leave: (room) => coming.go(room, 'leave'),
    invite: (room, guests) => members.invite(room, guests),
    removeMember: (room, user) => members.removeMember(room, user),
    setRole: (room, user, role) => members.setRole(room, user, role),
    setHistory: (room, history) => members.setHistory(room, history),
    setCharter: (room, charter) => charters.setCharter(room, charter),
    setRoom: (room, set) => charters.setRoom(room, set),
    setMine: (room, set) => coming.setMine(room, set),
    beginClosing: (room) => coming.close(room, { step: 'closing' }),
    exportRoom: (room, options) => exportRoom(parts, room, options),
    finishClosing: (room, exportId) => coming.close(room, { step: 'closed', export_id: exportId }),
    acceptIdentity: (room, user, master) => members.acceptIdentity(room, user, master),
    people: (query) => people.search(query),
    report: (room, key, reason, withCopy) => coming.report(room, key, reason, withCopy),
    block: (user, on) => people.block(user, on),
    blocked: () => people.blocked(),
    resume: () => invitations.resume(),
    toDevice: async ({ type, sender, content }: { type: string; sender: UserId; content: Record<string, unknown> }) => {
      if (type === INVITE) await invitations.came(sender, content)
      else if (type === RESEND) await resend.asked(sender, content)
      else if (BUNDLES.includes(type)) await invitations.resume()
    },
  }
}
