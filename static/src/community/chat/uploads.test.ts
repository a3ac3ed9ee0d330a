// Files on their way: with the real library for sealing, over the fake server.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Core } from '../crypto/core'
import { hex, openFile, sealFile } from '../crypto/files'
import type { Attachment, EngineEvent, Problem } from '../crypto/interface'
import { loadLibrary } from '../crypto/wasm'
import { FakeClock, hashAtOnce, settle } from '../testing/fake-clock'
import { FakeServer } from '../testing/fake-server'
import { FakeSockets } from '../testing/fake-socket'
import { Tiny } from '../testing/tiny'
import { Uploads } from './uploads'

const ROOM = '!11111111-1111-4111-8111-111111111111:members.invalid'
const MIB = 1024 * 1024

let server: FakeServer
let clock: FakeClock
let ana: Tiny
let uploads: Uploads
let done: string[]
let told: { attachment: Attachment; problem: Problem | null }[]
/** What goes wrong with the next requests: thrown in their place, before (or after) they are handled. */
let faults: { at: string; error: unknown; after?: boolean }[]
let asked: string[]

beforeAll(async () => {
  await loadLibrary()
  await hashAtOnce()
})

function make(): Uploads {
  const { http } = ana.core
  const through = async <T>(method: string, path: string, work: () => Promise<T>): Promise<T> => {
    const what = `${method} ${path.replace(/[0-9a-f-]{36}/, '*')}`
    asked.push(what)
    const fault = faults[0]?.at === what || faults[0]?.at === method ? faults.shift()! : null
    if (fault && !fault.after) throw fault.error
    const answer = await work()
    if (fault) throw fault.error
    return answer
  }
  const core: Core = {
    ...ana.core,
    http: {
      ...http,
      json: (method, path, body, signal) => through(method, path, () => http.json(method, path, body, signal)),
      bytes: (method, path, body, signal) => through(method, path, () => http.bytes(method, path, body, signal)),
    },
    emit: (event: EngineEvent) => {
      if (event.t === 'upload') told.push(event)
    },
  }
  const made = new Uploads(core, clock, (room) => void done.push(room), () => undefined)
  made.start()
  return made
}

beforeEach(() => {
  server = new FakeServer()
  clock = new FakeClock()
  ana = Tiny.make(server, new FakeSockets(server, clock), clock, 'Ana')
  done = []
  told = []
  faults = []
  asked = []
  uploads = make()
})

const bytes = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).map((_, at) => (at * 7) % 251)
const file = (size: number): File => new File([bytes(size)], 'report.pdf', { type: 'application/pdf' })
const refusal = (status: number, code: string, more = {}) => ({ status, code, body: { code, ...more } })
const stored = () => [...server.state.media.values()]

async function arrives(id: string): Promise<void> {
  await clock.pass(100)
  const [attachment] = (await uploads.attachments([id]))!
  const { blob, sha256 } = await openFile(stored().at(-1)!.bytes, attachment!)
  const plain = new Uint8Array(await blob.arrayBuffer())
  expect(sha256).toBe(await hex(plain))
  expect(Buffer.compare(plain, bytes(plain.length))).toBe(0)
}

