// Backup of room keys (messaging.md D6, 10.2): the library's batches are opened here and sealed again
// under the recovery key; its own form never leaves the browser. Restore is per room, on demand.

import { BackupDecryptionKey, RequestType } from '@matrix-org/matrix-sdk-crypto-wasm'
import { BackupReader } from './backup-read'
import { fromBase64 } from './encode'
import type { Host } from './host'
import type { EngineState, RoomId } from './interface'
import { asProblem, isRefusal, problem } from './refuse'
import { isSigned } from './roster'
import { backupPlace, seal, wrapKey } from './secrets'

export const ALGORITHM = 'community.backup.v1'
export const BACKUP_DOMAIN = 'community.backup.v1'
const OLD = 'backup-old'
const FIRST_PAUSE = 2000
const LONGEST_PAUSE = 300_000

export interface BackupVersion {
  version: string
  algorithm: string
  auth: { text: string; signatures: Record<string, unknown> }
  count: number
  etag: string
}

/** A version that is to go once the new one holds everything; `key` null: nobody can open it. */
export interface OldVersion {
  version: string
  key: string | null
  count: number
}

/** One key as it is kept at the server. */
export interface BackupRow {
  room: string
  session_id: string
  first_index: number
  forwarded: number
  iv: string
  data: string
}

/** What the library's own backup request holds. */
interface LibraryBatch {
  rooms: Record<string, { sessions: Record<string, {
    first_message_index: number
    forwarded_count: number
    session_data: { ephemeral: string; mac: string; ciphertext: string }
  }> }>
}

export class Backup {
  readonly reader: BackupReader
  private running: Promise<void> | null = null
  private again = false
  private timer: ReturnType<typeof setTimeout> | null = null
  private pause = FIRST_PAUSE
  private stopped = false
  /** The version at the server whose key this device has. */
  version: string | null = null

  constructor(private readonly host: Host) {
    this.reader = new BackupReader(host, this)
  }

  /** The backup key B, if this device has the one of the version in use. */
  async key(): Promise<Uint8Array | null> {
    if (!this.version) return null
    const stored = await this.host.guarded(() => this.host.machine().getBackupKeys())
    return stored.backupVersion === this.version ? fromBase64(stored.decryptionKeyBase64, 32, false) : null
  }

  /** The version the server names, not judged yet; null if there is none. */
  latest(): Promise<BackupVersion | null> {
    return this.host.http.json<BackupVersion>('GET', 'backup/version').catch((error: unknown) => {
      if (isRefusal(error, 'not_found')) return null
      throw error
    })
  }

  /** The version at the server, signed by one's own master key; null if there is none. */
  async published(): Promise<BackupVersion | null> {
    const found = await this.latest()
    if (!found) return null
    const { me } = this.host
    const master = await this.host.masterKey(me)
    const { text, signatures } = found.auth
    const good = master !== null && found.algorithm === ALGORITHM &&
      (await isSigned(BACKUP_DOMAIN, text, signatures, me, master)) && userOf(text) === me
    if (!good) throw problem('failed', { detail: 'the backup is not signed by this person' })
    return found
  }

  /** Look which version is in use and whether its key is here; then go on backing up. */
  async open(): Promise<void> {
    const found = await this.published()
    const stored = await this.host.guarded(() => this.host.machine().getBackupKeys())
    this.version = found && stored.backupVersion === found.version && stored.decryptionKey ? found.version : null
    if (this.version && stored.decryptionKey) await this.enable(stored.decryptionKey, this.version)
    const waiting = await this.host.guarded(() => this.host.machine().getSecretsFromInbox('m.megolm_backup.v1'))
    for (const value of waiting as Set<string>) if (!this.version) await this.received(value)
    await this.show()
    if (this.version) this.poke()
  }

  /** The backup key came from another device of one's own, by Olm, from a confirmed device. */
  async received(value: string): Promise<void> {
    const found = await this.published()
    if (!found || !fromBase64(value, 32, false)) return
    if (found.version !== this.version) await this.adopt(value, found.version)
    await this.host.guarded(() => this.host.machine().deleteSecretsFromInbox('m.megolm_backup.v1'))
  }

  /** Use this key with this version from now on. */
  async adopt(key: string, version: string): Promise<void> {
    const opened = BackupDecryptionKey.fromBase64(key)
    await this.host.guarded(() => this.host.machine().saveBackupDecryptionKey(opened, version))
    await this.enable(BackupDecryptionKey.fromBase64(key), version)
    this.version = version
    this.poke()
  }

  private async enable(key: BackupDecryptionKey, version: string): Promise<void> {
    const open = key.megolmV1PublicKey.publicKeyBase64
    await this.host.guarded(() => this.host.machine().enableBackupV1(open, version))
  }

  /** A new version, for which all keys are due again; the old one goes when it is complete. */
  async replace(key: string, version: string, old: OldVersion | null): Promise<void> {
    if (old && old.version !== version) await this.host.sealed.put('meta', OLD, old)
    await this.host.guarded(() => this.host.machine().disableBackup())
    await this.adopt(key, version)
  }

