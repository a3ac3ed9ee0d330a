// Time, timers and chance in one place, so that tests of waiting do not wait.

export interface Clock {
  now(): number // milliseconds since 1970
  /** Runs the work once, later; returns how to call it off. */
  after(milliseconds: number, work: () => void): () => void
  random(): number // 0 ≤ … < 1
}

export const realClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, work) => {
    // Browsers run timers longer than 2^31 ms at once.
    const timer = setTimeout(work, Math.min(milliseconds, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

/** Resolves after some milliseconds, or at once when the signal is given. */
export function pause(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      stop()
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const stop = clock.after(milliseconds, end)
    signal?.addEventListener('abort', end)
  })
}
