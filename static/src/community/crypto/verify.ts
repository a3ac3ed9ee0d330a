// Checks by emoji between one's own devices and between people (SAS), by to-device messages only.
//
// The library's ways that matter here (messaging.md pitfall 8): emoji() gives nothing after confirm,
// so they are kept; who asked begins once the other side is ready; two requests with one person call
// each other off, so one and the same goes to all her confirmed devices, and the first to answer is it.

import { Sas, UserId as LibraryUser, type VerificationRequest } from '@matrix-org/matrix-sdk-crypto-wasm'
import { ask, METHODS } from './check-asking'
import { cancelling, CheckDoor, REQUEST } from './check-door'
import { CheckMail, pauseOf } from './check-mail'
import type { LibraryRequest, SyncBody } from './core'
import type { Host } from './host'
import type { Check, UserId } from './interface'
import { problem, Queues } from './refuse'

const LIMIT_MS = 600_000 // of a whole check, as the library has it
const MOST_INCOMING = 5
const MOST_OVER = 100 // checks remembered that are over
const OVER: Check['step'][] = ['done', 'cancelled', 'mismatch', 'timeout']
const MISMATCH = ['m.mismatched_sas', 'm.key_mismatch', 'm.user_mismatch', 'm.mismatched_commitment']

interface Flow {
  check: Check
  request: VerificationRequest
  asked: string[] // devices of another person that got the request
  sas: Sas | null
  timer: ReturnType<typeof setTimeout>
}

export class Checks {
  private readonly flows = new Map<string, Flow>()
  private readonly over = new Set<string>() // ids, oldest first
  private readonly turns = new Queues()
  private readonly mail: CheckMail
  private readonly door: CheckDoor

  constructor(
    private readonly host: Host,
    /** Both said yes: is the key that was compared the one published now? */
    private readonly passed: (user: UserId) => Promise<boolean>,
  ) {
    this.mail = new CheckMail((request) => host.send(request), (user, error) => this.mailMoved(user, error))
    this.door = new CheckDoor(host, {
      openWith: (user) => {
        const flow = this.openWith(user)
        return flow ? { id: flow.check.id, asked: !flow.check.incoming && flow.check.step === 'requested' } : null
      },
      knows: (id) => this.flows.has(id) || this.over.has(id),
      replace: (id) => this.cancel(id),
    })
  }

  list(): Check[] {
    return [...this.flows.values()].map((flow) => ({ ...flow.check }))
  }

  /** Ask a person, or with oneself one's other devices; returns the id of the check. Who has asked
   *  already, or was asked, goes on with that one. */
  async start(user: UserId): Promise<string> {
    await this.host.track([user], true)
    const open = this.openWith(user)
    if (open) return this.goOn(open)
    const { request, outgoing, asked } = await ask(this.host, user)
    const flow = this.add(request, user, false)
    flow.asked = asked
    this.show(flow)
    await this.send(flow, outgoing)
    return flow.check.id
  }

  private async goOn(flow: Flow): Promise<string> {
    const { id, incoming, step } = flow.check
    if (incoming && step === 'requested') await this.accept(id)
    this.show(flow)
    return id
  }

  async accept(id: string): Promise<void> {
    const flow = this.flow(id)
    await this.send(flow, flow.request.acceptWithMethods(METHODS))
    await this.update(id)
  }

  async agree(id: string): Promise<void> {
    const flow = this.flow(id)
    const { sas } = flow
    if (!sas || flow.check.step !== 'emoji') throw problem('failed', { detail: 'nothing to confirm' })
    this.step(flow, 'confirmed')
    try {
      await this.send(flow, ...((await this.host.guarded(() => sas.confirm())) as LibraryRequest[]))
      await this.host.flush()
    } catch (error) {
      this.trouble(flow, error)
    }
    await this.update(id)
  }

  async mismatch(id: string): Promise<void> {
    const flow = this.flow(id)
    this.step(flow, 'mismatch')
    await this.send(flow, flow.sas?.cancelWithCode('m.mismatched_sas'))
  }

