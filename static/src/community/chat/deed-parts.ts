// What the deeds of a room share.

import type { Core } from '../crypto/core'
import { asProblem } from '../crypto/refuse'
import type { Inside } from '../crypto/seals'
import type { Seals, TalkInside } from './parts'
import type { RosterDeeds } from './roster-deeds'

export interface DeedParts {
  core: Core
  seals: Seals
  inner: Inside
  talk: TalkInside
  rosters: RosterDeeds
}

/** POST; a refusal becomes a Problem. */
export async function post<T>(core: Core, path: string, body: unknown, inRoom: boolean): Promise<T> {
  try {
    return await core.http.json<T>('POST', path, body)
  } catch (error) {
    throw asProblem(error, inRoom)
  }
}
