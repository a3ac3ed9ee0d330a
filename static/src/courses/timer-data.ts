/** Longer without a sign of the reader than this, and the time is thrown away. */
export const IDLE_LIMIT = 5 * 60 * 1000

/**
 * Adds up the time someone is really reading. All times are milliseconds.
 *
 * The time between two signs of the reader counts when it is at most five minutes; time in a
 * hidden tab never counts (learning.md 2, rule leaf "time").
 */
export class ActiveTime {
  private total = 0
  private last: number | null

  constructor(now: number, visible = true) {
    this.last = visible ? now : null
  }

  /** The reader moved, pressed or scrolled. */
  sign(now: number): void {
    if (this.last === null) return
    const gap = now - this.last
    if (gap > 0 && gap <= IDLE_LIMIT) this.total += gap
    this.last = now
  }

  hide(now: number): void {
    this.sign(now)
    this.last = null
  }

  show(now: number): void {
    if (this.last === null) this.last = now
  }

  /** Takes the whole seconds up to `now`; what is taken is not counted a second time. */
  take(now: number): number {
    this.sign(now)
    const seconds = Math.floor(this.total / 1000)
    this.total -= seconds * 1000
    return seconds
  }
}
