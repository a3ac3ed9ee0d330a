// Reading from the backup: one session or one whole room, page by page; and moving what an old
// version holds into a new one.

import { RoomId as LibraryRoom } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Backup, BackupRow, OldVersion } from './backup'
import { bare, fromBase64 } from './encode'
import type { Host } from './host'
import type { RoomId } from './interface'
import { problem } from './refuse'
import { backupPlace, unseal, wrapKey } from './secrets'

const PAGE = 500
const BATCH = 100

export class BackupReader {
  private readonly asked = new Map<string, Promise<boolean>>() // under way

  constructor(
    private readonly host: Host,
    private readonly backup: Backup,
  ) {}

  /** True if a key was imported. Two who ask for the same share one answer. */
  restoreRoom(room: RoomId, sessionId?: string): Promise<boolean> {
    const what = `${room} ${sessionId ?? ''}`
    let answer = this.asked.get(what)
    if (!answer) {
      answer = this.restore(room, sessionId).finally(() => this.asked.delete(what))
      this.asked.set(what, answer)
    }
    return answer
  }

  private async restore(room: RoomId, sessionId?: string): Promise<boolean> {
    const key = await this.backup.key()
    if (!key || !this.backup.version) {
      if (this.host.config.setup.backup === null && !(await this.backup.published())) return false
      throw problem('key-in-locked-backup')
    }
    const wrap = await wrapKey(key)
    const { version } = this.backup
    let imported = 0
    for await (const rows of this.pages(version, room, sessionId)) {
      imported += await this.take(room, version, wrap, rows, sessionId)
    }
    if (!sessionId) await this.host.guarded(() => this.host.machine().setHasDownloadedAllRoomKeys(new LibraryRoom(room)))
    return imported > 0
  }

  private async *pages(version: string, room: RoomId, sessionId?: string): AsyncGenerator<BackupRow[]> {
    let after: string | number | null = ''
    while (after !== null) {
      const query = new URLSearchParams({ limit: String(PAGE) })
      if (after) query.set('after', String(after))
      if (sessionId) query.set('session_id', sessionId)
      const path = `backup/${version}/rooms/${bare(room)}/keys?${query}`
      const answer: { keys: BackupRow[]; next: string | number | null } = await this.host.http.json('GET', path)
      yield answer.keys
      // A server that gives the same page again and again is not followed.
      after = sessionId || !answer.next || answer.next === after ? null : answer.next
    }
  }

  /** Open and import; what does not open in its place is left out. Returns how many came in. */
  private async take(
    room: RoomId, version: string, wrap: Uint8Array, rows: BackupRow[], sessionId?: string,
  ): Promise<number> {
    const wanted = rows.filter((row) => row.room === room && (!sessionId || row.session_id === sessionId))
    const keys = new Map<string, unknown>()
    for (const [row, plain] of await this.open(version, wrap, wanted)) {
      keys.set(row.session_id, { ...(JSON.parse(plain) as object), room_id: room, session_id: row.session_id })
    }
    if (keys.size === 0) return 0
    const result = await this.host.guarded(() =>
      this.host.machine().importBackedUpRoomKeys(new Map([[new LibraryRoom(room), keys]]), () => {}, version))
    return result.importedCount
  }

  private async open(version: string, wrap: Uint8Array, rows: BackupRow[]): Promise<[BackupRow, string][]> {
    const { me } = this.host
    const opened = await Promise.all(rows.map(async (row): Promise<[BackupRow, string | null]> => {
      const { room, session_id, first_index, forwarded } = row
      const place = backupPlace({ user: me, version, room, session_id, first_index, forwarded })
      return [row, await unseal(wrap, place, { iv: row.iv, ct: row.data })]
    }))
    return opened.filter((one): one is [BackupRow, string] => one[1] !== null)
  }

  /** Seal everything of an old version for the new one. True if the old one may be deleted: nothing
   *  in it can be opened by anybody any more, or all of it is in the new one. */
  async move(old: OldVersion, version: string): Promise<boolean> {
    if (old.key === null || old.count === 0) return true
    const [from, key] = [fromBase64(old.key, 32, false), await this.backup.key()]
    if (!from || !key) return false
    const [wrapFrom, wrapTo] = [await wrapKey(from), await wrapKey(key)]
    const { rooms } = await this.host.http.json<{ rooms: { room_id: RoomId }[] }>('GET', 'rooms')
    let found = 0
    for (const { room_id } of rooms) {
      for await (const rows of this.pages(old.version, room_id)) {
        const opened = await this.open(old.version, wrapFrom, rows)
        found += opened.length
        const sealed = await Promise.all(opened.map(([{ room, session_id, first_index, forwarded }, plain]) =>
          this.backup.sealRow(wrapTo, version, { room, session_id, first_index, forwarded }, plain)))
        for (let at = 0; at < sealed.length; at += BATCH) await this.backup.put(version, sealed.slice(at, at + BATCH))
      }
    }
    return found >= old.count
  }
}
