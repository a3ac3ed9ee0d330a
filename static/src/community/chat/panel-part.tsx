import type { ComponentChildren, VNode } from 'preact'
import { BESIDE, useMedia } from './use-media'

/** A part of a panel with its own heading, one below the heading of the panel wherever that stands. */
export function Part({ title, children }: { title: string; children: ComponentChildren }): VNode {
  const Title = useMedia(BESIDE) ? 'h3' : 'h2'
  return (
    <section class="panel-part">
      <Title>{title}</Title>
      {children}
    </section>
  )
}
