import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Once } from './again'
import { Bus, FakeLocks, FakeTab } from '../testing/fake-tabs'

let locks: FakeLocks
let bus: Bus

const tabs: FakeTab[] = []
const tab = (name: string): FakeTab => {
  const made = new FakeTab(name, locks, bus)
  tabs.push(made)
  return made
}

beforeEach(() => {
  vi.useFakeTimers()
  locks = new FakeLocks()
  bus = new Bus()
})

afterEach(() => {
  for (const one of tabs.splice(0)) one.close()
  vi.useRealTimers()
})

describe('two tabs', () => {
  it('have one leader; the other one asks it, and hears its events', async () => {
    const [one, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(0)
    expect([one.leader.leads, two.leader.leads]).toEqual([true, false])
    expect(two.engineState).toBeNull()
    const file = new Blob(['a'])
    expect(await two.call('attach', '!room', file)).toBe('attach by one')
    expect(one.calls.at(-1)).toEqual(['attach', ['!room', expect.any(Blob)]])
    one.leader.publish({ t: 'rooms' })
    expect(one.events.at(-1)).toEqual({ t: 'rooms' })
    expect(two.events.at(-1)).toEqual({ t: 'rooms' })
    expect(await two.call('state')).toMatchObject({ phase: 'ready', deviceId: 'DEVICE', leader: false })
    expect(await one.call('state')).toMatchObject({ phase: 'ready', leader: true })
  })

  it('pass problems on as they are', async () => {
    const [one, two] = [tab('one'), tab('two')]
    one.answer = async () => {
      throw { code: 'too-fast', until: 5 }
    }
    await expect(two.call('send', '!room')).rejects.toEqual({ code: 'too-fast', until: 5 })
  })

  it('never steal the lock, nor ask for it in any way but in turn', async () => {
    tab('one')
    tab('two')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(locks.asked.map(({ options }) => options)).toEqual([{ mode: 'exclusive' }, { mode: 'exclusive' }])
  })
})

describe('a leader that sleeps', () => {
  it('is said to be asleep after five seconds, not before, and its lock is left alone', async () => {
    const [one, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(3000)
    bus.frozen.add('one')
    const call = two.call('rooms').catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(4000)
    expect(await two.phase()).toBe('ready')
    await vi.advanceTimersByTimeAsync(2000)
    expect(await call).toMatchObject({ code: 'leader-asleep' })
    expect(await two.phase()).toBe('waiting leader-asleep')
    expect(two.events.at(-1)).toMatchObject({ t: 'state', state: { phase: 'waiting', problem: { code: 'leader-asleep' } } })
    await expect(two.call('rooms')).rejects.toMatchObject({ code: 'leader-asleep' })
    expect(locks.holder).toBe('one')
    expect(one.leader.leads).toBe(true)
  })

  it('that wakes goes on leading, and the others know how things stand', async () => {
    const [, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(1000)
    bus.frozen.add('one')
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await two.phase()).toBe('waiting leader-asleep')
    bus.frozen.delete('one')
    await vi.advanceTimersByTimeAsync(1000)
    expect(await two.phase()).toBe('ready')
    expect(await two.call('rooms')).toBe('rooms by one')
  })
})

describe('what was written while the leader slept', () => {
  it('waits, and is done once when it wakes; the rest was given up and is not done', async () => {
    const [one, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(1000)
    one.sleep()
    const early = two.call('send', '!room', 'early')
    const room = two.call('createRoom', {}).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(7000)
    expect(await two.phase()).toBe('waiting leader-asleep')
    expect(await room).toMatchObject({ code: 'leader-asleep' })
    const late = two.call('send', '!room', 'late')
    const draft = two.call('saveDraft', '!room', null, null)
    one.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(await Promise.all([early, late, draft])).toEqual(['send by one', 'send by one', 'saveDraft by one'])
    expect(one.calls.map(([method, args]) => [method, args[1]])).toEqual(
      expect.arrayContaining([['send', 'early'], ['send', 'late']]))
    expect(one.calls.filter(([method]) => method === 'send')).toHaveLength(2)
    expect(one.calls.map(([method]) => method)).not.toContain('createRoom')
  })

  it('is done by the next one when the sleeping one is closed', async () => {
    const [one, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(1000)
    one.sleep()
    const early = two.call('send', '!room', 'early')
    await vi.advanceTimersByTimeAsync(7000)
    const late = two.call('send', '!room', 'late')
    one.close()
    await vi.advanceTimersByTimeAsync(0)
    expect(await Promise.all([early, late])).toEqual(['send by two', 'send by two'])
    expect(two.once.filter(Boolean).map((once) => once!.again)).toEqual([true, false])
  })
})

describe('when the leader goes', () => {
  it('the next one takes over, reads are answered by it, and every page is told', async () => {
    const [one, two, three] = [tab('one'), tab('two'), tab('three')]
    await vi.advanceTimersByTimeAsync(0)
    one.answer = () => new Promise(() => {})
    const read = two.call('rooms')
    const other = three.call('timeline', '!room', {})
    const deed = three.call('createRoom', {}).catch((error: unknown) => error)
    two.events.length = three.events.length = 0
    one.close()
    await vi.advanceTimersByTimeAsync(0)
    expect([two.leader.leads, three.leader.leads]).toEqual([true, false])
    expect(await read).toBe('rooms by two')
    expect(await other).toBe('timeline by two')
    expect(await deed).toMatchObject({ code: 'failed' }) // it may have been done: never twice
    expect(two.calls.map(([method]) => method)).not.toContain('createRoom')
    expect(two.events).toContainEqual({ t: 'rooms' })
    expect(three.events).toContainEqual({ t: 'rooms' })
    expect(await three.call('state')).toMatchObject({ phase: 'ready', leader: false })
    expect(await three.call('rooms')).toBe('rooms by two')
  })

  it('what it was told to write is written by the next one under the same id, from each tab', async () => {
    const [one, two, three] = [tab('one'), tab('two'), tab('three')]
    await vi.advanceTimersByTimeAsync(0)
    one.answer = () => new Promise(() => {})
    const sent = [two.call('send', '!room', 'a'), three.call('send', '!room', 'b'), three.call('react', '!room', 'key', '👍')]
    await vi.advanceTimersByTimeAsync(0)
    const asked = one.once.filter(Boolean) as Once[]
    expect(asked.map(({ again }) => again)).toEqual([false, false, false])
    expect(new Set(asked.map(({ id }) => id)).size).toBe(3)
    one.close()
    await vi.advanceTimersByTimeAsync(0)
    expect(await Promise.all(sent)).toEqual(['send by two', 'send by two', 'react by two'])
    const again = two.once.filter(Boolean) as Once[]
    expect(again).toHaveLength(3) // each once, although everybody hears what everybody asks
    expect(new Set(again.map(({ id }) => id))).toEqual(new Set(asked.map(({ id }) => id)))
    expect(again.every((call) => call.again)).toBe(true)
  })

  it('a call that was meant for the one before is not taken by the next one as well', async () => {
    const [one, two, three] = [tab('one'), tab('two'), tab('three')]
    await vi.advanceTimersByTimeAsync(0)
    bus.sleeping.set('three', []) // does not hear yet that another one leads
    one.close()
    await vi.advanceTimersByTimeAsync(0)
    const sent = three.call('send', '!room', 'a')
    await vi.advanceTimersByTimeAsync(0)
    three.wake()
    await vi.advanceTimersByTimeAsync(0)
    expect(await sent).toBe('send by two')
    expect(two.calls.filter(([method]) => method === 'send')).toHaveLength(1)
  })

  it('a sleeping one, the waiting tab goes on by itself', async () => {
    const [one, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(0)
    bus.frozen.add('one')
    await vi.advanceTimersByTimeAsync(8000)
    one.close()
    await vi.advanceTimersByTimeAsync(0)
    expect(two.leader.leads).toBe(true)
    expect(await two.call('rooms')).toBe('rooms by two')
    expect(await two.phase()).toBe('ready')
  })

  it('a call made while nobody leads yet waits for the next leader', async () => {
    const [one, two] = [tab('one'), tab('two')]
    await vi.advanceTimersByTimeAsync(0)
    bus.frozen.add('one')
    const late = tab('late') // hears nobody
    const call = late.call('send', '!room')
    bus.frozen.delete('one')
    await vi.advanceTimersByTimeAsync(1000)
    expect(await call).toBe('send by one')
    expect([one.leader.leads, two.leader.leads, late.leader.leads]).toEqual([true, false, false])
  })
})
