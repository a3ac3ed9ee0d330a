// Starting again, new sign-ins, lost stores, removed devices, signing out (messaging.md 4.1).
import 'fake-indexeddb/auto'
import { StoreHandle } from '@matrix-org/matrix-sdk-crypto-wasm'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { anotherDevice, type Browser, browser, newcomer, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { Refused } from '../testing/fake-state'
import { newRoom, open, type RawEvent, seal } from '../testing/raw-room'
import { BrowserKeystore } from './keystore'

let server: FakeServer
let keystore: BrowserKeystore
let ana: Browser
let event: RawEvent
let profiles = 0

beforeEach(async () => {
  server = new FakeServer()
  keystore = new BrowserKeystore(`life-${profiles++}-`)
  ana = await newcomer(server, 'Ana', { keystore })
  event = await seal(ana.host, newRoom(), [ana.user], 'kept')
})

const state = (one: Browser) => one.engine.state()
const again = async (signIn = 'first'): Promise<Browser> => {
  ana.engine.close()
  const one = await browser(server, ana.user, { keystore, signIn })
  await one.engine.start()
  return one
}
const device = (one: Browser) => server.state.user(one.user).devices.get(one.host.deviceId)!

describe('start', () => {
  it('again finds the same device with its keys', async () => {
    const id = ana.host.deviceId
    const one = await again()
    expect(await state(one)).toMatchObject({ phase: 'ready', problem: null, deviceId: id })
    expect(await open(one.host, event)).toBe('kept')
  })

  it('after a new sign-in binds the device by its own key, and only that key signs', async () => {
    const id = ana.host.deviceId
    server.signIn(ana.user, 'first').ended = true
    const one = await again('second')
    expect(await state(one)).toMatchObject({ phase: 'ready', deviceId: id })
    expect(server.signIn(ana.user, 'second').device).toBe(device(one))
    const { body } = server.calls.find((call) => call.path.endsWith('/bind'))!
    expect(Object.keys(body).sort()).toEqual(['nonce', 'signature'])
    expect(server.state.user(ana.user).devices.size).toBe(1)
  })

  it('with a nonce that is no nonce signs nothing', async () => {
    server.signIn(ana.user, 'first').ended = true
    server.tamper = (call) => (call.path.endsWith('/challenge') ? { nonce: 'community.roster.v1\n{}', expires_in: 1 } : call.answer)
    const one = await again('second')
    expect(await state(one)).toMatchObject({ phase: 'stopped', problem: { code: 'failed' } })
    expect(server.calls.filter((call) => call.path.endsWith('/bind'))).toEqual([])
  })

  it('without network goes on by itself when it is back', async () => {
    ana.engine.close()
    server.signIn(ana.user).offline = true
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const one = await browser(server, ana.user, { keystore })
    try {
      await one.engine.start()
      expect(await state(one)).toMatchObject({ phase: 'starting', problem: { code: 'offline' }, connection: 'offline' })
      server.signIn(ana.user).offline = false
      await vi.advanceTimersByTimeAsync(2000)
    } finally {
      vi.useRealTimers()
    }
    await eventually(async () => expect((await state(one)).phase).toBe('ready'))
  })

  it('of a person who is no member any more says so', async () => {
    server.before = () => {
      throw new Refused(403, 'forbidden')
    }
    expect(await state(await again())).toMatchObject({ phase: 'stopped', problem: { code: 'role-lost' } })
  })

  it('after the sign-in ended wipes nothing', async () => {
    server.signIn(ana.user, 'first').ended = true
    const one = await again()
    expect(await state(one)).toMatchObject({ phase: 'stopped', problem: { code: 'signed-out' } })
    server.signIn(ana.user, 'first').ended = false
    await one.engine.retry()
    expect(await open(one.host, event)).toBe('kept')
  })
})

describe('a lost store', () => {
  it('is said, costs nothing by itself, and is replaced by a new device with the recovery key', async () => {
    const { host } = ana
    await host.backup.finish()
    const lost = host.deviceId
    ana.engine.close()
    await keystore.wipe(ana.user)
    const one = await browser(server, ana.user, { keystore })
    await one.engine.start()
    expect(await state(one)).toMatchObject({ phase: 'new-device', problem: { code: 'store-lost' } })
    expect(server.calls.filter((call) => call.method === 'DELETE')).toEqual([])
    expect(await one.engine.restore(ana.recoveryKey)).toEqual({ keys: 1 })
    expect(await state(one)).toMatchObject({ phase: 'ready', problem: null })
    expect(one.host.deviceId).not.toBe(lost)
    expect(server.state.user(ana.user).devices.get(lost)?.revoked).toBe(true)
    await one.host.restoreRoom(event.room)
    expect(await open(one.host, event)).toBe('kept')
  })

  it('whose database alone is gone is no new person and no copy of another browser', async () => {
    const id = ana.host.deviceId
    ana.engine.close()
    const find = keystore.find.bind(keystore)
    keystore.find = async (user) => {
      const profile = await find(user)
      return profile && { ...profile, open: () => StoreHandle.open(null, null) }
    }
    const uploads = server.calls.filter((call) => call.path === 'keys/upload').length
    const one = await browser(server, ana.user, { keystore })
    await one.engine.start()
    expect(await state(one)).toMatchObject({ phase: 'new-device', problem: { code: 'store-lost' } })
    expect(server.calls.filter((call) => call.path === 'keys/upload')).toHaveLength(uploads)
    keystore.find = find
    await one.engine.restore(ana.recoveryKey)
    expect(await state(one)).toMatchObject({ phase: 'ready', problem: null })
    expect(server.state.user(ana.user).devices.get(id)?.revoked).toBe(true)
  })
})

describe('a device that was removed', () => {
  it('while it was away deletes what it has and can be set up again', async () => {
    const phone = await anotherDevice(server, ana, 'phone')
    const id = ana.host.deviceId
    await phone.engine.removeDevice(id)
    const one = await again()
    // The sign-in's device is gone, so the browser is asked to prove it is still that device.
    expect(await state(one)).toMatchObject({ phase: 'stopped', problem: { code: 'device-removed' } })
    expect(await keystore.find(ana.user)).toBeNull()
    await one.engine.retry()
    expect((await state(one)).phase).toBe('new-device')
    expect(one.host.deviceId).not.toBe(id)
    await one.engine.restore(ana.recoveryKey)
    expect((await state(one)).phase).toBe('ready')
  })

  it('while it is open stops and deletes at the next request', async () => {
    const phone = await anotherDevice(server, ana, 'phone')
    await phone.engine.removeDevice(ana.host.deviceId)
    await ana.host.track([server.person('Boris')]).catch(() => undefined)
    device(phone)
    await ana.engine.pull(ana.host, 0).catch(() => undefined)
    ana.host.setState({ phase: 'stopped', problem: { code: 'device-removed' } }) // as the socket says with 4409
    await eventually(async () => expect(await keystore.find(ana.user)).toBeNull())
    expect(await state(ana)).toMatchObject({ phase: 'stopped', problem: { code: 'device-removed' } })
    expect(ana.rooms.started).toBe(false)
  })

  it('that only signed in anew keeps its keys and is bound again', async () => {
    const id = ana.host.deviceId
    server.signIn(ana.user).device = null // the hello of its socket is refused with 4409
    ana.host.setState({ phase: 'stopped', problem: { code: 'device-removed' } })
    await eventually(async () => expect(await state(ana)).toMatchObject({ phase: 'ready', problem: null }))
    expect(ana.host.deviceId).toBe(id)
    expect(server.signIn(ana.user).device).toBe(device(ana))
    expect(await open(ana.host, event)).toBe('kept')
    expect(ana.events.some((one) => one.t === 'state' && one.state.problem?.code === 'device-removed')).toBe(false)
  })

  it('is not believed of a server that says so and knows the device: nothing is deleted, and it is asked at leisure', async () => {
    const said = { phase: 'stopped', problem: { code: 'device-removed' } } as const
    ana.host.setState(said)
    await eventually(async () => expect((await state(ana)).phase).toBe('ready'))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      ana.host.setState(said)
      const before = server.calls.length
      await vi.advanceTimersByTimeAsync(9000)
      expect(server.calls).toHaveLength(before)
    } finally {
      vi.useRealTimers()
    }
    expect(await keystore.find(ana.user)).not.toBeNull()
    const one = await again()
    expect(await open(one.host, event)).toBe('kept')
  })

  it('of somebody else who signed in here: it stops, deletes nothing, and touches nothing of hers', async () => {
    const eve = server.person('Eve')
    server.tamper = (call) => (call.path === 'config' ? { ...call.answer, user_id: eve, device_id: 'HERDEVICE0' } : call.answer)
    const before = server.calls.length
    ana.host.setState({ phase: 'stopped', problem: { code: 'device-removed' } })
    await eventually(async () => expect(await state(ana)).toMatchObject({ phase: 'stopped', problem: { code: 'signed-out' } }))
    await ana.engine.retry()
    expect(await state(ana)).toMatchObject({ phase: 'stopped', problem: { code: 'signed-out' }, me: ana.user })
    expect(server.calls.slice(before).map((call) => call.path)).toEqual(['config', 'config'])
    server.tamper = (call) => call.answer
    expect(await open((await again()).host, event)).toBe('kept')
  })

  it('gets no key of what is said next', async () => {
    const boris = await newcomer(server, 'Boris')
    const phone = await anotherDevice(server, ana, 'phone')
    const room = newRoom()
    await seal(boris.host, room, [ana.user], 'to both')
    await ana.engine.removeDevice(phone.host.deviceId)
    const next = await seal(boris.host, room, [ana.user], 'to one')
    await settle(ana)
    await ana.host.track([boris.user])
    expect(await open(ana.host, next)).toBe('to one')
    const sent = server.calls.filter((call) => call.user === boris.user && call.path.startsWith('to-device'))
    expect(JSON.stringify(sent.at(-1)?.body)).not.toContain(phone.host.deviceId)
  })

  it('other than the own one wants a fresh second factor', async () => {
    const phone = await anotherDevice(server, ana, 'phone')
    server.signIn(ana.user).fresh = false
    await expect(ana.engine.call('removeDevice', [phone.host.deviceId])).rejects.toMatchObject({ code: 'confirm-again' })
  })
})

