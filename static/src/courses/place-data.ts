/** A block of the step and where its upper edge stands, in pixels below the top of the window. */
export interface Placed {
  id: string
  top: number
}

/**
 * The block being read: the last one that begins in the upper two fifths of the window or above
 * it; before any does, the first. Empty when there is none.
 */
export function blockInView(blocks: readonly Placed[], height: number): string {
  let current = blocks[0]?.id ?? ''
  for (const block of blocks) if (block.top <= height * 0.4) current = block.id
  return current
}
