import type { Problem } from '../crypto/interface'

/** Where the second factor is asked for, and the page that is shown after it ('': account security).
 *  The site cannot know that page: the request came from the Worker, whose script it would open. */
export function confirmAddress(problem: Problem, after: string): string | null {
  if (!problem.confirmUrl) return null
  const url = new URL(problem.confirmUrl, location.href)
  if (url.origin !== location.origin) return null
  if (after) url.searchParams.set('next', after)
  else url.searchParams.delete('next')
  return url.pathname + url.search
}
