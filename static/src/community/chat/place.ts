// Where the reader is in a list that grows at both ends. Measured from the page, because rows are as
// high as their text. What scrolls is the list, the box around it, or on phones the page.

export interface Anchor {
  key: string
  top: number
}

export function scrollerOf(element: HTMLElement): HTMLElement {
  for (const box of [element, element.parentElement]) {
    const overflow = box ? getComputedStyle(box).overflowY : ''
    if (box && (overflow === 'auto' || overflow === 'scroll')) return box
  }
  return (document.scrollingElement ?? document.documentElement) as HTMLElement
}

/** The part of the screen in which rows are seen: what sticks at the edges covers the rest. */
function sight(list: HTMLElement): { top: number; bottom: number } {
  const scroller = scrollerOf(list)
  if (scroller !== document.scrollingElement) {
    const box = scroller.getBoundingClientRect()
    return { top: box.top, bottom: box.bottom }
  }
  const room = list.closest('.room')
  const head = room?.querySelector('.room-head')?.getBoundingClientRect()
  const foot = room?.querySelector('.room-foot')?.getBoundingClientRect()
  const bottom = foot && foot.top < window.innerHeight ? foot.top : window.innerHeight
  return { top: Math.max(0, head?.bottom ?? 0), bottom }
}

const rows = (list: HTMLElement): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[data-key]')]

/** The first row in sight and where it stands. */
export function anchorOf(list: HTMLElement): Anchor | null {
  const { top } = sight(list)
  const row = rows(list).find((each) => each.getBoundingClientRect().bottom > top)
  return row ? { key: row.dataset.key ?? '', top: row.getBoundingClientRect().top } : null
}

const rowOf = (list: HTMLElement, key: string): HTMLElement | undefined =>
  rows(list).find((row) => row.dataset.key === key)

/** Puts a row back to where it stood. */
export function restore(list: HTMLElement, anchor: Anchor): void {
  const row = rowOf(list, anchor.key)
  if (row) scrollerOf(list).scrollTop += row.getBoundingClientRect().top - anchor.top
}

export function toEnd(list: HTMLElement): void {
  const scroller = scrollerOf(list)
  if (scroller !== document.scrollingElement) {
    scroller.scrollTop = scroller.scrollHeight
    return
  }
  const end = list.closest('.room')?.getBoundingClientRect().bottom ?? 0
  scroller.scrollTop += end - window.innerHeight
}

/** Brings an element to the upper third of what is in sight. */
export function toSight(list: HTMLElement, element: Element): void {
  const { top, bottom } = sight(list)
  scrollerOf(list).scrollTop += element.getBoundingClientRect().top - (top + (bottom - top) / 4)
}

const SLACK = 60

export function isAtEnd(list: HTMLElement): boolean {
  const last = rows(list).at(-1)
  return !last || last.getBoundingClientRect().bottom <= sight(list).bottom + SLACK
}

/** How far the ends of the list are outside of what is in sight. */
export function distances(list: HTMLElement): { above: number; below: number } {
  const { top, bottom } = sight(list)
  const all = rows(list)
  const first = all[0]?.getBoundingClientRect().top ?? top
  const last = all.at(-1)?.getBoundingClientRect().bottom ?? bottom
  return { above: top - first, below: last - bottom }
}

/** The number of the last row that was seen to its end (or fills what is in sight). */
export function seenTo(list: HTMLElement): number | null {
  const { top, bottom } = sight(list)
  const seen = rows(list).reverse().find((row) => {
    const box = row.getBoundingClientRect()
    return Number(row.dataset.seq) > 0 && (box.bottom <= bottom + SLACK / 4 || (box.top <= top && box.bottom >= bottom))
  })
  return seen ? Number(seen.dataset.seq) : null
}
