/** Opens filters and the like where they stand beside the list (.columns); above it they stay folded. */
function openWhereWide(): void {
  if (!matchMedia('(min-width: 72rem)').matches) return
  for (const fold of document.querySelectorAll<HTMLDetailsElement>('details[data-open-wide]')) fold.open = true
}

/** The menus of the header: one open at a time, closed by Escape and by a press outside. */
export function startMenus(): void {
  openWhereWide()
  const menus = (): HTMLDetailsElement[] => [
    ...document.querySelectorAll<HTMLDetailsElement>('details.menu[open]'),
  ]
  const closeAllBut = (kept: Node | null): void => {
    for (const menu of menus()) if (!kept || !menu.contains(kept)) menu.open = false
  }
  document.addEventListener('pointerdown', (event) => closeAllBut(event.target as Node))
  document.addEventListener('focusin', (event) => closeAllBut(event.target as Node))
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    for (const menu of menus()) {
      const inside = menu.contains(document.activeElement)
      menu.open = false
      if (inside) menu.querySelector('summary')?.focus()
    }
  })
}
