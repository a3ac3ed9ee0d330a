import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from './icon'
import { roam } from './roving'

export interface Entry {
  key: string
  icon: string
  text: string
  reason?: string // disabled, and why
  danger?: boolean
  act: () => void
}

interface Props {
  label: string
  icon?: string
  text?: string
  entries: Entry[]
  tab?: boolean // false: not a stop of the Tab key (lists with a roving focus)
  inline?: boolean // in the flow of the page, so that no scrolling box can cut it off
}

/** A button with a list of deeds: arrows move, Escape closes, the focus returns to the button. */
export function Menu({ label, icon = 'more', text, entries, tab = true, inline = false }: Props): VNode {
  const [open, setOpen] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const toggle = (): HTMLElement | null => root.current?.querySelector('[data-menu-toggle]') ?? null
  useEffect(() => {
    if (!open) return
    root.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus({ preventScroll: true })
    root.current?.querySelector('[role="menu"]')?.scrollIntoView({ block: 'nearest' })
    const outside = (event: Event): void => {
      if (!root.current?.contains(event.target as Node)) setOpen(false)
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
    }
  }, [open])
  const close = (): void => {
    setOpen(false)
    toggle()?.focus()
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      close()
    } else {
      event.stopPropagation()
      roam(event, '[role="menuitem"]', inline)
    }
  }
  const press = (entry: Entry): void => {
    if (entry.reason) return
    close()
    entry.act()
  }
  return (
    <div class={inline ? 'chat-menu-inline' : 'chat-menu'} ref={root}>
      <button
        class={text ? 'button button-secondary' : 'icon-button'}
        type="button"
        data-menu-toggle
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={text ? undefined : label}
        tabIndex={tab ? undefined : -1}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
        {text}
      </button>
      {open ? (
        <div class="chat-menu-panel" role="menu" aria-label={label} onKeyDown={keys}>
          {entries.map((entry) => (
            <button
              key={entry.key}
              class={entry.danger ? 'chat-menu-item chat-menu-danger' : 'chat-menu-item'}
              type="button"
              role="menuitem"
              tabIndex={-1}
              aria-disabled={entry.reason ? 'true' : undefined}
              onClick={() => press(entry)}
            >
              <Icon name={entry.icon} />
              <span>
                {entry.text}
                {entry.reason ? <span class="chat-menu-reason">{entry.reason}</span> : null}
              </span>
            </button>
          ))}
        </div>
      ) : null}
    </div>
  )
}

