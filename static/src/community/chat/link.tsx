import type { ComponentChildren, VNode } from 'preact'
import { useApp } from './app-context'
import { addressOf, type Route } from './route-data'

interface Props {
  to: Route
  class?: string
  current?: boolean
  label?: string
  children: ComponentChildren
}

/** A link to one of our screens: opened without loading the page, unless another tab is asked for. */
export function Link({ to, children, current, label, ...rest }: Props): VNode {
  const { urls, go } = useApp()
  const open = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(to)
  }
  return (
    <a {...rest} href={addressOf(to, urls)} onClick={open} aria-label={label} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}