  // -- upload ------------------------------------------------------------------------------------------

  /** New keys may be there: back them up in the background. */
  poke(): void {
    if (this.stopped || !this.version) return
    if (this.running) this.again = true
    else void this.run().catch(() => undefined)
  }

  stop(): void {
    this.stopped = true
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
  }

  /** Everything in the backup, or the reason why not. */
  async finish(): Promise<void> {
    if (!this.version) return
    await this.running?.catch(() => undefined)
    await this.run()
  }

  private run(): Promise<void> {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.running = this.upload()
      .then(() => {
        this.pause = FIRST_PAUSE
      })
      .catch((error: unknown) => {
        this.later(error)
        throw asProblem(error)
      })
      .finally(() => {
        this.running = null
        if (this.again && !this.timer) this.poke()
      })
    return this.running
  }

  private async upload(): Promise<void> {
    do {
      this.again = false
      while (!this.stopped && this.version && (await this.batch())) await this.show()
    } while (this.again && !this.stopped)
    await this.moveOld()
    await this.show()
  }

  /** One batch; false if nothing was due. */
  private async batch(): Promise<boolean> {
    const { host, version } = this
    const request = await host.guarded(() => host.machine().backupRoomKeys())
    if (!request || request.version !== version) return false
    const keys = await this.sealAgain(JSON.parse(request.body) as LibraryBatch, version)
    const answer = await this.put(version, keys)
    await host.guarded(() => host.machine().markRequestAsSent(request.id, RequestType.KeysBackup, JSON.stringify(answer)))
    return true
  }

  put(version: string, keys: BackupRow[]): Promise<{ etag: string; count: number }> {
    return this.host.http.json('PUT', `backup/${version}/keys`, { keys })
  }

  private async sealAgain(batch: LibraryBatch, version: string): Promise<BackupRow[]> {
    const stored = await this.host.guarded(() => this.host.machine().getBackupKeys())
    const opener = stored.decryptionKey
    const backup = await this.key()
    if (!opener || !backup) throw problem('key-in-locked-backup')
    const wrap = await wrapKey(backup)
    const rows: Promise<BackupRow>[] = []
    for (const [room, { sessions }] of Object.entries(batch.rooms)) {
      for (const [session, { first_message_index, forwarded_count, session_data }] of Object.entries(sessions)) {
        const { ephemeral, mac, ciphertext } = session_data
        const plain = opener.decryptV1(ephemeral, mac, ciphertext)
        const at = { room, session_id: session, first_index: first_message_index, forwarded: forwarded_count }
        rows.push(this.sealRow(wrap, version, at, plain))
      }
    }
    return Promise.all(rows)
  }

  async sealRow(
    wrap: Uint8Array, version: string, at: Omit<BackupRow, 'iv' | 'data'>, plain: string,
  ): Promise<BackupRow> {
    const { iv, ct } = await seal(wrap, backupPlace({ user: this.host.me, version, ...at }), plain)
    return { ...at, iv, data: ct }
  }

  /** Try again, later each time; another version in use means another device made a new one. */
  private later(error: unknown): void {
    this.host.setState({ backup: 'not-protected' })
    if (this.stopped) return
    const wrong = isRefusal(error, 'wrong_version')
    if (wrong) this.version = null
    const wait = isRefusal(error, 'rate_limited') ? Number(error.body['retry_after']) * 1000 : this.pause
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE)
    this.timer ??= setTimeout(() => {
      this.timer = null
      if (wrong) void this.open().catch((again: unknown) => this.later(again))
      else this.poke()
    }, wait || FIRST_PAUSE)
  }

  /** What the old version had and the new one lacks moves over; then the old one is deleted. */
  private async moveOld(): Promise<void> {
    const old = await this.host.sealed.get<OldVersion>('meta', OLD)
    if (!old || !this.version || this.stopped) return
    if (!(await this.reader.move(old, this.version))) return
    await this.host.http.json('DELETE', `backup/version/${old.version}`).catch((error: unknown) => {
      if (!isRefusal(error, 'not_found')) throw error
    })
    await this.host.sealed.delete('meta', OLD)
  }

  private async show(): Promise<void> {
    const counts = await this.host.guarded(() => this.host.machine().roomKeyCounts())
    const due = this.version ? Math.max(0, counts.total - counts.backedUp) : counts.total
    const backup: EngineState['backup'] = !this.version ? 'not-protected' : due > 0 ? 'working' : 'protected'
    this.host.setState({ backup, backupDue: due })
  }

  // -- restore -----------------------------------------------------------------------------------------

  restoreRoom(room: RoomId, sessionId?: string): Promise<boolean> {
    return this.reader.restoreRoom(room, sessionId)
  }
}

function userOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { user?: unknown }).user
  } catch {
    return null
  }
}