describe('the way up', () => {
  test('a file is sealed, sent in parts and told of; the plaintext hash is shown', async () => {
    const id = await uploads.attach(ROOM, file(2.5 * MIB))
    await arrives(id)
    expect(asked).toEqual(['POST media', 'PUT media/*/0', `PUT media/*/${MIB}`, `PUT media/*/${2 * MIB}`])
    expect(told.map(({ attachment: { state, progress } }) => [state, Math.round(progress * 100)])).toEqual([
      ['sealing', 0], ['sending', 0], ['sending', 40], ['sending', 80], ['sending', 100], ['ready', 100],
    ])
    expect(told.at(-1)!.attachment).toMatchObject({ name: 'report.pdf', type: 'application/pdf', size: 2.5 * MIB, sha256: await hex(bytes(2.5 * MIB)) })
    expect(done).toEqual([ROOM])
  })

  test('after a reload it goes on where it stopped', async () => {
    faults = [{ at: `PUT media/*/${MIB}`, error: new TypeError('offline') }]
    const id = await uploads.attach(ROOM, file(3 * MIB))
    await settle(20)
    uploads.stop()
    const before = asked.length
    uploads = make()
    await uploads.read(() => true)
    uploads.start()
    await arrives(id)
    expect(asked.slice(before)).toEqual(['GET media/*/status', `PUT media/*/${MIB}`, `PUT media/*/${2 * MIB}`])
    expect(stored().length).toBe(1)
  })

  test('a part whose answer was lost is not sent twice', async () => {
    faults = [{ at: 'PUT media/*/0', error: new TypeError('lost'), after: true }]
    const id = await uploads.attach(ROOM, file(2 * MIB))
    await clock.pass(3000)
    await arrives(id)
    expect(asked.filter((one) => one === 'PUT media/*/0').length).toBe(1)
  })

  test('a wrong offset is put right', async () => {
    faults = [{ at: 'PUT media/*/0', error: refusal(409, 'wrong_offset', { received: 0 }) }]
    await arrives(await uploads.attach(ROOM, file(MIB)))
  })

  test('too fast: waits as long as was asked', async () => {
    faults = [{ at: 'POST media', error: refusal(429, 'rate_limited', { retry_after: 30 }) }]
    const id = await uploads.attach(ROOM, file(10))
    await clock.pass(29_000)
    expect(asked).toEqual(['POST media'])
    await clock.pass(1500)
    await arrives(id)
  })

  test('what the server forgot begins anew', async () => {
    faults = [{ at: 'PUT media/*/0', error: refusal(404, 'not_found') }]
    await arrives(await uploads.attach(ROOM, file(10)))
    expect(asked.filter((one) => one === 'POST media').length).toBe(2)
  })

  test('a hash that does not match three times is a failure with its reason, and can be tried again', async () => {
    faults = [1, 2, 3].map(() => ({ at: 'PUT media/*/0', error: refusal(422, 'hash_mismatch') }))
    const id = await uploads.attach(ROOM, file(10))
    await clock.pass(100)
    await expect(uploads.attachments([id])).rejects.toMatchObject({ code: 'failed', detail: 'hash_mismatch' })
    expect(told.at(-1)).toMatchObject({ attachment: { state: 'failed' }, problem: { detail: 'hash_mismatch' } })
    uploads.again([id])
    await arrives(id)
  })

  test('a closed room is a failure at once', async () => {
    faults = [{ at: 'POST media', error: refusal(403, 'room_closed') }]
    const id = await uploads.attach(ROOM, file(10))
    await clock.pass(100)
    await expect(uploads.attachments([id])).rejects.toMatchObject({ code: 'room-closed' })
  })

  test('one file after the other', async () => {
    const ids = [await uploads.attach(ROOM, file(MIB)), await uploads.attach(ROOM, file(MIB))]
    await clock.pass(100)
    expect(asked).toEqual(['POST media', 'PUT media/*/0', 'POST media', 'PUT media/*/0'])
    expect((await uploads.attachments(ids))!.map((one) => one.media)).toEqual(stored().map((one) => one.id))
  })

  test('more than the limit, and nothing, are refused', async () => {
    await expect(uploads.attach(ROOM, { size: 20 * MIB + 1, name: 'x', type: '' } as File)).rejects.toMatchObject({ code: 'failed', detail: 'too_large' })
    await expect(uploads.attach(ROOM, file(0))).rejects.toMatchObject({ code: 'failed', detail: 'empty' })
  })

  test('while it is under way a message waits; given up, nothing of it stays', async () => {
    server.signIn(ana.user, 'first').offline = true
    const id = await uploads.attach(ROOM, file(2 * MIB))
    await clock.pass(5000)
    expect(await uploads.attachments([id])).toBeNull()
    expect((await ana.sealed.list('uploads', '')).length).toBe(3)
    await uploads.forget(id)
    expect(await ana.sealed.list('uploads', '')).toEqual([])
    await expect(uploads.attachments([id])).rejects.toMatchObject({ code: 'failed' })
  })

  test('a file nobody named for a week is cleared away, one that waits in a message is kept', async () => {
    const ids = [await uploads.attach(ROOM, file(10)), await uploads.attach(ROOM, file(10))]
    await clock.pass(8 * 86_400_000)
    uploads = make()
    await uploads.read((id) => id === ids[1])
    expect((await ana.sealed.list('uploads', 'file/')).map((row) => row.key)).toEqual([`file/${ids[1]}`])
  })

  test('what lay for a day is looked after before a message names it', async () => {
    const id = await uploads.attach(ROOM, file(10))
    await clock.pass(2 * 86_400_000)
    server.state.media.clear()
    expect(await uploads.attachments([id])).toBeNull()
    await arrives(id)
  })
})

describe('the way down', () => {
  test('only pictures keep a type a page may show, and only if they are pictures', async () => {
    const opened = async (start: number[], type: string): Promise<string> => {
      const plain = new Uint8Array([...start, ...bytes(50)])
      const { ciphertext, info } = await sealFile(plain)
      return (await openFile(ciphertext, { media: '', info, name: '', type, size: plain.length })).blob.type
    }
    const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    expect(await opened(png, 'image/png')).toBe('image/png')
    expect(await opened([0xff, 0xd8, 0xff], 'image/jpeg')).toBe('image/jpeg')
    expect(await opened([0x47, 0x49, 0x46, 0x38], 'image/gif')).toBe('image/gif')
    expect(await opened([0x52, 0x49, 0x46, 0x46, 0, 0, 0, 0, 0x57, 0x45, 0x42, 0x50], 'image/webp')).toBe('image/webp')
    for (const [start, type] of [[png, 'text/html'], [png, 'image/svg+xml'], [[0x3c, 0x73], 'image/png'], [png, 'image/jpeg']] as const) {
      expect(await opened([...start], type)).toBe('application/octet-stream')
    }
  })

  test('one changed bit, another key, another size: damaged', async () => {
    const { ciphertext, info } = await sealFile(bytes(100))
    const of = (size: number, with_ = info) => ({ media: '', info: with_, name: '', type: '', size })
    const changed = ciphertext.map((byte, at) => (at === 50 ? byte ^ 1 : byte))
    await expect(openFile(changed, of(100))).rejects.toMatchObject({ code: 'damaged' })
    await expect(openFile(ciphertext, of(99))).rejects.toMatchObject({ code: 'damaged' })
    await expect(openFile(ciphertext, of(100, (await sealFile(bytes(100))).info))).rejects.toMatchObject({ code: 'damaged' })
    await expect(openFile(ciphertext, of(100, '{}'))).rejects.toMatchObject({ code: 'damaged' })
    expect((await openFile(ciphertext, of(100))).sha256).toBe(await hex(bytes(100)))
  })
})
