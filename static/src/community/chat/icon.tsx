import type { VNode } from 'preact'
import { theWords } from './words'

/** An icon beside a word: decoration, hidden from screen readers. Drawn from the page's own list. */
export function Icon({ name }: { name: string }): VNode {
  const { icons, mirrored } = theWords()
  return (
    <svg class={mirrored.includes(name) ? 'icon icon-mirror' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      {(icons[name] ?? []).map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  )
}
