// A room that is stopped goes on by itself as soon as it may: when a host has signed, and after a reload.

import { beforeEach, expect, test } from 'vitest'
import type { RoomId } from '../crypto/interface'
import type { FakeClock } from '../testing/fake-clock'
import { sign, type Tiny } from '../testing/tiny'
import { twoPeople, type TwoPeople } from '../testing/two-people'

let two: TwoPeople
let clock: FakeClock
let ana: Tiny
let ben: Tiny
let room: RoomId
let key: string

beforeEach(async () => {
  two = await twoPeople()
  ;({ clock, ana, ben, room } = two)
  ana.seals.stop = { code: 'identity-changed', name: 'Ben', user: ben.user }
  key = await two.say(ana, 'careful')
  expect(await ana.api.item(room, key)).toMatchObject({ state: 'failed', problem: { code: 'identity-changed' } })
})

test('the list a host has signed lets it go on, though the library says nothing more', async () => {
  ana.seals.check = async () => {
    ana.seals.stop = ana.seals.books.get(room)!.stopped = null // with this list nobody's key is another one
    return null
  }
  await sign(ben, room, [{ user: ana.user, role: 'host' }, { user: ben.user, role: 'host' }])
  await clock.pass(100)
  expect((await ana.api.rooms())[0]?.stopped).toBeNull()
  expect(await ben.reads(room)).toEqual(['careful'])
})

test('what it stopped is sent after a reload, when nothing stops it any more', async () => {
  await ana.restart() // the new seals stop nothing
  await clock.pass(100)
  expect((await ana.api.rooms())[0]?.stopped).toBeNull()
  expect(await ben.reads(room)).toEqual(['careful'])
})

test('a list that changes nothing about it leaves it stopped', async () => {
  await sign(ben, room, [{ user: ana.user, role: 'host' }, { user: ben.user, role: 'host' }])
  await clock.pass(100)
  expect((await ana.api.rooms())[0]?.stopped).toMatchObject({ code: 'identity-changed' })
  expect(await ben.reads(room)).toEqual([])
})
