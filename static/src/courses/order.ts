import { mount } from '../shared/mount'
import { fill } from '../shared/words'
import { move, place } from './order-data'

const selectOf = (row: HTMLElement): HTMLSelectElement | null =>
  row.querySelector<HTMLSelectElement>('[data-order-place]')

/** Rows that move by button or by number; the numbers are what is sent, so both give the same. */
export function bindOrder(list: HTMLElement): void {
  const rows = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-order-row]')]
  const status = list.parentElement?.querySelector<HTMLElement>('[data-order-status]')

  const arrange = (ordered: HTMLElement[]): void => {
    ordered.forEach((row, index) => {
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null)
      const select = selectOf(row)
      if (select) select.value = String(index + 1)
      const up = row.querySelector<HTMLButtonElement>('[data-order-move="up"]')
      const down = row.querySelector<HTMLButtonElement>('[data-order-move="down"]')
      up?.setAttribute('aria-disabled', String(index === 0))
      down?.setAttribute('aria-disabled', String(index === ordered.length - 1))
    })
  }

  const tell = (row: HTMLElement): void => {
    if (!status) return
    const item = row.querySelector('[data-order-text]')?.textContent?.trim() ?? ''
    const position = rows().indexOf(row) + 1
    const sentence = list.dataset.textMoved ?? ''
    status.textContent = fill(sentence, { item, position, total: rows().length })
  }

  const settle = (ordered: HTMLElement[], row: HTMLElement, focus: HTMLElement): void => {
    arrange(ordered)
    tell(row)
    focus.focus()
    list.dispatchEvent(new Event('input', { bubbles: true }))
  }

  list.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLElement>('[data-order-move]')
    const row = button?.closest<HTMLElement>('[data-order-row]')
    if (!button || !row || button.getAttribute('aria-disabled') === 'true') return
    const step = button.dataset.orderMove === 'up' ? -1 : 1
    settle(move(rows(), rows().indexOf(row), step), row, button)
  })

  list.addEventListener('change', (event) => {
    const select = event.target
    if (!(select instanceof HTMLSelectElement) || !('orderPlace' in select.dataset)) return
    const row = select.closest<HTMLElement>('[data-order-row]')
    if (row) settle(place(rows(), rows().indexOf(row), Number(select.value)), row, select)
  })

  const byNumber = (): void =>
    arrange(rows().sort((one, other) => Number(selectOf(one)?.value) - Number(selectOf(other)?.value)))

  list.closest('form')?.addEventListener('answer:restored', byNumber)
  for (const buttons of list.querySelectorAll<HTMLElement>('[data-order-buttons]')) {
    buttons.hidden = false
  }
  arrange(rows())
}

export const startOrder = (): void => mount('[data-order]', bindOrder)
