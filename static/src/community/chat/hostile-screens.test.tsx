// @vitest-environment happy-dom
// What a hostile server or member may put before the screens: it is drawn as what it is, or refused.
import { expect, test } from 'vitest'
import type { Item, Member, Problem } from '../crypto/interface'
import { openPage, type TestPage } from '../testing/testing-page'
import { item, members, ROOM, userOf, uuid } from '../testing/testing-rooms'
import { setWords, theWords } from './words'

const CASE = `rooms/${uuid(1)}/`
const others = (...items: [number, string, Partial<Item>?][]): Item[] =>
  items.map(([seq, body, more]) => item(seq, { body, mine: false, ...more }))
const bodies = (page: TestPage): (string | null)[] => page.all('.message-text').map((one) => one.textContent)

test('a moment no calendar knows does not keep the messages around it from being shown', async () => {
  const page = await openPage(CASE, (fake) => {
    fake.items = others(
      [65, 'old'], [66, 'disappears at no time', { expiresAt: 9e18 }], [67, 'from no time', { at: 9e15 }],
      [68, 'edited at no time', { edited: Number.NaN }], [69, 'last'],
    )
  })
  expect(bodies(page)).toEqual(['old', 'disappears at no time', 'from no time', 'edited at no time', 'last'])
  page.fake.emit({ t: 'items', room: ROOM, items: others([70, 'live']), removed: [] })
  await page.settle()
  expect(bodies(page).at(-1)).toBe('live')
  await page.type('#composer-text', 'Hello')
  await page.press('send')
  expect(page.fake.called('send')).toHaveLength(1)
})

test('a row that cannot be drawn says so in its own place, until it can', async () => {
  const broken = item(66, { body: 'boom', mine: false, mentions: null as never })
  const page = await openPage(CASE, (fake) => (fake.items = [...others([65, 'old']), broken, ...others([67, 'new'])]))
  expect(bodies(page)).toEqual(['old', 'new'])
  const row = page.find('[data-seq="66"]')
  expect(row.querySelectorAll('.notice')).toHaveLength(1)
  row.querySelector<HTMLElement>('.notice button')!.click()
  await page.settle()
  expect(page.fake.called('fetchAgain')).toEqual([[ROOM, 'key66']])
  page.fake.emit({ t: 'items', room: ROOM, items: [{ ...broken, mentions: [] }], removed: [] })
  await page.settle()
  expect(bodies(page)).toEqual(['old', 'boom', 'new'])
})

// -- a changed identity --------------------------------------------------------------------------------

const CHANGED = 'the key that was shown'
const stopped = (): Problem => ({ code: 'identity-changed', user: userOf('ivo'), name: 'Ivo' })

async function withChanged(path: string, more: Partial<Member>): Promise<TestPage> {
  return openPage(path, (fake) => {
    const changed = (one: Member): Member => (one.user === userOf('ivo') ? { ...one, ...more } : one)
    fake.items = others([65, 'old'])
    fake.more = { stopped: stopped(), members: members().map(changed) }
  })
}

async function menuOf(page: TestPage, user: string): Promise<string[]> {
  const name = members().find((one) => one.user === user)!.name
  const row = page.all('.person-row').find((one) => one.textContent?.includes(name))!
  row.querySelector<HTMLElement>('[data-menu-toggle]')!.click()
  await page.settle()
  return page.all('[role=menuitem]').map((entry) => entry.textContent ?? '')
}

test('a host signs the key she was shown, after a question', async () => {
  const page = await withChanged(`${CASE}#p=members`, { trust: 'checked', newKey: CHANGED })
  expect(await menuOf(page, userOf('ivo'))).toContain('member-accept')
  await page.press('member-accept')
  expect(page.fake.called('acceptIdentity')).toEqual([])
  await page.press('accept-verb', 'dialog')
  expect(page.fake.called('acceptIdentity')).toEqual([[ROOM, userOf('ivo'), CHANGED]])
})

