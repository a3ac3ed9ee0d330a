import type { ComponentChildren, VNode } from 'preact'
import { Icon } from './icon'
import { t } from './words'

const ICONS = { info: 'info', success: 'check-circle', warning: 'warning', error: 'cross-circle' } as const

interface Props {
  kind?: keyof typeof ICONS
  title?: string
  alert?: boolean // said at once, because it answers what was just done
  children: ComponentChildren
}

/** A notice: kind by icon, word for screen readers and colour. */
export function Notice({ kind = 'info', title, alert, children }: Props): VNode {
  return (
    <div class={`notice notice-${kind}`} role={alert ? 'alert' : undefined}>
      <Icon name={ICONS[kind]} />
      <div class="notice-text">
        {kind === 'error' ? <span class="visually-hidden">{t('error-mark')} </span> : null}
        {kind === 'warning' ? <span class="visually-hidden">{t('warning-mark')} </span> : null}
        {title ? <p class="notice-title">{title}</p> : null}
        {children}
      </div>
    </div>
  )
}

/** Grey lines while something is on its way (shown after 400 ms by its style), and what it is. */
export function Loading({ text, lines = 4 }: { text: string; lines?: number }): VNode {
  return (
    <div role="status">
      <p class="visually-hidden">{text}</p>
      <div class="skeleton" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <div class="skeleton-line" key={index} />
        ))}
      </div>
    </div>
  )
}

/** Nothing here yet: says so, and what to do. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }): VNode {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  )
}
