// @vitest-environment happy-dom
// What one writes stays when another tab begins to lead, goes once however often a key is pressed, and
// does not look as if it could go when it cannot.

import { act } from 'preact/test-utils'
import { expect, test } from 'vitest'
import type { EngineState } from '../crypto/interface'
import { openPage, type TestPage } from '../testing/testing-page'
import { item, uuid } from '../testing/testing-rooms'

const CASE = `rooms/${uuid(1)}/`

async function tell(page: TestPage, part: Partial<EngineState>): Promise<void> {
  page.fake.emit({ t: 'state', state: { ...page.fake.state, ...part } })
  await page.settle()
}

test('while another tab takes over, text and focus stay, and the messages are asked for again', async () => {
  const page = await openPage(CASE)
  await page.type('#composer-text', 'half a sent')
  const field = page.find<HTMLTextAreaElement>('#composer-text')
  field.focus()
  const before = page.fake.called('timeline').length
  for (const phase of ['waiting', 'starting'] as const) {
    await tell(page, { phase })
    expect(page.find('#composer-text')).toBe(field)
    expect(document.activeElement).toBe(field)
  }
  expect(page.fake.called('timeline')).toHaveLength(before)
  page.fake.items = [...page.fake.items, item(999, { body: 'Sent in the last moment of the tab before' })]
  await tell(page, { phase: 'ready' })
  expect(page.find('#composer-text')).toBe(field)
  expect(field.value).toBe('half a sent')
  expect(page.find('ol.timeline').textContent).toContain('Sent in the last moment')
})

test('a leading tab that sleeps is said, and so is everything else that stops messages', async () => {
  const page = await openPage(CASE)
  await tell(page, { phase: 'waiting', problem: { code: 'leader-asleep' } })
  expect(page.all('#composer-text')).toHaveLength(0)
  await tell(page, { phase: 'ready', problem: null })
  expect(page.all('#composer-text')).toHaveLength(1)
  await tell(page, { phase: 'stopped', problem: { code: 'device-removed' } })
  expect(page.all('#composer-text')).toHaveLength(0)
  await tell(page, { phase: 'starting', problem: null }) // set up again: nothing of before is shown
  expect(page.all('#composer-text')).toHaveLength(0)
})

test('a key that is pressed twice sends once, and the label of the next message stays', async () => {
  const page = await openPage(CASE)
  await page.type('#composer-text', 'Once.')
  const field = page.find<HTMLTextAreaElement>('#composer-text')
  const label = page.find<HTMLSelectElement>('#composer-label').value
  await act(() => {
    for (let turn = 0; turn < 2; turn++) {
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))
    }
  })
  await page.settle()
  expect(page.fake.called('send')).toMatchObject([[expect.any(String), { body: 'Once.' }]])
  expect(page.all('.composer [role=alert]')).toHaveLength(0)
  expect(page.find<HTMLSelectElement>('#composer-label').value).toBe(label)
})

test('a room that is stopped says so where one writes, before anything is sent', async () => {
  const page = await openPage(CASE, (fake) => {
    fake.rooms = fake.rooms.map((room, place) => (place ? room : { ...room, stopped: { code: 'identity-changed', name: 'Ben' } }))
  })
  expect(page.find('.composer [role=alert]').textContent).toBe('compose-stopped')
})

test('what the engine tells right after its first word is not missed', async () => {
  const page = await openPage('messages/', (fake) => {
    fake.state = { ...fake.state, phase: 'starting' }
    // Before the browser has drawn anything, as a tab is told that follows another.
    fake.shown = () => fake.emit({ t: 'state', state: { ...fake.state, phase: 'ready' } })
  })
  expect(page.all('.chat-list')).toHaveLength(1)
})
