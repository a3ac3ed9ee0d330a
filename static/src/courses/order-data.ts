/** Moves one entry by `step` places (−1 up, 1 down); at an end the list stays as it is. */
export function move<Item>(items: readonly Item[], index: number, step: -1 | 1): Item[] {
  const target = index + step
  const result = [...items]
  if (index < 0 || index >= items.length || target < 0 || target >= items.length) return result
  const [item] = result.splice(index, 1)
  result.splice(target, 0, item as Item)
  return result
}

/** Puts one entry at `place` (1-based, limited to the list). */
export function place<Item>(items: readonly Item[], index: number, place: number): Item[] {
  const result = [...items]
  if (index < 0 || index >= items.length) return result
  const [item] = result.splice(index, 1)
  result.splice(Math.min(Math.max(place, 1), items.length) - 1, 0, item as Item)
  return result
}
