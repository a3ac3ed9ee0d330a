// Panics and hanging calls of the library (messaging.md pitfall 2), on a real store.
import 'fake-indexeddb/auto'
import { RoomId } from '@matrix-org/matrix-sdk-crypto-wasm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { type Browser, newcomer, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { newRoom, open, seal } from '../testing/raw-room'
import { BrowserKeystore } from './keystore'
import { isPanic } from './machine'

let server: FakeServer
let ana: Browser
const panics: unknown[] = []
let profiles = 0

/** As the worker does: a panic surfaces outside of every promise. */
const onPanic = (error: unknown): void => {
  panics.push(error)
  if (isPanic(error)) ana.host.library.panicked(String(error))
}
declare function setImmediate(work: (value: unknown) => void): void
let others: NodeListeners = []
type NodeListeners = ((...args: unknown[]) => void)[]
const node = (globalThis as unknown as { process: {
  listeners(event: string): NodeListeners
  removeAllListeners(event: string): void
  on(event: string, listener: (...args: never[]) => void): void
} }).process

beforeEach(async () => {
  server = new FakeServer()
  ana = await newcomer(server, 'Ana', { keystore: new BrowserKeystore(`machine-${profiles++}-`) })
  panics.length = 0
  others = node.listeners('uncaughtException')
  node.removeAllListeners('uncaughtException')
  node.on('uncaughtException', onPanic as never)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
})

afterEach(() => {
  node.removeAllListeners('uncaughtException')
  for (const listener of others) node.on('uncaughtException', listener as never)
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** What must never be called: sealing without a shared key. */
const rawSeal = (): Promise<string> =>
  ana.host.guarded(() => ana.host.machine().encryptRoomEvent(new RoomId(newRoom()), 'community.message', '{}'))

describe('a panic', () => {
  it('fails the call with a problem at once, and the next message is sealed by a new machine', async () => {
    const room = newRoom()
    const first = await seal(ana.host, room, [ana.user], 'before')
    const old = ana.host.machine()
    await expect(rawSeal()).rejects.toMatchObject({ code: 'panic' })
    expect(panics).toHaveLength(1)
    const second = await seal(ana.host, room, [ana.user], 'after')
    expect(ana.host.machine()).not.toBe(old)
    expect(await open(ana.host, first)).toBe('before')
    expect(await open(ana.host, second)).toBe('after')
    expect(second.content.ciphertext).not.toBe(first.content.ciphertext)
  })

  it('does not hold up the room: what waited for its lock goes on', async () => {
    const room = newRoom()
    const broken = ana.host.inRoom(room, rawSeal)
    const next = ana.host.inRoom(room, () => seal(ana.host, room, [ana.user], 'next'))
    await expect(broken).rejects.toMatchObject({ code: 'panic' })
    expect(await open(ana.host, await next)).toBe('next')
  })

  it('leaves gossip off and callbacks registered in the new machine', async () => {
    await expect(rawSeal()).rejects.toMatchObject({ code: 'panic' })
    await ana.host.guarded(async () => undefined)
    expect(ana.host.machine().roomKeyRequestsEnabled).toBe(false)
    expect(ana.host.machine().roomKeyForwardingEnabled).toBe(false)
    const boris = await newcomer(server, 'Boris')
    const room = newRoom()
    const event = await seal(boris.host, room, [ana.user, boris.user], 'hello')
    await settle(ana)
    await eventually(() => expect(ana.rooms.keys).toContainEqual({ room, sessionId: event.content.session_id }))
  })
})

describe('a call that never ends', () => {
  it('is given up after 20 seconds, not before, and the library is opened anew', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { restarts } = ana.host.library
    const ended: unknown[] = []
    const call = ana.host.guarded(() => new Promise(() => {})).catch((error: unknown) => ended.push(error))
    await vi.advanceTimersByTimeAsync(19_999)
    expect(ended).toEqual([])
    expect(ana.host.library.restarts).toBe(restarts)
    await vi.advanceTimersByTimeAsync(1)
    await call
    expect(ended).toMatchObject([{ code: 'panic' }])
    vi.useRealTimers()
    expect((await ana.host.guarded(() => ana.host.machine().roomKeyCounts())).total).toBe(0)
    expect(ana.host.library.restarts).toBe(restarts + 1)
  })

  it('fails the others that were under way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const both = Promise.allSettled([
      ana.host.guarded(() => new Promise(() => {})), ana.host.guarded(() => new Promise(() => {}), 60_000),
    ])
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await both).map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual(['panic', 'panic'])
  })

  it('is not one that waits for a slow network', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { restarts } = ana.host.library
    let answer: (() => void) | null = null
    server.before = (_method, path) => (path === 'keys/query' ? new Promise<void>((resolve) => (answer = resolve)) : undefined)
    const slow = ana.host.track([ana.user], true)
    while (!answer) await new Promise((resolve) => setImmediate(resolve))
    await vi.advanceTimersByTimeAsync(60_000)
    server.before = () => {}
    ;(answer as () => void)()
    await expect(slow).resolves.toBeUndefined()
    expect(ana.host.library.restarts).toBe(restarts)
  })
})

it('250 messages in a row pass, over the change of keys at 100', async () => {
  const room = newRoom()
  const sessions = new Set<string>()
  const places = new Set<string>()
  for (let at = 0; at < 250; at++) {
    const { content } = await ana.host.inRoom(room, () => seal(ana.host, room, [ana.user], String(at)))
    sessions.add(content.session_id)
    places.add(`${content.session_id} ${content.ciphertext.slice(0, 8)}`)
  }
  expect(sessions.size).toBe(3)
  expect(places.size).toBe(250)
})

describe('the store', () => {
  it('of another key or device is refused as lost', async () => {
    const profile = await ana.keystore.find(ana.user)
    ana.engine.close()
    const { Machine } = await import('./machine')
    const nothing = { roomKeys: () => {}, withheld: () => {}, people: () => {}, secret: () => {} }
    const other = new Machine(ana.user, { ...profile!, device: 'ZZZZZZZZZZ' }, nothing)
    await expect(other.open()).rejects.toMatchObject({ code: 'store-lost' })
  })
})
