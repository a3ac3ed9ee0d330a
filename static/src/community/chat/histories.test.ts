// Random lives of a room: people come, go, lose their network and reload; frames are lost, doubled and
// overtake each other; answers get lost. When it is quiet again, everybody sees what was sent while
// she was inside, in order, nothing twice. A failing history is repeated by its seed.

import { beforeAll, expect, test } from 'vitest'
import type { Item, RoomId } from '../crypto/interface'
import { FakeClock, hashAtOnce, seeded } from '../testing/fake-clock'
import { FakeServer } from '../testing/fake-server'
import { FakeSockets } from '../testing/fake-socket'
import type { FakeRoom, Json } from '../testing/fake-state'
import { draftOf, giveCharter, makeRoom, sign, Tiny } from '../testing/tiny'

const HISTORIES = 300
const STEPS = 40
const FIRST_SEED = Number(process.env['SEED'] ?? 1)

beforeAll(hashAtOnce)

class History {
  readonly random: () => number
  readonly clock: FakeClock
  readonly server = new FakeServer()
  readonly sockets: FakeSockets
  readonly people: Tiny[] = []
  readonly mine = new Map<Tiny, string[]>() // sent while inside, to be stored
  room!: RoomId
  private count = 0
  private calm = false

  constructor(seed: number) {
    this.random = seeded(seed)
    this.clock = new FakeClock(1_700_000_000_000, seed)
    this.server.state.clock = () => this.clock.now()
    this.sockets = new FakeSockets(this.server, this.clock)
    // The room's history is given to nobody: it begins with the joining.
    this.server.listen((poke) => {
      const member = poke.t === 'member' ? this.found(poke.room).members.get(poke.user) : undefined
      if (member?.state === 'joined' && member.joinedSeq !== null) member.firstVisible = member.joinedSeq
    })
    this.sockets.fate = (frame) => this.fate(String(frame['t']))
    this.server.before = () => this.perhaps(0.04)
    this.server.tamper = (call) => {
      this.perhaps(0.04)
      for (const room of (call.answer?.['rooms'] ?? [call.answer]) as Json[]) {
        if (this.room && room && 'unread' in room && 'last_read_seq' in room) room['unread'] = this.unread(Number(room['last_read_seq']), Number(room['first_visible_seq']))
      }
      return call.answer
    }
  }

  /** As the real server counts: every event of class m, one's own too. */
  private unread(read: number, first: number): number {
    return this.found().events.filter((event) => event.class === 'm' && event.seq > read && event.seq >= first).length
  }

  private perhaps(chance: number): void {
    if (!this.calm && this.random() < chance) throw new TypeError('lost')
  }

  private fate(frame: string): number[] {
    if (this.calm || !['events', 'heads'].includes(frame)) return [0]
    const roll = this.random()
    if (roll < 0.15) return []
    if (roll < 0.3) return [0, this.upTo(3000)]
    return roll < 0.5 ? [this.upTo(3000)] : [0]
  }

  private upTo(most: number): number {
    return Math.floor(this.random() * most)
  }

  found(room = this.room): FakeRoom {
    return this.server.state.rooms.get(room.slice(1, 37))!
  }

  isIn(person: Tiny): boolean {
    return this.found().members.get(person.user)?.state === 'joined'
  }

  async begin(): Promise<void> {
    this.calm = true
    for (const name of ['Ana', 'Ben', 'Cleo']) this.people.push(Tiny.make(this.server, this.sockets, this.clock, name))
    const [ana, ben] = this.people
    this.room = await makeRoom(ana!, [{ user: ben!.user, role: 'member' }])
    for (const person of this.people) {
      this.mine.set(person, [])
      await person.start()
    }
    await this.join(ben!)
    this.calm = false
  }

  private async join(person: Tiny): Promise<void> {
    await person.core.http.json('POST', `rooms/${this.room.slice(1, 37)}/join`, {}).catch(() => undefined)
  }

  async step(): Promise<void> {
    const person = this.people[this.upTo(3)]!
    const roll = this.random()
    if (roll < 0.5) await this.say(person)
    else if (roll < 0.58) person.offline = this.random() < 0.6
    else if (roll < 0.65) this.sockets.cut(person.user)
    else if (roll < 0.72) await person.restart()
    else if (roll < 0.79) await this.putOut(person)
    else if (roll < 0.83) await this.leave(person)
    else if (roll < 0.94) await this.bringIn(person)
    else await this.clock.pass(this.upTo(20_000), 2)
    await this.clock.pass(this.upTo(700), 2)
  }