describe('signing out', () => {
  it('finishes the backup, removes the device, then deletes everything here', async () => {
    const user = server.state.user(ana.user)
    const order: string[] = []
    server.before = (method, path) => {
      if (method === 'PUT' && path.startsWith('backup')) order.push('backup')
      if (method === 'DELETE') order.push(`delete after ${user.backups[0]!.keys.size} keys`)
    }
    const id = ana.host.deviceId
    await ana.engine.signOut()
    expect(order).toEqual(['backup', 'delete after 1 keys'])
    expect(user.devices.get(id)?.revoked).toBe(true)
    expect(await keystore.find(ana.user)).toBeNull()
    expect((await state(ana)).phase).toBe('stopped')
    // What the library has still open cannot be deleted yet: it is unreadable, and remembered.
    const left = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.includes(ana.user))
    expect(left.filter((name) => name?.includes('sealed'))).toEqual([])
    expect(await keystore.leftovers()).toEqual(left)
  })

  it('before the keys could be opened deletes nothing either', async () => {
    ana.engine.close()
    server.signIn(ana.user).offline = true
    const one = await browser(server, ana.user, { keystore })
    await one.engine.start()
    await expect(one.engine.call('signOut', [])).rejects.toMatchObject({ code: 'offline' })
    one.engine.close()
    server.signIn(ana.user).offline = false
    const slow = await browser(server, ana.user, { keystore })
    void slow.engine.start()
    await slow.engine.call('signOut', []) // waits for the start, then does all of it
    expect(server.state.user(ana.user).backups[0]!.keys.size).toBe(1)
    expect([...server.state.user(ana.user).devices.values()].every((one) => one.revoked)).toBe(true)
    expect(await keystore.find(ana.user)).toBeNull()
  })

  it('that waits for the network is hurried when it is back', async () => {
    ana.engine.close()
    server.signIn(ana.user).offline = true
    const one = await browser(server, ana.user, { keystore })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) // the pause it would wait never ends
    try {
      await one.engine.start()
      expect(await state(one)).toMatchObject({ phase: 'starting', problem: { code: 'offline' } })
      server.signIn(ana.user).offline = false
      one.engine.hurry()
      await eventually(async () => expect((await state(one)).phase).toBe('ready'))
    } finally {
      vi.useRealTimers()
    }
  })

  it('without network deletes nothing', async () => {
    server.signIn(ana.user).offline = true
    await expect(ana.engine.call('signOut', [])).rejects.toMatchObject({ code: 'offline' })
    server.signIn(ana.user).offline = false
    const one = await again()
    expect(await open(one.host, event)).toBe('kept')
  })
})

it('the list of devices can be read and names given', async () => {
  await ana.engine.renameDevice(ana.host.deviceId, 'Laptop')
  expect(await ana.engine.devices()).toMatchObject([{ name: 'Laptop', current: true, confirmed: true }])
  expect(ana.events).toContainEqual({ t: 'devices' })
})

it('what the rooms half calls is not answered before the start is over', async () => {
  ana.engine.close()
  const one = await browser(server, ana.user, { keystore })
  const started = one.engine.start()
  one.rooms.api.rooms = async () => []
  expect(await one.engine.call('rooms', [])).toEqual([])
  await started
  await expect(one.engine.call('constructor' as 'rooms', [])).rejects.toMatchObject({ code: 'failed' })
})
