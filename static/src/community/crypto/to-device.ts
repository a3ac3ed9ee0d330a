// Messages to devices: claiming sessions, sending what the library made, telling people something.

import {
  CollectStrategy, type Device, DeviceId, type KeysClaimRequest, type ToDeviceRequest, UserId,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Core } from './core'
import { txnId } from './encode'
import type { UserId as Name } from './interface'
import { Queues } from './refuse'

/** Devices per request of our own events: well below the 1 MiB of a request. */
const BATCH = 50
const claims = new WeakMap<Core, Queues>()

export const userIds = (users: Iterable<Name>): UserId[] => [...users].map((user) => new UserId(user))

/** Make sure there are sessions with every device of these people. One claim at a time: the library
 *  must not be asked again before it was told the answer. */
export function ensureSessions(core: Core, users: Iterable<Name>): Promise<void> {
  const names = [...users]
  const queue = claims.get(core) ?? new Queues()
  claims.set(core, queue)
  return queue.run('', async () => {
    const request: KeysClaimRequest | null = await core.guarded(() => core.machine().getMissingSessions(userIds(names)))
    if (!request) return
    const answer = await core.http.text('POST', 'keys/claim', request.body)
    await core.guarded(() => core.machine().markRequestAsSent(request.id, request.type, answer))
  })
}

/** Send one after the other, each answered before the next: what needs a key comes after its key. */
export async function sendRequests(core: Core, requests: ToDeviceRequest[]): Promise<void> {
  for (const request of requests) {
    const path = `to-device/${request.event_type}/${request.txn_id}`
    const answer = await core.http.text('PUT', path, request.body)
    await core.guarded(() => core.machine().markRequestAsSent(request.id, request.type, answer))
  }
}

/** Send an event of ours (community.invite, community.resend) to every confirmed device of people.
 *  `may` is asked once all is sealed and before it goes: keys may change while sessions are claimed.
 *  Returns who has been reached. */
export async function tell(
  core: Core, users: Name[], type: string, content: Record<string, unknown>,
  may: (user: Name) => Promise<boolean> = async () => true,
): Promise<Set<Name>> {
  await core.track(users)
  await ensureSessions(core, users)
  const sealed: { user: Name; device: string; content: unknown }[] = []
  for (const user of users) {
    const own: typeof sealed = []
    for (const device of await confirmedDevices(core, user)) {
      const text = await seal(core, device, type, content)
      if (text) own.push({ user, device: device.deviceId.toString(), content: JSON.parse(text) })
    }
    if (await may(user)) sealed.push(...own)
  }
  for (let at = 0; at < sealed.length; at += BATCH) {
    const messages: Record<Name, Record<string, unknown>> = {}
    for (const one of sealed.slice(at, at + BATCH)) (messages[one.user] ??= {})[one.device] = one.content
    await core.http.json('PUT', `to-device/m.room.encrypted/${txnId()}`, { messages })
  }
  return new Set(sealed.map((one) => one.user))
}

async function confirmedDevices(core: Core, user: Name): Promise<Device[]> {
  const found = await core.guarded(() => core.machine().getUserDevices(new UserId(user)))
  return found.devices().filter((device) =>
    device.isCrossSignedByOwner() && !device.isDeleted() && !isOwn(core, device))
}

/** Did a decrypted to-device event come from a device its owner has confirmed? The server can invent a
 *  device, also under the id of a real one: `curveKey` (senderCurve25519Key) tells them apart. The
 *  sender may be a stranger so far, as with a first invitation, so her keys are asked for. */
export async function isFromConfirmedDevice(
  core: Core, sender: Name, device: string, curveKey: string,
): Promise<boolean> {
  await core.track([sender], true)
  const found = await core.guarded(() => core.machine().getDevice(new UserId(sender), new DeviceId(device)))
  return found !== undefined && found.isCrossSignedByOwner() && found.curve25519Key?.toBase64() === curveKey
}

const isOwn = (core: Core, device: Device): boolean =>
  device.userId.toString() === core.me && device.deviceId.toString() === core.deviceId

/** Null if the library has no session with the device or does not want to: the others still hear. */
async function seal(
  core: Core, device: Device, type: string, content: Record<string, unknown>,
): Promise<string | null> {
  try {
    return await core.guarded(() =>
      device.encryptToDeviceEvent(type, content, CollectStrategy.identityBasedStrategy()))
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
