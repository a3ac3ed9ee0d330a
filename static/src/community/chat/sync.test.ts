import { beforeEach, expect, test } from 'vitest'
import type { Core, SyncBody } from '../crypto/core'
import { FakeClock, settle } from '../testing/fake-clock'
import { MemorySealed } from '../testing/memory-sealed'
import { Sync } from './sync'

let clock: FakeClock
let sealed: MemorySealed
let log: string[]
let release: (() => void)[]
let hold: boolean
let answers: (Partial<SyncBody> | Error)[]
let sync: Sync

const body = (cursor: string, more = false): SyncBody => ({
  cursor, more, to_device: [], device_lists: { changed: [], left: [] }, devices_pos: 5, otk_counts: {}, unused_fallback: [], heads: { '!r': 3 },
})
const events = (n: number) => ({ t: 'events' as const, n, room: '!r', from_seq: 1, to_seq: 1, events: [], more: false })

beforeEach(async () => {
  clock = new FakeClock(0)
  sealed = new MemorySealed()
  log = []
  release = []
  hold = false
  answers = []
  const core = {
    sealed,
    received: async (given: SyncBody) => {
      log.push(`received ${given.cursor}`)
      if (given.cursor === 'bad') throw new Error('panic')
      if (hold) await new Promise<void>((resolve) => release.push(resolve))
    },
    http: {
      json: async (method: string, path: string, sent?: { cursor: string }) => {
        log.push(`${method} ${path}${sent ? ` ${sent.cursor}` : ''}`)
        if (method === 'POST') return {}
        const next = answers.shift() ?? new TypeError('offline')
        if (next instanceof Error) throw next
        return next
      },
    },
  } as unknown as Core
  sync = new Sync(core, clock, {
    position: (pos) => void log.push(`position ${pos}`), events: async (frame) => void log.push(`events ${frame.n}`),
    heads: async () => void log.push('heads'), acknowledge: (n, cursor) => void log.push(`ack ${n} ${cursor ?? '-'}`), failed: () => void log.push('failed'),
  })
  await sync.read()
})

test('the machine takes it, then the cursor is acknowledged and kept', async () => {
  hold = true
  sync.sync({ t: 'sync', n: 1, ...body('c1') })
  await settle()
  expect(log).toEqual(['received c1'])
  expect(await sealed.get('meta', 'cursor')).toBeUndefined()
  release[0]!()
  await settle()
  expect(log).toEqual(['received c1', 'position 5', 'ack 1 c1', 'heads'])
  expect([await sealed.get('meta', 'cursor'), sync.cursor]).toEqual(['c1', 'c1'])
})

test('events wait for the keys that came before them', async () => {
  hold = true
  sync.sync({ t: 'sync', n: 1, ...body('c1') })
  void sync.events(events(2))
  await settle()
  expect(log).toEqual(['received c1'])
  release[0]!()
  await settle()
  expect(log.slice(-2)).toEqual(['events 2', 'ack 2 -'])
  expect(log.indexOf('ack 1 c1')).toBeLessThan(log.indexOf('events 2'))
})

test('events wait while more keys are announced, but not for ever', async () => {
  sync.sync({ t: 'sync', n: 1, ...body('c1', true) })
  void sync.events(events(2))
  await settle()
  expect(log).not.toContain('events 2')
  sync.sync({ t: 'sync', n: 3, ...body('c2') })
  await settle()
  expect(log).toContain('events 2')
  sync.sync({ t: 'sync', n: 4, ...body('c3', true) })
  void sync.events(events(5))
  await clock.pass(5100)
  expect(log).toContain('events 5')
})

test('what the machine could not take is not acknowledged', async () => {
  sync.sync({ t: 'sync', n: 1, ...body('bad') })
  await settle()
  expect(log).toEqual(['received bad', 'failed'])
  expect(sync.cursor).toBeNull()
})

test('an answer that arrives after its line was lost is not acknowledged there', async () => {
  hold = true
  sync.sync({ t: 'sync', n: 1, ...body('c1') })
  sync.reset()
  release[0]?.()
  await settle()
  release[0]?.()
  await settle()
  expect(log.some((entry) => entry.startsWith('ack'))).toBe(false)
})

test('polling asks from the last cursor, acknowledges, and looks at the heads', async () => {
  answers = [body('c1', true), body('c2'), new TypeError('x')]
  const stop = new AbortController()
  const reached: boolean[] = []
  void sync.poll(stop.signal, (on) => void reached.push(on))
  await clock.pass(1100)
  expect(log.filter((entry) => !entry.startsWith('pos'))).toEqual([
    'GET sync?cursor=&wait=0', 'received c1', 'POST sync/ack c1', 'heads',
    'GET sync?cursor=c1&wait=0', 'received c2', 'POST sync/ack c2', 'heads', 'GET sync?cursor=c2&wait=25',
  ])
  expect(reached).toEqual([true, true, false])
  stop.abort()
  const before = log.length
  await clock.pass(60_000)
  expect(log.length).toBe(before)
})

test('a server that answers at once is not asked without end', async () => {
  answers = Array.from({ length: 50 }, () => body('c1'))
  void sync.poll(new AbortController().signal, () => undefined)
  await clock.pass(10_000)
  expect(log.filter((entry) => entry.startsWith('GET')).length).toBeLessThanOrEqual(12)
})

test('a wrong answer is taken for no answer', async () => {
  answers = [{ cursor: 'x' }]
  await expect(sync.pull(0)).rejects.toThrow(TypeError)
  expect(log).toEqual(['GET sync?cursor=&wait=0'])
})
