// What other tabs asked to be written, and was sent: the next leading tab is asked for it again when
// the one before was closed, and must not write it twice (crypto/again.ts).

import type { Core } from '../crypto/core'
import type { Clock } from './clock'
import type { SealedRow } from './room-store'

const PREFIX = 'sent:' // in the sealed table 'meta'
const KEPT = 3600_000 // milliseconds; who asks again does so at once

export class Told {
  constructor(
    private readonly core: Core,
    private readonly clock: Clock,
  ) {}

  async sweep(): Promise<void> {
    for (const { key, value } of await this.core.sealed.list<number>('meta', PREFIX)) {
      if (value < this.clock.now() - KEPT) await this.core.sealed.delete('meta', key)
    }
  }

  async has(name: string): Promise<boolean> {
    return (await this.core.sealed.get('meta', PREFIX + name)) !== undefined
  }

  /** What is written when something was sent: its row goes, and its name stays if another tab knows it. */
  rows(key: string, name: string | null): SealedRow[] {
    const gone: SealedRow = { table: 'outbox', key, value: undefined }
    return name ? [gone, { table: 'meta', key: PREFIX + name, value: this.clock.now() }] : [gone]
  }
}
