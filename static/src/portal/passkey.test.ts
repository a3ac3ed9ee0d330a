// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '../shared/testing/patience'
import { bindPasskey } from './passkey'

const PART = `<input name="csrfmiddlewaretoken" value="token">
<div data-passkey="authenticate" data-begin-url="/begin" data-complete-url="/complete">
  <button data-passkey-start hidden></button>
  <p data-passkey-state="busy" hidden></p><p data-passkey-state="cancelled" hidden></p>
  <p data-passkey-state="none" hidden></p><p data-passkey-state="unsupported" hidden></p>
  <p data-passkey-state="failed" hidden></p>
  <p data-passkey-state="said" hidden><span data-passkey-detail></span></p></div>`

const root = (): HTMLElement => document.querySelector<HTMLElement>('[data-passkey]')!
const button = (): HTMLButtonElement => document.querySelector('button')!
const shown = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('[data-passkey-state]')]
    .filter((line) => !line.hidden)
    .map((line) => line.dataset.passkeyState!)

function answers(status: number, body: object): void {
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(JSON.stringify(body), { status }))))
}

function credentials(get: () => Promise<unknown>): void {
  vi.stubGlobal('PublicKeyCredential', class {})
  Object.defineProperty(navigator, 'credentials', { value: { get: vi.fn(get) }, configurable: true })
}

beforeEach(() => {
  document.body.innerHTML = PART
  vi.unstubAllGlobals()
})

test('a browser without passkeys says so and offers no button', () => {
  vi.stubGlobal('PublicKeyCredential', undefined)
  Reflect.deleteProperty(window, 'PublicKeyCredential')
  bindPasskey(root())
  expect(shown()).toEqual(['unsupported'])
  expect(button().hidden).toBe(true)
})

test('a cancelled ceremony is said in words, and can be begun again', async () => {
  answers(200, { challenge: 'AQ' })
  credentials(() => Promise.reject(new DOMException('', 'NotAllowedError')))
  bindPasskey(root())
  button().click()
  expect(shown()).toEqual(['busy'])
  await eventually(() => expect(shown()).toEqual(['cancelled']))
  expect(button().hasAttribute('aria-busy')).toBe(false)
})

test('a passkey the site does not know is said in words', async () => {
  answers(404, { code: 'credential_not_found' })
  credentials(() => Promise.reject(new Error('not reached')))
  bindPasskey(root())
  button().click()
  await eventually(() => expect(shown()).toEqual(['none']))
})

test('what the server says is shown as text', async () => {
  answers(400, { code: 'said', detail: '<b>No</b>' })
  credentials(() => Promise.reject(new Error('not reached')))
  bindPasskey(root())
  button().click()
  await eventually(() => expect(shown()).toEqual(['said']))
  expect(document.querySelector('[data-passkey-detail]')!.innerHTML).toBe('&lt;b&gt;No&lt;/b&gt;')
})

test('the token of the page goes with what is sent', async () => {
  answers(500, {})
  credentials(() => Promise.reject(new Error('not reached')))
  bindPasskey(root())
  button().click()
  await eventually(() => expect(fetch).toHaveBeenCalled())
  const headers = vi.mocked(fetch).mock.calls[0]![1]!.headers as Record<string, string>
  expect(headers['X-CSRFToken']).toBe('token')
})
