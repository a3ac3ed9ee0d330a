// Sealed files in parts, and bundles of earlier keys (messaging.md 10.3 media, 10.5.6).

import { createHash, randomUUID } from 'node:crypto'

import { roomId, userId } from './client.mjs'
import { sha256 } from './forms.mjs'
import { library } from './library.mjs'

const { Attachment, CollectStrategy, EncryptedAttachment } = library
const HEADERS = {
  'content-disposition': /^attachment/, 'x-content-type-options': /^nosniff$/,
  'content-security-policy': /(^|;)\s*sandbox/,
}

/** Upload sealed bytes in parts of the size the server names; returns media id and parts. */
export async function upload(client, name, bytes, purpose = 'file') {
  const body = { room: name, size: bytes.length, sha256: sha256(bytes), purpose }
  const { media_id: m, chunk } = await client.web.call('media', { body })
  const parts = []
  for (let offset = 0; offset < bytes.length; offset += chunk) {
    const part = bytes.subarray(offset, offset + chunk)
    const answer = await client.web.call('mediaPart', { m, offset, body: part })
    parts.push(answer.received)
    if (offset === 0 && answer.received !== part.length) throw new Error('part not counted')
    const status = await client.web.call('mediaStatus', { m })
    if (status.received !== answer.received || status.size !== bytes.length) {
      throw new Error('status and part differ')
    }
    if (status.complete !== offset + part.length >= bytes.length) throw new Error('complete is wrong')
  }
  return { m, chunk, parts }
}

export async function download(client, m) {
  const answer = await client.web.call('mediaBytes', { m })
  for (const [header, wanted] of Object.entries(HEADERS)) {
    if (!wanted.test(answer.headers[header] ?? '')) client.seen.faults.push(`media: header ${header}`)
  }
  return answer.bytes
}

/** Seal a file; what the message says of it stands in its content. */
export async function attach(client, name, file) {
  const made = Attachment.encrypt(file.bytes)
  const info = made.mediaEncryptionInfo // can be read once
  const data = Buffer.from(made.encryptedData)
  const uploaded = await upload(client, name, data)
  const { name: called, type, bytes } = file
  const attachment = { media: uploaded.m, info, name: called, type, size: bytes.length }
  return { attachment, sum: sha256(data), ...uploaded }
}

/** Fetch and open what a message has attached; the clear text's SHA-256. */
export async function fetchFile(client, attachment) {
  const data = await download(client, attachment.media)
  const clear = Attachment.decrypt(new EncryptedAttachment(data, attachment.info))
  if (clear.length !== attachment.size) throw new Error('another size')
  return { sum: sha256(data), clear: createHash('sha256').update(clear).digest('hex') }
}

// -- history -------------------------------------------------------------------------------------

/** Give a person the earlier keys of a room; returns where they lie. */
export async function giveHistory(client, name, user) {
  const bundle = await client.machine.buildRoomKeyBundle(roomId(name))
  const info = bundle.mediaEncryptionInfo
  const { m } = await upload(client, name, Buffer.from(bundle.encryptedData), 'history')
  await client.claim([user])
  const url = `mxc://${client.domain}/${m}`
  const requests = await client.machine.shareRoomKeyBundleData(
    userId(user), roomId(name), url, info, CollectStrategy.identityBasedStrategy(),
  )
  for (const request of requests) {
    const parts = { type: request.event_type, t: request.txn_id || randomUUID() }
    await client.web.call('toDevice', { ...parts, body: JSON.parse(request.body) })
  }
  return { m, requests: requests.length }
}

/** Take in the earlier keys that an inviter gave; false when none have come. */
export async function takeHistory(client, name, inviter) {
  await client.queryAgain([inviter])
  const data = await client.machine.getReceivedRoomKeyBundleData(roomId(name), userId(inviter))
  if (!data) return false
  const [, domain, m] = data.url.match(/^mxc:\/\/([^/]+)\/(.+)$/)
  if (domain !== client.domain) throw new Error('history lies elsewhere')
  await client.machine.receiveRoomKeyBundle(data, await download(client, m))
  await client.machine.clearRoomPendingKeyBundle(roomId(name))
  return true
}

export const acceptHistory = (client, name, inviter) =>
  client.machine.storeRoomPendingKeyBundle(roomId(name), userId(inviter))
