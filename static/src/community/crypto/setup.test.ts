import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { anotherDevice, type Browser, browser, newcomer, setUp, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { Refused } from '../testing/fake-state'
import { newRoom, open, seal } from '../testing/raw-room'
import { BrowserKeystore } from './keystore'

let server: FakeServer

beforeEach(() => {
  server = new FakeServer()
})

const phase = async (one: Browser): Promise<string> => (await one.engine.state()).phase
const problemCode = async (one: Browser): Promise<string | undefined> => (await one.engine.state()).problem?.code
const writes = (path: RegExp): string[] =>
  server.calls.filter((call) => call.method !== 'GET' && path.test(call.path)).map((call) => call.path)
const master = (user: string): string | undefined => Object.values(server.state.user(user).master?.keys ?? {})[0]

describe('first device', () => {
  it('is set up strictly in order: keys, signing keys, signatures, backup, secrets', async () => {
    const ana = await newcomer(server, 'Ana')
    expect(await phase(ana)).toBe('ready')
    expect(ana.rooms.started).toBe(true)
    expect(writes(/^(keys\/(upload|sign)|backup\/version|secrets)/)).toEqual([
      'keys/upload', 'keys/upload', // the second one is the fallback key, after the first sync
      'keys/signing', 'keys/signatures', 'backup/version', 'secrets/cross_signing_master',
      'secrets/cross_signing_self_signing', 'secrets/cross_signing_user_signing', 'secrets/anchors',
    ])
    expect(await ana.host.trust(ana.user)).toBe('checked')
    expect((await ana.engine.devices()).map((row) => row.confirmed)).toEqual([true])
  })

  it('opens no rooms before, and does not store the recovery key anywhere', async () => {
    const ana = await browser(server, server.person('Ana'))
    await ana.engine.start()
    expect(await phase(ana)).toBe('new-person')
    expect(ana.rooms.started).toBe(false)
    await expect(ana.engine.call('rooms', [])).rejects.toMatchObject({ code: 'setup-incomplete' })
    await setUp(ana)
    const kept = JSON.stringify([
      server.calls, await ana.host.sealed.list('meta', ''), await ana.host.sealed.list('rooms', ''),
    ])
    for (const group of ana.recoveryKey.split(' ')) expect(kept).not.toContain(group)
  })

  it('asks for three different groups and takes no wrong one', async () => {
    const ana = await browser(server, server.person('Ana'))
    await ana.engine.start()
    const { recoveryKey, ask } = await ana.engine.setupBegin()
    expect(recoveryKey).toHaveLength(12)
    expect(new Set(ask).size).toBe(3)
    const right = ask.map((at) => recoveryKey[at]!)
    for (const wrong of [['xxxx', right[1]!, right[2]!], right.slice(0, 2), [...right, 'xxxx'], [right[1]!, right[0]!, right[2]!]]) {
      await expect(ana.engine.setupFinish(wrong)).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    }
    expect(writes(/^keys\/signing/)).toEqual([])
    await ana.engine.setupFinish(right)
    expect(await phase(ana)).toBe('ready')
  })

  it('goes on with the same key after a fresh second factor was asked for', async () => {
    const ana = await browser(server, server.person('Ana'))
    server.signIn(ana.user).fresh = false
    await ana.engine.start()
    const { recoveryKey, ask } = await ana.engine.setupBegin()
    const groups = ask.map((at) => recoveryKey[at]!)
    await expect(ana.engine.call('setupFinish', [groups])).rejects.toMatchObject({ code: 'confirm-again', confirmUrl: '/confirm/' })
    server.signIn(ana.user).fresh = true
    await ana.engine.setupFinish(groups)
    expect(await phase(ana)).toBe('ready')
    expect(server.state.user(ana.user).backups).toHaveLength(1)
  })

  it.each([
    'keys/signatures', 'backup/version', 'secrets/cross_signing_user_signing',
  ])('that is cut off at %s is finished by the next start or by a new recovery key', async (where) => {
    const keystore = new BrowserKeystore(where)
    const ana = await browser(server, server.person('Ana'), { keystore })
    await ana.engine.start()
    server.before = (_method, path) => {
      if (path === where) throw new TypeError('cut off')
    }
    await expect(setUp(ana)).rejects.toThrow()
    ana.engine.close()
    server.before = () => {}
    const again = await browser(server, ana.user, { keystore })
    await again.engine.start()
    if ((await phase(again)) === 'new-person') await setUp(again)
    expect(await phase(again)).toBe('ready')
    expect(writes(/^keys\/signing/).length).toBe(1)
  })
})

describe('further device by recovery key', () => {
  it('becomes ready, leaves the identity as it is, and is confirmed for others', async () => {
    const ana = await newcomer(server, 'Ana')
    const before = master(ana.user)
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    expect(await phase(phone)).toBe('new-device')
    expect(await phone.engine.restore(`  ${ana.recoveryKey.replaceAll(' ', '\n')}`)).toEqual({ keys: 0 })
    expect(await phase(phone)).toBe('ready')
    expect(master(ana.user)).toBe(before)
    expect(writes(/^keys\/signing/)).toHaveLength(1)
    const boris = await newcomer(server, 'Boris')
    const room = newRoom()
    const event = await seal(boris.host, room, [ana.user, boris.user], 'hello')
    await settle(ana, phone)
    await phone.host.track([boris.user])
    expect(await open(phone.host, event)).toBe('hello')
  })

  it('is refused with a wrong key, and nothing is signed or imported', async () => {
    const ana = await newcomer(server, 'Ana')
    const boris = await newcomer(server, 'Boris')
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    const calls = server.calls.length
    for (const wrong of ['', 'abcd', boris.recoveryKey, ana.recoveryKey.slice(0, -1)]) {
      await expect(phone.engine.restore(wrong)).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    }
    expect(server.calls.slice(calls).filter((call) => /keys\/sign/.test(call.path))).toEqual([])
    expect(await phase(phone)).toBe('new-device')
  })

  it('never makes an identity, not even when asked to set up', async () => {
    const ana = await newcomer(server, 'Ana')
    const before = master(ana.user)
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    await expect(setUp(phone)).rejects.toMatchObject({ code: 'identity-changed' })
    expect(master(ana.user)).toBe(before)
  })

  it('stops when the server publishes another identity than the secrets belong to', async () => {
    const ana = await newcomer(server, 'Ana')
    const user = server.state.user(ana.user)
    const own = structuredClone({ master: user.master, selfSigning: user.selfSigning, userSigning: user.userSigning })
    const evil = await browser(server, ana.user, { signIn: 'evil' })
    await evil.engine.start()
    const shown = await evil.engine.resetIdentity()
    server.before = (_method, path) => {
      if (path === 'backup/version' || path.startsWith('secrets')) throw new Refused(403, 'forbidden')
    }
    await evil.engine.setupFinish(shown.ask.map((at) => shown.recoveryKey[at]!)).catch(() => undefined)
    server.before = () => {}
    expect(user.master).not.toEqual(own.master)
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    const calls = server.calls.length
    await expect(phone.engine.restore(ana.recoveryKey)).rejects.toMatchObject({ code: 'identity-changed' })
    expect(server.calls.slice(calls).filter((call) => /keys\/sign/.test(call.path))).toEqual([])
    expect(await phase(phone)).toBe('new-device')
  })
})

describe('reset of the identity', () => {
  it('gives a new identity, recovery key and backup; others see a changed person', async () => {
    const ana = await newcomer(server, 'Ana')
    const boris = await newcomer(server, 'Boris')
    await boris.host.track([ana.user], true)
    expect(await boris.host.trust(ana.user)).toBe('not-checked')
    const before = master(ana.user)
    const fresh = await browser(server, ana.user, { signIn: 'fresh' })
    await fresh.engine.start()
    const { recoveryKey, ask } = await fresh.engine.resetIdentity()
    await fresh.engine.setupFinish(ask.map((at) => recoveryKey[at]!))
    expect(await phase(fresh)).toBe('ready')
    expect(master(ana.user)).not.toBe(before)
    expect(recoveryKey.join(' ')).not.toBe(ana.recoveryKey)
    await fresh.host.backup.finish()
    expect(server.state.user(ana.user).backups.map((one) => one.deleted)).toEqual([true, false])
    await boris.host.track([ana.user], true)
    expect(await boris.host.trust(ana.user)).toBe('changed')
  })

  it('stops the other devices of the person until the new recovery key is given', async () => {
    const ana = await newcomer(server, 'Ana')
    const phone = await anotherDevice(server, ana, 'phone')
    const { recoveryKey, ask } = await phone.engine.resetIdentity()
    await phone.engine.setupFinish(ask.map((at) => recoveryKey[at]!))
    await settle(ana)
    await ana.engine.judge()
    expect([await phase(ana), await problemCode(ana)]).toEqual(['new-device', 'identity-changed'])
    expect((await ana.engine.state()).problem?.name).toBe('Ana') // not "Somebody's security identity"
    expect(ana.rooms.started).toBe(false)
    await expect(ana.engine.restore(ana.recoveryKey)).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    await ana.engine.restore(recoveryKey.join(' '))
    expect([await phase(ana), await problemCode(ana)]).toEqual(['ready', undefined])
    expect(ana.rooms.started).toBe(true)
  })

  it('asks for a fresh second factor before anything is shown', async () => {
    const ana = await newcomer(server, 'Ana')
    server.signIn(ana.user).fresh = false
    await expect(ana.engine.call('resetIdentity', [])).rejects.toMatchObject({ code: 'confirm-again' })
    expect(await phase(ana)).toBe('ready')
  })

  it('that the site refuses leaves the old identity usable', async () => {
    const ana = await newcomer(server, 'Ana')
    const { recoveryKey, ask } = await ana.engine.resetIdentity()
    server.signIn(ana.user).fresh = false
    const groups = ask.map((at) => recoveryKey[at]!)
    await expect(ana.engine.call('setupFinish', [groups])).rejects.toMatchObject({ code: 'confirm-again' })
    await ana.engine.judge()
    expect([await phase(ana), await problemCode(ana)]).toEqual(['ready', undefined])
    server.signIn(ana.user).fresh = true
    const before = master(ana.user)
    await ana.engine.setupFinish(groups)
    expect(master(ana.user)).not.toBe(before)
    expect(await phase(ana)).toBe('ready')
  })
})
