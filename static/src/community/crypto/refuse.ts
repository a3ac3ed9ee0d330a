// Problems: how refusals of the server and failures of the library become one (messaging.md 4.4).

import type { HttpRefusal } from './core'
import type { Problem, ProblemCode } from './interface'

export const problem = (code: ProblemCode, more: Partial<Problem> = {}): Problem => ({ ...more, code })

export const isProblem = (error: unknown): error is Problem =>
  typeof error === 'object' && error !== null && 'code' in error && !('status' in error) && !(error instanceof Error)

export const isRefusal = (error: unknown, code?: string): error is HttpRefusal =>
  typeof error === 'object' && error !== null && 'status' in error && 'body' in error &&
  (code === undefined || (error as HttpRefusal).code === code)

const BY_REFUSAL = new Map<string, ProblemCode>(Object.entries({
  signed_out: 'signed-out', second_factor_required: 'confirm-again', reauth_required: 'confirm-again',
  device_required: 'device-unconfirmed', device_revoked: 'device-removed',
  setup_incomplete: 'setup-incomplete', read_only: 'read-only', room_closed: 'room-closed',
  key_id_reused: 'key-reused', rate_limited: 'too-fast',
} satisfies Record<string, ProblemCode>))

/** What the page is told of any error of a deed. In a room, 'not found' means being out of it. */
export function asProblem(error: unknown, inRoom = false): Problem {
  if (isProblem(error)) return error
  if (isRefusal(error)) {
    const known = BY_REFUSAL.get(error.code) ?? (error.code === 'not_found' && inRoom ? 'removed' : 'failed')
    const wait = Number(error.body['retry_after'])
    const url = error.body['confirm_url']
    return problem(known, {
      detail: error.code,
      ...(known === 'too-fast' && { until: Date.now() + (wait > 0 ? wait : 5) * 1000 }),
      ...(typeof url === 'string' && { confirmUrl: url }),
    })
  }
  if (error instanceof TypeError) return problem('offline', { detail: error.message })
  return problem('failed', { detail: error instanceof Error ? error.message : String(error) })
}

/** One after the other per key; what fails does not hold up what follows. */
export class Queues {
  private readonly last = new Map<string, Promise<unknown>>()

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this.last.get(key) ?? Promise.resolve()).then(work, work)
    this.last.set(key, turn)
    const forget = (): void => {
      if (this.last.get(key) === turn) this.last.delete(key)
    }
    turn.then(forget, forget)
    return turn
  }
}
