// The first message of a check by emoji: to one's own other devices, or to all confirmed devices of
// another person. METHODS is all that is offered: seven pictures.

import {
  type Device, OwnUserIdentity, UserId as LibraryUser, VerificationMethod, type VerificationRequest,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { LibraryRequest } from './core'
import type { Host } from './host'
import type { UserId } from './interface'
import { problem } from './refuse'

export const METHODS = [VerificationMethod.SasV1]

export interface Asking {
  request: VerificationRequest
  outgoing: LibraryRequest
  asked: string[] // devices of another person that get the request
}

export const ask = (host: Host, user: UserId): Promise<Asking> => (user === host.me ? askOwn(host) : askPerson(host, user))

async function askOwn(host: Host): Promise<Asking> {
  const identity = await host.identity(host.me)
  if (!(identity instanceof OwnUserIdentity)) throw problem('no-identity', { user: host.me })
  const [request, outgoing] = await host.guarded(() => identity.requestVerification(METHODS))
  return { request, outgoing, asked: [] }
}

async function askPerson(host: Host, user: UserId): Promise<Asking> {
  const found = await host.guarded(() => host.machine().getUserDevices(new LibraryUser(user)))
  const confirmed = found.devices().filter((device: Device) => device.isCrossSignedByOwner() && !device.isDeleted())
  const [first] = confirmed
  if (!first) throw problem('no-identity', { user })
  const [request, outgoing] = first.requestVerification(METHODS)
  const asked = confirmed.map((device) => device.deviceId.toString())
  const { messages } = JSON.parse(outgoing.body) as { messages: Record<UserId, Record<string, unknown>> }
  const content = Object.values(messages[user] ?? {})[0]
  const body = JSON.stringify({ messages: { [user]: Object.fromEntries(asked.map((id) => [id, content])) } })
  const { id, type, event_type, txn_id } = outgoing
  return { request, outgoing: { id, type, event_type, txn_id, body }, asked }
}
