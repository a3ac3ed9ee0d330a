// The secret `anchors` of messaging.md 10.2: per room the last roster, per person the accepted master
// key, sealed under the backup key for one's other devices, and kept here as well. A roster's version
// never goes down; what this device says of a person stands here until it says otherwise.

import type { Anchors } from './core'
import type { Host } from './host'
import type { RoomId, UserId } from './interface'
import { isRefusal, problem, Queues } from './refuse'
import { anchorKey, seal, type SealedText, secretPlace, unseal } from './secrets'

const LOCAL = 'anchors-known'
const NAME = 'anchors'

export class AnchorStore {
  private readonly queue = new Queues()
  private local: Anchors | null = null

  constructor(private readonly host: Host) {}

  /** Here and at the server, merged. Rejects with Problem 'key-in-locked-backup' while the backup key
   *  is not on this device; what the server kept under another key counts as nothing. */
  async read(): Promise<Anchors> {
    const here = await this.here()
    const there = await this.there()
    return there ? merge(there, here) : structuredClone(here)
  }

  /** The keys accepted for a person, as far as this device knows. Asks nobody. */
  async pinsOf(user: UserId): Promise<string[]> {
    const pin = (await this.here()).pins[user]
    return pin ? [pin] : []
  }

  /** Keep and publish; returns the people whose pin is another one now. */
  save(anchors: Anchors): Promise<UserId[]> {
    return this.queue.run('', async () => {
      const before = await this.here()
      const now = merge(before, anchors)
      await this.keep(now)
      await this.publish(merge((await this.there()) ?? empty(), anchors))
      return Object.keys(now.pins).filter((user) => now.pins[user] !== before.pins[user])
    })
  }

  /** After a change of the backup key: what is known here, sealed anew. */
  reseal(): Promise<void> {
    return this.queue.run('', async () => this.publish(await this.here()))
  }

  private async here(): Promise<Anchors> {
    this.local ??= (await this.host.sealed.get<Anchors>('meta', LOCAL)) ?? empty()
    return this.local
  }

  private async keep(anchors: Anchors): Promise<void> {
    this.local = anchors
    await this.host.sealed.put('meta', LOCAL, anchors)
  }

  private async there(): Promise<Anchors | null> {
    const key = await this.key()
    const sealed = await this.host.http.json<SealedText>('GET', `secrets/${NAME}`).catch((error: unknown) => {
      if (isRefusal(error, 'not_found')) return null
      throw error
    })
    const text = sealed && (await unseal(key, secretPlace(this.host.me, NAME), sealed))
    const found = text ? parse(text) : null
    if (found) await this.keep(merge(found, await this.here()))
    return found
  }

  private async publish(anchors: Anchors): Promise<void> {
    const sealed = await seal(await this.key(), secretPlace(this.host.me, NAME), JSON.stringify(anchors))
    await this.host.http.json('PUT', `secrets/${NAME}`, { v: 1, ...sealed })
  }

  private async key(): Promise<Uint8Array> {
    const backup = await this.host.backup.key()
    if (!backup) throw problem('key-in-locked-backup')
    return anchorKey(backup)
  }
}

const empty = (): Anchors => ({ rooms: {}, pins: {} })

/** Of rosters the higher version, of equal ones the first; of pins what `over` says. */
export function merge(under: Anchors, over: Anchors): Anchors {
  const rooms: Record<RoomId, [number, string]> = { ...under.rooms }
  for (const [room, roster] of Object.entries(over.rooms)) {
    const known = rooms[room]
    if (!known || roster[0] > known[0]) rooms[room] = roster
  }
  return { rooms, pins: { ...under.pins, ...over.pins } }
}

/** Only what has the right form: an older client or a slip must not stop everything. */
function parse(text: string): Anchors | null {
  try {
    const { rooms, pins } = JSON.parse(text) as Partial<Anchors>
    const found = empty()
    for (const [room, roster] of Object.entries(rooms ?? {})) {
      if (Number.isSafeInteger(roster[0]) && typeof roster[1] === 'string') found.rooms[room] = [roster[0], roster[1]]
    }
    for (const [user, pin] of Object.entries(pins ?? {})) if (typeof pin === 'string') found.pins[user] = pin
    return found
  } catch {
    return null
  }
}
