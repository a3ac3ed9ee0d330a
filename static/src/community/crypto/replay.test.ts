// Copies are refused, whatever a server does with the rows.

import { expect, test } from 'vitest'
import { makeContent } from '../chat/content'
import type { MegolmContent, ServerEvent } from '../chat/parts'
import type { Bench } from '../testing/bench'
import { makeRoom, three } from '../testing/rooms'
import type { Problem } from './interface'
import { indexOf } from './replay'

/** Another row with the same content: what a server that copies would send. */
const copied = (event: ServerEvent, more: Partial<ServerEvent> = {}): ServerEvent =>
  ({ ...structuredClone(event), seq: event.seq + 50, event_id: `$${crypto.randomUUID()}`, ...more })

const withCiphertext = (event: ServerEvent, change: (text: string) => string): ServerEvent => {
  const content = event.content as MegolmContent
  return { ...event, content: { ...content, ciphertext: change(content.ciphertext) } }
}

async function problemOf(one: Bench, room: string, event: ServerEvent): Promise<Problem> {
  const opened = await one.opens(room, event)
  if (opened.ok) throw new Error('was opened')
  return opened.problem
}

test('a copied event is refused once and for ever, also after a reload and with other padding', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  expect(await ana.reads(room, event)).toBe('x')
  for (let turn = 0; turn < 2; turn++) {
    expect(await problemOf(ana, room, copied(event))).toMatchObject({ code: 'copy', at: event.ts, name: 'Bo' })
    expect(await ana.reads(room, copied(event, { seq: event.seq }))).toBe('copy')
    expect(await ana.reads(room, { ...event, seq: event.seq + 1 })).toBe('copy') // moved
    expect(await ana.reads(room, event)).toBe('x') // opened again: still the original
    const other = withCiphertext(copied(event), (text) => `${text}==`.slice(0, Math.ceil(text.length / 4) * 4))
    expect(['copy', 'damaged']).toContain(await ana.reads(room, other))
    ana.open()
  }
})

test('what is opened in parallel is claimed once', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  const server = await ana.room(room)
  const all = [event, ...Array.from({ length: 9 }, (_, at) => copied(event, { seq: event.seq + 1 + at }))]
  const opened = await Promise.all(all.map((one) => ana.seals.open(server, one)))
  expect(opened.map((one) => one.ok)).toEqual([true, ...Array(9).fill(false)])
})

test('a copy that was opened before its original gives way to it', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const event = await bo.send(room, 'x')
  await ana.sync()
  const copy = copied(event)
  expect(await ana.reads(room, copy)).toBe('x')
  expect(await ana.reads(room, event)).toBe('x')
  expect(await ana.reads(room, copy)).toBe('copy')
})

test('the same inner id from one device twice is a copy, from another person it is not', async () => {
  const [, ana, bo, cy] = await three()
  const room = await makeRoom(ana, [bo, cy])
  const { id } = makeContent('message', '', 'AMBER')
  const events = [await bo.send(room, '1', { id }), await bo.send(room, '2', { id }), await cy.send(room, '3', { id })]
  await ana.sync()
  const read: string[] = []
  for (const one of events) read.push(await ana.reads(room, one))
  expect(read).toEqual(['1', 'copy', '3'])
})

test('the place in the ratchet is read as the library counts it', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const first = indexOf(((await bo.send(room, '0')).content as MegolmContent).ciphertext)!
  for (let number = 1; number < 5; number++) {
    expect(indexOf(((await bo.send(room, 'x')).content as MegolmContent).ciphertext)).toBe(first + number)
  }
  expect(indexOf(btoa('\u0003\u0008\u00ac\u0002\u0012'))).toBe(300)
  const short = ['\u0002\u0008\u0001', '\u0003\u0012\u0001', '\u0003\u0008\u0080'].map(btoa)
  for (const bad of ['', 'Awg', '!!!!', ...short]) expect(indexOf(bad)).toBeNull()
})
