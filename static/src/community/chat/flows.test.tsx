// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { setWords, theWords } from './words'
import { openPage } from '../testing/testing-page'
import { ME, uuid } from '../testing/testing-rooms'

const CASE = `rooms/${uuid(1)}/`
const NEW_PERSON = { phase: 'new-person' as const }

test('setting up shows the key, asks for three groups, and names the wrong one', async () => {
  const page = await openPage('messages/', (fake) => (fake.state = { ...fake.state, ...NEW_PERSON }))
  expect(page.text()).toContain('cannot-protect')
  await page.press('setup-make-key')
  expect(page.all('.key-groups code').map((group) => group.textContent)).toHaveLength(12)
  await page.press('key-kept')
  await page.type('#key-group-0', 'ykH7')
  await page.type('#key-group-1', 'nope')
  await page.type('#key-group-2', 'pUY1')
  await page.press('key-finish')
  expect(page.fake.called('setupFinish')).toEqual([])
  expect(document.activeElement?.className).toBe('error-summary')
  await page.type('#key-group-1', 'JRXi')
  await page.press('key-finish')
  expect(page.fake.called('setupFinish')).toEqual([[['ykH7', 'JRXi', 'pUY1']]])
  expect(page.text()).toContain('setup-done')
  await page.press('setup-go-on')
  expect(page.all('.chat-list')).toHaveLength(1)
})

test('a confirmation asked for half-way opens beside, so that the key is not lost', async () => {
  let asked = 0
  const page = await openPage('messages/', (fake) => {
    fake.state = { ...fake.state, ...NEW_PERSON }
    fake.answers.setupFinish = () => {
      if (asked++ === 0) throw { code: 'confirm-again', confirmUrl: '/en/account/reauthenticate/?next=%2Fstatic%2Fworker.js' }
    }
  })
  await page.press('setup-make-key')
  await page.press('key-kept')
  for (const [place, group] of ['ykH7', 'JRXi', 'pUY1'].entries()) await page.type(`#key-group-${place}`, group)
  await page.press('key-finish')
  const link = page.find<HTMLAnchorElement>('a[target=_blank]')
  expect(link.getAttribute('href')).toBe('/en/account/reauthenticate/')
  await page.press('confirmed-go-on')
  expect(page.text()).toContain('setup-done')
})

test('a new device is restored with the key; a wrong group is found before anything is sent', async () => {
  const page = await openPage('messages/', (fake) => (fake.state = { ...fake.state, phase: 'new-device' }))
  await page.type('#recovery-key', 'EsSz 0OIl')
  await page.press('restore')
  expect(page.find('.field-error').textContent).toContain('key-letters')
  expect(page.fake.called('restore')).toEqual([])
  await page.type('#recovery-key', 'EsSzykH7LCZx7CaecmKDwcmYJRXiYbtu8iQ3t8EznRwKpUY1')
  await page.press('restore')
  expect(page.fake.called('restore')).toEqual([['EsSz ykH7 LCZx 7Cae cmKD wcmY JRXi Ybtu 8iQ3 t8Ez nRwK pUY1']])
})

test('starting again says what is lost first, and does nothing before that is agreed to', async () => {
  const page = await openPage('devices/#p=reset')
  expect(page.text()).toContain('reset-messages')
  await page.press('reset-verb')
  expect(page.fake.called('resetIdentity')).toEqual([])
  expect(page.find('[role=alert]').textContent).toBe('reset-agree-first')
  page.find('input[type=checkbox]').click()
  await page.settle()
  await page.press('reset-verb')
  expect(page.fake.called('resetIdentity')).toHaveLength(1)
})

test('a device is removed only after a question; this one cannot be', async () => {
  const page = await openPage('devices/')
  expect(page.all('.device')).toHaveLength(3)
  expect(page.find('.device[data-current]').textContent).not.toContain('remove-device')
  await page.press('remove-device')
  expect(page.fake.called('removeDevice')).toEqual([])
  await page.press('remove-device', 'dialog')
  expect(page.fake.called('removeDevice')).toEqual([['DEVICE0001']])
})

