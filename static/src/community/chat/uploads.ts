// Files on their way: sealed at once, the ciphertext kept sealed on this device until the message is
// sent, sent in parts, one file after the other; a reload goes on where it stopped.

import type { Core } from '../crypto/core'
import { innerId } from '../crypto/encode'
import { beginUpload, hex, putPart, sealFile, uploadStatus } from '../crypto/files'
import type { Attachment, Problem, RoomId } from '../crypto/interface'
import { asProblem, isRefusal, problem, Queues } from '../crypto/refuse'
import { type Clock, pause } from './clock'
import { cleanName } from './names'
import type { SealedAttachment } from './parts'
import { backoff } from './socket'

const PART = 1024 * 1024
const UNUSED_KEPT = 7 * 86_400_000
const STATUS_AFTER = 86_400_000 // the server forgets what no message names
const MAY_DIFFER = 2 // new beginnings after a hash that did not match

interface Upload {
  id: string
  room: RoomId
  name: string
  type: string
  size: number
  at: number
  sha256: string
  info: string
  cipherSha256: string
  cipherSize: number
  media: string | null
  received: number
  doneAt: number // 0: not complete
  state: 'sealing' | 'sending' | 'ready' | 'failed'
  problem: Problem | null
}

const partKey = (id: string, part: number): string => `part/${id}/${String(part).padStart(4, '0')}`

export class Uploads {
  private readonly known = new Map<string, Upload>()
  private readonly stops = new Map<string, AbortController>()
  private readonly queue = new Queues()
  private stopped = true
  private wake = new AbortController()

  constructor(
    private readonly core: Core,
    private readonly clock: Clock,
    /** A file is ready, or has failed: what waits for it goes on. */
    private readonly done: (room: RoomId) => void,
    private readonly saw: (media: string, sha256: string) => void,
  ) {}

  /** What was kept; `used` says which of them a draft or an intent still names. */
  async read(used: (id: string) => boolean): Promise<void> {
    for (const { value } of await this.core.sealed.list<Upload>('uploads', 'file/')) {
      if (this.known.has(value.id)) continue
      if (value.at < this.clock.now() - UNUSED_KEPT && !used(value.id)) await this.erase(value)
      else this.known.set(value.id, value)
    }
  }

  start(): void {
    this.stopped = false
    for (const upload of this.known.values()) if (upload.state === 'sending') this.send(upload)
  }

  stop(): void {
    this.stopped = true
    for (const stop of this.stops.values()) stop.abort()
  }

  /** The network is back. */
  hurry(): void {
    this.wake.abort()
    this.wake = new AbortController()
  }

  // -- sealing ---------------------------------------------------------------------------------------

  /** Take a file of the page in. Resolves with the id of the upload; what follows is told. */
  async attach(room: RoomId, file: File): Promise<string> {
    if (file.size > (this.core.config.limits['file'] ?? 20_971_520)) throw problem('failed', { detail: 'too_large' })
    if (file.size === 0) throw problem('failed', { detail: 'empty' })
    const upload: Upload = {
      id: innerId(), room, name: cleanName(file.name), type: file.type.slice(0, 100) || 'application/octet-stream',
      size: file.size, at: this.clock.now(), sha256: '', info: '', cipherSha256: '', cipherSize: 0, media: null,
      received: 0, doneAt: 0, state: 'sealing', problem: null,
    }
    this.known.set(upload.id, upload)
    this.tell(upload)
    void this.seal(upload, file).catch((error: unknown) => this.fail(upload, asProblem(error)))
    return upload.id
  }

