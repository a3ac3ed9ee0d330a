// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { Item } from '../crypto/interface'
import { openPage } from '../testing/testing-page'
import { DIRECT, item, ME, ROOM, uuid } from '../testing/testing-rooms'

const CASE = `rooms/${uuid(1)}/`

test('the list has its groups, and every state of a room in words', async () => {
  const page = await openPage('messages/')
  expect(page.all('.chat-group').map((heading) => heading.textContent)).toEqual(
    ['group-invited', 'group-pinned', 'group-case', 'group-direct', 'group-closed'],
  )
  for (const mark of ['mark-hold', 'mark-draft', 'mark-stopped', 'mark-muted', 'mark-closed']) expect(page.text()).toContain(mark)
})

test('without rooms the first thing to do is to make one', async () => {
  const page = await openPage('messages/', (fake) => (fake.rooms = []))
  expect(page.text()).toContain('rooms-empty')
  expect(page.all('.button:not(.button-secondary, .button-quiet)').map((button) => button.textContent)).toEqual(['new-room'])
})

test('a room opens without loading a page, and the language menu follows', async () => {
  const page = await openPage('messages/')
  const menu = document.createElement('div')
  menu.className = 'menu-language'
  const french = document.createElement('a')
  french.hreflang = 'fr'
  menu.append(french)
  document.body.append(menu)
  page.find<HTMLAnchorElement>(`a.room-link[href$="${CASE}"]`).click()
  await page.settle()
  expect(location.pathname).toBe(`/en/community/${CASE}`)
  expect(french.getAttribute('href')).toBe(`/fr/community/${CASE}`)
  expect(page.find('.room h1').textContent).toBe('Parcel route Norland – Sudonia')
})

test('an invitation shows the charter before anything is accepted', async () => {
  const page = await openPage(`rooms/${uuid(13)}/join/`)
  expect(page.text()).toContain('Find out who sends the parcels')
  expect(page.text()).toContain('may-not-be-posted')
  expect(page.fake.called('join')).toEqual([])
  await page.press('accept-invitation')
  expect(page.fake.called('join')).toEqual([[`!${uuid(13)}:members.invalid`]])
})

