// A room of 10,000 messages in a really sealed cache (messaging.md 8): its end is shown, and its words
// are found, without reading everything.

import 'fake-indexeddb/auto'
import { beforeAll, expect, test } from 'vitest'
import { measured } from '../../shared/testing/patience'
import type { Sealed } from '../crypto/core'
import type { RoomId } from '../crypto/interface'
import { SealedDatabase } from '../crypto/sealed'
import { FakeClock, hashAtOnce, settle } from '../testing/fake-clock'
import { FakeServer } from '../testing/fake-server'
import { FakeSockets } from '../testing/fake-socket'
import { draftOf, makeRoom, Tiny } from '../testing/tiny'

const MESSAGES = 10_000
const WORDS = ['parcel', 'граница', '港口', 'الميناء', 'vendredi', 'customs', 'réunion', 'boat']

/** Counts what is read. */
class Counting implements Sealed {
  reads: string[] = []
  constructor(private readonly inner: Sealed) {}
  get = <T>(table: Parameters<Sealed['get']>[0], key: string): Promise<T | undefined> => {
    this.reads.push(`${table} ${key}`)
    return this.inner.get<T>(table, key)
  }
  put: Sealed['put'] = (table, key, value) => this.inner.put(table, key, value)
  putAll: Sealed['putAll'] = (rows) => this.inner.putAll(rows)
  delete: Sealed['delete'] = (table, key) => this.inner.delete(table, key)
  list = <T>(table: Parameters<Sealed['list']>[0], prefix: string): Promise<{ key: string; value: T }[]> => this.inner.list<T>(table, prefix)
}

let clock: FakeClock
let ben: Tiny
let sealed: Counting
let room: RoomId

beforeAll(async () => {
  await hashAtOnce()
  const server = new FakeServer()
  clock = new FakeClock()
  const sockets = new FakeSockets(server, clock)
  server.state.clock = () => clock.now()
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  sealed = new Counting(new SealedDatabase('long-room', key))
  const ana = Tiny.make(server, sockets, clock, 'Ana')
  ben = Tiny.make(server, sockets, clock, 'Ben', sealed)
  room = await makeRoom(ana, [{ user: ben.user, role: 'host' }], 'direct')
  await ana.start()
  await clock.pass(50)
  await ana.api.send(room, draftOf('first'))
  await clock.pass(50)
  ana.engine.stop()
  fill(server, room)
  await ben.start()
  await settle(60)
  await ben.api.timeline(room, {})
  for (let turn = 0; turn < 400; turn++) await clock.pass(100, 20)
})

function fill(server: FakeServer, of: RoomId): void {
  const found = server.state.rooms.get(of.slice(1, 37))!
  const sample = found.events.at(-1)!
  const { content } = JSON.parse(atob((sample.content as { ciphertext: string }).ciphertext)) as { content: object }
  for (let at = 1; at < MESSAGES; at++) {
    const body = `message ${at} about the ${WORDS[at % WORDS.length]} in a sentence that is as long as sentences are, ${'more '.repeat(at % 20)}`
    const one = { ...content, id: `bulk-${at}-`.padEnd(22, '0'), body, prev: null }
    const ciphertext = Buffer.from(JSON.stringify({ n: at, content: one })).toString('base64')
    found.events.push({ ...sample, seq: ++found.lastSeq, event_id: `$${at}`, content: { ...sample.content, ciphertext } as typeof sample.content })
  }
}

test('everything is in the cache once the room was shown', async () => {
  expect(await ben.reads(room)).toHaveLength(MESSAGES)
})

test('after a reload the last 50 are shown in half a second, from three chunks at most, without a network', async () => {
  ben.offline = true
  await ben.restart()
  sealed.reads = []
  const [page, took] = await measured(() => ben.api.timeline(room, { limit: 50 }))
  expect(page.items.map((item) => item.body.split(' ').slice(0, 2).join(' '))).toEqual(Array.from({ length: 50 }, (_, at) => `message ${MESSAGES - 50 + at}`))
  expect(sealed.reads.filter((key) => key.includes('/e/')).length).toBeLessThanOrEqual(3)
  expect(took).toBeLessThan(500)
})

test('a search over 10,000 messages takes less than 300 ms once the index is warm', async () => {
  await ben.api.search('parcel', {})
  for (const word of ['ПОСЫЛКА нет', 'граница', '港', 'REUNION', 'message 7777']) {
    const [hits, took] = await measured(() => ben.api.search(word, {}))
    expect(took).toBeLessThan(300)
    expect(hits.length).toBe(word.includes('нет') ? 0 : word.includes('7777') ? 1 : 50)
  }
})
