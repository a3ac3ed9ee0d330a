// What another tab asks for is asked for again when the leading tab was closed: written once
// (crypto/again.ts). A restart is the next leading tab.

import { beforeEach, expect, test } from 'vitest'
import { AGAIN, type Once } from '../crypto/again'
import type { Draft, RoomId } from '../crypto/interface'
import type { FakeClock } from '../testing/fake-clock'
import type { FakeServer } from '../testing/fake-server'
import { draftOf, type Tiny } from '../testing/tiny'
import { twoPeople, type TwoPeople } from '../testing/two-people'

let two: TwoPeople
let server: FakeServer
let clock: FakeClock
let ana: Tiny
let ben: Tiny
let room: RoomId

const FIRST: Once = { id: 'AAAAAAAAAAAAAAAAAAAAAA', again: false }
const AGAIN_FIRST: Once = { ...FIRST, again: true }

beforeEach(async () => {
  two = await twoPeople()
  ;({ server, clock, ana, ben, room } = two)
})

/** A call as the leading tab makes it for another one. */
const call = (method: string, args: unknown[], once: Once): Promise<unknown> =>
  (ana.api as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>)[method]!(...args, once)
const send = (body: string, once: Once, more: Partial<Draft> = {}): Promise<unknown> => call('send', [room, draftOf(body, more)], once)
const puts = (): string[] => server.calls.filter((one) => one.method === 'PUT' && one.path.includes('/events/')).map((one) => one.path)

test('what the last leader has sent is not sent again', async () => {
  const key = await send('once', FIRST)
  await clock.pass(100)
  expect(await ben.reads(room)).toEqual(['once'])
  await ana.restart()
  await clock.pass(100)
  expect(await send('once', AGAIN_FIRST)).toBe(key)
  await clock.pass(100)
  expect(puts()).toHaveLength(1)
  expect(await ben.reads(room)).toEqual(['once'])
  expect(await ana.reads(room)).toEqual(['once'])
})

test('what the last leader has kept is sent, and asking again adds nothing', async () => {
  ana.offline = true
  await send('kept', FIRST)
  await ana.restart()
  await send('kept', AGAIN_FIRST)
  ana.offline = false
  await clock.pass(40_000)
  expect(await ben.reads(room)).toEqual(['kept'])
  expect(await ana.reads(room)).toEqual(['kept'])
})

test('what the last leader has not begun is sent', async () => {
  await send('fresh', AGAIN_FIRST)
  await clock.pass(100)
  expect(await ben.reads(room)).toEqual(['fresh'])
  await ana.restart()
  await send('fresh', AGAIN_FIRST)
  await clock.pass(100)
  expect(await ben.reads(room)).toEqual(['fresh'])
})

test('a reaction asked for again does not take itself back; votes, changes and pins are not doubled', async () => {
  await two.say(ben, 'Agreed?')
  const { key } = await two.last(ana)
  await call('react', [room, key, '👍'], FIRST)
  await clock.pass(100)
  await ana.restart()
  await clock.pass(100)
  await call('react', [room, key, '👍'], AGAIN_FIRST)
  await clock.pass(100)
  expect((await two.last(ben)).reactions).toMatchObject([{ emoji: '👍', users: [ana.user] }])
  const before = puts().length
  await call('pin', [room, key, true], { id: 'B'.repeat(22), again: false })
  await clock.pass(100)
  await call('pin', [room, key, true], { id: 'B'.repeat(22), again: true })
  await clock.pass(100)
  expect(puts()).toHaveLength(before + 1)
})

test('what was sent is remembered for an hour, and only what another tab asked for', async () => {
  await two.say(ana, 'by the leading tab itself')
  await send('by another tab', FIRST)
  await clock.pass(100)
  const remembered = async (): Promise<string[]> => (await ana.sealed.list('meta', 'sent:')).map((row) => row.key)
  expect(await remembered()).toEqual([`sent:txn:${FIRST.id}`])
  await clock.pass(3_700_000)
  await ana.restart()
  expect(await remembered()).toEqual([])
})

test('what writes into a room bears an id, and what reads may be asked of anybody', () => {
  const of = (how: string): string[] => Object.entries(AGAIN).filter(([, one]) => one === how).map(([name]) => name)
  expect(of('once')).toEqual(['send', 'edit', 'remove', 'react', 'vote', 'pin', 'forward'])
  expect(of('never')).toContain('createRoom')
  expect(of('same')).toEqual(expect.arrayContaining(['rooms', 'timeline', 'attach', 'saveDraft', 'markRead']))
})
