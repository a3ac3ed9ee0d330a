// @vitest-environment happy-dom
// Setting up ends by itself when somebody else has done it, and says how it went where it was done here.

import { expect, test } from 'vitest'
import type { Check, EngineState } from '../crypto/interface'
import { openPage, type TestPage } from '../testing/testing-page'
import { ME } from '../testing/testing-rooms'

const KEY = 'EsSzykH7LCZx7CaecmKDwcmYJRXiYbtu8iQ3t8EznRwKpUY1'
const done: Check = { id: 'c1', with: ME, name: '', device: 'X', incoming: false, step: 'done', emoji: [] }

const at = (phase: EngineState['phase']): Promise<TestPage> =>
  openPage('messages/', (fake) => (fake.state = { ...fake.state, phase }))

async function tell(page: TestPage, part: Partial<EngineState>): Promise<void> {
  page.fake.emit({ t: 'state', state: { ...page.fake.state, ...part } })
  await page.settle()
}

test('a device confirmed by pictures goes on without a reload, and says what it waits for', async () => {
  const page = await at('new-device')
  await page.press('device-by-emoji-verb')
  expect(page.text()).not.toContain('restoring')
  page.fake.emit({ t: 'check', check: done })
  await page.settle()
  expect(page.text()).toContain('check-done-device')
  await page.press('close', 'dialog')
  expect(page.find('.setup [role=alert]').textContent).toContain('restoring')
  expect(page.all('.chat-list')).toHaveLength(0)
  await tell(page, { phase: 'ready' })
  expect(page.text()).not.toContain('device-title')
  expect(page.all('.chat-list')).toHaveLength(1)
})

test('a device confirmed by key says how much it has brought back, before it goes on', async () => {
  const page = await at('new-device')
  await page.type('#recovery-key', KEY)
  await page.press('restore')
  expect(page.fake.state.phase).toBe('ready')
  expect(page.all('.chat-list')).toHaveLength(0)
  expect(page.text()).not.toContain('device-by-emoji')
  expect(page.text()).not.toContain('device-lost')
  await page.press('go-on')
  expect(page.all('.chat-list')).toHaveLength(1)
})

test('a key that was wrong does not keep the screen when the other device confirms this one', async () => {
  const page = await openPage('messages/', (fake) => {
    fake.state = { ...fake.state, phase: 'new-device' }
    fake.answers.restore = () => {
      throw { code: 'wrong-recovery-key' }
    }
  })
  await page.type('#recovery-key', KEY)
  await page.press('restore')
  expect(page.all('.chat-list')).toHaveLength(0)
  await tell(page, { phase: 'ready' })
  expect(page.all('.chat-list')).toHaveLength(1)
})

test('what another tab has set up is not asked for here; a key that is shown stays', async () => {
  const other = await at('new-person')
  await tell(other, { phase: 'ready' })
  expect(other.all('.chat-list')).toHaveLength(1)
  const page = await at('new-person')
  await page.press('setup-make-key')
  await tell(page, { phase: 'ready' })
  expect(page.all('.key-groups code')).toHaveLength(12)
})

test('who reads what is lost is not taken away from it, also by the second factor in between', async () => {
  const page = await at('new-device')
  await page.press('device-lost-verb')
  expect(location.hash).toBe('#p=reset') // kept while the second factor is asked for on another page
  await tell(page, { phase: 'ready' })
  expect(page.text()).toContain('reset-messages')
  await page.press('back')
  expect(page.all('.chat-list')).toHaveLength(1)
})

test('starting again ends where messages begin', async () => {
  const page = await openPage('messages/#p=reset', (fake) => {
    fake.state = { ...fake.state, phase: 'new-device' }
  })
  page.find('input[type=checkbox]').click()
  await page.settle()
  await page.press('reset-verb')
  await page.press('key-kept')
  for (const [place, group] of ['ykH7', 'JRXi', 'pUY1'].entries()) await page.type(`#key-group-${place}`, group)
  await page.press('key-finish')
  expect(page.text()).toContain('reset-done')
  await page.press('setup-go-on')
  expect(page.all('.chat-list')).toHaveLength(1)
  expect(location.hash).toBe('')
})
