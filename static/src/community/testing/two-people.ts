// Ana and Ben in a direct room, both online, without the library: the beginning of many tests.

import type { Draft, EngineEvent, Item, RoomId } from '../crypto/interface'
import { FakeClock, hashAtOnce } from './fake-clock'
import { FakeServer } from './fake-server'
import { FakeSockets } from './fake-socket'
import { bare, type FakeRoom } from './fake-state'
import { draftOf, makeRoom, Tiny } from './tiny'

export interface TwoPeople {
  server: FakeServer
  clock: FakeClock
  sockets: FakeSockets
  ana: Tiny
  ben: Tiny
  room: RoomId
  /** The room as the server keeps it. */
  found(): FakeRoom
  /** Items a page was told of, in order. */
  items(of: Tiny): Item[]
  /** The last item that is no notice. */
  last(of: Tiny): Promise<Item>
  say(of: Tiny, body: string, more?: Partial<Draft>): Promise<string>
  /** Take the cache of a person away: a new browser. */
  forget(of: Tiny): Promise<void>
}

export async function twoPeople(): Promise<TwoPeople> {
  await hashAtOnce()
  const server = new FakeServer()
  const clock = new FakeClock()
  server.state.clock = () => clock.now()
  const sockets = new FakeSockets(server, clock)
  const ana = Tiny.make(server, sockets, clock, 'Ana')
  const ben = Tiny.make(server, sockets, clock, 'Ben')
  const room = await makeRoom(ana, [{ user: ben.user, role: 'host' }], 'direct')
  await ana.start()
  await ben.start()
  await clock.pass(100)
  return {
    server, clock, sockets, ana, ben, room,
    found: () => server.state.rooms.get(bare(room))!,
    items: (of) => of.events.flatMap((event: EngineEvent) => (event.t === 'items' && event.room === room ? event.items : [])),
    last: async (of) => (await of.api.timeline(room, {})).items.filter((item) => item.kind !== 'notice').at(-1)!,
    say: async (of, body, more = {}) => {
      const key = await of.api.send(room, draftOf(body, more))
      await clock.pass(50)
      return key
    },
    forget: async (of) => {
      for (const table of ['events', 'rooms'] as const) {
        for (const { key } of await of.sealed.list(table, '')) await of.sealed.delete(table, key)
      }
    },
  }
}

/** What a store holds, as text. */
export async function keptText(of: Tiny): Promise<string> {
  const kept = await Promise.all((['events', 'rooms', 'outbox'] as const).map((table) => of.sealed.list(table, '')))
  return JSON.stringify(kept, (_key, value: unknown) => (value instanceof Uint8Array ? new TextDecoder().decode(value) : value))
}
