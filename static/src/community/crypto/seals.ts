// Rosters, sealing and opening of one engine, put together.

import type { Charter, RoomId } from './interface'
import { readCharter } from '../chat/charter'
import type { MakeSeals, Seals } from '../chat/parts'
import { AnchorBook } from './anchors'
import { Opener } from './decrypt'
import { sha256 } from './encode'
import { Rosters } from './room-trust'
import { Sharer } from './sharing'

/** What room deeds need besides Seals. */
export interface Inside {
  anchors: AnchorBook
  rosters: Rosters
  sharer: Sharer
}

export const charterKey = (room: RoomId): string => `charter:${room}`

const insides = new WeakMap<Seals, Inside>()

export const makeSeals: MakeSeals = (core) => {
  const anchors = new AnchorBook(core)
  const rosters = new Rosters(core, anchors)
  const sharer = new Sharer(core, rosters, anchors)
  const opener = new Opener(core, rosters)
  const seals: Seals = {
    refresh: (room) => rosters.refresh(room),
    known: (room) => rosters.known(room),
    placed: (room, events) => rosters.placed(room, events),
    seal: (room, content) => sharer.seal(room, content),
    open: (room, event) => opener.open(room, event),
    check: (room) => sharer.check(room),
    position: (devicesPos) => {
      sharer.devicesPos = Math.max(sharer.devicesPos, devicesPos)
    },
    charter: async (room, text): Promise<Charter | null> => {
      const hash = rosters.known(room)?.charterHash
      const charter = hash && (await sha256(text)) === hash ? readCharter(text, room) : null
      if (charter) await core.sealed.put('rooms', charterKey(room), text) // to be passed on by hosts
      return charter
    },
    badge: (user) => opener.badge(user),
  }
  insides.set(seals, { anchors, rosters, sharer })
  return seals
}

export function inside(seals: Seals): Inside {
  const found = insides.get(seals)
  if (!found) throw new Error('not made by makeSeals')
  return found
}
