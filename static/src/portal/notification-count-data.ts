/** What the server said, as far as it makes sense: the number of unread notices. */
export function countOf(text: string): number | null {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof content !== 'object' || content === null) return null
  const { t, count } = content as { t?: unknown; count?: unknown }
  return t === 'unread' && typeof count === 'number' && Number.isInteger(count) && count >= 0
    ? count
    : null
}

/** Milliseconds before the next try to connect: 2, 4, 8 … seconds, five minutes at most. */
export function pause(tries: number, chance: number): number {
  const most = 5 * 60_000
  return Math.min(most, 2_000 * 2 ** Math.min(tries, 8)) * (0.75 + chance / 2)
}

/** Whether trying again makes sense: not after the sign-in has ended or the right is gone. */
export function isFinal(code: number): boolean {
  return code === 4401 || code === 4403 || code === 4426
}
