// A room says that somebody's identity has changed when it is opened, not only when one writes.

import { expect, test } from 'vitest'
import { Bench } from '../testing/bench'
import { makeRoom, three } from '../testing/rooms'
import { lookAtPeople } from './changed'
import type { RoomStore } from './room-store'

test('an identity that changed in the life before is seen at the next start, and only then is the server asked', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await bo.send(room, 'before')
  const looked: string[] = []
  const store = { room } as RoomStore
  const look = (one: Bench): Promise<void> =>
    lookAtPeople({ core: one.core, seals: one.seals, checkRoom: async () => void looked.push(one.user) }, store)
  const before = server.calls.length
  await look(bo)
  expect(looked).toEqual([])
  expect(server.calls.length).toBe(before)
  await ana.resetIdentity()
  await bo.sync()
  bo.open() // a reload: the library says nothing about Ana any more
  expect((await bo.seals.refresh(await bo.room(room))).stopped).toBeNull()
  await look(bo)
  expect(looked).toEqual([bo.user])
})
