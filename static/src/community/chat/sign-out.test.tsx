// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { EngineState } from '../crypto/interface'
import { openPage, type TestPage } from '../testing/testing-page'
import type { TestingEngine } from '../testing/testing-engine'

/** The page with the frame's own form; what was sent of it. */
async function leaving(prepare: (fake: TestingEngine) => void = () => undefined): Promise<{ page: TestPage; sent: () => number }> {
  let sent = 0
  const page = await openPage('devices/#p=sign-out', prepare)
  const form = document.createElement('form')
  form.dataset['signOut'] = ''
  form.submit = () => void (sent += 1)
  document.body.append(form)
  return { page, sent: () => sent }
}

const inState = (part: Partial<EngineState>) => (fake: TestingEngine): void => void (fake.state = { ...fake.state, ...part })

test('what signing out takes away is said first; then the device goes, and only then the sign-in', async () => {
  const order: string[] = []
  const { page, sent } = await leaving((fake) => {
    fake.answers.signOut = () => {
      order.push(`engine, ${sent()} sent`)
      fake.emit({ t: 'state', state: { ...fake.state, phase: 'stopped', problem: null } })
    }
  })
  expect(page.find('.notice').textContent).toContain('sign-out-text')
  expect([page.fake.called('signOut').length, sent()]).toEqual([0, 0])
  await page.press('sign-out-site')
  expect(order).toEqual(['engine, 0 sent'])
  expect(sent()).toBe(1)
})

test('a backup that cannot be finished is said; she may wait, or sign out all the same', async () => {
  const { page, sent } = await leaving((fake) => {
    fake.answers.signOut = () => {
      throw { code: 'offline' }
    }
  })
  expect(page.text()).not.toContain('sign-out-anyway')
  await page.press('sign-out-site')
  expect(sent()).toBe(0)
  expect(page.text()).toContain('sign-out-unsaved')
  await page.press('sign-out-anyway')
  expect(sent()).toBe(1)
})

test.each<Partial<EngineState>>([
  { phase: 'starting' }, { phase: 'new-device' }, { phase: 'waiting', problem: { code: 'leader-asleep' } },
  { phase: 'stopped', problem: { code: 'key-reused' } },
])('whatever the state is, one can sign out: %o', async (part) => {
  const { page, sent } = await leaving(inState(part))
  await page.press('sign-out-site')
  expect([page.fake.called('signOut').length, sent()]).toEqual([1, 1])
})

test('who thinks better of it is back at her devices', async () => {
  const { page, sent } = await leaving()
  await page.press('cancel')
  expect(page.all('.devices')).toHaveLength(1)
  expect([page.fake.called('signOut').length, sent(), location.hash]).toEqual([0, 0, ''])
})
