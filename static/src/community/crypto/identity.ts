// Does the identity a person publishes now stand as the signed roster and this person's own memory
// have it? No sharing strategy of the library asks this for people never checked by emoji (4.2, 5).

import { OtherUserIdentity, type OwnUserIdentity, UserId } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { AnchorBook } from './anchors'
import type { Core } from './core'
import type { Problem } from './interface'
import { problem } from './refuse'
import type { RosterMember } from './roster'
import type { Trust } from './room-trust'

type Identity = OwnUserIdentity | OtherUserIdentity
type KeyChange = { from: string; to: string }

/** Why a person of the roster must not be sent to now; null if she may. Pins at first sight.
 *  `changes` are the new keys hosts signed in for her: they count as accepted. */
export async function identityProblem(
  core: Core, anchors: AnchorBook, entry: RosterMember, changes: KeyChange[],
): Promise<Problem | null> {
  const who = { user: entry.user, name: entry.name }
  const identity = await identityOf(core, entry.user)
  if (!identity) return problem('no-identity', who)
  const current = masterOf(identity)
  if (current !== entry.master) return problem('identity-changed', who)
  const pins = await anchors.pins(entry.user)
  // A check by emoji of this very key settles it, as does the signature of a host in this room.
  const accepted = identity.isVerified() || pins.includes(current) ||
    pins.some((pin) => leads(changes, pin, current)) ||
    (pins.length === 0 && changes.some((change) => change.to === current))
  if (pins.length > 0 && !accepted) return problem('identity-changed', who)
  if (isChanged(identity)) {
    if (!accepted) return problem('identity-changed', who)
    if (!(await accept(core, entry.user))) return problem('identity-changed', who)
  }
  await anchors.pin(entry.user, current)
  return null
}

/** The first of these people who must not be sent to, by the list of a room; null if there is none. */
export async function firstProblem(
  core: Core, anchors: AnchorBook, trust: Trust, people: RosterMember[],
): Promise<Problem | null> {
  const found = await Promise.all(people.map((one) => identityProblem(core, anchors, one, trust.keyChanges(one.user))))
  return found.find((one) => one !== null) ?? null
}

/** Take the key published now as the person's: no longer checked, pinned again. False if it failed. */
export async function accept(core: Core, user: string): Promise<boolean> {
  const identity = await identityOf(core, user)
  if (!identity) return false
  if (identity.hasVerificationViolation()) await core.guarded(() => identity.withdrawVerification())
  const now = await identityOf(core, user)
  if (now instanceof OtherUserIdentity && now.identityNeedsUserApproval()) {
    await core.guarded(() => now.pinCurrentMasterKey())
  }
  const after = await identityOf(core, user)
  return after !== undefined && !isChanged(after)
}

export function isChanged(identity: Identity): boolean {
  return identity.hasVerificationViolation() ||
    (identity instanceof OtherUserIdentity && identity.identityNeedsUserApproval())
}

/** The public master key of an identity: 43 characters. */
export function masterOf(identity: Identity): string {
  const { keys } = JSON.parse(identity.masterKey) as { keys: Record<string, string> }
  return Object.values(keys)[0] ?? ''
}

export const identityOf = (core: Core, user: string): Promise<Identity | undefined> =>
  core.guarded(() => core.machine().getIdentity(new UserId(user)))

/** Do the changes hosts signed lead from one key to another? */
function leads(changes: KeyChange[], from: string, to: string): boolean {
  let key = from
  for (const change of changes) if (change.from === key) key = change.to
  return key === to
}
