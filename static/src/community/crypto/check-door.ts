// Requests to compare on their way in, before the library takes them: it calls off both of two with
// one person, so only one is left to it. And what belongs to a check that this device knows nothing
// of (its page was closed in the middle of it) is answered, or the other side would wait.

import { DeviceId, RequestType, UserId as LibraryUser } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { LibraryRequest, SyncBody } from './core'
import { txnId } from './encode'
import type { Host } from './host'
import type { UserId } from './interface'

export const REQUEST = 'm.key.verification.request'
const CANCEL = 'm.key.verification.cancel'
/** What the other side says in a check that is under way. */
const STEPS = ['ready', 'start', 'accept', 'key', 'mac'].map((step) => `m.key.verification.${step}`)
const MOST_UNKNOWN = 5 // answered of one sync

/** A check that is not over. */
export interface Open {
  id: string
  asked: boolean // by this device, and nobody has answered yet
}

export interface DoorUser {
  /** The check with a person that is not over. */
  openWith(user: UserId): Open | null
  /** Of a check now or before. */
  knows(id: string): boolean
  /** The person asks anew: the check before is over. */
  replace(id: string): Promise<void>
}

type Message = SyncBody['to_device'][number]

export class CheckDoor {
  constructor(
    private readonly host: Host,
    private readonly user: DoorUser,
  ) {}

  /** The sync without requests the library must not see. */
  async filter(body: SyncBody): Promise<SyncBody> {
    const kept: Message[] = []
    for (const message of body.to_device) {
      if (message.type !== REQUEST || (await this.letIn(message))) kept.push(message)
    }
    return kept.length === body.to_device.length ? body : { ...body, to_device: kept }
  }

  private async letIn({ sender, content }: Message): Promise<boolean> {
    const [id, device] = [String(content['transaction_id']), String(content['from_device'])]
    const open = this.user.openWith(sender)
    if (open?.id === id) return true
    if (this.user.knows(id)) return false // an old one, delivered again
    if (!(await this.mayAsk(sender, device))) return false
    if (!open) return true
    // Both asked at once: one of the two requests goes on, the same one on both sides.
    if (open.asked && this.isFirst(sender, device)) return false
    await this.user.replace(open.id)
    return true
  }

  private isFirst(sender: UserId, device: string): boolean {
    const { me, deviceId } = this.host
    return sender === me ? deviceId < device : me < sender
  }

  /** Other people only from devices they have confirmed; oneself from any, that is the point. */
  async mayAsk(user: UserId, device: string): Promise<boolean> {
    if (user === this.host.me) return true
    const found = await this.host.guarded(() =>
      this.host.machine().getDevice(new LibraryUser(user), new DeviceId(device)))
    return found?.isCrossSignedByOwner() === true
  }

  /** Messages that say "I do not know this check", for each that is not known here. */
  unknown(body: SyncBody): { user: UserId; request: LibraryRequest }[] {
    const found = new Map<string, UserId>()
    for (const { type, sender, content } of body.to_device) {
      const id = String(content['transaction_id'])
      if (STEPS.includes(type) && !this.user.knows(id) && found.size < MOST_UNKNOWN) found.set(id, sender)
    }
    return [...found].map(([id, user]) => ({ user, request: cancelling(user, ['*'], id, 'm.unknown_transaction') }))
  }
}

/** A message that calls off a check at some devices of a person. */
export function cancelling(user: UserId, devices: string[], id: string, code: string): LibraryRequest {
  const content = { transaction_id: id, code, reason: code }
  const messages = { [user]: Object.fromEntries(devices.map((device) => [device, content])) }
  return { id: undefined, type: RequestType.ToDevice, event_type: CANCEL, txn_id: txnId(), body: JSON.stringify({ messages }) }
}
