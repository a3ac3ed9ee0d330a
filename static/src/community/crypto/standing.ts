// What this device may do now: nothing yet, be confirmed, or everything. A change of one's own
// identity that this device did not make stops it until the person proves that it was her.

import { UserId as LibraryUser } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Config } from './core'
import { type Host, keyOf } from './host'
import type { Phase, Problem } from './interface'
import { problem } from './refuse'
import { SECRET_NAMES } from './secrets'
import type { Setup } from './setup'

const OWN_MASTER = 'own-master' // the identity under which this device was last ready

export interface Standing {
  phase: Phase
  problem: Problem | null
}

/** `ready`: it was ready a moment ago, so what is at the server need not be asked again. */
export async function assess(host: Host, setup: Setup, ready: boolean): Promise<Standing> {
  const known = await host.sealed.get<string>('meta', OWN_MASTER)
  const identity = await host.guarded(() => host.machine().getIdentity(new LibraryUser(host.me)))
  const published = identity ? keyOf(identity.masterKey) : null
  const changed = known !== undefined && known !== published
  const mine = problem('identity-changed', { user: host.me, name: host.name })
  const why = changed ? mine : null
  const status = await host.guarded(() => host.machine().crossSigningStatus())
  if (!status.hasMaster || !status.hasSelfSigning || !status.hasUserSigning) {
    if (published === null && !host.config.setup.identity) return { phase: changed ? 'stopped' : 'new-person', problem: why }
    return { phase: 'new-device', problem: why }
  }
  if ((await setup.privateMaster()) !== published) {
    return { phase: 'new-device', problem: mine }
  }
  await setup.confirmOwnDevice()
  if (ready && !changed) return { phase: 'ready', problem: null }
  const config = await host.http.json<Config>('GET', 'config')
  const secrets = SECRET_NAMES.every((name) => config.setup.secrets.includes(name))
  if (!secrets || config.setup.backup === null || !(await setup.complete())) return { phase: 'new-person', problem: null }
  await host.sealed.put('meta', OWN_MASTER, published)
  return { phase: 'ready', problem: null }
}
