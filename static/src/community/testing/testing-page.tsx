// A page with the screens in it, for tests. Words are their own keys. Never part of a build.
import { render } from 'preact'
import { act } from 'preact/test-utils'
import { App } from '../chat/app'
import { NIL } from '../chat/route-data'
import { type ShellProps, startShell } from '../chat/shell'
import { TestingEngine } from './testing-engine'

const BASE = '/en/community/'

export interface TestPage {
  fake: TestingEngine
  root: HTMLElement
  text(): string
  find<T extends HTMLElement = HTMLElement>(selector: string): T
  all(selector: string): HTMLElement[]
  /** The button, link or menu entry whose words are these. */
  press(words: string, within?: string): Promise<void>
  type(selector: string, text: string): Promise<void>
  key(target: string | HTMLElement, key: string, more?: KeyboardEventInit): Promise<void>
  settle(): Promise<void>
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 6; turn++) await act(() => new Promise((done) => setTimeout(done, 0)))
}

/** Opens an address of the sealed pages on a fresh document. */
export async function openPage(path: string, prepare: (fake: TestingEngine) => void = () => undefined): Promise<TestPage> {
  const old = document.getElementById('sealed')
  if (old) render(null, old)
  const room = `${BASE}rooms/${NIL}/`
  history.replaceState(null, '', BASE + path)
  document.documentElement.lang = 'en'
  document.body.replaceChildren()
  const root = document.createElement('div')
  root.id = 'sealed'
  Object.assign(root.dataset, {
    messagesUrl: `${BASE}messages/`, newUrl: `${BASE}rooms/new/`, roomUrl: room, joinUrl: `${room}join/`,
    devicesUrl: `${BASE}devices/`, aboutUrl: '/en/about/sealed-messages/', signInUrl: '/en/account/sign-in/', helpUrl: '/en/help/',
    digestUrl: `${BASE}cases/new/`,
    domain: 'members.invalid', fileLimit: '1000',
  })
  const words = document.createElement('script')
  words.id = 'sealed-words'
  words.type = 'application/json'
  words.textContent = JSON.stringify({ text: {}, plural: {}, icons: {}, mirrored: [], emoji: [], countries: {}, notes: {}, errors: {} })
  document.body.append(root, words)
  const fake = new TestingEngine()
  prepare(fake)
  const show = (props: ShellProps): void => {
    render(<App {...props} />, root)
    fake.shown()
  }
  await act(() => startShell(root, { engine: fake.engine, listen: fake.listen }, show))
  await settle()
  return pageOf(root, fake)
}

function pageOf(root: HTMLElement, fake: TestingEngine): TestPage {
  const find = <T extends HTMLElement>(selector: string): T => {
    const found = root.querySelector<T>(selector)
    if (!found) throw new Error(`nothing matches ${selector} in ${root.textContent}`)
    return found
  }
  const words = (element: HTMLElement): string => (element.getAttribute('aria-label') ?? element.textContent ?? '').trim()
  return {
    fake, root, find, settle,
    text: () => root.textContent ?? '',
    all: (selector) => [...root.querySelectorAll<HTMLElement>(selector)],
    press: async (wanted, within = '*') => {
      const buttons = [...root.querySelectorAll<HTMLElement>(`${within} :is(button, a)`)]
      const found = buttons.find((one) => words(one) === wanted || (one.textContent ?? '').trim() === wanted)
      if (!found) throw new Error(`no button ${wanted} among ${buttons.map(words).join(' | ')}`)
      await act(() => found.click())
      await settle()
    },
    type: async (selector, text) => {
      const field = find<HTMLInputElement>(selector)
      await act(() => {
        field.value = text
        field.dispatchEvent(new Event('input', { bubbles: true }))
        field.dispatchEvent(new Event('change', { bubbles: true }))
      })
      await settle()
    },
    key: async (target, key, more = {}) => {
      const element = typeof target === 'string' ? find(target) : target
      await act(() => {
        element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
      })
      await settle()
    },
  }
}
