// After a check between own devices the library asks for the secrets by itself, once. The other device
// gives them only to a device it has confirmed, and may have been asked a moment too early, or this
// page was closed in between: so ask again for a while.

import { OwnUserIdentity } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Host } from './host'

const EVERY_MS = 5000
const TIMES = 24

export class SecretsWanted {
  private timer: ReturnType<typeof setInterval> | null = null
  private left = TIMES

  constructor(private readonly host: Host) {}

  /** Until `stop`, and only while one's own identity is verified here. */
  start(): void {
    this.timer ??= setInterval(() => void this.ask().catch(() => undefined), EVERY_MS)
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer)
    this.timer = null
    this.left = TIMES
  }

  private async ask(): Promise<void> {
    const { host } = this
    const identity = await host.identity(host.me)
    if (!(identity instanceof OwnUserIdentity) || !identity.isVerified()) return
    if (this.left-- <= 0) return this.stop()
    await host.guarded(() => host.machine().requestMissingSecretsIfNeeded())
    await host.flush()
  }
}
