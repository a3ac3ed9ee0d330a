// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { bindOrder } from './order'

const row = (name: string, place: number): string => `<li data-order-row>
  <select name="${name}" data-order-place>${[1, 2, 3]
    .map((n) => `<option value="${n}"${n === place ? ' selected' : ''}>${n}</option>`)
    .join('')}</select><span data-order-text>${name}</span>
  <span hidden data-order-buttons><button type="button" data-order-move="up"></button>
  <button type="button" data-order-move="down"></button></span></li>`

const names = (): string[] =>
  [...document.querySelectorAll<HTMLSelectElement>('select')].map((s) => `${s.name}${s.value}`)
const button = (name: string, way: string): HTMLButtonElement =>
  document.querySelector(`select[name="${name}"]`)!.closest('li')!.querySelector(`[data-order-move="${way}"]`)!

beforeEach(() => {
  document.body.innerHTML = `<form><fieldset><ol data-order data-text-moved="{item}: {position} of {total}">
    ${row('a', 1)}${row('b', 2)}${row('c', 3)}</ol><p data-order-status></p></fieldset></form>`
  bindOrder(document.querySelector('ol')!)
})

test('the buttons are there only with script', () => {
  expect(document.querySelectorAll('[data-order-buttons][hidden]')).toHaveLength(0)
})

test('a button moves the row, the numbers follow, the focus stays, the place is announced', () => {
  button('c', 'up').click()
  expect(names()).toEqual(['a1', 'c2', 'b3'])
  expect(document.activeElement).toBe(button('c', 'up'))
  expect(document.querySelector('[data-order-status]')!.textContent).toBe('c: 2 of 3')
})

test('at the ends the buttons say they are not available and do nothing', () => {
  expect(button('a', 'up').getAttribute('aria-disabled')).toBe('true')
  button('a', 'up').click()
  expect(names()).toEqual(['a1', 'b2', 'c3'])
})

test('choosing a number gives the same as the buttons', () => {
  const select = document.querySelector<HTMLSelectElement>('select[name="a"]')!
  select.value = '3'
  select.dispatchEvent(new Event('change', { bubbles: true }))
  expect(names()).toEqual(['b1', 'c2', 'a3'])
})

test('a move counts as a change, so that it is saved', () => {
  let changes = 0
  document.querySelector('form')!.addEventListener('input', () => (changes += 1))
  button('b', 'down').click()
  expect(changes).toBe(1)
})
