// Opening an event: decrypt, refuse by code, replay guard, trust word (messaging.md 4.3, 4.4).

import {
  type DecryptedRoomEvent, DecryptionErrorCode, DecryptionSettings, MegolmDecryptionError, RoomId as LibraryRoom,
  ShieldStateCode, TrustRequirement,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { classOf, readContent } from '../chat/content'
import type { Content, MegolmContent, Opened, ServerEvent, ServerRoom } from '../chat/parts'
import type { Core } from './core'
import { sha256 } from './encode'
import type { Problem, ProblemCode, Trust as Trusted, UserId } from './interface'
import { asProblem, isProblem, problem } from './refuse'
import { indexOf, ReplayGuard } from './replay'
import type { RosterMember } from './roster'
import type { Rosters, Trust } from './room-trust'

/** A key may still be on its way for so long (milliseconds). */
export const KEY_MAY_COME = 60_000
/** What was looked for in vain is not looked for again sooner (milliseconds). */
const ASK_AGAIN = 60_000

/** What each refusal of the library is to a person; for the first two see `refusal`. */
export const PROBLEM_OF: Record<DecryptionErrorCode, ProblemCode> = {
  [DecryptionErrorCode.MissingRoomKey]: 'key-missing',
  [DecryptionErrorCode.UnknownMessageIndex]: 'device-added-later',
  [DecryptionErrorCode.MismatchedIdentityKeys]: 'damaged',
  [DecryptionErrorCode.UnknownSenderDevice]: 'unsigned-device',
  [DecryptionErrorCode.UnsignedSenderDevice]: 'unsigned-device',
  [DecryptionErrorCode.SenderIdentityVerificationViolation]: 'identity-changed',
  [DecryptionErrorCode.UnableToDecrypt]: 'damaged',
  [DecryptionErrorCode.MismatchedSender]: 'mismatched-sender',
}

/** What a sender says about a key that was not shared; every other code is 'withheld-other'. */
const PROBLEM_OF_WITHHELD = new Map<string, ProblemCode>([
  ['m.unverified', 'withheld-unverified'],
  ['m.history_not_shared', 'before-joining'],
  ['io.element.msc4268.history_not_shared', 'before-joining'],
])
export const withheldProblem = (code: string): ProblemCode => PROBLEM_OF_WITHHELD.get(code) ?? 'withheld-other'

/** What the library still says of an event it has let through; undefined codes are in order. */
const PROBLEM_OF_SHIELD: Partial<Record<ShieldStateCode, ProblemCode>> = {
  [ShieldStateCode.UnsignedDevice]: 'unsigned-device',
  [ShieldStateCode.VerificationViolation]: 'identity-changed',
  [ShieldStateCode.MismatchedSender]: 'mismatched-sender',
}

/** `prev.h` of the next content: binds it to this event. */
export const prevHash = (event: { event_id: string; content: { ciphertext: string } }): Promise<string> =>
  sha256(`${event.event_id}\n${event.content.ciphertext}`)

interface Context {
  room: ServerRoom
  event: ServerEvent & { sender: UserId; content: MegolmContent }
  trust: Trust
  sender: { user: UserId; name: string }
}

export class Opener {
  private readonly replays: ReplayGuard
  private readonly askedKeys = new Map<UserId, { at: number; answer: Promise<void> }>()
  private readonly badges = new Map<UserId, Promise<Trusted>>()
  private readonly masters = new Map<string, string>() // session → sender's master when first opened

  constructor(
    private readonly core: Core,
    private readonly rosters: Rosters,
  ) {
    this.replays = new ReplayGuard(core)
  }

  /** Never rejects. Looking for a missing key in the backup is the caller's. */
  async open(room: ServerRoom, event: ServerEvent): Promise<Opened> {
    const sessionId = (event.content as MegolmContent | null)?.session_id ?? ''
    try {
      const sealed = readSealed(event)
      const trust = await this.rosters.enough(room).catch((error: unknown) => {
        const known = this.rosters.known(room.room_id)
        if (known) return known // a server that lies about lists cannot lock what was readable
        throw error
      })
      const sender = { user: sealed.sender, name: trust.lastEntry(sealed.sender)?.name ?? '' }
      return await this.openChecked({ room, event: sealed, trust, sender })
    } catch (error) {
      const found = asProblem(error)
      return { ok: false, problem: found, sessionId, waiting: MAY_CHANGE.includes(found.code) }
    }
  }

  private async openChecked(at: Context): Promise<Opened> {
    const listed = at.trust.at(at.event.seq).find((one) => one.user === at.sender.user)
    if (!listed) throw problem('member-unsigned', at.sender)
    const { decrypted, content } = await this.decrypt(at, true)
    if (classOf(content.kind) !== at.event.class) throw problem('damaged', { detail: 'class' })
    if (at.event.class === 'm' && listed.role !== 'host' && listed.role !== 'member') {
      throw problem('failed', { ...at.sender, detail: 'role' })
    }
    const shield = decrypted.shieldState(false).code
    const refused = shield === undefined ? undefined : PROBLEM_OF_SHIELD[shield]
    if (refused) throw problem(refused, at.sender)
    // Keys from the own backup or from a host's bundle say nothing about the sender of today.
    if (!isImported(decrypted, shield)) await this.checkMaster(at, listed)
    const index = indexOf(at.event.content.ciphertext)
    if (index === null) throw problem('damaged', { detail: 'ciphertext' })
    const session = at.event.content.session_id
    const device = decrypted.senderDevice?.toString() ?? at.event.device_id ?? ''
    const first = await this.replays.copyOf(at.event, session, index, device, content.id)
    if (first !== null) throw problem('copy', { ...at.sender, at: first })
    const word = await this.trustWord(decrypted, shield, at.sender.user)
    return { ok: true, content, sessionId: session, index, ...word }
  }

  // -- the library ----------------------------------------------------------------------------------

  private async decrypt(at: Context, mayLook: boolean): Promise<{ decrypted: DecryptedRoomEvent; content: Content }> {
    const { event_id, sender, room_id, ts, content } = at.event
    const forLibrary = {
      type: 'm.room.encrypted', event_id, sender, room_id, origin_server_ts: ts, content, unsigned: {},
    }
    const settings = new DecryptionSettings(TrustRequirement.CrossSignedOrLegacy)
    let decrypted: DecryptedRoomEvent
    try {
      decrypted = await this.core.guarded(() =>
        this.core.machine().decryptRoomEvent(JSON.stringify(forLibrary), new LibraryRoom(room_id), settings))
    } catch (error) {
      if (!(error instanceof MegolmDecryptionError)) {
        if (isProblem(error)) throw error
        throw problem('damaged', { detail: String(error) })
      }
      if (mayLook && (await this.lookFurther(at, error.code))) return this.decrypt(at, false)
      throw await this.refusal(at, error)
    }
    const plain = JSON.parse(decrypted.event) as { type?: unknown; content?: unknown }
    if (plain.type !== 'community.message') throw problem('damaged', { detail: 'type' })
    return { decrypted, content: readContent(plain.content) }
  }

  /** Senders we did not know yet are asked for once; true if a second try is worth while. */
  private async lookFurther(at: Context, code: DecryptionErrorCode): Promise<boolean> {
    const unknown = [DecryptionErrorCode.UnknownSenderDevice, DecryptionErrorCode.UnsignedSenderDevice]
    if (!unknown.includes(code)) return false
    await this.queryAgain(at.sender.user)
    return true
  }

  private async queryAgain(user: UserId): Promise<void> {
    let asked = this.askedKeys.get(user)
    if (!asked || Date.now() - asked.at > ASK_AGAIN) {
      asked = { at: Date.now(), answer: this.core.track([user], true) }
      this.askedKeys.set(user, asked)
    }
    await asked.answer.catch(() => undefined)
  }

  private async refusal(at: Context, error: MegolmDecryptionError): Promise<Problem> {
    const more = { ...at.sender, detail: error.description }
    const before = at.room.joined_seq !== null && at.event.seq < at.room.joined_seq
    if (error.withheldCode && error.code === DecryptionErrorCode.MissingRoomKey) {
      const code = withheldProblem(error.withheldCode)
      return problem(code, { ...more, detail: error.withheldCode, ...(code === 'before-joining' && this.start(at)) })
    }
    const missing = error.code === DecryptionErrorCode.MissingRoomKey
    if (missing && isYoung(at.event)) return problem('waiting-for-key', more)
    if (before && (missing || error.code === DecryptionErrorCode.UnknownMessageIndex)) {
      const given = at.trust.entry(this.core.me)?.history
      return given ? problem('key-missing', more) : problem('before-joining', { ...more, ...this.start(at) })
    }
    return problem(PROBLEM_OF[error.code] ?? 'damaged', more)
  }

  /** "This room starts for you on …": the list that named this person, for want of the joining. */
  private start(at: Context): { at?: number } {
    const added = at.trust.addedBy(this.core.me)
    return added ? { at: added.roster.ts } : {}
  }

  // -- identities -----------------------------------------------------------------------------------

  /** The library lets a swapped identity through that was never checked by emoji (pitfall 5). A
   *  message counts under the key the list had when it was sent, seen then, or the one it has now. */
  private async checkMaster(at: Context, listed: RosterMember): Promise<void> {
    const key = `session:${at.room.room_id}:${at.event.content.session_id}`
    const first = this.masters.get(key) ?? (await this.core.sealed.get<string>('rooms', key))
    if (first !== undefined) this.masters.set(key, first)
    if (first === listed.master) return
    const current = await this.core.masterKey(at.sender.user)
    const last = at.trust.lastEntry(at.sender.user)?.master
    if (current !== null && current !== last) throw problem('identity-changed', at.sender)
    if (first !== undefined || current === null) return
    this.masters.set(key, current)
    await this.core.sealed.put('rooms', key, current)
  }

  private async trustWord(
    decrypted: DecryptedRoomEvent, shield: ShieldStateCode | undefined, sender: UserId,
  ): Promise<{ trust: 'checked' | 'not-checked' | 'restored' | 'shared'; sharedBy: UserId | null }> {
    if (decrypted.forwarder) return { trust: 'shared', sharedBy: decrypted.forwarder.toString() }
    if (isImported(decrypted, shield)) return { trust: 'restored', sharedBy: null }
    return { trust: await this.badge(sender), sharedBy: null }
  }

  /** From the present identity, also for messages received before a check (pitfall 7). */
  async badge(user: UserId): Promise<'checked' | 'not-checked'> {
    // Fifty events of one sender are opened at once: one question for all.
    const asked = this.badges.get(user) ?? this.core.trust(user).finally(() => this.badges.delete(user))
    this.badges.set(user, asked)
    return (await asked) === 'checked' ? 'checked' : 'not-checked'
  }
}

/** Problems that keys or lists still to come may solve. */
const MAY_CHANGE: ProblemCode[] = [
  'waiting-for-key', 'key-in-locked-backup', 'key-missing', 'withheld-unverified', 'withheld-other',
  'before-joining', 'device-added-later', 'unsigned-device', 'identity-changed', 'panic', 'offline',
]

const isImported = (decrypted: DecryptedRoomEvent, shield: ShieldStateCode | undefined): boolean =>
  decrypted.forwarder !== undefined || shield === ShieldStateCode.AuthenticityNotGuaranteed ||
  shield === ShieldStateCode.UnknownDevice

const isYoung = (event: ServerEvent): boolean => Date.now() - event.ts < KEY_MAY_COME

function readSealed(event: ServerEvent): Context['event'] {
  const content = event.content as MegolmContent | null
  const good = event.sender !== null && content !== null && (event.class === 'm' || event.class === 's') &&
    content.algorithm === 'm.megolm.v1.aes-sha2' && typeof content.ciphertext === 'string' &&
    typeof content.session_id === 'string'
  if (!good) throw problem('damaged', { detail: 'event' })
  return event as Context['event']
}
