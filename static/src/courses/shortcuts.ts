const KEYS: Record<string, string> = { '[': 'previous', ']': 'next' }
const STORED = 'shortcuts'

function stored(): boolean {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}

function store(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off')
  } catch {
    // Without storage the choice holds for this page only.
  }
}

/** True where a key belongs to what is being typed or chosen. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null
}

/**
 * `[` goes to the previous step, `]` to the next; with a switch to turn them off
 * (WCAG 2.1.4, single-character shortcuts).
 */
export function startShortcuts(): void {
  const box = document.querySelector<HTMLInputElement>('[data-shortcuts-switch]')
  let on = stored()
  if (box) {
    box.checked = on
    box.addEventListener('change', () => {
      on = box.checked
      store(on)
    })
  }
  document.addEventListener('keydown', (event) => {
    const name = KEYS[event.key]
    if (!on || !name || event.ctrlKey || event.metaKey || isTyping(event.target)) return
    document.querySelector<HTMLElement>(`[data-shortcuts] [data-shortcut="${name}"]`)?.click()
  })
}
