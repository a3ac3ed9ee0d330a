// The list of rooms, and one room in full.

import type { Core } from '../crypto/core'
import type { Member, Person, Problem, RoomDetail, RoomId, RoomSummary, Topic, UserId } from '../crypto/interface'
import { Trust, unsignedMembers } from '../crypto/room-trust'
import type { Drafts } from './drafts'
import type { Feed } from './feed'
import { firstLine } from './names'
import type { RoomTrust } from './parts'
import { People } from './people'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'
import { textOf } from './timeline-items'
import { editsOf, goneOf, original, pinsOf, topicsOf } from './timeline-rules'
import { showsSnippet } from './tlp'

const CARDS_KEPT = 10 * 60_000

export class Overview {
  private readonly core: Core
  private readonly persons: People
  private readonly cards = new Map<UserId, Person>()
  private readonly cardsAt = new Map<RoomId, number>()

  constructor(
    private readonly state: TalkState,
    private readonly feed: Feed,
    private readonly drafts: Drafts,
  ) {
    this.core = state.core
    this.persons = new People(state.core)
  }

  async rooms(): Promise<RoomSummary[]> {
    await this.drafts.read()
    return [...this.state.rooms.values()]
      .map((store) => this.summary(store))
      .sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.lastAt - a.lastAt || (a.room < b.room ? -1 : 1))
  }

  private summary(store: RoomStore): RoomSummary {
    const { server, charter, unread, lastAt } = store.record
    return {
      room: store.room, kind: kindOf(store, this.state.seals.known(store.room)), state: server.state,
      membership: server.membership === 'invited' ? 'invited' : 'joined', role: server.role,
      name: charter?.name ?? this.otherName(store), charter, invitedBy: this.inviter(store),
      unread: unread.unread, unreadByTopic: unread.byTopic, mentions: unread.mentions, lastAt,
      muted: server.muted, pinned: server.pinned, onHold: isHeld(server.hold_until, this.state.clock.now()),
      stopped: this.stopped(store), draft: this.drafts.has(store.room),
    }
  }

  private stopped(store: RoomStore): Problem | null {
    return this.state.stopped.get(store.room) ?? this.state.seals.known(store.room)?.stopped ?? null
  }

  /** A direct room is called by the other person's name. */
  private otherName(store: RoomStore): string {
    const trust = this.state.seals.known(store.room)
    if (kindOf(store, trust) !== 'direct') return ''
    const other = trust?.members.find((member) => member.user !== this.state.me)
    return other?.name ?? Object.entries(store.record.names).find(([user]) => user !== this.state.me)?.[1] ?? ''
  }

  /** Who signed this person into the list; before it is read, who sent the invitation. */
  private inviter(store: RoomStore): string {
    const { record } = store
    const trust = this.state.seals.known(store.room)
    const signer = trust instanceof Trust ? trust.addedBy(this.state.me)?.roster.signer : undefined
    const user = signer ?? record.invitedBy
    return user && user !== this.state.me ? nameIn(trust, user) || record.names[user] || '' : ''
  }

  // -- one room --------------------------------------------------------------------------------------

  async room(room: RoomId): Promise<RoomDetail> {
    const store = this.state.store(room)
    await store.open()
    if (!store.record.server.members) await this.state.reload(room).catch(() => undefined)
    const trust = this.state.seals.known(room) ?? await this.state.refreshTrust(store).catch(() => null)
    await this.state.recount(store)
    const { server } = store.record
    return {
      ...this.summary(store), members: await this.members(store, trust), topics: await this.topics(store),
      pins: pinsOf(store.timeline, this.state.rules(store)), history: trust?.history ?? 'joined',
      retentionDays: server.retention_days, endsAt: server.ends_at, receipts: server.receipts,
      holdUntil: server.hold_until, purgeAt: server.purge_at,
      notices: trust ? unsignedMembers(server, trust, (user) => this.cards.get(user)?.name ?? '') : [],
      firstVisibleAt: await this.firstVisibleAt(store), lastRead: server.last_read_seq,
    }
  }

  private async members(store: RoomStore, trust: RoomTrust | null): Promise<Member[]> {
    const { server, names } = store.record
    const listed = new Map((server.members ?? []).map((member) => [member.user, member]))
    const users = [...new Set([...(trust?.members.map((member) => member.user) ?? []), ...listed.keys()])]
    await this.learnCards(store.room, users)
    return Promise.all(users.map(async (user) => {
      const signed = trust?.members.find((member) => member.user === user)
      const there = listed.get(user)
      const key = signed ? await this.core.masterKey(user).catch(() => null) : null
      return {
        user, name: signed?.name ?? names[user] ?? this.cards.get(user)?.name ?? '',
        role: signed?.role ?? there?.role ?? 'member', state: there?.state ?? 'left',
        trust: await this.core.trust(user).catch(() => 'no-identity' as const), rostered: signed !== undefined,
        history: signed?.history ?? false, organisation: this.cards.get(user)?.organisation ?? '',
        me: user === this.state.me, ...(signed && key !== null && key !== signed.master && { newKey: key }),
      }
    }))
  }

  /** Organisations are what the server says; without them nothing is lost but a forward. */
  async learnCards(room: RoomId, users: UserId[]): Promise<void> {
    const now = this.state.clock.now()
    const known = users.every((user) => this.cards.has(user))
    if (known && now - (this.cardsAt.get(room) ?? 0) < CARDS_KEPT) return
    if (now - (this.cardsAt.get(room) ?? -CARDS_KEPT) < 5000) return
    this.cardsAt.set(room, now)
    const cards = await this.persons.cards(users).catch(() => [])
    for (const card of cards) this.cards.set(card.user, card)
  }

  organisation(user: UserId): string {
    return this.cards.get(user)?.organisation ?? ''
  }

  private async topics(store: RoomStore): Promise<Topic[]> {
    const line = store.timeline
    const rules = this.state.rules(store)
    const numbers = topicsOf(line, store.record.server.last_read_seq, rules)
    const openers = numbers.map((topic) => original(line, topic.id))
    await store.load(openers.flatMap((mark) =>
      mark ? [mark.seq, ...editsOf(line, mark).slice(-1).map((edit) => edit.seq)] : []))
    return numbers.map((topic, at) => {
      const mark = openers[at]
      const content = mark && !goneOf(line, mark, rules) ? textOf(line, mark, store) : null
      // A title is a preview: RED has none.
      return { ...topic, title: content && showsSnippet(content.tlp) ? firstLine(content.body) : '' }
    })
  }

  /** When the first event was that this person may see: "This room starts for you on …". */
  private async firstVisibleAt(store: RoomStore): Promise<number> {
    const { record, timeline } = store
    if (record.firstVisibleAt) return record.firstVisibleAt
    const first = Math.max(1, record.server.first_visible_seq)
    const known = timeline.get(first)?.ts
    if (known) record.firstVisibleAt = known
    else if (record.server.membership === 'joined') {
      const page = await this.feed.page(store, `after=${first - 1}&limit=1`).catch(() => null)
      record.firstVisibleAt = page?.events[0]?.ts ?? 0
    }
    return record.firstVisibleAt
  }
}

/** As the hosts signed it; the server's word only until that is known. */
export const kindOf = (store: RoomStore, trust: RoomTrust | null): 'case' | 'direct' =>
  trust instanceof Trust ? trust.roster.kind : store.record.server.kind

const nameIn = (trust: RoomTrust | null, user: UserId): string =>
  trust?.members.find((member) => member.user === user)?.name ?? ''

/** The last day of a hold is included. */
const isHeld = (until: string | null, now: number): boolean =>
  until !== null && now < Date.parse(`${until}T00:00:00Z`) + 86_400_000