test('the check by emoji shows seven pictures and takes either answer', async () => {
  const page = await openPage('devices/')
  await page.press('check-devices')
  expect(page.fake.called('checkStart')).toEqual([[ME]])
  expect(page.all('.check-pictures li')).toHaveLength(7)
  await page.press('check-differ', 'dialog')
  expect(page.fake.called('checkMismatch')).toEqual([['c1']])
})

test('a check that somebody asks for is offered on every screen', async () => {
  const page = await openPage('rooms/new/')
  const check = { id: 'c7', with: '@ivo:members.invalid', name: 'Ivo', device: null, incoming: true, step: 'requested' as const, emoji: [] }
  page.fake.emit({ t: 'check', check })
  await page.settle()
  await page.press('check-start')
  expect(page.fake.called('checkAccept')).toEqual([['c7']])
  expect(page.all('dialog')).toHaveLength(1)
})

test('closing a check stops it', async () => {
  const page = await openPage('devices/')
  await page.press('check-devices')
  await page.press('check-stop', 'dialog')
  expect(page.fake.called('checkCancel')).toEqual([['c1']])
  expect(page.all('dialog')).toHaveLength(0)
})

test('a room is closed in order: read only, transcript, closed', async () => {
  const page = await openPage(`${CASE}#p=closing`, (fake) => {
    fake.answers.beginClosing = () => {
      fake.rooms = fake.rooms.map((room) => ({ ...room, state: 'closing' }))
      fake.emit({ t: 'rooms' })
    }
  })
  const close = (): string | null => page.all('.panel-part button').find((button) => button.textContent === 'close-verb')!.getAttribute('aria-disabled')
  expect(close()).toBe('true')
  await page.press('closing-verb', '.panel-part')
  await page.press('closing-verb', 'dialog')
  expect(close()).toBe('true')
  const failed = { text: '{name}: {date}', label: '' }
  setWords({ ...theWords(), text: { 'export-made': '{room} {name}', other: 'x' }, errors: { failed } }, 'en')
  document.documentElement.dir = 'rtl'
  await page.press('transcript-verb')
  document.documentElement.dir = ''
  const words = { 'export-made': '{room} {name}', 'export-problem-failed': '{name}: date-unknown' }
  expect(page.fake.called('exportRoom')[0]?.[1]).toEqual({ red: false, words, lang: 'en', dir: 'rtl' })
  expect(close()).toBe(null)
  await page.press('close-verb', '.panel-part')
  expect(page.find('dialog').textContent).toContain('close-unsaved')
  await page.press('close-verb', 'dialog')
  expect(page.fake.called('finishClosing')).toHaveLength(1)
})

test('a person is blocked after a question, and that can be undone', async () => {
  const page = await openPage(`rooms/${uuid(2)}/`)
  page.find('.room-head [data-menu-toggle]').click()
  await page.settle()
  await page.press('room-block')
  await page.press('block-verb', 'dialog')
  await page.press('undo')
  expect(page.fake.called('block').map((call) => call[1])).toEqual([true, false])
})

test('an incomplete form of a room is not sent; the summary leads to the fields', async () => {
  const page = await openPage('rooms/new/')
  await page.press('make-room')
  expect(page.fake.called('createRoom')).toEqual([])
  await page.press('form-name-missing')
  expect(document.activeElement?.id).toBe('room-name')
})

test('a report carries a readable copy only if one says so', async () => {
  const page = await openPage(CASE)
  page.all('article:not([data-mine]) [data-menu-toggle]')[0]!.click()
  await page.settle()
  await page.press('deed-report')
  await page.type('#report-reason', 'insult')
  await page.press('report-verb')
  expect(page.fake.called('report')[0]?.slice(2)).toEqual(['insult', false])
})

test('what was done on leaving a room is said where one arrives, and there only', async () => {
  const page = await openPage(CASE)
  page.find('.room-head [data-menu-toggle]').click()
  await page.settle()
  await page.press('room-leave')
  await page.press('leave-verb', 'dialog')
  expect(location.pathname).toBe('/en/community/messages/')
  expect(page.find('.undo-line').textContent).toBe('left-room')
  page.find<HTMLAnchorElement>(`a.room-link[href$="${uuid(2)}/"]`).click()
  await page.settle()
  expect(page.all('.undo-line')).toEqual([])
})
