// @vitest-environment happy-dom
import { beforeEach, expect, test, vi } from 'vitest'
import { bindPreferences } from './theme'
import { attributesFor } from './theme-data'

const FORM = `<form action="/api/preferences">
  <button name="theme" value="dark" aria-pressed="false"></button>
  <button name="theme" value="auto" aria-pressed="true"></button>
  <button name="text_only" value="1" aria-pressed="false"></button></form>`

function press(value: string): void {
  const form = document.querySelector('form')!
  const submitter = form.querySelector<HTMLButtonElement>(`[value="${value}"]`)!
  form.dispatchEvent(new SubmitEvent('submit', { submitter, cancelable: true, bubbles: true }))
}

beforeEach(() => {
  document.body.innerHTML = FORM
  document.documentElement.removeAttribute('data-theme')
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response())))
  bindPreferences(document.querySelector('form')!)
})

test('a theme is shown at once, marked as chosen and sent', () => {
  press('dark')
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(document.querySelector('[value="dark"]')!.getAttribute('aria-pressed')).toBe('true')
  expect(document.querySelector('[value="auto"]')!.getAttribute('aria-pressed')).toBe('false')
  expect(String(vi.mocked(fetch).mock.calls[0]![1]!.body)).toContain('theme=dark')
})

test('"as on this device" removes the choice', () => {
  press('dark')
  press('auto')
  expect(document.documentElement.hasAttribute('data-theme')).toBe(false)
})

test('"text only" can be switched on and off again', () => {
  press('1')
  expect(document.documentElement.hasAttribute('data-text-only')).toBe(true)
  press('0')
  expect(document.documentElement.hasAttribute('data-text-only')).toBe(false)
})

test('a value nobody offers changes nothing but removes the theme', () => {
  expect(attributesFor({ name: 'theme', value: 'pink' })).toEqual({ 'data-theme': null })
  expect(attributesFor({ name: 'other', value: '1' })).toEqual({})
})
