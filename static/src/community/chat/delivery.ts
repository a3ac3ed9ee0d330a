// One try to send an intent (messaging.md 4.2): fold in what came, seal, keep the ciphertext, put.

import { bare } from '../crypto/encode'
import type { Problem, ProblemCode, RoomId, UserId } from '../crypto/interface'
import { asProblem, isRefusal } from '../crypto/refuse'
import { classOf } from './content'
import type { Connection } from './connection'
import type { Feed } from './feed'
import type { Intent, Outbox, Outcome } from './outbox'
import { BLOCKS } from './outbox'
import type { Content, SealedAttachment, ServerEvent } from './parts'
import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'

const TURNS = 5
/** Kept and tried again: the reason is not the message. */
const WAITS: ProblemCode[] = ['offline', 'signed-out', 'confirm-again', 'device-removed', 'update-needed', 'role-lost']

interface Answer {
  seq: number
  event_id: string
  ts: number
}

/** The files of an intent: null while they are on their way. Rejects with the problem of one. */
export type Files = (intent: Intent) => Promise<SealedAttachment[] | null>

export class Delivery {
  outbox!: Outbox

  constructor(
    private readonly state: TalkState,
    private readonly connection: Connection,
    private readonly feed: Feed,
    private readonly files: Files,
  ) {}

  async deliver(intent: Intent): Promise<Outcome> {
    try {
      if (!intent.sealed) await this.remove(intent.room, intent.removes)
      for (let turn = 0; turn < TURNS; turn++) {
        const store = this.state.store(intent.room) // another one after going out and in again
        if (!intent.sealed && !(await this.seal(store, intent))) return { is: 'uploads' }
        const answer = await this.put(store, intent)
        if (!answer) continue
        // It is at the server: whatever goes wrong here now, it is not to be sent again.
        await this.arrived(store, intent, answer).catch(() => undefined)
        return { is: 'sent' }
      }
      return { is: 'failed', problem: this.state.core.problem('failed', { detail: 'turns' }) }
    } catch (error) {
      if (error instanceof TypeError) this.connection.doubt()
      const outcome = this.outcome(intent.room, error)
      return outcome.is === 'failed' && outcome.problem.code === 'removed' ? this.lookAround(intent.room, outcome) : outcome
    }
  }

  /** Out of the room, or out and in again: then it can still be sent. */
  private async lookAround(room: RoomId, outcome: Outcome): Promise<Outcome> {
    try {
      const server = await this.state.reload(room)
      return server.membership === 'joined' ? { is: 'later', problem: null } : outcome
    } catch (error) {
      return error instanceof TypeError ? { is: 'later', problem: null } : outcome
    }
  }

  /** Have events emptied; what is gone already is as it should be. */
  async remove(room: RoomId, seqs: number[]): Promise<void> {
    for (const seq of seqs) {
      await this.state.core.http.json('DELETE', `rooms/${bare(room)}/events/${seq}`).catch((error: unknown) => {
        if (!isRefusal(error, 'not_found')) throw error
      })
    }
  }

  /** False while its files are not there. */
  private async seal(store: RoomStore, intent: Intent): Promise<boolean> {
    const attachments = await this.files(intent)
    if (!attachments) return false
    await this.connection.settled()
    const content: Content = { ...intent.content, attachments, prev: await lastSeen(store) }
    const sealed = await this.state.seals.seal(store.record.server, content)
    intent.sealed = { ...sealed, media: attachments.map((one) => one.media) }
    intent.seals += 1
    // From here on a retry sends these very bytes.
    await this.outbox.save(intent)
    return true
  }

  /** Null: the room or its devices moved on; seal again. */
  private async put(store: RoomStore, intent: Intent): Promise<Answer | null> {
    const { content, members_seq, devices_pos, media } = intent.sealed!
    const life = intent.content.expires_after
    try {
      return await this.state.core.http.json<Answer>('PUT', `rooms/${bare(store.room)}/events/${intent.txn}`, {
        class: classOf(intent.content.kind), content, members_seq, devices_pos,
        expires_at: life ? new Date(this.state.clock.now() + life * 1000).toISOString() : null,
        media, notify: intent.notify,
      })
    } catch (error) {
      if (!isRefusal(error, 'stale_members') && !isRefusal(error, 'stale_devices')) throw error
      await this.foldIn(store, error.body)
      intent.sealed = null
      return null
    }
  }

  private async foldIn(store: RoomStore, body: Record<string, unknown>): Promise<void> {
    if (Array.isArray(body['changed'])) await this.state.core.track(body['changed'] as UserId[], true)
    if (typeof body['devices_pos'] === 'number') this.state.seals.position(body['devices_pos'])
    if ('members_seq' in body) await this.state.reload(store.room)
  }

  private async arrived(store: RoomStore, intent: Intent, { seq, event_id, ts }: Answer): Promise<void> {
    if (this.state.rooms.get(store.room) !== store) return
    if (intent.seals > 1) {
      // An earlier text may be the one that was stored: look at what is there.
      store.record.server.last_seq = Math.max(store.record.server.last_seq, seq)
      await this.feed.mend(store)
      return
    }
    const event: ServerEvent = {
      seq, event_id, room_id: store.room, sender: this.state.me, device_id: this.state.core.deviceId, ts,
      class: classOf(intent.content.kind), content: intent.sealed!.content, expires_at: null,
      media: intent.sealed!.media, gone: null,
    }
    await this.feed.frame(store.room, [event], seq)
  }

  private outcome(room: RoomId, error: unknown): Outcome {
    if (isRefusal(error) && error.status >= 500) return { is: 'later', problem: null }
    const refused = isRefusal(error, 'forbidden') && this.state.rooms.get(room)?.record.server.kind === 'direct'
    const problem = refused ? this.state.core.problem('contact-refused') : this.inTime(asProblem(error, true), error)
    if (problem.code === 'too-fast') return { is: 'later', problem, until: problem.until! }
    if (WAITS.includes(problem.code)) return { is: 'later', problem: problem.code === 'offline' ? null : problem }
    if (BLOCKS.includes(problem.code)) {
      this.state.setStopped(room, problem)
      this.state.tellRooms()
    }
    return { is: 'failed', problem }
  }

  /** `until` by the clock of this engine. */
  private inTime(problem: Problem, error: unknown): Problem {
    if (problem.code !== 'too-fast' || !isRefusal(error)) return problem
    const seconds = Number(error.body['retry_after'])
    return { ...problem, until: this.state.clock.now() + (seconds > 0 ? seconds : 5) * 1000 }
  }
}

/** `prev` of the next content: the last m or s event seen here whose text was seen. */
export async function lastSeen(store: RoomStore): Promise<Content['prev']> {
  await store.open()
  const seqs = store.timeline.seqs()
  for (let at = seqs.length - 1; at >= 0; at--) {
    const seq = seqs[at]!
    const { cls } = store.timeline.get(seq)!
    if (cls !== 'm' && cls !== 's') continue
    await store.load([seq])
    const h = store.row(seq)?.h
    if (h) return { seq, h }
  }
  return null
}
