// What a server that lies, loses or repeats gets out of the core half (messaging.md pitfalls 4, 10, 11).
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { anotherDevice, type Browser, browser, newcomer, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import type { InboxMessage } from '../testing/fake-state'
import { newRoom, open, seal } from '../testing/raw-room'
import { BrowserKeystore } from './keystore'

let server: FakeServer
let ana: Browser
let boris: Browser

beforeEach(async () => {
  server = new FakeServer()
  ana = await newcomer(server, 'Ana')
  boris = await newcomer(server, 'Boris')
  await boris.host.track([ana.user])
  await ana.host.track([boris.user])
})

const uploads = (user: string): number =>
  server.calls.filter((call) => call.path === 'keys/upload' && call.user === user).length

describe('a planted device', () => {
  it('gets only the word that it gets nothing, and cannot read', async () => {
    const planted = await browser(server, ana.user, { signIn: 'planted' })
    await planted.engine.start()
    const event = await seal(boris.host, newRoom(), [ana.user, boris.user], 'secret')
    const inbox = server.state.user(ana.user).devices.get(planted.host.deviceId)!.inbox
    const sent = server.calls.filter((call) => call.user === boris.user && call.path.startsWith('to-device'))
    const forIt = sent.filter((call) => JSON.stringify(call.body).includes(planted.host.deviceId))
    expect(forIt.map((call) => call.path.split('/')[1])).toEqual(['m.room_key.withheld'])
    expect(JSON.stringify(inbox)).not.toContain('"m.room.encrypted"')
    await settle(ana)
    expect(await open(ana.host, event)).toBe('secret')
    await eventually(() => expect(planted.rooms.withheldKeys.length + inbox.length).toBeGreaterThan(0))
    await planted.host.track([boris.user])
    expect(await open(planted.host, event)).toBe(0)
    expect((await ana.engine.devices()).find((row) => row.device_id === planted.host.deviceId)?.confirmed).toBe(false)
  })

  it('that the server calls confirmed is shown as it is', async () => {
    const planted = await browser(server, ana.user, { signIn: 'planted' })
    await planted.engine.start()
    await settle(ana)
    server.tamper = (call) => (call.path === 'devices'
      ? { devices: (call.answer!['devices'] as object[]).map((row) => ({ ...row, confirmed: true })) } : call.answer)
    const rows = await ana.engine.devices()
    expect(rows.map((row) => [row.device_id, row.confirmed])).toContainEqual([planted.host.deviceId, false])
  })

  it('is not heard when it sends events of ours', async () => {
    const planted = await browser(server, ana.user, { signIn: 'planted' })
    await planted.engine.start()
    await boris.host.track([ana.user], true)
    await tell(planted, boris)
    await settle(boris)
    expect(boris.rooms.events).toEqual([])
    await tell(ana, boris)
    await settle(boris)
    expect(boris.rooms.events).toEqual([{
      type: 'community.invite', sender: ana.user, senderDevice: ana.host.deviceId, content: { room: 'x' },
    }])
  })
})

/** Sends `community.invite` to the other's device by Olm. */
async function tell(from: Browser, to: Browser): Promise<void> {
  const { DeviceId, UserId } = await import('@matrix-org/matrix-sdk-crypto-wasm')
  await from.host.track([to.user], true)
  const claim = await from.host.machine().getMissingSessions([new UserId(to.user)])
  if (claim) await from.host.send(claim)
  const device = await from.host.machine().getDevice(new UserId(to.user), new DeviceId(to.host.deviceId))
  const content = JSON.parse(await device!.encryptToDeviceEvent('community.invite', { room: 'x' })) as object
  await from.host.http.json('PUT', `to-device/m.room.encrypted/${crypto.randomUUID()}`, {
    messages: { [to.user]: { [to.host.deviceId]: content } },
  })
}

describe('messages to devices', () => {
  it('are never lost between taking and acknowledging', async () => {
    const event = await seal(ana.host, newRoom(), [ana.user, boris.user], 'hello')
    server.before = (_method, path) => {
      if (path === 'sync/ack') throw new TypeError('the tab was closed')
    }
    await expect(boris.engine.pull(boris.host, 0)).rejects.toThrow()
    server.before = () => {}
    await settle(boris) // comes a second time
    expect(await open(boris.host, event)).toBe('hello')
  })

  it('are not acknowledged when the library could not take them', async () => {
    const event = await seal(ana.host, newRoom(), [ana.user, boris.user], 'hello')
    const broken = vi.spyOn(boris.host, 'guarded').mockRejectedValueOnce(new Error('no'))
    const library = vi.spyOn(boris.host.library, 'guarded').mockRejectedValueOnce(new Error('no'))
    const acks = server.calls.filter((call) => call.path === 'sync/ack').length
    await expect(boris.engine.pull(boris.host, 0)).rejects.toThrow()
    expect(server.calls.filter((call) => call.path === 'sync/ack')).toHaveLength(acks)
    broken.mockRestore()
    library.mockRestore()
    await settle(boris)
    expect(await open(boris.host, event)).toBe('hello')
  })

  it.each<[string, (held: InboxMessage[], message: InboxMessage) => InboxMessage[]]>([
    ['doubled', (_held, message) => [message, message, message]],
    ['in another order', (held, message) => (held.length < 1 ? (held.push(message), []) : [message, ...held.splice(0)])],
  ])('%s, open every message', async (_name, deliver) => {
    const held: InboxMessage[] = []
    server.state.deliver = (message, to) => (to.user === boris.user && message.type === 'm.room.encrypted' ? deliver(held, message) : [message])
    const events = []
    for (const text of ['one', 'two', 'three', 'four']) {
      events.push(await seal(ana.host, newRoom(), [ana.user, boris.user], text))
    }
    await settle(boris, ana, boris)
    const texts = await Promise.all(events.map((event) => open(boris.host, event)))
    expect(texts).toEqual(['one', 'two', 'three', 'four'])
  })

  it('from names that are none do not stop the sync', async () => {
    const event = await seal(ana.host, newRoom(), [ana.user, boris.user], 'hello')
    server.tamper = (call) => (call.path.startsWith('sync?')
      ? { ...call.answer, device_lists: { changed: ['bob', '', ana.user], left: ['@x'] } } : call.answer)
    await settle(boris)
    expect(await open(boris.host, event)).toBe('hello')
  })
})

describe('keys of the device', () => {
  it('are not uploaded again by twenty syncs', async () => {
    const before = uploads(ana.user)
    await settle(ana, ana, ana)
    expect(uploads(ana.user)).toBe(before)
  })

  it('of a copied profile stop the copy after at most three requests', async () => {
    const keystore = new BrowserKeystore('copied')
    const carla = await newcomer(server, 'Carla', { keystore })
    const device = server.state.user(carla.user).devices.get(carla.host.deviceId)!
    const original = device.usedIds.get.bind(device.usedIds)
    device.usedIds.get = (id) => original(id) ?? 'of the other copy' // whatever is uploaded was there before
    device.oneTime.clear() // so that new ones are wanted
    const before = uploads(carla.user)
    const { host } = carla
    for (let turn = 0; turn < 5; turn++) await carla.engine.pull(host, 0).catch(() => undefined)
    await eventually(async () => expect(await carla.engine.state()).toMatchObject({
      phase: 'stopped', problem: { code: 'key-reused' },
    }))
    expect(uploads(carla.user) - before).toBeLessThanOrEqual(3)
    expect(carla.rooms.started).toBe(false)
    device.usedIds.get = original
    await carla.engine.retry() // "Set up this device again": a new device in its place
    expect(await carla.engine.state()).toMatchObject({ phase: 'new-device', problem: null })
    await carla.engine.restore(carla.recoveryKey)
    expect((await carla.engine.state()).phase).toBe('ready')
    expect((await carla.engine.devices()).map((row) => row.device_id)).not.toContain(device.id)
  })
})

describe('identities', () => {
  it('swapped by the server stop their owner and are changed for others', async () => {
    const evil = await browser(server, ana.user, { signIn: 'evil' })
    await evil.engine.start()
    const shown = await evil.engine.resetIdentity()
    await evil.engine.setupFinish(shown.ask.map((at) => shown.recoveryKey[at]!))
    await settle(ana, boris)
    await eventually(async () => expect(await ana.engine.state()).toMatchObject({
      phase: 'new-device', problem: { code: 'identity-changed', user: ana.user },
    }))
    await boris.host.track([ana.user], true)
    expect(await boris.host.trust(ana.user)).toBe('changed')
  })

  it('that vanish stop their owner, who must not make a second one', async () => {
    const own = server.state.user(ana.user)
    own.master = own.selfSigning = own.userSigning = null
    const again = await anotherDevice(server, boris, 'tablet') // others go on
    expect((await again.engine.state()).phase).toBe('ready')
    const fresh = await browser(server, ana.user, { signIn: 'fresh' })
    await fresh.engine.start()
    await expect(fresh.engine.restore(ana.recoveryKey)).rejects.toMatchObject({ code: 'no-identity' })
  })
})
