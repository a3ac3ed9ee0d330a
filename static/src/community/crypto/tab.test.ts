// The worker of a tab and the page's side of it, joined by a port.
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { SilentRooms } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { connect } from './client'
import type { Config } from './core'
import type { EngineEvent, FromWorker, ToWorker } from './interface'
import { BrowserKeystore } from './keystore'
import { Tab } from './tab'

vi.mock('./worker?worker&url', () => ({ default: '/static/worker.js' }))

let server: FakeServer
let user: string
let missing: string | null

beforeEach(() => {
  server = new FakeServer()
  user = server.person('Ana')
  missing = null
})

/** A page and its worker. */
function page() {
  let listener: (event: { data: FromWorker }) => void = () => {}
  const rooms = new SilentRooms()
  const tab = new Tab((message) => listener({ data: structuredClone(message) }), {
    http: () => ({ ...server.httpFor(user), config: () => server.httpFor(user).json<Config>('GET', 'config') }),
    keystore: new BrowserKeystore(user),
    missing: async () => missing,
    makeRooms: () => rooms,
    surroundings: () => ({
      tab: 'one', locks: { request: (_name, _options, held) => held() },
      channel: { postMessage: () => {}, addEventListener: () => {}, close: () => {} },
    }),
  })
  const client = connect({
    postMessage: (message: ToWorker) => tab.receive(structuredClone(message)),
    addEventListener: (_type, to) => void (listener = to),
  })
  const events: EngineEvent[] = []
  client.listen((event) => events.push(event))
  const init = (): void =>
    tab.receive({ t: 'init', wasm: '', api: '/api/e2ee/v1/', socket: 'ws://x', name: 'Ana', app: '1.0.0' })
  return { tab, engine: client.engine, events, init, rooms }
}

describe('a tab', () => {
  afterEach(() => vi.useRealTimers())

  it('starts, is set up through the page, and answers the page', async () => {
    const { engine, events, init, rooms } = page()
    expect((await engine.state()).phase).toBe('starting')
    init()
    await eventually(async () => expect((await engine.state()).phase).toBe('new-person'))
    const { recoveryKey, ask } = await engine.setupBegin()
    await expect(engine.setupFinish(['a', 'b', 'c'])).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    await engine.setupFinish(ask.map((at) => recoveryKey[at]!))
    expect(await engine.state()).toMatchObject({ phase: 'ready', me: user, name: 'Ana', leader: true })
    expect(rooms.started).toBe(true)
    expect(events.flatMap((event) => (event.t === 'state' ? [event.state.phase] : []))).toContain('ready')
    await expect((engine as unknown as { nonsense(): Promise<void> }).nonsense()).rejects.toMatchObject({ code: 'failed' })
  })

  it('says which feature a browser lacks, and asks the site nothing', async () => {
    missing = 'Ed25519'
    const { engine, init } = page()
    init()
    await eventually(async () => expect(await engine.state()).toMatchObject({
      phase: 'stopped', problem: { code: 'browser-too-old', feature: 'Ed25519' },
    }))
    expect(server.calls).toEqual([])
    await expect(engine.rooms()).rejects.toMatchObject({ code: 'browser-too-old' })
  })

  it('of a signed-out browser says so, and starts when asked to try again', async () => {
    server.signIn(user).ended = true
    const { engine, init } = page()
    init()
    await eventually(async () => expect(await engine.state()).toMatchObject({ phase: 'stopped', problem: { code: 'signed-out' } }))
    server.signIn(user).ended = false
    await engine.retry()
    await eventually(async () => expect((await engine.state()).phase).toBe('new-person'))
  })

  it('without network waits for it', async () => {
    server.signIn(user).offline = true
    const { engine, init } = page()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    init()
    await vi.advanceTimersByTimeAsync(100)
    expect(await engine.state()).toMatchObject({ phase: 'starting', problem: { code: 'offline' }, connection: 'offline' })
    server.signIn(user).offline = false
    await vi.advanceTimersByTimeAsync(2000)
    vi.useRealTimers()
    await eventually(async () => expect((await engine.state()).phase).toBe('new-person'))
  })

  it('goes on at once when the browser says that the network is back, and once only', async () => {
    server.signIn(user).offline = true
    const { engine, init, tab } = page()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    init()
    await vi.advanceTimersByTimeAsync(100)
    expect((await engine.state()).problem).toMatchObject({ code: 'offline' })
    server.signIn(user).offline = false
    const before = server.calls.length
    tab.online()
    await vi.advanceTimersByTimeAsync(60_000) // the pause that was begun ends as well
    vi.useRealTimers()
    await eventually(async () => expect((await engine.state()).phase).toBe('new-person'))
    // One start of the tab and one of its engine.
    expect(server.calls.slice(before).filter((call) => call.path === 'config')).toHaveLength(2)
  })

  it('takes only panics of the library for panics', async () => {
    const { tab, engine, init } = page()
    init()
    await eventually(async () => expect((await engine.state()).phase).toBe('new-person'))
    expect(tab.uncaught(new Error('x'))).toBe(false)
    expect(tab.uncaught(new WebAssembly.RuntimeError('unreachable'))).toBe(true)
    await engine.setupBegin()
  })
})