  async cancel(id: string): Promise<void> {
    const flow = this.flow(id)
    this.step(flow, 'cancelled')
    await this.end(flow)
  }

  /** What of a sync the library may see. */
  before = (body: SyncBody): Promise<SyncBody> => this.door.filter(body)
  /** Whether a request of the library has to wait. */
  holds = (request: LibraryRequest): boolean => this.mail.holds(request)

  /** A sync went through: new requests, and perhaps steps of known ones. */
  async seen(body: SyncBody): Promise<void> {
    for (const { type, sender, content } of body.to_device) {
      if (type === REQUEST) await this.incoming(sender, String(content['transaction_id']))
    }
    for (const id of [...this.flows.keys()]) await this.update(id)
    for (const { user, request } of this.door.unknown(body)) {
      await this.mail.send(user, [request]).catch(() => undefined)
    }
  }

  private async incoming(user: UserId, id: string): Promise<void> {
    const open = [...this.flows.values()].filter((flow) => flow.check.incoming && !isOver(flow))
    if (this.flows.has(id) || open.length >= MOST_INCOMING) return
    const request = this.host.machine().getVerificationRequest(new LibraryUser(user), id)
    if (!request || request.weStarted() || request.isCancelled() || request.isPassive()) return
    const other = request.otherDeviceId
    if (!other || !(await this.door.mayAsk(user, other.toString()))) return
    this.show(this.add(request, user, true))
  }

  stop(): void {
    this.mail.stop()
    for (const flow of this.flows.values()) clearTimeout(flow.timer)
    this.flows.clear()
  }

  // -- one check -------------------------------------------------------------------------------------

  private flow(id: string): Flow {
    const flow = this.flows.get(id)
    if (!flow || isOver(flow)) throw problem('failed', { detail: 'this check is over' })
    return flow
  }

  private openWith(user: UserId): Flow | undefined {
    return [...this.flows.values()].find((flow) => flow.check.with === user && !isOver(flow))
  }

  private add(request: VerificationRequest, user: UserId, incoming: boolean): Flow {
    const id = request.flowId
    const own = user === this.host.me
    const flow: Flow = {
      request, asked: [], sas: null,
      timer: setTimeout(() => this.late(id), LIMIT_MS),
      check: {
        id, with: user, name: own ? this.host.name : (this.host.rooms?.nameOf?.(user) ?? ''),
        device: own ? (request.otherDeviceId?.toString() ?? null) : null, incoming, step: 'requested', emoji: [],
      },
    }
    this.flows.set(id, flow)
    request.registerChangesCallback(async () => this.soon(id))
    return flow
  }

  /** The library calls back in the middle of its own work: look a moment later. */
  private soon(id: string, milliseconds = 0): void {
    setTimeout(() => void this.update(id), milliseconds)
  }

  /** Look where the library stands and do what is next; one at a time per check. */
  private update(id: string): Promise<void> {
    return this.turns.run(id, async () => {
      const flow = this.flows.get(id)
      // What waits to be sent comes first; its going is told.
      if (!flow || isOver(flow) || this.mail.waits(flow.check.with)) return
      try {
        await this.advance(flow)
      } catch (error) {
        this.trouble(flow, error)
      }
    })
  }

  /** What goes by with time is waited for; anything else ends the check, on both sides. */
  private trouble(flow: Flow, error: unknown): void {
    const pause = pauseOf(error)
    if (pause !== null) return this.soon(flow.check.id, pause)
    this.step(flow, 'cancelled')
    void this.end(flow).catch(() => undefined)
  }

  private mailMoved(user: UserId, error: unknown): void {
    for (const flow of this.flows.values()) {
      if (flow.check.with !== user) continue
      if (error === null) this.soon(flow.check.id)
      else this.trouble(flow, error)
    }
  }

