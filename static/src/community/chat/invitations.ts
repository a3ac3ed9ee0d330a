// Telling invited people, and giving and taking history (messaging.md 10.2, 10.5.6).
// What could not be delivered is kept and tried again at the next start.

import {
  CollectStrategy, RoomId as LibraryRoom, UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { domainOf, hasExactly, isHash, isRoom, isUuid, isWhole } from '../crypto/encode'
import { identityProblem } from '../crypto/identity'
import type { RoomId, UserId } from '../crypto/interface'
import type { Invitation, Trust } from '../crypto/room-trust'
import { charterKey } from '../crypto/seals'
import { ensureSessions, sendRequests, tell } from '../crypto/to-device'
import type { DeedParts } from './deed-parts'

export const INVITE = 'community.invite'
/** To-device events that say a bundle of history has come. */
export const BUNDLES = ['io.element.msc4268.room_key_bundle', 'm.room_key_bundle']
const INVITATIONS = 'invite:' // kept by crypto/room-trust.ts, by room and sender
const INVITE_FIELDS = ['room', 'roster_version', 'roster_sha256', 'charter', 'history']
/** A bundle that comes after the joining is looked for after these times (milliseconds). */
const LOOK_AFTER = [3_000, 15_000, 60_000]

interface Due {
  charter: string
  people: UserId[]
}

export class Invitations {
  constructor(private readonly parts: DeedParts) {}

  // -- giving ---------------------------------------------------------------------------------------

  /** Invite people whom the list now names; those who cannot be reached stay due. */
  async send(room: RoomId, charter: string, people: UserId[]): Promise<void> {
    const before = await this.parts.core.sealed.get<Due>('rooms', `due:${room}`)
    const due: Due = { charter, people: [...new Set([...(before?.people ?? []), ...people])] }
    await this.parts.core.sealed.put('rooms', `due:${room}`, due)
    await this.deliver(room, due)
  }

  /** Try again what is still due. */
  async resume(): Promise<void> {
    await this.showKept()
    for (const { key, value } of await this.parts.core.sealed.list<Due>('rooms', 'due:')) {
      await this.deliver(key.slice('due:'.length), value).catch(() => undefined)
    }
    const { core } = this.parts
    for (const pending of await core.guarded(() => core.machine().getAllRoomsPendingKeyBundles())) {
      await this.takeBundle(pending.roomId.toString(), pending.inviterId.toString()).catch(() => false)
    }
  }

  private async deliver(room: RoomId, due: Due): Promise<void> {
    const { server, trust } = await this.parts.rosters.room(room)
    const waiting = new Set(server.members?.filter((one) => one.state === 'invited').map((one) => one.user))
    const people = due.people.filter((user) => waiting.has(user) && trust.entry(user))
    const left: UserId[] = []
    for (const history of [true, false]) {
      const some = people.filter((user) => trust.entry(user)!.history === history)
      if (some.length > 0) left.push(...(await this.tellSome(room, due.charter, some, history, trust)))
    }
    await this.parts.core.sealed.put('rooms', `due:${room}`, left.length > 0 ? { ...due, people: left } : undefined)
  }

  /** Returns those who were not reached. */
  private async tellSome(
    room: RoomId, charter: string, people: UserId[], history: boolean, trust: Trust,
  ): Promise<UserId[]> {
    const reached = await tell(this.parts.core, people, INVITE, {
      room, roster_version: trust.version, roster_sha256: trust.sha256, charter, history,
    }, (user) => this.isAsSigned(trust, user))
    const told = people.filter((user) => reached.has(user))
    if (history && trust.history === 'shared' && told.length > 0) await this.giveHistory(room, told, trust)
    return people.filter((user) => !reached.has(user))
  }

  /** Charter and history go to the identity the list names, and to no other. */
  private async isAsSigned(trust: Trust, user: UserId): Promise<boolean> {
    const { core, inner } = this.parts
    return (await identityProblem(core, inner.anchors, trust.entry(user)!, trust.keyChanges(user))) === null
  }

  /** All keys that may be shared, as one sealed file, and its key to each newcomer. */
  private async giveHistory(room: RoomId, people: UserId[], trust: Trust): Promise<void> {
    const { core } = this.parts
    await core.restoreRoom(room).catch(() => false) // keys this device has not needed yet
    const bundle = await core.guarded(() => core.machine().buildRoomKeyBundle(new LibraryRoom(room)))
    const info = bundle?.mediaEncryptionInfo // can be read once
    if (!bundle || !info) return
    const media = await this.parts.talk.upload(room, bundle.encryptedData, 'history')
    const url = `mxc://${domainOf(room)}/${media}`
    await ensureSessions(this.parts.core, people)
    for (const user of people) {
      const requests = await this.parts.core.guarded(() =>
        this.parts.core.machine().shareRoomKeyBundleData(
          new LibraryUser(user), new LibraryRoom(room), url, info, CollectStrategy.identityBasedStrategy()))
      if (await this.isAsSigned(trust, user)) await sendRequests(core, requests)
    }
  }

  // -- taking ---------------------------------------------------------------------------------------

  /** An invitation came: remember it as anchor, show the charter if the signed list has its hash. */
  async came(sender: UserId, content: Record<string, unknown>): Promise<void> {
    const { room, roster_version, roster_sha256, charter, history } = content
    const good = hasExactly(content, INVITE_FIELDS) && isRoom(room, domainOf(this.parts.core.me)) &&
      isWhole(roster_version, 1) && isHash(roster_sha256) && typeof charter === 'string' && typeof history === 'boolean'
    if (!good) return
    await this.parts.inner.rosters.keepInvitation(room, { sender, roster_version, roster_sha256, charter, history })
    await this.showCharter(room)
    this.parts.core.emit({ t: 'rooms' })
  }

  /** Invitations that came while the page was being left or the network was gone. */
  private async showKept(): Promise<void> {
    const { core, talk } = this.parts
    const kept = await core.sealed.list<Invitation>('rooms', INVITATIONS)
    for (const room of new Set(kept.map(({ key }) => key.slice(INVITATIONS.length, key.lastIndexOf(':@'))))) {
      const server = talk.server(room)
      if (!server) continue // left, declined, removed
      const shown = server.membership === 'joined' && (await core.sealed.get('rooms', charterKey(room))) !== undefined
      if (!shown) await this.showCharter(room)
    }
  }

  /** The charter of an invitation, once the list vouches for it. */
  async showCharter(room: RoomId): Promise<void> {
    await this.parts.rosters.room(room).catch(() => undefined)
    for (const invitation of await this.parts.inner.rosters.invitations(room)) {
      const text = invitation.charter
      if (text && (await this.parts.seals.charter(room, text))) await this.parts.talk.rememberCharter(room, text)
    }
  }

  /** Before joining: the person whose bundle of history is accepted, or null. */
  async expectHistory(room: RoomId, trust: Trust): Promise<UserId | null> {
    const inviter = trust.addedBy(this.parts.core.me)?.roster.signer
    if (!inviter || !trust.entry(this.parts.core.me)?.history || trust.history !== 'shared') return null
    await this.parts.core.guarded(() =>
      this.parts.core.machine().storeRoomPendingKeyBundle(new LibraryRoom(room), new LibraryUser(inviter)))
    return inviter
  }

  async forget(room: RoomId): Promise<void> {
    await this.parts.core.guarded(() => this.parts.core.machine().clearRoomPendingKeyBundle(new LibraryRoom(room)))
  }

  /** Take the bundle now, or when it comes. */
  async takeSoon(room: RoomId, inviter: UserId): Promise<void> {
    const look = async (turn: number): Promise<void> => {
      if (await this.takeBundle(room, inviter).catch(() => false)) return
      const wait = LOOK_AFTER[turn]
      if (wait !== undefined) setTimeout(() => void look(turn + 1), wait)
    }
    await look(0)
  }

  private async takeBundle(room: RoomId, inviter: UserId): Promise<boolean> {
    const { core } = this.parts
    const waits = await core.guarded(() => core.machine().getPendingKeyBundleDetailsForRoom(new LibraryRoom(room)))
    if (!waits) return true
    await core.track([inviter], true) // the library judges the sending device by what it knows now
    const data = await core.guarded(() =>
      core.machine().getReceivedRoomKeyBundleData(new LibraryRoom(room), new LibraryUser(inviter)))
    const place = `mxc://${domainOf(room)}/`
    const media = data?.url.startsWith(place) ? data.url.slice(place.length) : ''
    if (!data || !isUuid(media)) return false
    const bytes = await core.http.bytes('GET', `media/${media}`)
    await core.guarded(() => core.machine().receiveRoomKeyBundle(data, bytes), 60_000)
    await this.forget(room)
    await this.parts.talk.openAgain(room)
    return true
  }
}
