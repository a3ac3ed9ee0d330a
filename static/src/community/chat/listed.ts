// Names and changes as the signed lists of a room have them.

import type { UserId } from '../crypto/interface'
import type { RoomTrust } from './parts'
import type { Look } from './timeline-items'

/** `names`: what the server calls people who are in no list. */
export function listed(trust: RoomTrust | null, names: Record<UserId, string>): Pick<Look, 'name' | 'change'> {
  const name = (user: UserId, seq: number): string =>
    trust?.at(seq).find((member) => member.user === user)?.name ?? names[user] ?? ''
  return {
    name,
    change: (seq) => {
      const found = trust?.changeAt?.(seq)
      // Who was removed stands in the list before.
      const called = (user: UserId): string => name(user, seq) || name(user, seq - 1)
      return found ? { kind: found.kind, by: called(found.by), names: found.users.map(called) } : null
    },
  }
}
