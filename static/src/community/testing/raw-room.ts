// Room keys and events made with the library alone, for tests of the core half: no roster, no server.

import {
  CollectStrategy, DecryptionSettings, EncryptionAlgorithm, EncryptionSettings, HistoryVisibility, RoomId, TrustRequirement,
  UserId,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Core } from '../crypto/core'

export interface RawEvent {
  sender: string
  room: string
  content: { session_id: string; ciphertext: string }
}

export const newRoom = (): string => `!${crypto.randomUUID()}:members.invalid`
const ids = (users: string[]): UserId[] => users.map((user) => new UserId(user))

/** Steps 4, 6 and 7 of sending. */
export async function seal(core: Core, room: string, users: string[], text: string): Promise<RawEvent> {
  await core.track(users, true)
  const claim = await core.machine().getMissingSessions(ids(users))
  if (claim) await core.send(claim)
  const settings = new EncryptionSettings()
  settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2
  settings.historyVisibility = HistoryVisibility.Shared
  settings.sharingStrategy = CollectStrategy.identityBasedStrategy()
  for (const request of await core.machine().shareRoomKey(new RoomId(room), ids(users), settings)) await core.send(request)
  const content = await core.machine().encryptRoomEvent(new RoomId(room), 'community.message', JSON.stringify({ body: text }))
  return { sender: core.me, room, content: JSON.parse(content) as RawEvent['content'] }
}

/** The text, or the code of the library's refusal. */
export async function open(core: Core, event: RawEvent): Promise<string | number> {
  const json = JSON.stringify({
    type: 'm.room.encrypted', event_id: `$${crypto.randomUUID()}`, sender: event.sender, room_id: event.room,
    origin_server_ts: 0, content: event.content, unsigned: {},
  })
  const settings = new DecryptionSettings(TrustRequirement.CrossSignedOrLegacy)
  try {
    const opened = await core.machine().decryptRoomEvent(json, new RoomId(event.room), settings)
    return (JSON.parse(opened.event) as { content: { body: string } }).content.body
  } catch (error) {
    return (error as { code: number }).code
  }
}