  private async say(person: Tiny): Promise<void> {
    const body = `${person.name} ${++this.count}`
    try {
      await giveCharter(person, this.room)
      await person.api.send(this.room, draftOf(body))
      if (this.isIn(person)) this.mine.get(person)!.push(body)
    } catch {
      // not in the room, as far as she knows
    }
  }

  private listed(): { user: string; role: 'host' | 'member' }[] {
    const { text } = this.found().rosters.at(-1)!
    return (JSON.parse(text) as { members: { user: string; role: 'host' | 'member' }[] }).members
  }

  /** The host signs a list without the person. */
  private async putOut(person: Tiny): Promise<void> {
    const [ana] = this.people
    if (person === ana || !this.listed().some((one) => one.user === person.user)) return
    await this.surely(() => sign(ana!, this.room, this.listed().filter((one) => one.user !== person.user)))
    this.mine.set(person, [])
  }

  private async leave(person: Tiny): Promise<void> {
    if (person === this.people[0] || !this.isIn(person)) return
    await this.surely(() => person.core.http.json('POST', `rooms/${this.room.slice(1, 37)}/leave`, {}))
    this.mine.set(person, [])
  }

  private async bringIn(person: Tiny): Promise<void> {
    if (this.isIn(person)) return
    const member = this.found().members.get(person.user)
    if (member?.state !== 'invited') {
      const without = this.listed().filter((one) => one.user !== person.user)
      // Who left is taken out of the list first; this server forgets her only then.
      if (member?.state === 'left') member.state = 'removed'
      if (without.length < this.listed().length) await this.surely(() => sign(this.people[0]!, this.room, without))
      await this.surely(() => sign(this.people[0]!, this.room, [...without, { user: person.user, role: 'member' }]))
    }
    await this.surely(() => this.join(person))
  }

  /** A deed of the test itself: no luck needed. */
  private async surely(work: () => Promise<unknown>): Promise<void> {
    const away = this.people.filter((person) => this.server.signIn(person.user, 'first').offline)
    for (const person of away) this.server.signIn(person.user, 'first').offline = false
    this.calm = true
    await work()
    this.calm = false
    for (const person of away) this.server.signIn(person.user, 'first').offline = true
  }

  async quiet(): Promise<void> {
    this.calm = true
    for (const person of this.people) person.offline = false
    await this.clock.pass(130_000, 3)
  }

  // -- what is to be seen ----------------------------------------------------------------------------

  /** Bodies stored since a number, in the order of the server. */
  stored(from: number): string[] {
    return this.found().events.filter((event) => event.class === 'm' && event.seq >= from).map((event) => {
      const { content } = JSON.parse(atob((event.content as { ciphertext: string }).ciphertext)) as { content: { body: string } }
      return content.body
    })
  }

  /** What a page that heard every event since the last load shows. */
  screen(person: Tiny): Item[] {
    const shown = new Map<string, Item>()
    for (const event of person.events) {
      if (event.t !== 'items' || event.room !== this.room) continue
      for (const key of event.removed) shown.delete(key)
      for (const item of event.items) shown.set(item.key, item)
    }
    return [...shown.values()].filter((item) => item.kind === 'message')
  }

  async check(): Promise<void> {
    for (const person of this.people) {
      const rooms = (await person.api.rooms()).map((one) => one.room)
      const member = this.found().members.get(person.user)
      if (member?.state !== 'joined') {
        if (member?.state !== 'invited') expect(rooms).toEqual([])
        continue
      }
      const inside = this.stored(member.firstVisible)
      expect(await person.reads(this.room), person.name).toEqual(inside)
      expect(person.state.outbox).toBe(0)
      expect(inside).toEqual(expect.arrayContaining(this.mine.get(person)!))
      const bodies = this.screen(person).map((item) => item.body)
      expect(new Set(bodies).size).toBe(bodies.length)
      for (const body of bodies) expect(inside).toContain(body)
      const { unread } = (await person.api.rooms())[0]!
      expect(unread).toBe(this.unread(member.lastRead, member.firstVisible))
    }
    const all = this.stored(0)
    expect(new Set(all).size).toBe(all.length)
  }
}

test(`everybody sees what was sent while she was inside, in order, nothing twice (${HISTORIES} histories)`, async () => {
  let seen = 0
  for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed++) {
    const history = new History(seed)
    await history.begin()
    for (let step = 0; step < STEPS; step++) await history.step()
    await history.quiet()
    try {
      await history.check()
    } catch (error) {
      throw new Error(`history ${seed}`, { cause: error })
    }
    seen += history.stored(0).length
    for (const person of history.people) person.engine.stop()
  }
  expect(seen).toBeGreaterThan(HISTORIES * 5) // these were lives, not silences
}, 600_000)
