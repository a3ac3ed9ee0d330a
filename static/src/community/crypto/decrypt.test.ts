// What opening an event refuses, and what it says of the rest.

import {
  CollectStrategy, DecryptionErrorCode, EncryptionSettings, initAsync, RoomId as LibraryRoom, UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { beforeAll, expect, test } from 'vitest'
import { makeContent } from '../chat/content'
import type { MegolmContent, ServerEvent } from '../chat/parts'
import { ACTIONS } from '../chat/errors'
import { Bench } from '../testing/bench'
import { guest, makeRoom, three } from '../testing/rooms'
import { KEY_MAY_COME, prevHash, PROBLEM_OF, withheldProblem } from './decrypt'
import { bare } from './encode'
import type { Problem } from './interface'

beforeAll(() => initAsync())

const withCiphertext = (event: ServerEvent, change: (text: string) => string): ServerEvent => {
  const content = event.content as MegolmContent
  return { ...event, content: { ...content, ciphertext: change(content.ciphertext) } }
}

async function problemOf(one: Bench, room: string, event: ServerEvent): Promise<Problem> {
  const opened = await one.opens(room, event)
  if (opened.ok) throw new Error('was opened')
  return opened.problem
}

test('the vector of 10.2: prev.h', async () => {
  const event = { event_id: '$00000000-0000-4000-8000-000000000003', content: { ciphertext: 'AwgA' } }
  expect(await prevHash(event)).toBe('lxbH/xdjDvveSSpIbB+RnspHv7QzelJ87iOGWBWLq1I=')
})

test('every refusal of the library has a problem with words and one action', () => {
  const codes = Object.values(DecryptionErrorCode).filter((one): one is DecryptionErrorCode => typeof one === 'number')
  expect(codes.length).toBe(8)
  for (const code of codes) expect(ACTIONS, DecryptionErrorCode[code]).toHaveProperty(PROBLEM_OF[code])
  expect(Object.keys(PROBLEM_OF).length).toBe(codes.length)
  expect(PROBLEM_OF).toEqual({
    [DecryptionErrorCode.MissingRoomKey]: 'key-missing',
    [DecryptionErrorCode.UnknownMessageIndex]: 'device-added-later',
    [DecryptionErrorCode.MismatchedIdentityKeys]: 'damaged',
    [DecryptionErrorCode.UnknownSenderDevice]: 'unsigned-device',
    [DecryptionErrorCode.UnsignedSenderDevice]: 'unsigned-device',
    [DecryptionErrorCode.SenderIdentityVerificationViolation]: 'identity-changed',
    [DecryptionErrorCode.UnableToDecrypt]: 'damaged',
    [DecryptionErrorCode.MismatchedSender]: 'mismatched-sender',
  })
})

test.each([
  ['m.unverified', 'withheld-unverified'], ['m.blacklisted', 'withheld-other'], ['m.unauthorised', 'withheld-other'],
  ['m.unavailable', 'withheld-other'], ['m.no_olm', 'withheld-other'], ['anything', 'withheld-other'],
  ['m.history_not_shared', 'before-joining'], ['io.element.msc4268.history_not_shared', 'before-joining'],
  ['toString', 'withheld-other'],
])('withheld %s is %s', (code, expected) => {
  expect(withheldProblem(code)).toBe(expected)
})

test('a forged sender is refused', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const event = await bo.send(room, 'x')
  await ana.sync()
  const forged = { ...event, sender: cy.user }
  expect(await ana.opens(room, forged)).toMatchObject({ ok: false, problem: { code: 'mismatched-sender', name: 'Cy' } })
})

test('what a device sends that its owner has not confirmed is not shown', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.send(room, 'x')
  const planted = await Bench.device(server, bo.user, 'Bo', 'planted')
  await planted.core.track([ana.user, bo.user], true)
  const claim = await planted.machine.getMissingSessions([new LibraryUser(ana.user)])
  await planted.sendAny(claim as unknown as Parameters<Bench['sendAny']>[0])
  const settings = new EncryptionSettings()
  settings.sharingStrategy = CollectStrategy.deviceBasedStrategy(false, false)
  for (const one of await planted.machine.shareRoomKey(new LibraryRoom(room), [new LibraryUser(ana.user)], settings)) {
    await planted.sendAny(one as unknown as Parameters<Bench['sendAny']>[0])
  }
  const event = await sealRaw(planted, room, makeContent('message', 'planted', 'AMBER'))
  await ana.sync()
  expect(await ana.opens(room, event)).toMatchObject({ ok: false, problem: { code: 'unsigned-device', name: 'Bo' } })
})

test('a damaged text, a text moved to another room and a wrong class are refused', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const second = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  const flipped = withCiphertext(event, (text) => text.slice(0, 60) + (text[60] === 'A' ? 'B' : 'A') + text.slice(61))
  expect(await ana.reads(room, flipped)).toBe('damaged')
  expect(await ana.reads(second, { ...event, room_id: second, seq: 9 })).not.toBe('x')
  expect(await ana.reads(room, { ...event, class: 's' })).toBe('damaged')
  expect(await ana.reads(room, { ...event, content: null })).toBe('damaged')
  expect(await ana.reads(room, { ...event, sender: null })).toBe('damaged')
  expect(await ana.reads(room, event)).toBe('x')
})

/** An event sealed with the key in use, by a client that keeps no rule. */
async function sealRaw(by: Bench, room: string, content: unknown, type = 'community.message'): Promise<ServerEvent> {
  const text = await by.machine.encryptRoomEvent(new LibraryRoom(room), type, JSON.stringify(content))
  return {
    seq: (await by.room(room)).last_seq + 1, event_id: `$${crypto.randomUUID()}`, room_id: room, sender: by.user,
    device_id: by.deviceId, ts: Date.now(), class: 'm', content: JSON.parse(text) as MegolmContent, expires_at: null,
    media: [], gone: null,
  }
}

