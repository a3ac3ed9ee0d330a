// What this person has seen before, so that a server cannot go back behind it (messaging.md 10.2):
// per room the last roster, per person the first master key. Kept here sealed and, in batches, in
// the sealed anchors at the server, for this person's other devices.

import type { Anchors, Core } from './core'
import type { RoomId, UserId } from './interface'

const KEY = 'anchors-seen'
const BATCH_MS = 500

interface Kept {
  own: Anchors
  fresh: Anchors
}
const nothing = (): Anchors => ({ rooms: {}, pins: {} })

export class AnchorBook {
  private own = nothing() // seen on this device
  private theirs = nothing() // from the person's other devices
  private read: Promise<void> | null = null
  private asked: Promise<void> | null = null
  private fresh = nothing() // not yet at the server
  private timer: ReturnType<typeof setTimeout> | null = null
  private saving: Promise<void> = Promise.resolve()

  constructor(private readonly core: Core) {}

  private async open(): Promise<void> {
    await (this.read ??= this.readOwn())
    this.asked ??= this.core.anchors().then(
      (found) => void (this.theirs = found),
      () => void (this.asked = null), // the backup is still locked: asked again next time
    )
    await this.asked
  }

  private async readOwn(): Promise<void> {
    const kept = await this.core.sealed.get<Kept>('meta', KEY)
    if (kept) ({ own: this.own, fresh: this.fresh } = kept)
    if (isSomething(this.fresh)) this.saveSoon() // the page went away before it was sent
  }

  /** The highest version of a room's roster that this person accepted on any device. */
  async room(room: RoomId): Promise<[number, string][]> {
    await this.open()
    return [this.own.rooms[room], this.theirs.rooms[room]].filter((one) => one !== undefined)
  }

  /** The master keys this person accepted of another: the pin here, and the pin on other devices. */
  async pins(user: UserId): Promise<string[]> {
    await this.open()
    return [this.own.pins[user], this.theirs.pins[user]].filter((one) => one !== undefined)
  }

  async sawRoster(room: RoomId, version: number, sha256: string): Promise<void> {
    await this.open()
    if ((this.own.rooms[room]?.[0] ?? 0) >= version) return
    this.own.rooms[room] = this.fresh.rooms[room] = [version, sha256]
    await this.keep()
  }

  async pin(user: UserId, master: string): Promise<void> {
    await this.open()
    if (this.own.pins[user] === master) return
    this.own.pins[user] = this.fresh.pins[user] = master
    await this.keep()
  }

  private async keep(): Promise<void> {
    await this.write()
    this.saveSoon()
  }

  private write(): Promise<void> {
    return this.core.sealed.put('meta', KEY, { own: this.own, fresh: this.fresh } satisfies Kept)
  }

  private saveSoon(): void {
    this.timer ??= setTimeout(() => void this.settle(), BATCH_MS)
  }

  /** Send what is waiting now, before the page goes or a test looks; failures are tried again with the next batch. */
  async settle(): Promise<void> {
    await this.open()
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.saving = this.saving.then(() => this.save())
    await this.saving
  }

  private async save(): Promise<void> {
    if (!isSomething(this.fresh)) return
    const { rooms, pins } = this.fresh
    this.fresh = nothing()
    try {
      const base = await this.core.anchors()
      const newer = Object.entries(rooms).filter(([room, [version]]) => version > (base.rooms[room]?.[0] ?? 0))
      this.theirs = {
        rooms: { ...base.rooms, ...Object.fromEntries(newer) }, pins: { ...base.pins, ...pins },
      }
      await this.core.saveAnchors(this.theirs)
      await this.write()
    } catch {
      this.fresh = { rooms: { ...rooms, ...this.fresh.rooms }, pins: { ...pins, ...this.fresh.pins } }
    }
  }
}

const isSomething = ({ rooms, pins }: Anchors): boolean => Object.keys(rooms).length + Object.keys(pins).length > 0
