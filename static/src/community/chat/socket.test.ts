import { beforeEach, describe, expect, test } from 'vitest'
import type { ProblemCode } from '../crypto/interface'
import { FakeClock } from '../testing/fake-clock'
import { readFrame, type Inbound } from './frames'
import { backoff, Socket, type SocketLike } from './socket'

class Line implements SocketLike {
  readyState = 0
  sent: Record<string, unknown>[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  constructor(readonly url: string, readonly protocol: string) {}

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }
  open(): void {
    this.readyState = 1
    this.onopen?.()
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  close(code = 1000): void {
    if (this.readyState === 3) return
    this.readyState = 3
    this.onclose?.({ code })
  }
}

let clock: FakeClock
let lines: Line[]
let socket: Socket
let frames: Inbound[]
let connected: boolean[]
let ended: ProblemCode[]
let signedIn: boolean | null
let cursor: string | null

beforeEach(() => {
  clock = new FakeClock(0, 7)
  lines = []
  frames = []
  connected = []
  ended = []
  signedIn = true
  cursor = null
  socket = new Socket({
    url: 'wss://site/ws/chat/', hello: () => ({ device_id: 'D', cursor, app: '1.0.0', rooms: ['!r'] }),
    frame: (frame) => void frames.push(frame), connected: (on) => void connected.push(on), ended: (code) => void ended.push(code),
    signedIn: async () => signedIn,
  }, clock, (url, protocol) => {
    lines.push(new Line(url, protocol))
    return lines.at(-1)!
  })
})

const line = (): Line => lines.at(-1)!
const welcome = { t: 'welcome', conn: 'x', server_time: 0, limits: {} }
function connect(): void {
  socket.start()
  line().open()
  line().say(welcome)
}

describe('the beginning', () => {
  test('says hello under the protocol, with the last acknowledged cursor and the rooms', () => {
    cursor = 'c7'
    connect()
    expect([line().url, line().protocol]).toEqual(['wss://site/ws/chat/', 'community.chat.v1'])
    expect(line().sent).toEqual([{ t: 'hello', device_id: 'D', cursor: 'c7', app: '1.0.0', rooms: ['!r'] }])
    expect(connected).toEqual([true])
  })

  test('a server that does not answer hello is given up', async () => {
    socket.start()
    line().open()
    await clock.pass(21_000)
    expect(line()).not.toBe(lines[0])
    expect(socket.failures).toBe(1)
  })

  test('nothing is sent before the welcome', () => {
    socket.start()
    line().open()
    socket.typing('!r')
    expect(line().sent.map((frame) => frame['t'])).toEqual(['hello'])
  })

  test('at most fifty rooms are named', () => {
    connect()
    socket.subscribe(Array.from({ length: 70 }, (_, at) => `!${at}`))
    expect((line().sent.at(-1)!['rooms'] as string[]).length).toBe(50)
  })
})

describe('while it is open', () => {
  test('pings every 25 s, and gives a silent line up', async () => {
    connect()
    for (let at = 0; at < 4; at++) {
      await clock.pass(25_000)
      line().say({ t: 'pong', n: at + 1 })
    }
    expect(line().sent.filter((frame) => frame['t'] === 'ping').map((frame) => frame['n'])).toEqual([1, 2, 3, 4])
    expect(lines.length).toBe(1)
    await clock.pass(90_000)
    expect(lines.length).toBe(2)
    expect(connected).toEqual([true, false])
  })

  test('a line that is doubted is asked, and given up when it does not answer soon', async () => {
    connect()
    socket.doubt()
    socket.doubt()
    expect(line().sent.filter((frame) => frame['t'] === 'ping').length).toBe(1)
    line().say({ t: 'pong', n: 1 })
    await clock.pass(6000)
    expect(connected).toEqual([true])
    socket.doubt()
    await clock.pass(4000)
    expect(connected).toEqual([true])
    await clock.pass(1500)
    expect(connected).toEqual([true, false])
    await clock.pass(1500)
    expect(lines.length).toBe(2)
  })

  const acks = (): unknown[] => line().sent.filter((frame) => frame['t'] === 'ack')

  test('keys are acknowledged at once: the highest number, the last cursor, never a cursor of its own making', async () => {
    connect()
    await clock.pass(1000)
    socket.acknowledge(1, 'c1')
    socket.acknowledge(2, 'c2')
    socket.acknowledge(5)
    socket.acknowledge(3)
    expect(acks()).toEqual([{ t: 'ack', n: 1, cursor: 'c1' }])
    await clock.pass(200)
    expect(acks()).toEqual([{ t: 'ack', n: 1, cursor: 'c1' }, { t: 'ack', n: 5, cursor: 'c2' }])
  })

  test('events alone are acknowledged together, seconds later', async () => {
    connect()
    for (let at = 1; at <= 10; at++) {
      socket.acknowledge(at)
      await clock.pass(100)
    }
    expect(acks()).toEqual([])
    await clock.pass(3500)
    expect(acks()).toEqual([{ t: 'ack', n: 10 }])
  })

  test('keys that come meanwhile do not wait with the events', async () => {
    connect()
    socket.acknowledge(1)
    await clock.pass(100)
    socket.acknowledge(2, 'c')
    await clock.pass(200)
    expect(acks()).toEqual([{ t: 'ack', n: 2, cursor: 'c' }])
    await clock.pass(5000)
    expect(acks().length).toBe(1)
  })

  test('a fifth of the window is acknowledged at once', async () => {
    connect()
    for (let at = 1; at <= 20; at++) socket.acknowledge(at)
    await clock.pass(200)
    expect(acks()).toEqual([{ t: 'ack', n: 20 }])
    line().say({ ...welcome, padding: 'x'.repeat(70_000) })
    socket.acknowledge(21)
    await clock.pass(200)
    expect(acks()).toEqual([{ t: 'ack', n: 20 }, { t: 'ack', n: 21 }])
  })

  test('at most seven acknowledgements a second', async () => {
    connect()
    for (let at = 1; at <= 100; at++) {
      socket.acknowledge(at)
      await clock.pass(10, 1)
    }
    expect(line().sent.filter((frame) => frame['t'] === 'ack').length).toBeLessThanOrEqual(8)
  })

  test('an acknowledgement of a line that is gone is not sent on the next one', async () => {
    connect()
    socket.acknowledge(1)
    socket.acknowledge(9)
    line().close(1006)
    await clock.pass(3000)
    line().open()
    line().say(welcome)
    await clock.pass(500)
    expect(line().sent.filter((frame) => frame['t'] === 'ack')).toEqual([])
  })

  test('frames that have not their form are left alone', () => {
    connect()
    for (const bad of ['{', '1', '[]', '{"t":"x"}', '{"t":"events","n":0}', '{"t":"heads","rooms":{"!r":"1"}}', '{"t":"sync","n":1}', '{"t":"constructor"}']) {
      line().onmessage?.({ data: bad })
      expect(readFrame(bad)).toBeNull()
    }
    expect(frames.map((frame) => frame.t)).toEqual(['welcome'])
    expect(readFrame(new ArrayBuffer(1))).toBeNull()
  })
})

describe('the end', () => {
  test.each([[4403, 'role-lost'], [4408, 'confirm-again'], [4409, 'device-removed'], [4426, 'update-needed']])('after %s: %s, and no new try', async (code, problem) => {
    connect()
    line().close(code)
    await clock.pass(120_000)
    expect([ended, lines.length]).toEqual([[problem], 1])
  })

  test('after 4401 the sign-in is asked for once: still good, or over', async () => {
    connect()
    line().close(4401)
    await clock.pass(5000)
    expect([ended, lines.length]).toEqual([[], 2])
    signedIn = false
    line().open()
    line().close(4401)
    await clock.pass(120_000)
    expect([ended, lines.length]).toEqual([['signed-out'], 2])
  })

  test('the reason of bye counts when the code did not come through', async () => {
    connect()
    line().say({ t: 'bye', code: 'device_revoked' })
    line().close(1006)
    await clock.pass(100)
    expect(ended).toEqual(['device-removed'])
  })

  test.each([4400, 4413, 4429, 1006, 1009, 1000])('after %s it is tried again', async (code) => {
    connect()
    line().close(code)
    await clock.pass(31_000)
    expect([ended.length, lines.length >= 2]).toEqual([0, true])
  })

  test('too fast: the next try waits longer', async () => {
    connect()
    line().close(4429)
    await clock.pass(7000)
    expect(lines.length).toBe(1)
  })

  test('tries wait from 1 to 30 s, longer each time, and from the start again after a ping was answered', async () => {
    expect([backoff(0, 0), backoff(0, 1), backoff(3, 0), backoff(3, 1), backoff(20, 0), backoff(20, 1)]).toEqual([1000, 1000, 4000, 8000, 15_000, 30_000])
    connect()
    const waits: number[] = []
    for (let at = 0; at < 8; at++) {
      const [before, from] = [lines.length, clock.now()]
      line().close(1006)
      while (lines.length === before) await clock.pass(250, 1)
      waits.push(clock.now() - from)
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_250)
    expect(waits.at(-1)!).toBeGreaterThan(waits[0]!)
    line().open()
    line().say(welcome)
    line().say({ t: 'pong', n: 1 })
    line().close(1006)
    await clock.pass(1250)
    expect(lines.length).toBe(10)
  })

  test('when the network is back it is tried at once', async () => {
    connect()
    for (let at = 0; at < 6; at++) {
      line().close(1006)
      await clock.pass(31_000)
    }
    const before = lines.length
    line().close(1006)
    socket.hurry()
    expect(lines.length).toBe(before + 1)
  })

  test('after stop nothing happens any more', async () => {
    connect()
    socket.stop()
    await clock.pass(120_000)
    expect([lines.length, lines[0]!.readyState]).toEqual([1, 3])
    expect(clock.next()).toBeNull()
  })
})
