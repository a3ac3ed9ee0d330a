// What the library wants sent: request → address of messaging.md 10.3 → markRequestAsSent.

import {
  DecryptionSettings, DeviceLists, type OlmMachine, type ProcessedToDeviceEvent, RequestType, TrustRequirement, UserId,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Http, LibraryRequest, SyncBody } from './core'
import type { Machine } from './machine'
import { asProblem, isRefusal, problem } from './refuse'
import type { Problem } from './interface'

const TRIES = 3 // of one request that the server refuses
const ROUNDS = 50 // of one flush; each answer may bring new requests

const PATHS: Partial<Record<RequestType, string>> = {
  [RequestType.KeysUpload]: 'keys/upload',
  [RequestType.KeysQuery]: 'keys/query',
  [RequestType.KeysClaim]: 'keys/claim',
  [RequestType.SignatureUpload]: 'keys/signatures',
}
/** Refusals after which nothing more may be sent from this device. */
const FATAL = ['key_id_reused', 'device_keys_changed', 'device_revoked', 'signed_out', 'device_required']

export class Requests {
  private running: Promise<void> | null = null
  private again = false
  private halted: Problem | null = null
  private readonly refused = new Map<string, number>()

  constructor(
    private readonly machine: Machine,
    private readonly http: Http,
    /** Told of a refusal after which this device must stop. */
    private readonly stopped: (refusal: string) => void,
    /** What must not go before something else that waits. */
    private readonly held: (request: LibraryRequest) => boolean = () => false,
  ) {}

  /** Until there is none; who asks while it runs is served by one more round. */
  flush(): Promise<void> {
    if (this.running) {
      this.again = true
      return this.running
    }
    this.running = this.rounds()
    return this.running
  }

  private async rounds(): Promise<void> {
    try {
      for (let round = 0; round < ROUNDS; round++) {
        this.again = false
        const sent = await this.round()
        if (!sent && !this.again) return
      }
    } finally {
      this.running = null
    }
  }

  /** One look at what is due; false if nothing was sent. */
  private async round(): Promise<boolean> {
    const due = await this.machine.guarded(() => this.machine.get().outgoingRequests())
    let sent = false
    for (const request of due) {
      if ((this.refused.get(String(request.id)) ?? 0) >= TRIES || this.held(request)) continue
      sent = (await this.attempt(request)) || sent
    }
    return sent
  }

  /** False if the server refused it: the others are not held up by one. */
  private async attempt(request: LibraryRequest): Promise<boolean> {
    try {
      await this.send(request)
      return true
    } catch (error) {
      if (!isRefusal(error) || error.status === 429 || this.halted) throw asProblem(error)
      const id = String(request.id)
      this.refused.set(id, (this.refused.get(id) ?? 0) + 1)
      return false
    }
  }

  async send(request: LibraryRequest): Promise<void> {
    if (this.halted) throw this.halted
    const answer = await this.deliver(request).catch((error: unknown) => {
      if (isRefusal(error) && FATAL.includes(error.code)) this.halt(error.code, asProblem(error))
      throw error
    })
    const { id, type } = request
    if (id !== undefined) await this.machine.guarded(() => this.machine.get().markRequestAsSent(id, type, answer))
  }

  private halt(code: string, why: Problem): void {
    this.halted = code === 'device_keys_changed' ? problem('key-reused', { detail: code }) : why
    this.stopped(code)
  }

  private deliver({ type, body, event_type, txn_id }: LibraryRequest): Promise<string> {
    if (type === RequestType.ToDevice) return this.http.text('PUT', `to-device/${event_type}/${txn_id}`, body)
    const path = PATHS[type as RequestType]
    if (!path) throw new Error(`no address for a request of type ${type}`)
    return this.http.text('POST', path, body)
  }

  /** Everything of a sync that the library wants. When it resolves the cursor may be acknowledged. */
  async receive(body: SyncBody): Promise<ProcessedToDeviceEvent[]> {
    const { changed, left } = body.device_lists
    return this.machine.guarded(() => this.machine.get().receiveSyncChanges(
      JSON.stringify(body.to_device), new DeviceLists(valid(changed), valid(left)),
      new Map(Object.entries(body.otk_counts)), new Set(body.unused_fallback),
      new DecryptionSettings(TrustRequirement.Untrusted), // room events are judged when they are opened
    ))
  }

  /** Track people; with `requery` ask for their keys now, whatever is known. */
  async track(users: readonly string[], requery = false): Promise<void> {
    const machine = (): OlmMachine => this.machine.get()
    await this.machine.guarded(() => machine().updateTrackedUsers(userIds(users)))
    await this.flush()
    if (!requery || users.length === 0) return
    const request = await this.machine.guarded(async () => machine().queryKeysForUsers(userIds(users)))
    await this.send(request)
  }
}

/** Of what a server says: one bad name must not hold up the sync. */
function valid(users: readonly string[]): UserId[] {
  const found: UserId[] = []
  for (const user of users) {
    try {
      found.push(new UserId(user))
    } catch {
      continue
    }
  }
  return found
}

/** The library consumes the ids it is given: always new ones. */
const userIds = (users: readonly string[]): UserId[] => users.map((user) => new UserId(user))
