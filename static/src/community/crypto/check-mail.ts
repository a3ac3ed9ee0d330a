// Messages of checks by emoji on their way out: in order per person, kept while the network is away
// or the site asks for a pause. One that is lost would leave the other side waiting for ten minutes.

import type { LibraryRequest } from './core'
import type { UserId } from './interface'
import { asProblem, isRefusal, Queues } from './refuse'

const PAUSE_MS = 2000

/** What goes by with time: the check goes on after it. Returns the pause, or null. */
export function pauseOf(error: unknown): number | null {
  const { code, until } = asProblem(error)
  if (code === 'too-fast') return Math.max((until ?? 0) - Date.now(), 0)
  return code === 'offline' || (isRefusal(error) && error.status >= 500) ? PAUSE_MS : null
}

export class CheckMail {
  private readonly due = new Map<UserId, LibraryRequest[]>()
  private readonly timers = new Map<UserId, ReturnType<typeof setTimeout>>()
  private readonly turns = new Queues()
  private stopped = false

  constructor(
    private readonly post: (request: LibraryRequest) => Promise<void>,
    /** What waited is at the server now, or will never be (the error). */
    private readonly moved: (user: UserId, error: unknown) => void,
  ) {}

  /** Something for this person is not at the server yet. */
  waits(user: UserId): boolean {
    return this.due.has(user)
  }

  /** The library's own messages of a check must not overtake what it gave before them. */
  holds(request: LibraryRequest): boolean {
    return this.due.size > 0 && request.event_type?.startsWith('m.key.verification.') === true
  }

  /** Resolves when all is at the server, or when it has to wait; rejects when it is refused. */
  send(user: UserId, requests: LibraryRequest[]): Promise<void> {
    if (requests.length > 0) this.due.set(user, [...(this.due.get(user) ?? []), ...requests])
    return this.turns.run(user, () => this.deliver(user))
  }

  private async deliver(user: UserId): Promise<void> {
    clearTimeout(this.timers.get(user))
    for (let [first] = this.due.get(user) ?? []; first && !this.stopped; [first] = this.due.get(user) ?? []) {
      try {
        await this.post(first)
      } catch (error) {
        const pause = pauseOf(error)
        if (pause === null) this.due.delete(user)
        if (pause === null) throw error
        this.timers.set(user, setTimeout(() => this.again(user), pause))
        return
      }
      const left = (this.due.get(user) ?? []).slice(1)
      if (left.length > 0) this.due.set(user, left)
      else this.due.delete(user)
    }
  }

  private again(user: UserId): void {
    this.send(user, []).then(
      () => (this.waits(user) ? undefined : this.moved(user, null)),
      (error: unknown) => this.moved(user, error),
    )
  }

  stop(): void {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.due.clear()
  }
}
