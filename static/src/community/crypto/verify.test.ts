import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { anotherDevice, type Browser, browser, newcomer, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { newRoom, open, seal } from '../testing/raw-room'
import type { Check } from './interface'
import { BrowserKeystore } from './keystore'

let server: FakeServer

beforeEach(() => {
  server = new FakeServer()
})

const check = async (one: Browser): Promise<Check | undefined> => (await one.engine.checks())[0]
const steps = (one: Browser): string[] =>
  one.events.flatMap((event) => (event.t === 'check' ? [event.check.step] : [])).filter((step, at, all) => step !== all[at - 1])
const master = (user: string): string | undefined => Object.values(server.state.user(user).master?.keys ?? {})[0]

/** One asks, the other accepts; both see the same seven pictures. */
async function untilEmoji(asks: Browser, answers: Browser, user = answers.user): Promise<[string, string]> {
  const id = await asks.engine.checkStart(user)
  const both = async (look: () => Promise<void>): Promise<void> => eventually(async () => {
    await settle(asks, answers)
    await look()
  })
  await both(async () => expect(await check(answers)).toMatchObject({ incoming: true, with: asks.user, step: 'requested' }))
  const incoming = (await check(answers))!.id
  await answers.engine.checkAccept(incoming)
  await both(async () => {
    const [here, there] = [(await check(asks))!, (await check(answers))!]
    expect([here.step, there.step]).toEqual(['emoji', 'emoji'])
    expect(here.emoji).toHaveLength(7)
    expect(here.emoji).toEqual(there.emoji)
  })
  return [id, incoming]
}

async function wholeCheck(asks: Browser, answers: Browser): Promise<void> {
  const [id, incoming] = await untilEmoji(asks, answers)
  await asks.engine.checkConfirm(id)
  await settle(asks, answers)
  await answers.engine.checkConfirm(incoming)
  await eventually(async () => {
    await settle(asks, answers)
    expect([steps(asks).at(-1), steps(answers).at(-1)]).toEqual(['done', 'done'])
  })
}

describe('between own devices', () => {
  async function newPhone(ana: Browser): Promise<Browser> {
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    await settle(ana, phone)
    return phone
  }

  it.each(['the new one asks', 'the old one asks'])('%s: signing keys and backup key arrive by themselves', async (who) => {
    const ana = await newcomer(server, 'Ana')
    const room = newRoom()
    const event = await seal(ana.host, room, [ana.user], 'before the phone')
    await ana.host.backup.finish()
    const before = master(ana.user)
    const phone = await newPhone(ana)
    expect((await phone.engine.state()).phase).toBe('new-device')
    if (who === 'the new one asks') await wholeCheck(phone, ana)
    else await wholeCheck(ana, phone)
    await eventually(async () => {
      await settle(ana, phone)
      expect((await phone.engine.state()).phase).toBe('ready')
      expect((await phone.engine.state()).backup).toBe('protected')
    })
    expect(steps(ana).at(-1)).toBe('done')
    expect(steps(phone).at(-1)).toBe('done')
    expect(master(ana.user)).toBe(before)
    expect(await phone.host.restoreRoom(room)).toBe(true)
    expect(await open(phone.host, event)).toBe('before the phone')
    expect((await phone.engine.devices()).every((row) => row.confirmed)).toBe(true)
  })

  it('brings the secrets although the old device was asked too early and the page was closed', async () => {
    const ana = await newcomer(server, 'Ana')
    const keystore = new BrowserKeystore('early-')
    const phone = await browser(server, ana.user, { signIn: 'phone', keystore })
    await phone.engine.start()
    await settle(ana, phone)
    server.state.deliver = (message) => (message.type === 'm.secret.request' ? [] : [message])
    await wholeCheck(phone, ana)
    const asked = () => server.calls.filter((call) => call.path.startsWith('to-device/m.secret.request')).length
    await eventually(() => expect(asked()).toBeGreaterThanOrEqual(4)) // and nobody heard
    await settle(ana)
    expect((await phone.engine.state()).phase).toBe('new-device')
    phone.engine.close()
    server.state.deliver = (message) => [message]
    const again = await browser(server, ana.user, { signIn: 'phone', keystore })
    await again.engine.start()
    await eventually(async () => {
      await settle(ana)
      expect((await again.engine.state()).phase).toBe('ready')
    })
  })

  it('leaves a device unconfirmed when the pictures differ', async () => {
    const ana = await newcomer(server, 'Ana')
    const phone = await newPhone(ana)
    const [id] = await untilEmoji(phone, ana)
    await phone.engine.checkMismatch(id)
    await settle(ana, phone)
    expect(steps(phone).at(-1)).toBe('mismatch')
    expect(steps(ana).at(-1)).toBe('mismatch')
    expect((await phone.engine.state()).phase).toBe('new-device')
    expect((await ana.engine.devices()).map((row) => row.confirmed).sort()).toEqual([false, true])
  })
})

describe('between people', () => {
  it('makes both checked, pins the key, and the anchors carry it to other devices', async () => {
    const [ana, boris] = [await newcomer(server, 'Ana'), await newcomer(server, 'Boris')]
    await wholeCheck(ana, boris)
    expect(await ana.host.trust(boris.user)).toBe('checked')
    expect(await boris.host.trust(ana.user)).toBe('checked')
    expect(steps(ana)).toEqual(['requested', 'waiting', 'emoji', 'confirmed', 'done'])
    expect((await ana.host.anchors()).pins[boris.user]).toBe(master(boris.user))
    expect(ana.rooms.people).toContain(boris.user)
    const phone = await anotherDevice(server, ana, 'phone')
    await phone.host.track([boris.user], true)
    expect(await phone.host.trust(boris.user)).toBe('checked') // signed with the user-signing key
  })

  it('asks every confirmed device of a person, and the one that answers is the one', async () => {
    const [ana, boris] = [await newcomer(server, 'Ana'), await newcomer(server, 'Boris')]
    const tablet = await anotherDevice(server, boris, 'tablet')
    const id = await ana.engine.checkStart(boris.user)
    await settle(ana, boris, tablet)
    expect([(await check(boris))?.step, (await check(tablet))?.step]).toEqual(['requested', 'requested'])
    await tablet.engine.checkAccept((await check(tablet))!.id)
    await settle(ana, boris, tablet)
    expect((await check(ana))?.step).toBe('emoji')
    expect(await boris.engine.checks()).toEqual([]) // called off there
    await ana.engine.checkConfirm(id)
    await tablet.engine.checkConfirm((await check(tablet))!.id)
    await settle(ana, boris, tablet)
    expect(await ana.host.trust(boris.user)).toBe('checked')
  })

  it('after a check, a changed identity is a violation and stays so until it is dealt with', async () => {
    const [ana, boris] = [await newcomer(server, 'Ana'), await newcomer(server, 'Boris')]
    await wholeCheck(ana, boris)
    const { recoveryKey, ask } = await boris.engine.resetIdentity()
    await boris.engine.setupFinish(ask.map((at) => recoveryKey[at]!))
    await ana.host.track([boris.user], true)
    expect(await ana.host.trust(boris.user)).toBe('changed')
    await wholeCheck(ana, boris)
    expect(await ana.host.trust(boris.user)).toBe('checked')
  })

  it('ignores a device the owner has not confirmed', async () => {
    const [ana, boris] = [await newcomer(server, 'Ana'), await newcomer(server, 'Boris')]
    const planted = await browser(server, ana.user, { signIn: 'planted' })
    await planted.engine.start()
    await boris.host.track([ana.user], true)
    await planted.engine.checkStart(boris.user)
    await settle(boris)
    expect(await boris.engine.checks()).toEqual([])
    await boris.engine.checkStart(ana.user)
    const asked = server.calls.filter((call) => call.path.startsWith('to-device/m.key.verification.request')).slice(-1)
    expect(JSON.stringify(asked)).not.toContain(planted.host.deviceId)
    expect(ana.user).toBe(planted.user)
  })

  it('ends for both when one gives up, and nobody can go on with it', async () => {
    const [ana, boris] = [await newcomer(server, 'Ana'), await newcomer(server, 'Boris')]
    const [id, incoming] = await untilEmoji(ana, boris)
    await boris.engine.checkCancel(incoming)
    await settle(ana, boris)
    expect([steps(ana).at(-1), steps(boris).at(-1)]).toEqual(['cancelled', 'cancelled'])
    await expect(ana.engine.checkConfirm(id)).rejects.toMatchObject({ code: 'failed' })
  })

  it('runs out after ten minutes', async () => {
    const [ana, boris] = [await newcomer(server, 'Ana'), await newcomer(server, 'Boris')]
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      await ana.engine.checkStart(boris.user)
      await vi.advanceTimersByTimeAsync(599_000)
      expect(await ana.engine.checks()).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(2000)
      await ana.host.guarded(() => ana.host.machine().roomKeyCounts())
      await vi.advanceTimersByTimeAsync(0)
    } finally {
      vi.useRealTimers()
    }
    await eventually(() => expect(steps(ana).at(-1)).toBe('timeout'))
  })

  it('with a person who has no identity is not begun', async () => {
    const ana = await newcomer(server, 'Ana')
    await expect(ana.engine.checkStart(server.person('Carla'))).rejects.toMatchObject({ code: 'no-identity' })
  })
})
