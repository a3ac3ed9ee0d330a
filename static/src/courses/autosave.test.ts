// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bindAutosave } from './autosave'

const form = (): HTMLFormElement => document.querySelector('form')!
const state = (): string => document.querySelector('[data-save-state]')!.textContent ?? ''
const bodies = (): string[] => vi.mocked(fetch).mock.calls.map((call) => String(call[1]!.body))

function page(savedAt = ''): void {
  document.body.innerHTML = `<div data-owner="me"></div>
  <form data-save-url="/save/1/" data-saved-at="${savedAt}" data-text-device="DEVICE"
    data-text-sending="SENDING" data-text-saved="SAVED" data-text-failed="FAILED" data-text-choice="CHOICE">
    <input type="hidden" name="csrfmiddlewaretoken" value="token"><input type="hidden" name="key" value="k2">
    <input type="radio" name="answer" value="a"><input type="radio" name="answer" value="b">
    <p data-save-state></p><button type="button" hidden data-save-retry></button>
    <button type="button" hidden data-save-restore></button></form>`
  bindAutosave(form())
}

function choose(value: string): void {
  document.querySelector<HTMLInputElement>(`input[value="${value}"]`)!.checked = true
  form().dispatchEvent(new Event('input', { bubbles: true }))
}

const answer = (status: number) => vi.fn(() => Promise.resolve(new Response(null, { status })))
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000)

beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  vi.stubGlobal('fetch', answer(204))
})

afterEach(() => vi.useRealTimers())

test('a change is kept on the device at once and sent one second after the last change', async () => {
  page()
  choose('a')
  expect(state()).toBe('DEVICE')
  await vi.advanceTimersByTimeAsync(900)
  choose('b')
  await vi.advanceTimersByTimeAsync(900)
  expect(fetch).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(100)
  expect(bodies()).toEqual(['key=k2&answer=b&csrfmiddlewaretoken=token'])
})

test('"saved" is said only after the answer of the server, and the copy is then forgotten', async () => {
  let finish: (response: Response) => void = () => undefined
  vi.stubGlobal('fetch', vi.fn(() => new Promise<Response>((resolve) => (finish = resolve))))
  page()
  choose('a')
  await settle()
  expect(state()).toBe('SENDING')
  expect(localStorage.length).toBe(1)
  finish(new Response(null, { status: 204 }))
  await settle()
  expect(state()).toBe('SAVED')
  expect(localStorage.length).toBe(0)
})

test('without an answer it is "not saved", the copy stays and a button tries again', async () => {
  vi.stubGlobal('fetch', answer(500))
  page()
  choose('a')
  await settle()
  expect(state()).toBe('FAILED')
  expect(localStorage.length).toBe(1)
  vi.stubGlobal('fetch', answer(204))
  document.querySelector<HTMLElement>('[data-save-retry]')!.click()
  await settle()
  expect(state()).toBe('SAVED')
})

test('a change while sending is sent afterwards and not lost', async () => {
  page()
  choose('a')
  await vi.advanceTimersByTimeAsync(1000)
  choose('b')
  await settle()
  expect(bodies().map((body) => new URLSearchParams(body).get('answer'))).toEqual(['a', 'b'])
})

test('leaving the page sends what is not yet sent, so that the browser finishes it', () => {
  page()
  choose('a')
  window.dispatchEvent(new Event('pagehide'))
  expect(vi.mocked(fetch).mock.calls[0]![1]!.keepalive).toBe(true)
})

test('going to "Check" does not send a half-answer that could overtake the answer', async () => {
  page()
  choose('a')
  const check = document.querySelector<HTMLElement>('[data-save-retry]')!
  form().dispatchEvent(new FocusEvent('focusout', { bubbles: true, relatedTarget: check }))
  form().dispatchEvent(new SubmitEvent('submit'))
  await settle()
  expect(fetch).not.toHaveBeenCalled()
  expect(localStorage.length).toBe(1)
})

test('an unsent answer is back when the page is opened again, and is sent', async () => {
  vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('offline'))))
  page()
  choose('b')
  await settle()
  vi.stubGlobal('fetch', answer(204))
  page()
  await settle()
  expect(document.querySelector<HTMLInputElement>('input[value="b"]')!.checked).toBe(true)
  expect(state()).toBe('SAVED')
})

test('an older copy is offered, not put over the newer answer', async () => {
  vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('offline'))))
  page()
  choose('b')
  await settle()
  page(new Date(Date.now() + 60_000).toISOString())
  expect(state()).toBe('CHOICE')
  expect(document.querySelector<HTMLInputElement>('input[value="b"]')!.checked).toBe(false)
  document.querySelector<HTMLElement>('[data-save-restore]')!.click()
  expect(document.querySelector<HTMLInputElement>('input[value="b"]')!.checked).toBe(true)
})
