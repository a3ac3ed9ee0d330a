// What every row of a room can reach: the room as it is now, and the deeds that need more than the row.
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Item, RoomDetail, UserId } from '../crypto/interface'
import { t } from './words'

export interface RowDeeds {
  reply(item: Item): void
  edit(item: Item): void
  discard(item: Item): void
}

export interface RoomPlace {
  detail: RoomDetail
  topic: string | null // the topic looked at; null: everything
  me: UserId
  deeds: RowDeeds
}

export const RoomContext = createContext<RoomPlace | null>(null)

export function useRoom(): RoomPlace {
  const room = useContext(RoomContext)
  if (!room) throw new Error('outside of a room')
  return room
}

/** The name of a person as the signed list has it. */
export function nameOf(detail: RoomDetail, user: UserId): string {
  return detail.members.find((member) => member.user === user)?.name || t('someone')
}
