// Checks by emoji when something comes in between: pauses, the network, closed pages, two at once.
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../shared/testing/patience'
import { type Browser, browser, newcomer, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { Refused } from '../testing/fake-state'
import type { Check } from './interface'
import { BrowserKeystore } from './keystore'

let server: FakeServer
let ana: Browser
let boris: Browser
let profiles = 0

beforeEach(async () => {
  server = new FakeServer()
  // Ana's page is loaded again in some of these, and her signing keys with it.
  const keystore = new BrowserKeystore(`again-${profiles++}-`)
  ;[ana, boris] = [await newcomer(server, 'Ana', { keystore }), await newcomer(server, 'Boris')]
})

const checks = async (one: Browser): Promise<Check[]> => one.engine.checks()
const steps = (one: Browser): string[] => one.events.flatMap((event) => (event.t === 'check' ? [event.check.step] : []))
const isMessage = (path: string): boolean => path.startsWith('to-device/m.key.verification')

async function until(look: () => Promise<void> | void): Promise<void> {
  await eventually(async () => {
    await settle(ana, boris)
    await look()
  })
}

/** Both say yes as soon as they see the pictures. */
async function agreeing(): Promise<void> {
  await until(async () => {
    const all = [...(await checks(ana)), ...(await checks(boris))]
    expect(all.map((check) => check.step)).toEqual(['emoji', 'emoji'])
  })
  for (const one of [ana, boris]) await one.engine.checkConfirm((await checks(one))[0]!.id)
  await until(() => expect([steps(ana).at(-1), steps(boris).at(-1)]).toEqual(['done', 'done']))
}

async function accepting(): Promise<void> {
  await until(async () => expect((await checks(boris)).at(-1)).toMatchObject({ incoming: true, step: 'requested' }))
  await boris.engine.checkAccept((await checks(boris)).at(-1)!.id)
}

describe('what goes by', () => {
  it('a pause the site asks for in the middle only makes the third check slower', async () => {
    for (let turn = 0; turn < 2; turn++) {
      await ana.engine.checkStart(boris.user)
      await accepting()
      await agreeing()
    }
    let said = 0
    const refused: string[] = []
    server.before = (_method, path) => {
      // Every second message of the third check has to wait.
      if (!isMessage(path) || ++said % 2 === 0) return
      refused.push(path)
      throw new Refused(429, 'rate_limited', { retry_after: 0.2 })
    }
    await ana.engine.checkStart(boris.user)
    await accepting()
    await agreeing()
    expect(refused.length).toBeGreaterThan(4)
    expect([...steps(ana), ...steps(boris)]).not.toContain('cancelled')
    expect(await ana.host.trust(boris.user)).toBe('checked')
  })

  it('a network that is away while a message goes out does not end a check', async () => {
    await ana.engine.checkStart(boris.user)
    await accepting()
    await until(async () => expect((await checks(ana))[0]?.step).toBe('emoji'))
    let lost = 0
    server.before = (_method, path, signIn) => {
      if (isMessage(path) && signIn.user === ana.user && ++lost === 1) throw new TypeError('Failed to fetch')
    }
    await agreeing()
    expect(lost).toBeGreaterThan(1)
  })

  it('what the site refuses for good ends the check for both', async () => {
    await ana.engine.checkStart(boris.user)
    await accepting()
    await until(async () => expect((await checks(ana))[0]?.step).toBe('emoji'))
    server.before = (_method, path) => {
      if (path.includes('verification.mac')) throw new Refused(400, 'bad_request')
    }
    await ana.engine.checkConfirm((await checks(ana))[0]!.id).catch(() => undefined)
    await until(() => expect([steps(ana).at(-1), steps(boris).at(-1)]).toEqual(['cancelled', 'cancelled']))
  })
})

describe('a page that was closed in the middle', () => {
  const reload = async (one: Browser): Promise<void> => {
    one.engine.close()
    await one.engine.start()
    await settle(ana, boris)
  }

  it('of who asked: the answer is told that the check is not known any more', async () => {
    await ana.engine.checkStart(boris.user)
    await settle(ana, boris)
    await reload(ana)
    await accepting()
    await until(() => expect(steps(boris).at(-1)).toBe('cancelled'))
  })

  it('of who asked: asking anew works at once, and the old request is over', async () => {
    await ana.engine.checkStart(boris.user)
    await settle(ana, boris)
    await reload(ana)
    await ana.engine.checkStart(boris.user)
    await accepting()
    expect(await checks(boris)).toHaveLength(1)
    await agreeing()
  })

  it('of who answered: the other side does not wait', async () => {
    await ana.engine.checkStart(boris.user)
    await accepting()
    await until(async () => expect((await checks(ana))[0]?.step).toBe('emoji'))
    await reload(boris)
    await ana.engine.checkConfirm((await checks(ana))[0]!.id)
    await until(() => expect(steps(ana).at(-1)).toBe('cancelled'))
  })
})

describe('two at once', () => {
  it('both ask each other: one of the two goes on, on both sides the same', async () => {
    for (const [one, other] of [[ana, boris], [boris, ana]] as const) await one.host.track([other.user], true)
    await Promise.all([ana.engine.checkStart(boris.user), boris.engine.checkStart(ana.user)])
    await until(async () => {
      const [here, there] = [await checks(ana), await checks(boris)]
      expect([here.length, there.length]).toEqual([1, 1])
      expect(here[0]!.id).toBe(there[0]!.id)
    })
    const asked = (await checks(ana))[0]!.incoming ? ana : boris
    await asked.engine.checkAccept((await checks(asked))[0]!.id)
    await agreeing()
  })

  it('who is asked and asks herself has answered; who asks twice has asked once', async () => {
    const id = await ana.engine.checkStart(boris.user)
    expect(await ana.engine.checkStart(boris.user)).toBe(id)
    await until(async () => expect(await checks(boris)).toHaveLength(1))
    expect(await boris.engine.checkStart(ana.user)).toBe(id)
    await agreeing()
  })

  it('a device its owner has not confirmed cannot disturb a check', async () => {
    await ana.engine.checkStart(boris.user)
    await accepting()
    const planted = await browser(server, ana.user, { signIn: 'planted' })
    await planted.engine.start()
    await planted.engine.checkStart(boris.user)
    await agreeing()
  })

  it('a request that is delivered again after it was called off changes nothing', async () => {
    const id = await ana.engine.checkStart(boris.user)
    await until(async () => expect(await checks(boris)).toHaveLength(1))
    const sent = server.calls.find((call) => call.path.startsWith('to-device/m.key.verification.request'))!
    const messages = sent.body['messages'] as Record<string, Record<string, Record<string, unknown>>>
    const content = Object.values(messages[boris.user]!)[0]!
    await ana.engine.checkCancel(id)
    await until(async () => expect(await checks(boris)).toEqual([]))
    await ana.engine.checkStart(boris.user)
    await accepting()
    const body = server.syncBody(boris.user, 'first', '') as unknown as Parameters<typeof boris.host.received>[0]
    await boris.host.received({ ...body, to_device: [{ type: 'm.key.verification.request', sender: ana.user, content }] })
    await agreeing()
  })
})

it('a key put in the place of the compared one is neither pinned nor called checked', async () => {
  const real = await boris.host.masterKey(ana.user)
  const evil = await browser(server, ana.user, { signIn: 'evil' })
  await evil.engine.start()
  await boris.engine.checkStart(ana.user)
  await until(async () => expect(await checks(ana)).toMatchObject([{ step: 'requested' }]))
  await ana.engine.checkAccept((await checks(ana))[0]!.id)
  await until(async () => {
    const all = [...(await checks(ana)), ...(await checks(boris))]
    expect(all.map((check) => check.step)).toEqual(['emoji', 'emoji'])
  })
  await boris.engine.checkConfirm((await checks(boris))[0]!.id)
  await settle(boris, ana)
  await ana.engine.checkConfirm((await checks(ana))[0]!.id)
  let swapped = false
  server.before = async (_method, path, signIn) => {
    if (swapped || signIn.user !== boris.user || !['keys/query', 'keys/signatures'].includes(path)) return
    swapped = true
    const shown = await evil.engine.resetIdentity()
    await evil.engine.setupFinish(shown.ask.map((at) => shown.recoveryKey[at]!))
  }
  await eventually(async () => {
    await settle(boris)
    expect(steps(boris).at(-1)).toBe('mismatch')
  })
  expect(swapped).toBe(true)
  const planted = Object.values(server.state.user(ana.user).master!.keys!)[0]
  const pin = (await boris.host.anchors()).pins[ana.user]
  expect(pin).not.toBe(planted)
  expect([undefined, real]).toContain(pin)
  expect(await boris.host.trust(ana.user)).not.toBe('checked')
})