test('content that is not in the form is refused, whatever its seal', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await bo.send(room, 'so that there is a key')
  await ana.sync()
  const good = makeContent('message', 'x', 'AMBER')
  expect(await ana.reads(room, await sealRaw(bo, room, good, 'm.room.message'))).toBe('damaged')
  expect(await ana.reads(room, await sealRaw(bo, room, { ...good, more: 1 }))).toBe('damaged')
  expect(await ana.reads(room, await sealRaw(bo, room, { ...good, v: 2 }))).toBe('update-needed')
  expect(await ana.reads(room, await sealRaw(bo, room, good))).toBe('x')
})

test('a message of somebody who was not in the list at that number is refused', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const event = await cy.send(room, 'in')
  await ana.deeds.removeMember(room, cy.user)
  await bo.sync()
  expect(await bo.reads(room, event)).toBe('in')
  const late = { ...event, seq: (await ana.room(room)).last_seq + 1, event_id: `$${crypto.randomUUID()}` }
  expect(await problemOf(bo, room, late)).toMatchObject({ code: 'member-unsigned', user: cy.user, name: 'Cy' })
})

test('class m of an observer is refused even if her client and the server let it through', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const event = await cy.send(room, 'as a member')
  await ana.deeds.setRole(room, cy.user, 'observer')
  const late = await sealRaw(cy, room, makeContent('message', 'as an observer', 'AMBER'))
  await bo.sync()
  expect(await bo.reads(room, event)).toBe('as a member')
  expect(await problemOf(bo, room, late)).toMatchObject({ code: 'failed', detail: 'role', name: 'Cy' })
})

test('a message of a swapped identity is refused though the library lets it through', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const old = await cy.send(room, 'old')
  await ana.sync()
  expect(await ana.reads(room, old)).toBe('old')
  // As if the server put another identity in Cy's place: it has a device of its own.
  const evil = await Bench.device(ana.server, cy.user, 'Cy', 'evil')
  await evil.resetIdentity()
  await evil.core.track([cy.user], true)
  for (const one of [ana, bo]) await one.sync()
  const lists = await evil.room(room)
  evil.sealed.rows.clear()
  const trust = await evil.seals.refresh(lists)
  trust.members.find((one) => one.user === cy.user)!.master = (await evil.core.masterKey(cy.user))!
  const forged = await evil.send(room, 'forged')
  for (const one of [ana, bo]) {
    await one.sync()
    expect(await problemOf(one, room, forged)).toMatchObject({ code: 'identity-changed', name: 'Cy' })
  }
  expect(await ana.reads(room, old)).toBe('old') // seen while the key was the signed one
})

// -- keys late, keys never ----------------------------------------------------------------------------

test('an event before its key waits, and is readable as soon as the key is there', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  expect(await ana.opens(room, event)).toMatchObject({ ok: false, waiting: true })
  expect(await problemOf(ana, room, event)).toMatchObject({ code: 'waiting-for-key', name: 'Bo' })
  const old = { ...event, ts: event.ts - KEY_MAY_COME - 1 }
  expect(await ana.opens(room, old)).toMatchObject({ ok: false, waiting: true, problem: { code: 'key-missing' } })
  await ana.sync()
  expect(await ana.reads(room, event)).toBe('x')
})

test('the key before the event is the usual case', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  expect(await ana.reads(room, event)).toBe('x')
})

test('messages of senders nobody tracked yet are asked for once and then readable', async () => {
  const [server, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.deeds.invite(room, [guest(cy)])
  await cy.sync()
  await cy.deeds.join(room)
  for (const one of [ana, bo]) await one.sync()
  const events = [await ana.send(room, '1'), await bo.send(room, '2')]
  await cy.sync()
  const before = server.calls.filter((call) => call.path === 'keys/query').length
  for (const event of events) expect(await cy.reads(room, event)).toBe((event === events[0] ? '1' : '2'))
  expect(server.calls.filter((call) => call.path === 'keys/query').length - before).toBeLessThanOrEqual(2)
})

test('the badge follows the identity of today, also for what came before a check', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  expect(await ana.opens(room, event)).toMatchObject({ ok: true, trust: 'not-checked', sharedBy: null })
  await ana.check(bo)
  expect(await ana.opens(room, event)).toMatchObject({ ok: true, trust: 'checked' })
  expect(await ana.seals.badge(bo.user)).toBe('checked')
})

test('what was restored from the backup says so', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  const phone = await ana.further('phone')
  expect(await phone.opens(room, event)).toMatchObject({ ok: false, waiting: true })
  const keys = JSON.parse(await ana.machine.exportRoomKeys(() => true)) as { session_id: string }[]
  await phone.machine.importBackedUpRoomKeys(
    new Map([[new LibraryRoom(room), new Map(keys.map((key) => [key.session_id, key]))]]), () => undefined, '1')
  expect(await phone.opens(room, event)).toMatchObject({ ok: true, trust: 'restored', sharedBy: null })
})

test('a server that lies about lists cannot lock what was readable', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  await ana.deeds.setHistory(room, 'shared')
  const event = await ana.send(room, 'x')
  await bo.sync()
  expect(await bo.reads(room, event)).toBe('x')
  server.state.rooms.get(bare(room))!.rosters.pop()
  expect(await bo.reads(room, event)).toBe('x')
})
