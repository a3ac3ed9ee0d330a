// Drafts, sealed: one per room and topic.

import type { Sealed } from '../crypto/core'
import type { Draft, RoomId } from '../crypto/interface'

const keyOf = (room: RoomId, thread: string | null): string => `${room}/${thread ?? ''}`

export class Drafts {
  private readonly drafts = new Map<string, Draft>()
  private reading: Promise<void> | null = null

  constructor(private readonly sealed: Sealed) {}

  read(): Promise<void> {
    this.reading ??= this.sealed.list<Draft>('drafts', '').then((rows) => {
      for (const { key, value } of rows) this.drafts.set(key, value)
    })
    return this.reading
  }

  async get(room: RoomId, thread: string | null): Promise<Draft | null> {
    await this.read()
    return this.drafts.get(keyOf(room, thread)) ?? null
  }

  /** null takes it away. Resolves with whether the room list looks different now. */
  async put(room: RoomId, thread: string | null, draft: Draft | null): Promise<boolean> {
    await this.read()
    const before = this.has(room)
    const key = keyOf(room, thread)
    if (draft) this.drafts.set(key, draft)
    else this.drafts.delete(key)
    await this.sealed.put('drafts', key, draft ?? undefined)
    return this.has(room) !== before
  }

  has(room: RoomId): boolean {
    return [...this.drafts.keys()].some((key) => key.startsWith(`${room}/`))
  }

  /** Whether a draft names an upload. */
  names(upload: string): boolean {
    return [...this.drafts.values()].some((draft) => draft.attachments.includes(upload))
  }

  async dropRoom(room: RoomId): Promise<void> {
    await this.read()
    const keys = [...this.drafts.keys()].filter((key) => key.startsWith(`${room}/`))
    for (const key of keys) this.drafts.delete(key)
    await this.sealed.putAll(keys.map((key) => ({ table: 'drafts' as const, key, value: undefined })))
  }
}
