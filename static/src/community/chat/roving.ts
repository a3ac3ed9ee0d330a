import { moved } from './roving-data'

/** Moves the focus among the children that match, by arrows, Home, End and Page keys. */
export function roam(event: KeyboardEvent, selector: string, sideways = false): void {
  const root = event.currentTarget as HTMLElement
  const entries = [...root.querySelectorAll<HTMLElement>(selector)].filter((entry) => !entry.hidden)
  const index = entries.findIndex((entry) => entry === event.target)
  if (index < 0 || event.altKey || event.ctrlKey || event.metaKey) return
  const direction = getComputedStyle(root).direction === 'rtl' ? -1 : 1
  const next = moved(event.key, index, entries.length, sideways ? direction : 0)
  if (next === null) return
  event.preventDefault()
  entries[next]?.focus()
}
