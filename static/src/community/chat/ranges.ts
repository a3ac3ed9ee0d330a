// Which numbers of a room are accounted for: ascending ranges that do not touch each other. Pure.

export type Ranges = [number, number][]

/** The ranges with one more. */
export function addRange(ranges: Ranges, from: number, to: number): Ranges {
  if (to < from) return ranges
  const found: Ranges = []
  let [low, high] = [from, to]
  for (const [start, end] of ranges) {
    if (end < low - 1 || start > high + 1) found.push([start, end])
    else [low, high] = [Math.min(low, start), Math.max(high, end)]
  }
  found.push([low, high])
  return found.sort((a, b) => a[0] - b[0])
}

export function has(ranges: Ranges, seq: number): boolean {
  return ranges.some(([start, end]) => start <= seq && seq <= end)
}

/** What is not accounted for between two numbers, ascending. */
export function gaps(ranges: Ranges, from: number, to: number): Ranges {
  const found: Ranges = []
  let next = from
  for (const [start, end] of ranges) {
    if (end < next) continue
    if (start > to) break
    if (start > next) found.push([next, start - 1])
    next = end + 1
  }
  if (next <= to) found.push([next, to])
  return found
}

/** The highest number accounted for; 0 if none. */
export const top = (ranges: Ranges): number => ranges.at(-1)?.[1] ?? 0
