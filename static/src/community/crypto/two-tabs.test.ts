// Two tabs of one browser profile write at once (messaging.md pitfall 1): one store, one lock, the real
// library. No place of a ratchet is used twice.

import 'fake-indexeddb/auto'
import { expect, test, vi } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { realClock } from '../chat/clock'
import type { MegolmContent } from '../chat/parts'
import { makeRoomsHalf } from '../chat/rooms-half'
import { newcomer } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { FakeSockets } from '../testing/fake-socket'
import { bare } from '../testing/fake-state'
import { draftOf } from '../testing/tiny'
import { connect } from './client'
import type { Config, Core } from './core'
import type { Engine, FromWorker, RoomId, ToWorker } from './interface'
import { BrowserKeystore } from './keystore'
import type { Channel, Locks, TabMessage } from './leader'
import { indexOf } from './replay'
import { Tab } from './tab'

vi.mock('./worker?worker&url', () => ({ default: '/static/worker.js' }))
const EACH = 50

/** Web Locks and BroadcastChannel of one browser, and who held the lock. */
class Profile {
  readonly holders: string[] = []
  holding = 0
  most = 0
  private queue: Promise<unknown> = Promise.resolve()
  private readonly ears = new Set<(event: { data: TabMessage }) => void>()

  locks(tab: string): Locks {
    return {
      // Exclusive, in the order of asking; held until what was given has ended.
      request: (_name, _options, held) => {
        const turn = this.queue.then(async () => {
          this.holders.push(tab)
          this.most = Math.max(this.most, ++this.holding)
          try {
            await held()
          } finally {
            this.holding -= 1
          }
        })
        this.queue = turn.catch(() => undefined)
        return turn
      },
    }
  }

  channel(): Channel {
    let own: ((event: { data: TabMessage }) => void) | null = null
    return {
      postMessage: (message) => {
        const data = structuredClone(message)
        for (const ear of this.ears) if (ear !== own) queueMicrotask(() => ear({ data }))
      },
      addEventListener: (_type, listener) => {
        own = listener
        this.ears.add(listener)
      },
      close: () => void (own && this.ears.delete(own)),
    }
  }
}

test('fifty messages of each of two tabs: a hundred places of the ratchet, one holder of the lock', async () => {
  const server = new FakeServer()
  const sockets = new FakeSockets(server, realClock)
  const user = server.person('Ana')
  const makeRooms = (core: Core) => makeRoomsHalf(core, { socket: sockets.for(core.me, 'first') })
  const ben = await newcomer(server, 'Ben', { makeRooms })
  const profile = new Profile()
  const keystore = new BrowserKeystore('two-tabs-')
  const http = () => ({ ...server.httpFor(user), config: () => server.httpFor(user).json<Config>('GET', 'config') })

  const openTab = (name: string): Engine => {
    let listener: (event: { data: FromWorker }) => void = () => {}
    const tab = new Tab((message) => listener({ data: structuredClone(message) }), {
      http, keystore, missing: async () => null, makeRooms,
      surroundings: () => ({ tab: name, locks: profile.locks(name), channel: profile.channel() }),
    })
    const { engine } = connect({
      postMessage: (message: ToWorker) => tab.receive(structuredClone(message)),
      addEventListener: (_type, to) => void (listener = to),
    })
    tab.receive({ t: 'init', wasm: '', api: '', socket: 'ws://x', name: 'Ana', app: '1.0.0' })
    return engine
  }

  const one = openTab('one')
  await eventually(async () => expect((await one.state()).phase).toBe('new-person'))
  const { recoveryKey, ask } = await one.setupBegin()
  await one.setupFinish(ask.map((at) => recoveryKey[at]!))
  const other = openTab('other')
  await eventually(async () => expect((await other.state()).phase).toBe('ready'))
  const room: RoomId = await one.openDirect(ben.user, 'Ben')
  const send = (from: Engine, tab: string): Promise<unknown>[] =>
    Array.from({ length: EACH }, (_, at) => from.send(room, draftOf(`${tab} ${at}`)))
  await Promise.all([...send(one, 'one'), ...send(other, 'other')])

  const found = server.state.rooms.get(bare(room))!
  const sent = (): MegolmContent[] =>
    found.events.filter((event) => event.class === 'm').map((event) => event.content as MegolmContent)
  await eventually(() => expect(sent()).toHaveLength(2 * EACH), 100, 90_000)
  expect(new Set(sent().map((content) => `${content.session_id} ${indexOf(content.ciphertext)}`)).size).toBe(2 * EACH)
  expect([profile.holders, profile.most]).toEqual([['one'], 1])
  expect(new Set(found.events.map((event) => event.device_id).filter(Boolean)).size).toBe(1)
  // Nothing lost, nothing twice, and all of it readable by the other person.
  const all = [...Array(EACH).keys()].flatMap((at) => [`one ${at}`, `other ${at}`]).sort()
  await eventually(async () => {
    const page = (await ben.engine.call('timeline', [room, { limit: 200 }])) as { items: { kind: string; body: string }[] }
    expect(page.items.filter((item) => item.kind === 'message').map((item) => item.body).sort()).toEqual(all)
  })
  ben.engine.close()
})
