import type { Check } from '../crypto/interface'

export const ENDED: readonly Check['step'][] = ['done', 'cancelled', 'mismatch', 'timeout']

/** What is shown when the engine is asked again: how a check ended stays to be read, and one that the
 *  engine does not know any more ended with the tab that had it. */
export function checksNow(before: Check[], found: Check[]): Check[] {
  const others = before.filter((one) => !found.some((now) => now.id === one.id))
  return [...others.map((one) => (ENDED.includes(one.step) ? one : { ...one, step: 'cancelled' as const })), ...found]
}
