// Whose identity changed is told by the library once. Who opens a room later has to see it too, not
// only who tries to send: so the people of a room are looked at when the engine starts.

import type { RoomStore } from './room-store'
import type { TalkState } from './talk-state'

/** Stops a room where somebody's identity is not the one that was known; asks no server unless so. */
export async function lookAtPeople(state: Pick<TalkState, 'core' | 'seals' | 'checkRoom'>, store: RoomStore): Promise<void> {
  for (const { user } of state.seals.known(store.room)?.members ?? []) {
    if ((await state.core.trust(user)) !== 'changed') continue
    await state.checkRoom(store)
    state.core.emit({ t: 'room', room: store.room })
    return
  }
}