test('the room says who can read it, and what may not be posted, above the composer', async () => {
  const page = await openPage(CASE)
  expect(page.find('.room-seal').textContent).toContain('sealed-room')
  expect(page.find('.room-seal').textContent).toContain('TLP:RED')
  expect(page.find('.room-end').textContent).toContain('TLP:RED')
  const warning = page.find('.room-foot .room-warning')
  expect(warning.compareDocumentPosition(page.find('.composer')) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy()
})

test('a direct message bears no warning of case rooms and waits for a label', async () => {
  const page = await openPage(`rooms/${uuid(2)}/`)
  expect(page.all('.room-warning')).toEqual([])
  await page.type('#composer-text', 'Hello')
  await page.press('send')
  expect(page.fake.called('send')).toEqual([])
  expect(page.find('.composer [role=alert]').textContent).toBe('label-missing')
  await page.type('#composer-label', 'GREEN')
  await page.press('send')
  expect(page.fake.called('send')[0]).toMatchObject([DIRECT, { body: 'Hello', tlp: 'GREEN' }])
})

test('mark-up in a message stays text', async () => {
  const hostile = '<img src=x onerror=alert(1)> [a](javascript:alert(1)) https://example.org/"><script>'
  const page = await openPage(CASE, (fake) => (fake.items = [item(67, { body: hostile, mine: false, name: '<b>' })]))
  expect(page.all('.timeline :is(img, script)')).toEqual([])
  expect(page.all('.message-text a').map((link) => link.getAttribute('href'))).toEqual(['https://example.org/'])
  expect(page.find('.message-author').textContent).toBe('<b>')
})

test('there are never more than 150 rows', async () => {
  const page = await openPage(CASE, (fake) => {
    fake.items = Array.from({ length: 1000 }, (_, index) => item(index + 1, { body: `${index}` }))
  })
  for (let turn = 0; turn < 4; turn++) {
    if (page.all('.timeline-more').length > 0) await page.press('load-older')
  }
  expect(page.all('.row').length).toBeLessThanOrEqual(150)
  expect(page.all('.row').length).toBeGreaterThan(40)
})

test('new messages are announced once, in one polite place', async () => {
  const page = await openPage(CASE)
  const live: Item = item(999, { key: 'live', body: 'new', mine: false, name: 'Ivo Renn', sender: '@ivo:members.invalid' })
  page.fake.emit({ t: 'items', room: ROOM, items: [live], removed: [] })
  await page.settle()
  expect(page.all('[data-announcer]').map((place) => [place.getAttribute('aria-live'), place.textContent])).toEqual([['polite', 'said-new-by']])
})

test('TLP:RED is neither copied nor forwarded, and the menu says why', async () => {
  const page = await openPage(CASE, (fake) => (fake.items = [item(67, { body: 'secret', tlp: 'RED' })]))
  page.find('article [data-menu-toggle]').click()
  await page.settle()
  const refused = page.all('[role=menuitem][aria-disabled]').map((entry) => entry.textContent)
  expect(refused).toEqual(['deed-copyreason-copy-red', 'deed-forwardreason-forward-red'])
})

test('a menu is used by keyboard alone, and the focus returns', async () => {
  const page = await openPage(CASE, (fake) => (fake.items = [item(67, { body: 'x' })]))
  const button = page.find('article [data-menu-toggle]')
  button.click()
  await page.settle()
  expect(document.activeElement?.textContent).toBe('deed-reply')
  await page.key(document.activeElement as HTMLElement, 'ArrowDown')
  expect(document.activeElement?.textContent).toBe('deed-react')
  await page.key(document.activeElement as HTMLElement, 'Escape')
  expect(document.activeElement).toBe(button)
  expect(page.all('[role=menu]')).toEqual([])
})

test('deleting asks first, with the verb on the button', async () => {
  const page = await openPage(CASE, (fake) => (fake.items = [item(67, { body: 'mine' })]))
  page.find('article [data-menu-toggle]').click()
  await page.settle()
  await page.press('deed-delete')
  expect(page.find('dialog').textContent).toContain('delete-own-text')
  await page.press('cancel', 'dialog')
  expect(page.fake.called('remove')).toEqual([])
  page.find('article [data-menu-toggle]').click()
  await page.settle()
  await page.press('deed-delete')
  await page.press('delete-verb', 'dialog')
  expect(page.fake.called('remove')).toEqual([[ROOM, 'key67']])
})

test('an answer cannot be looser than what it answers', async () => {
  const page = await openPage(CASE, (fake) => (fake.items = [item(67, { body: 'x', tlp: 'AMBER+STRICT' })]))
  page.find('article [data-menu-toggle]').click()
  await page.settle()
  await page.press('deed-reply')
  expect(page.find<HTMLSelectElement>('#composer-label').value).toBe('AMBER+STRICT')
  expect(page.all('#composer-label option[disabled]').map((option) => option.getAttribute('value'))).toEqual(['CLEAR', 'GREEN', 'AMBER'])
})

test('a closed room has no composer and says why', async () => {
  const page = await openPage(CASE, (fake) => (fake.rooms = fake.rooms.map((room) => ({ ...room, state: 'closed' }))))
  expect(page.all('.composer')).toEqual([])
  expect(page.all('.room-foot .notice').length).toBe(1)
})

test('what was not sent comes back into the composer', async () => {
  const page = await openPage(CASE, (fake) => {
    fake.items = [item(null, { key: 'txn:9', body: 'again', state: 'failed' })]
    fake.answers.discard = () => ({
      body: 'again', tlp: 'AMBER', thread: null, replyTo: null, mentions: [], attachments: [], poll: null, expiresAfter: null,
    })
  })
  await page.press('take-back')
  expect(page.find<HTMLTextAreaElement>('#composer-text').value).toBe('again')
})

test('a file that is too large is refused with its size', async () => {
  const page = await openPage(CASE)
  const input = page.find<HTMLInputElement>('.composer input[type=file]')
  Object.defineProperty(input, 'files', { value: [new File(['x'.repeat(2000)], 'big.pdf')], configurable: true })
  input.dispatchEvent(new Event('change'))
  await page.settle()
  expect(page.find('.uploads').textContent).toContain('file-too-large')
  expect(page.fake.called('attach')).toEqual([])
})

test('who is removed while she looks at the room is told so, and nothing of it stays on the screen', async () => {
  const page = await openPage(`${CASE}#p=members`)
  expect(page.all('.composer, .chat-panel')).toHaveLength(2)
  page.fake.rooms = page.fake.rooms.slice(1)
  for (const event of [{ t: 'room', room: ROOM }, { t: 'rooms' }] as const) page.fake.emit(event)
  await page.settle()
  expect(page.all('.composer, .chat-panel, .timeline')).toEqual([])
  expect(page.all('.chat-main .notice')).toHaveLength(1)
  expect(`${document.title} ${page.text()}`).not.toContain('Parcel route Norland – Sudonia')
})

test('a newcomer who was given nothing earlier reads why the room begins here', async () => {
  const joined = item(67, { key: 'seq:67', kind: 'notice', notice: { change: 'joined', user: ME, by: '' } })
  const page = await openPage(CASE, (fake) => (fake.items = [joined, item(68)]))
  expect(page.all('.timeline > li:first-child .notice-info button')).toHaveLength(1)
})

test('the parts of a panel that is alone on the screen stand one level below its heading', async () => {
  const page = await openPage(`${CASE}#p=closing`)
  expect(page.all('.panel-head h1')).toHaveLength(1)
  expect(page.all('.panel-part > :is(h2, h3)').map((title) => title.localName)).toEqual(['h2', 'h2', 'h2'])
})
