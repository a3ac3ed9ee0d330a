// Keys first, then events (messaging.md 4.3): to-device messages go to the machine, and only when
// it has taken them is the cursor acknowledged. When sockets fail, the same by long polling.

import type { Core, SyncBody } from '../crypto/core'
import type { RoomId } from '../crypto/interface'
import { isRefusal } from '../crypto/refuse'
import { type Clock, pause } from './clock'
import { type Inbound, isSync } from './frames'
import { backoff } from './socket'

type SyncFrame = Extract<Inbound, { t: 'sync' }>
type EventsFrame = Extract<Inbound, { t: 'events' }>

export interface SyncUser {
  position(devicesPos: number): void
  events(frame: EventsFrame): Promise<void>
  heads(heads: Record<RoomId, number>): Promise<void>
  acknowledge(n: number, cursor?: string): void
  /** The machine could not take what came: start the connection again. */
  failed(): void
}

const WAIT = 25 // seconds the server may hold a poll
const POLL_PAUSE = 1000
const MORE_LIMIT = 5000 // how long events wait for announced keys
const CURSOR = 'cursor'

export class Sync {
  cursor: string | null = null // the last acknowledged one
  private tail: Promise<void> = Promise.resolve() // syncs, one after the other
  private keysBusy = 0
  private keysDone: (() => void)[] = []
  private more = false
  private stopMore: (() => void) | null = null
  private generation = 0

  constructor(
    private readonly core: Core,
    private readonly clock: Clock,
    private readonly user: SyncUser,
  ) {}

  async read(): Promise<void> {
    this.cursor = (await this.core.sealed.get<string>('meta', CURSOR)) ?? null
  }

  /** A connection ended: what it announced will come again on the next one. */
  reset(): void {
    this.generation += 1
    this.setMore(false)
  }

  // -- the socket -----------------------------------------------------------------------------------

  sync(frame: SyncFrame): void {
    const { generation } = this
    this.inTurn(async () => {
      await this.take(frame)
      if (generation !== this.generation) return
      this.user.acknowledge(frame.n, frame.cursor)
      await this.remember(frame.cursor)
      void this.user.heads(frame.heads).catch(() => undefined)
    })
    this.setMore(frame.more)
  }

  /** Events wait until the keys that came before them are in the machine. */
  async events(frame: EventsFrame): Promise<void> {
    const { generation } = this
    await this.settled()
    await this.user.events(frame)
    if (generation === this.generation) this.user.acknowledge(frame.n)
  }

  /** Nothing is on its way into the machine. */
  async settled(): Promise<void> {
    while (this.keysBusy > 0 || this.more) {
      await new Promise<void>((resolve) => this.keysDone.push(resolve))
    }
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.keysBusy += 1
    this.tail = this.tail
      .then(work)
      .catch(() => this.user.failed())
      .finally(() => {
        this.keysBusy -= 1
        this.release()
      })
    return this.tail
  }

  private setMore(more: boolean): void {
    this.stopMore?.()
    this.stopMore = more ? this.clock.after(MORE_LIMIT, () => this.setMore(false)) : null
    this.more = more
    this.release()
  }

  private release(): void {
    if (this.keysBusy === 0 && !this.more) for (const resolve of this.keysDone.splice(0)) resolve()
  }

  private async take(body: SyncBody): Promise<void> {
    await this.core.received(body)
    this.user.position(body.devices_pos)
  }

  private async remember(cursor: string): Promise<void> {
    this.cursor = cursor
    await this.core.sealed.put('meta', CURSOR, cursor)
  }

  // -- without a socket -------------------------------------------------------------------------------

  /** One GET sync, taken and acknowledged. Resolves true if more is waiting. */
  async pull(wait = 0, signal?: AbortSignal): Promise<boolean> {
    const query = `sync?cursor=${encodeURIComponent(this.cursor ?? '')}&wait=${wait}`
    const body = await this.core.http.json<SyncBody>('GET', query, undefined, signal)
    if (!isSync(body)) throw new TypeError('answer of sync')
    let failed: unknown = null
    await this.inTurn(async () => {
      try {
        await this.take(body)
        await this.core.http.json('POST', 'sync/ack', { cursor: body.cursor })
        await this.remember(body.cursor)
      } catch (error) {
        failed = error
      }
    })
    if (failed) throw failed
    await this.user.heads(body.heads)
    return body.more === true
  }

  /** Poll until the signal is given; says whether the server can be reached. */
  async poll(signal: AbortSignal, reached: (on: boolean, error?: unknown) => void): Promise<void> {
    let attempt = 0
    let more = true // the first answer comes at once: it tells whether the server is there
    while (!signal.aborted) {
      const begun = this.clock.now()
      try {
        more = await this.pull(more ? 0 : WAIT, signal)
        attempt = 0
        if (!signal.aborted) reached(true)
        // A server that answers at once all the time is not asked without end.
        if (!more) await pause(this.clock, begun + POLL_PAUSE - this.clock.now(), signal)
      } catch (error) {
        if (signal.aborted) return
        reached(false, error)
        const asked = isRefusal(error, 'rate_limited') ? Number(error.body['retry_after']) * 1000 : 0
        await pause(this.clock, asked || backoff(attempt++, this.clock.random()), signal)
      }
    }
  }
}
