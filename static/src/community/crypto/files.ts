// Attachments: sealed and opened by the library in the Worker; only ciphertext leaves it, in parts,
// and goes on where it stopped (messaging.md 10.3 media).

import { Attachment, EncryptedAttachment } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { SealedAttachment } from '../chat/parts'
import type { Http } from './core'
import type { Bytes } from './encode'
import { problem } from './refuse'

/** What a page may show from a blob address; everything else is only saved. */
const SHOWN: Record<string, (bytes: Uint8Array) => boolean> = {
  'image/png': (bytes) => begins(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  'image/gif': (bytes) => begins(bytes, [0x47, 0x49, 0x46, 0x38]),
  'image/jpeg': (bytes) => begins(bytes, [0xff, 0xd8, 0xff]),
  'image/webp': (bytes) => begins(bytes, [0x52, 0x49, 0x46, 0x46]) && begins(bytes.subarray(8), [0x57, 0x45, 0x42, 0x50]),
}
const OTHER = 'application/octet-stream'

const begins = (bytes: Uint8Array, start: number[]): boolean => start.every((byte, at) => bytes[at] === byte)

export interface SealedFile {
  ciphertext: Uint8Array
  info: string // mediaEncryptionInfo: the key, the hash of the ciphertext
  sha256: string // of the plaintext, hex
  cipherSha256: string // hex
}

export async function hex(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

export async function sealFile(plain: Uint8Array): Promise<SealedFile> {
  const sha256 = await hex(plain)
  const sealed = Attachment.encrypt(plain)
  const info = sealed.mediaEncryptionInfo // can be read once
  const ciphertext = sealed.encryptedData
  sealed.free()
  if (!info) throw problem('failed', { detail: 'media info' })
  return { ciphertext, info, sha256, cipherSha256: await hex(ciphertext) }
}

/** Open, check, and say what type it may be shown as. Throws Problem 'damaged'. */
export async function openFile(
  ciphertext: Uint8Array, { info, size, type }: SealedAttachment,
): Promise<{ blob: Blob; sha256: string }> {
  let plain: Uint8Array
  try {
    plain = Attachment.decrypt(new EncryptedAttachment(ciphertext, info))
  } catch (error) {
    throw problem('damaged', { detail: String(error) })
  }
  if (plain.length !== size) throw problem('damaged', { detail: 'size' })
  const shown = SHOWN[type]?.(plain) ? type : OTHER
  return { blob: new Blob([plain as Bytes], { type: shown }), sha256: await hex(plain) }
}

// -- the way up and down -----------------------------------------------------------------------------

export async function beginUpload(
  http: Http, room: string, size: number, sha256: string, purpose: 'file' | 'history',
): Promise<{ media: string; chunk: number }> {
  const answer = await http.json<{ media_id: string; chunk: number }>('POST', 'media', { room, size, sha256, purpose })
  return { media: answer.media_id, chunk: answer.chunk }
}

/** How many bytes the server has. */
export async function uploadStatus(http: Http, media: string): Promise<{ received: number; complete: boolean }> {
  return http.json('GET', `media/${media}/status`)
}

/** One part; resolves with how many bytes the server has then. */
export async function putPart(
  http: Http, media: string, offset: number, part: Uint8Array, signal?: AbortSignal,
): Promise<{ received: number; complete: boolean }> {
  const answer = await http.bytes('PUT', `media/${media}/${offset}`, part, signal)
  return JSON.parse(new TextDecoder().decode(answer)) as { received: number; complete: boolean }
}
