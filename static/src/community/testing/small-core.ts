// A Core as small as can be around a library machine: no worker, no backup, no restart.

import {
  DecryptionSettings, DeviceLists, type ProcessedToDeviceEvent, TrustRequirement, UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Config, Core, SyncBody } from '../crypto/core'
import { isChanged } from '../crypto/identity'
import type { Trust, UserId } from '../crypto/interface'
import { problem } from '../crypto/refuse'
import type { Bench, Outgoing } from './bench'

/** What the rest needs of the machine: requests go out, identities are read. */
function library(bench: Bench) {
  const { machine } = bench
  const flush = async (): Promise<void> => {
    for (;;) {
      const requests = await machine.outgoingRequests()
      if (requests.length === 0) return
      for (const request of requests) await bench.sendAny(request)
    }
  }
  const track = async (users: UserId[], requery = false): Promise<void> => {
    await machine.updateTrackedUsers(users.map((one) => new LibraryUser(one)))
    await flush() // whoever is still due makes the library wait a second for the answer
    if (!requery) return
    await bench.sendAny(machine.queryKeysForUsers(users.map((one) => new LibraryUser(one))) as unknown as Outgoing)
  }
  const identity = (of: UserId) => machine.getIdentity(new LibraryUser(of))
  const received = async (body: SyncBody): Promise<ProcessedToDeviceEvent[]> => {
    const { changed, left } = body.device_lists
    const lists = new DeviceLists(
      changed.map((one) => new LibraryUser(one)), left.map((one) => new LibraryUser(one)))
    const done = await machine.receiveSyncChanges(
      JSON.stringify(body.to_device), lists, new Map(Object.entries(body.otk_counts)), new Set(body.unused_fallback),
      new DecryptionSettings(TrustRequirement.Untrusted))
    await flush()
    return done
  }
  return { flush, track, identity, received }
}

export function makeCore(bench: Bench): Core {
  const { machine, http, user } = bench
  const { flush, track, identity, received } = library(bench)
  const trust = async (of: UserId): Promise<Trust> => {
    const found = await identity(of)
    if (!found) return 'no-identity'
    if (isChanged(found)) return 'changed'
    return found.isVerified() ? 'checked' : 'not-checked'
  }
  return {
    me: user, name: bench.name, deviceId: bench.deviceId, config: {} as Config, http, sealed: bench.sealed,
    socketUrl: '', app: '1.0.0', machine: () => machine, inRoom: (_room, work) => work(),
    guarded: (work) => work(), flush, track, trust, received,
    send: (request) => bench.sendAny(request as unknown as Outgoing),
    masterKey: async (of) => {
      const found = await identity(of)
      if (!found) return null
      return Object.values((JSON.parse(found.masterKey) as { keys: Record<string, string> }).keys)[0] ?? null
    },
    sign: async (domain, text) => {
      const made = JSON.parse((await machine.sign(`${domain}\n${text}`)).asJSON()) as Record<string, unknown>
      return { text, signatures: made }
    },
    restoreRoom: (room, session) => bench.restore(room, session),
    anchors: async () => structuredClone(bench.anchors),
    saveAnchors: async (anchors) => void (bench.anchors = structuredClone(anchors)),
    emit: (event) => void bench.emitted.push(event),
    state: () => {
      throw new Error('not here')
    },
    setState: () => undefined, problem,
  }
}
