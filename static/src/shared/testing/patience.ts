// For tests: waiting for what comes by itself, and measuring work, on a machine that others use too.

const LIMIT_MS = 30_000 // only ends what hangs; nothing is measured by it
const realTimeout = setTimeout // also while a test has put its own in place
const now = performance.now.bind(performance)

/** Until `look` no longer throws; its answer. The time it takes is no part of what is tested. */
export async function eventually<T>(look: () => T | Promise<T>, interval = 20, limit = LIMIT_MS): Promise<T> {
  const begun = now()
  for (;;) {
    try {
      return await look()
    } catch (error) {
      if (now() - begun > limit) throw error
    }
    await new Promise((resolve) => void realTimeout(resolve, interval))
  }
}

/** The answer, and the milliseconds of processor it took here: others on the machine do not count. */
export async function measured<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage()
  const answer = await work()
  const { user, system } = process.cpuUsage(before)
  return [answer, (user + system) / 1000]
}
