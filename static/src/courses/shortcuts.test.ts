// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { startShortcuts } from './shortcuts'

let went: string[]
const key = (name: string, target: Element = document.body): boolean =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }))

beforeEach(() => {
  localStorage.clear()
  document.body.innerHTML = `<nav data-shortcuts><a data-shortcut="previous"></a><a data-shortcut="next"></a></nav>
    <input type="text"><label><input type="checkbox" data-shortcuts-switch></label>`
  went = []
  for (const link of document.querySelectorAll<HTMLElement>('[data-shortcut]')) {
    link.addEventListener('click', () => went.push(link.dataset.shortcut!))
  }
})

test('keys go to the neighbouring steps, never while typing, and can be switched off', () => {
  startShortcuts()
  key('[')
  key(']')
  expect(went).toEqual(['previous', 'next'])
  key(']', document.querySelector('input[type="text"]')!)
  expect(went).toHaveLength(2)
  const box = document.querySelector<HTMLInputElement>('[data-shortcuts-switch]')!
  expect(box.checked).toBe(true)
  box.checked = false
  box.dispatchEvent(new Event('change'))
  key(']')
  expect(went).toHaveLength(2)
  expect(localStorage.getItem('shortcuts')).toBe('off')
})
