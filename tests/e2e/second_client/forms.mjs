// The forms of messaging.md 10.2: recovery key, sealing, signatures, content, links between events.

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const STEPS = [256, 1024, 4096, 16384, 65536]
const TAG = 16

export const padded = (bytes) => Buffer.from(bytes).toString('base64')
export const unpadded = (bytes) => padded(bytes).replaceAll('=', '')
export const sha256 = (data) => padded(createHash('sha256').update(data).digest())

// -- recovery key ------------------------------------------------------------------------------

/** The recovery key as people write it down: 12 groups of four. */
export function recoveryText(key) {
  const bytes = Buffer.concat([Buffer.from([0x8b, 0x01]), key])
  const parity = bytes.reduce((all, byte) => all ^ byte, 0)
  let number = BigInt('0x' + Buffer.concat([bytes, Buffer.from([parity])]).toString('hex'))
  let text = ''
  for (; number > 0n; number /= 58n) text = ALPHABET[Number(number % 58n)] + text
  return text.match(/.{1,4}/g).join(' ')
}

/** The 32 bytes of a written recovery key. */
export function recoveryKey(text) {
  let number = 0n
  for (const letter of text.replaceAll(/\s/g, '')) {
    const value = ALPHABET.indexOf(letter)
    if (value < 0) throw new Error('not a letter of a recovery key')
    number = number * 58n + BigInt(value)
  }
  const bytes = Buffer.from(number.toString(16).padStart(70, '0'), 'hex')
  const fits = bytes.length === 35 && bytes[0] === 0x8b && bytes[1] === 0x01
  if (!fits || bytes.reduce((all, byte) => all ^ byte, 0) !== 0) {
    throw new Error('not a recovery key')
  }
  return bytes.subarray(2, 34)
}

const derive = (key, info) => Buffer.from(hkdfSync('sha256', key, Buffer.alloc(32), info, 32))

/** Everything that follows from a recovery key. */
export function keysOf(recovery) {
  const backup = derive(recovery, 'community.e2ee/backup/v1')
  return {
    backup,
    wrap: derive(backup, 'community.e2ee/backup-wrap/v1'),
    anchor: derive(backup, 'community.e2ee/anchors/v1'),
    check: padded(derive(recovery, 'community.e2ee/check/v1').subarray(0, 16)),
    secret: (name) => derive(recovery, `community.e2ee/secret/v1/${name}`),
  }
}

// -- sealing -----------------------------------------------------------------------------------

export function seal(key, aad, text, iv = randomBytes(12)) {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(aad))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { iv: padded(iv), ct: padded(sealed) }
}

export function open(key, aad, { iv, ct }) {
  const sealed = Buffer.from(ct, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(iv, 'base64'))
  decipher.setAAD(Buffer.from(aad)).setAuthTag(sealed.subarray(-TAG))
  const text = decipher.update(sealed.subarray(0, -TAG))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}

export const secretAad = (user, name) => `community.e2ee/secret/v1 ${user} ${name}`
export const backupAad = (user, version, key) =>
  ['community.e2ee/backup/v1', user, version, key.room, key.session_id, key.first_index,
    key.forwarded].join(' ')

// -- signatures --------------------------------------------------------------------------------

const publicKey = (raw) =>
  createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw, 'base64').toString('base64url') },
    format: 'jwk',
  })

/** Whether one user's signature by one key stands under a text in a domain. */
export function signedBy(domain, signed, user, key) {
  const signature = signed.signatures?.[user]?.[`ed25519:${key}`]
  const data = Buffer.from(`${domain}\n${signed.text}`)
  return Boolean(signature) && verify(null, data, publicKey(key), Buffer.from(signature, 'base64'))
}

/** A text signed by the machine's keys, as it is sent. */
export async function sign(machine, domain, text) {
  const made = await machine.sign(`${domain}\n${text}`)
  return { text, signatures: JSON.parse(made.asJSON()) }
}

// -- content -----------------------------------------------------------------------------------

/** The random name of a message inside its ciphertext. */
const innerId = () => randomBytes(16).toString('base64url')

/** What the next event calls the one before it. */
export const link = (event) => ({
  seq: event.seq,
  h: sha256(`${event.event_id}\n${event.content.ciphertext}`),
})

/** The JSON of a message, padded to the next step. */
export function paddedContent(fields) {
  const content = {
    v: 1, id: innerId(), kind: 'message', body: '', thread: null, reply_to: null, target: null,
    tlp: 'AMBER', mentions: [], attachments: [], prev: null, expires_after: null, ...fields, pad: '',
  }
  const length = Buffer.byteLength(JSON.stringify(content))
  const step = STEPS.find((bytes) => bytes >= length)
  if (!step) throw new Error('longer text goes as a file')
  content.pad = 'x'.repeat(step - length)
  return { content, text: JSON.stringify(content) }
}

export const isPadded = (text) => STEPS.includes(Buffer.byteLength(text))
export const classOf = (kind) => (['message', 'poll'].includes(kind) ? 'm' : 's')