  private async seal(upload: Upload, file: File): Promise<void> {
    const plain = new Uint8Array(await file.arrayBuffer())
    const { ciphertext, ...rest } = await sealFile(plain)
    if (!this.known.has(upload.id)) return
    Object.assign(upload, rest, { cipherSize: ciphertext.length })
    const rows = parts(ciphertext).map((part, at) => ({ table: 'uploads' as const, key: partKey(upload.id, at), value: part }))
    // Parts first: a record without its parts would promise too much.
    for (const row of rows) await this.core.sealed.putAll([row])
    upload.state = 'sending'
    await this.save(upload)
    this.tell(upload)
    this.send(upload)
  }

  // -- sending ---------------------------------------------------------------------------------------

  private send(upload: Upload): void {
    if (this.stopped || this.stops.has(upload.id)) return
    const stop = new AbortController()
    this.stops.set(upload.id, stop)
    void this.queue.run('', () => this.insist(upload, stop.signal))
      .catch((error: unknown) => this.fail(upload, asProblem(error, true)))
      .finally(() => this.stops.delete(upload.id))
  }

  /** Try until it is there, or the reason to stop is the file's own. */
  private async insist(upload: Upload, signal: AbortSignal): Promise<void> {
    let differed = 0
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.transfer(upload, signal)
        return await this.ready(upload)
      } catch (error) {
        if (signal.aborted) return
        if (isRefusal(error, 'hash_mismatch') && ++differed <= MAY_DIFFER) upload.media = null
        else if (isRefusal(error, 'not_found') && upload.media) upload.media = null
        else if (!isPassing(error)) throw error
        const asked = isRefusal(error, 'rate_limited') ? Number(error.body['retry_after']) * 1000 : 0
        const rest = AbortSignal.any([signal, this.wake.signal])
        if (isPassing(error)) await pause(this.clock, asked || backoff(attempt, this.clock.random()), rest)
      }
    }
  }

  private async transfer(upload: Upload, signal: AbortSignal): Promise<void> {
    const { http } = this.core
    if (upload.media) upload.received = (await uploadStatus(http, upload.media)).received
    else {
      const { media } = await beginUpload(http, upload.room, upload.cipherSize, upload.cipherSha256, 'file')
      Object.assign(upload, { media, received: 0 })
      await this.save(upload)
    }
    while (upload.received < upload.cipherSize) {
      signal.throwIfAborted()
      const bytes = await this.bytesAt(upload, upload.received)
      try {
        upload.received = (await putPart(http, upload.media!, upload.received, bytes, signal)).received
      } catch (error) {
        if (!isRefusal(error, 'wrong_offset')) throw error
        upload.received = Number(error.body['received'])
      }
      this.tell(upload)
    }
  }

  /** The bytes from an offset to the end of the part it stands in. */
  private async bytesAt(upload: Upload, offset: number): Promise<Uint8Array> {
    const number = Math.floor(offset / PART)
    const part = await this.core.sealed.get<Uint8Array>('uploads', partKey(upload.id, number))
    if (part === undefined) throw problem('failed', { detail: 'part lost' })
    return part.subarray(offset - number * PART)
  }

  private async ready(upload: Upload): Promise<void> {
    Object.assign(upload, { state: 'ready', problem: null, doneAt: this.clock.now() })
    this.saw(upload.media!, upload.sha256)
    await this.save(upload)
    this.tell(upload)
    this.done(upload.room)
  }

  private async fail(upload: Upload, found: Problem): Promise<void> {
    if (!this.known.has(upload.id)) return
    Object.assign(upload, { state: 'failed', problem: found })
    if (upload.info) await this.save(upload).catch(() => undefined)
    this.tell(upload)
    this.done(upload.room)
  }

  /** Sealed bytes that are not a page's file: sent now, kept nowhere. */
  async now(room: RoomId, ciphertext: Uint8Array, purpose: 'file' | 'history'): Promise<string> {
    const { http } = this.core
    const { media, chunk } = await beginUpload(http, room, ciphertext.length, await hex(ciphertext), purpose)
    for (let at = 0; at < ciphertext.length;) {
      at = (await putPart(http, media, at, ciphertext.subarray(at, at + Math.min(chunk, PART)))).received
    }
    return media
  }

  // -- what messages need ----------------------------------------------------------------------------

  /** The attachments of these uploads; null while one is on its way. Throws the problem of one. */
  async attachments(ids: string[]): Promise<SealedAttachment[] | null> {
    const found = ids.map((id) => this.known.get(id))
    for (const upload of found) {
      if (!upload) throw problem('failed', { detail: 'file-lost' })
      if (upload.state === 'failed') throw upload.problem ?? problem('failed')
      if (upload.state === 'ready') await this.checkKept(upload)
    }
    if (found.some((upload) => upload!.state !== 'ready')) return null
    return found.map((upload) => sealedOf(upload!))
  }

  /** As they will be in the content, as far as is known: to see whether it fits. */
  preview(ids: string[]): SealedAttachment[] {
    return ids.map((id) => this.known.get(id)).filter((upload) => upload !== undefined).map(sealedOf)
  }

  private async checkKept(upload: Upload): Promise<void> {
    if (this.clock.now() - upload.doneAt < STATUS_AFTER) return
    const there = await uploadStatus(this.core.http, upload.media!).catch((error: unknown) => {
      if (isRefusal(error, 'not_found')) return null
      throw error
    })
    if (there?.complete) upload.doneAt = this.clock.now()
    else {
      Object.assign(upload, { state: 'sending', media: null, received: 0, doneAt: 0 })
      this.send(upload)
    }
  }

  /** A failed one once more. */
  again(ids: string[]): void {
    for (const id of ids) {
      const upload = this.known.get(id)
      if (upload?.state !== 'failed' || !upload.info) continue
      Object.assign(upload, { state: 'sending', problem: null })
      this.send(upload)
    }
  }

  shown(id: string): Attachment | null {
    const upload = this.known.get(id)
    return upload ? attachmentOf(upload) : null
  }

  room(id: string): RoomId | null {
    return this.known.get(id)?.room ?? null
  }

  /** Sent or given up: nothing of it stays. */
  async forget(id: string): Promise<void> {
    const upload = this.known.get(id)
    this.stops.get(id)?.abort()
    this.known.delete(id)
    if (upload) await this.erase(upload)
  }

  async dropRoom(room: RoomId): Promise<void> {
    for (const upload of [...this.known.values()]) if (upload.room === room) await this.forget(upload.id)
  }

  private async erase(upload: Upload): Promise<void> {
    const rows = await this.core.sealed.list('uploads', `part/${upload.id}/`)
    const keys = [`file/${upload.id}`, ...rows.map((row) => row.key)]
    await this.core.sealed.putAll(keys.map((key) => ({ table: 'uploads' as const, key, value: undefined })))
  }

  private save(upload: Upload): Promise<void> {
    return this.core.sealed.put('uploads', `file/${upload.id}`, upload)
  }

  private tell(upload: Upload): void {
    const { id, room, problem: found } = upload
    this.core.emit({ t: 'upload', id, room, attachment: attachmentOf(upload), problem: found })
  }
}

/** What a later try may well overcome. */
const isPassing = (error: unknown): boolean =>
  error instanceof TypeError || isRefusal(error, 'rate_limited') || (isRefusal(error) && error.status >= 500)

function attachmentOf(upload: Upload): Attachment {
  const { name, type, size, sha256, state, received, cipherSize } = upload
  const progress = state === 'ready' ? 1 : cipherSize ? received / cipherSize : 0
  return { media: upload.media ?? '', name, type, size, sha256, state, progress }
}

const UNKNOWN_MEDIA = '00000000-0000-4000-8000-000000000000'
const sealedOf = ({ media, info, name, type, size }: Upload): SealedAttachment =>
  ({ media: media ?? UNKNOWN_MEDIA, info, name, type, size })

function parts(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / PART) }, (_, at) => bytes.slice(at * PART, (at + 1) * PART))
}