test('"Check now" compares emoji; who has compared them is led to the signature', async () => {
  const page = await withChanged(CASE, { trust: 'changed', newKey: CHANGED })
  await page.press('try-again', '.room-notices')
  expect(page.fake.called('checkStart')).toEqual([[userOf('ivo')]])
  const checked = await withChanged(CASE, { trust: 'checked', newKey: CHANGED })
  await checked.press('try-again', '.room-notices')
  expect(checked.fake.called('checkStart')).toEqual([])
  expect(location.hash).toContain('members')
})

test('why nothing is sent stands in the room, with the name of the person', async () => {
  const page = await withChanged(CASE, { trust: 'changed', newKey: CHANGED })
  const sentence = '{name}’s identity: nothing is sent'
  setWords({ ...theWords(), errors: { 'identity-changed': { text: sentence, label: 'check' } } }, 'en')
  page.fake.emit({ t: 'room', room: ROOM })
  await page.settle()
  expect(page.find('.room-notices').textContent).toContain('Ivo’s identity: nothing is sent')
  await page.type('#composer-text', 'Hello')
  await page.press('send')
  expect(page.fake.called('send')).toEqual([])
  expect(page.find('.composer [role=alert]').textContent).toBe('compose-stopped')
})

// -- what leaves the room --------------------------------------------------------------------------------

test('the sealed name of a room is no title: the browser keeps titles', async () => {
  const page = await openPage(CASE, (fake) => (fake.items = others([65, 'old'])))
  expect(page.find('.room h1').textContent).toBe('Parcel route Norland – Sudonia')
  expect(document.title).toBe('room')
  const direct = await openPage(`rooms/${uuid(2)}/`)
  expect(direct.find('.room h1').textContent).not.toBe('')
  expect(document.title).toBe('direct-unnamed')
})

test('TLP:RED has no preview among the pins, and no topic is called by it', async () => {
  const page = await openPage(`${CASE}#p=pins`, (fake) => {
    fake.items = others([62, 'the secret', { tlp: 'RED' }], [63, 'about it', { thread: 'key62' }])
    fake.more = { topics: [{ id: 'key62', title: '', unread: 0, lastAt: 0, count: 2 }] }
  })
  expect(page.find('.item-card').textContent).toContain('open-to-read')
  expect(page.find('.item-card').textContent).not.toContain('secret')
  expect(page.all('.message-topic').map((link) => link.textContent)).toEqual(['topic'])
})

test('what turns the direction is taken out of polls too', async () => {
  const poll = { question: 'Which\u202e file?', options: [{ text: 'gpj.\u202eexe', votes: [] }, { text: 'none', votes: [] }], mine: [] }
  const page = await openPage(CASE, (fake) => (fake.items = [item(66, { kind: 'poll', poll, mine: false })]))
  expect(page.find('.poll').textContent).not.toMatch(/[\u202a-\u202e]/)
  expect(page.find('.poll-option').textContent).toContain('gpj.exe')
})

test.each([['image/png', 1], ['application/octet-stream', 0]])('a picture is shown as what its bytes are: %s', async (type, shown) => {
  const file = { media: uuid(900), name: 'a.png', type: 'image/png', size: 9, sha256: '', state: 'ready' as const, progress: 1 }
  const page = await openPage(CASE, (fake) => {
    fake.items = [item(66, { body: 'look', mine: false, attachments: [file] })]
    fake.answers.open = () => ({ blob: new Blob(['x'], { type }), name: 'a.png', sha256: 'ab' })
  })
  const made: Blob[] = []
  const before = URL.createObjectURL
  URL.createObjectURL = (blob) => `blob:${made.push(blob as Blob)}`
  try {
    await page.press('file-show-label')
  } finally {
    URL.createObjectURL = before
  }
  expect(made.map((blob) => blob.type)).toEqual(shown ? [type] : [])
  expect(page.all('.attachment img, .attachment .notice')).toHaveLength(1)
  expect(page.all('.attachment img')).toHaveLength(shown)
})
