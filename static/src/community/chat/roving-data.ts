// Which entry of a list the arrow keys lead to.

/** The next index, or null if the key does not move. `sideways`: arrows along the line count too. */
export function moved(key: string, index: number, count: number, sideways: 1 | -1 | 0 = 0): number | null {
  if (count === 0) return null
  const last = count - 1
  const step = (by: number): number => Math.min(last, Math.max(0, index + by))
  switch (key) {
    case 'ArrowDown':
      return step(1)
    case 'ArrowUp':
      return step(-1)
    case 'ArrowRight':
      return sideways ? step(sideways) : null
    case 'ArrowLeft':
      return sideways ? step(-sideways) : null
    case 'PageDown':
      return step(10)
    case 'PageUp':
      return step(-10)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}