  private async advance(flow: Flow): Promise<void> {
    const { request } = flow
    if (request.isCancelled()) return this.ended(flow)
    if (request.isReady()) await this.callOff(flow, 'm.accepted')
    if (request.isReady() && request.weStarted() && !flow.sas) await this.begin(flow, request)
    const sas = request.getVerification()
    if (sas instanceof Sas && !flow.sas) await this.take(flow, sas, request.weStarted())
    if (flow.check.step === 'requested' && (request.isReady() || flow.sas)) this.step(flow, 'waiting')
    if (!flow.sas) return
    if (flow.sas.isCancelled()) return this.ended(flow)
    if (flow.sas.isDone()) return this.finished(flow)
    this.present(flow, flow.sas)
  }

  /** The devices that have not answered need not ask their owner any more. */
  private async callOff(flow: Flow, code: string): Promise<void> {
    const chosen = flow.request.otherDeviceId?.toString()
    const others = flow.asked.filter((id) => id !== chosen)
    flow.asked = []
    const { id, with: user } = flow.check
    if (others.length > 0) await this.send(flow, cancelling(user, others, id, code))
  }

  private async begin(flow: Flow, request: VerificationRequest): Promise<void> {
    const started = await this.host.guarded(() => request.startSas())
    if (!started) return
    const [sas, outgoing] = started
    await this.take(flow, sas, true)
    await this.send(flow, outgoing)
  }

  private async take(flow: Flow, sas: Sas, ours: boolean): Promise<void> {
    flow.sas = sas
    if (flow.check.with === this.host.me) flow.check.device = sas.otherDeviceId.toString()
    sas.registerChangesCallback(async () => this.soon(flow.check.id))
    if (!ours) await this.send(flow, sas.accept())
  }

  private present(flow: Flow, sas: Sas): void {
    if (flow.check.emoji.length > 0 || !sas.canBePresented() || sas.haveWeConfirmed()) return
    const indexes = sas.emojiIndex()
    const symbols = sas.emoji()
    if (!indexes || !symbols) return
    flow.check.emoji = symbols.map((emoji, at) => ({ symbol: emoji.symbol, index: indexes[at] ?? 0 }))
    this.step(flow, 'emoji')
  }

  private async finished(flow: Flow): Promise<void> {
    await this.host.flush()
    this.step(flow, (await this.passed(flow.check.with)) ? 'done' : 'mismatch')
  }

  private ended(flow: Flow): void {
    const info = flow.sas?.cancelInfo() ?? flow.request.cancelInfo
    const code = info?.cancelCode() ?? 'm.user'
    this.step(flow, code === 'm.timeout' ? 'timeout' : MISMATCH.includes(code) ? 'mismatch' : 'cancelled')
  }

  private late(id: string): void {
    const flow = this.flows.get(id)
    if (!flow || isOver(flow)) return
    this.step(flow, 'timeout')
    void this.end(flow).catch(() => undefined)
  }

  private async end(flow: Flow): Promise<void> {
    await this.send(flow, flow.sas?.cancel(), flow.request.cancel())
    await this.callOff(flow, 'm.user')
  }

  private send(flow: Flow, ...outgoing: (LibraryRequest | undefined)[]): Promise<void> {
    return this.mail.send(flow.check.with, outgoing.filter((one) => one !== undefined))
  }

  private step(flow: Flow, step: Check['step']): void {
    if (flow.check.step === step || isOver(flow)) return
    flow.check.step = step
    if (isOver(flow)) clearTimeout(flow.timer)
    this.show(flow)
    if (isOver(flow)) this.forget(flow.check.id)
  }

  private forget(id: string): void {
    this.flows.delete(id)
    this.over.add(id)
    const [oldest] = this.over
    if (this.over.size > MOST_OVER && oldest !== undefined) this.over.delete(oldest)
  }

  private show(flow: Flow): void {
    this.host.emit({ t: 'check', check: { ...flow.check } })
  }
}

const isOver = (flow: Flow): boolean => OVER.includes(flow.check.step)
