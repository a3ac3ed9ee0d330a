// First and further devices, recovery key, secrets, backup (messaging.md 4.1, 10.2).

import { randomBytes } from 'node:crypto'

import { userId, roomId } from './client.mjs'
import { backupAad, keysOf, open, seal, secretAad, sha256, sign, signedBy, unpadded } from './forms.mjs'
import { library } from './library.mjs'

const { BackupDecryptionKey, DeviceId, RequestType } = library
const DOMAIN = 'community.backup.v1'
const NAMES = { master: 'masterKey', self_signing: 'self_signing_key', user_signing: 'userSigningKey' }

/** Read the machine's own identity. */
export const identityOf = (client, user = client.user) => client.machine.getIdentity(userId(user))

/** The public part of a key as the library writes it out: `{"keys":{"ed25519:…":"…"}}`. */
const publicPart = (text) => Object.values(JSON.parse(text).keys)[0]

export const masterOf = async (client, user = client.user) => {
  const identity = await identityOf(client, user)
  return identity && publicPart(identity.masterKey)
}

// -- first device --------------------------------------------------------------------------------

/** Keys, identity, backup and secrets, in this order; returns the recovery key. */
export async function firstDevice(client) {
  await client.pump()
  const recovery = randomBytes(32)
  const made = await client.machine.bootstrapCrossSigning(true)
  if (made.uploadKeysRequest) await client.settle(made.uploadKeysRequest)
  await client.web.call('signing', { body: JSON.parse(made.uploadSigningKeysRequest.body) })
  await client.settle(made.uploadSignaturesRequest)
  await newBackup(client, recovery)
  const keys = keysOf(recovery)
  const seeds = await client.machine.exportCrossSigningKeys()
  for (const [name, field] of Object.entries(NAMES)) {
    await putSecret(client, keys.secret(`cross_signing_${name}`), `cross_signing_${name}`, seeds[field])
  }
  await client.know([client.user])
  return recovery
}

async function putSecret(client, key, name, text) {
  const body = { v: 1, ...seal(key, secretAad(client.user, name), text) }
  await client.web.call('putSecret', { name, body })
}

export async function getSecret(client, key, name) {
  return open(key, secretAad(client.user, name), await client.web.call('secret', { name }))
}

/** What a device believes of rooms and people, kept for the next one. */
export async function putAnchors(client) {
  const rooms = {}
  const pins = {}
  for (const [name, room] of client.rooms) {
    rooms[name] = [room.roster.version, sha256(room.rosterText)]
    for (const { user, master } of room.roster.members) pins[user] = master
  }
  await putSecret(client, client.backup.keys.anchor, 'anchors', JSON.stringify({ rooms, pins }))
  return { rooms, pins }
}

// -- backup --------------------------------------------------------------------------------------

async function useBackup(client, recovery, version) {
  const keys = keysOf(recovery)
  const key = () => BackupDecryptionKey.fromBase64(unpadded(keys.backup))
  await client.machine.saveBackupDecryptionKey(key(), version)
  await client.machine.enableBackupV1(key().megolmV1PublicKey.publicKeyBase64, version)
  client.backup = { version, keys, key: key() }
}

export async function newBackup(client, recovery) {
  const text = JSON.stringify({ user: client.user, check: keysOf(recovery).check })
  const auth = await sign(client.machine, DOMAIN, text)
  const { version } = await client.web.call('newBackup', { body: { algorithm: DOMAIN, auth } })
  if (client.backup) await client.machine.disableBackup()
  await useBackup(client, recovery, version)
  return auth
}

/** The library's batch, opened and sealed again in our form. */
function resealed(client, request) {
  const { version, key, keys } = client.backup
  const sealed = []
  for (const [room, { sessions }] of Object.entries(JSON.parse(request.body).rooms)) {
    for (const [session_id, each] of Object.entries(sessions)) {
      const { ephemeral, mac, ciphertext } = each.session_data
      const place = {
        room, session_id, first_index: each.first_message_index, forwarded: each.forwarded_count,
      }
      const plain = key.decryptV1(ephemeral, mac, ciphertext)
      const { iv, ct } = seal(keys.wrap, backupAad(client.user, version, place), plain)
      sealed.push({ ...place, iv, data: ct })
    }
  }
  return sealed
}

/** Back up until nothing is due; returns how many keys went up. */
export async function backUp(client) {
  let count = 0
  for (;;) {
    const request = await client.machine.backupRoomKeys()
    if (!request) return count
    const keys = resealed(client, request)
    const answer = await client.web.call('backUp', { v: client.backup.version, body: { keys } })
    const told = JSON.stringify(answer)
    await client.machine.markRequestAsSent(request.id, RequestType.KeysBackup, told)
    count += keys.length
  }
}

/** All backed-up keys of one room, a page at a time. */
async function pages(client, r, limit) {
  const all = []
  for (let after = ''; ;) {
    const query = after === '' ? { limit } : { after, limit }
    const page = await client.web.call('backedUp', { v: client.backup.version, r, query })
    all.push(...page.keys)
    if (page.next === null) return all
    after = page.next
  }
}

/** Fetch the keys of one room from the backup into the machine; returns how many. */
export async function restoreRoom(client, room, r, limit = 500) {
  const { version, keys } = client.backup
  const sessions = new Map()
  const fetched = await pages(client, r, limit)
  for (const each of fetched) {
    const aad = backupAad(client.user, version, each)
    const plain = JSON.parse(open(keys.wrap, aad, { iv: each.iv, ct: each.data }))
    sessions.set(each.session_id, { ...plain, room_id: each.room, session_id: each.session_id })
  }
  const all = new Map([[roomId(room), sessions]])
  const result = await client.machine.importBackedUpRoomKeys(all, () => {}, version)
  return { fetched: fetched.length, imported: result.importedCount }
}

// -- further devices -----------------------------------------------------------------------------

/** Confirm this device by the recovery key; the identity stays as it is. */
export async function furtherDevice(client, recovery) {
  await client.pump()
  await client.know([client.user])
  const before = await masterOf(client)
  const keys = keysOf(recovery)
  const { version, auth } = await client.web.call('backup')
  if (JSON.parse(auth.text).check !== keys.check) throw new Error('not the right recovery key')
  if (!signedBy(DOMAIN, auth, client.user, before)) throw new Error('backup of somebody else')
  const seeds = []
  for (const name of Object.keys(NAMES)) {
    const secret = `cross_signing_${name}`
    seeds.push(await getSecret(client, keys.secret(secret), secret))
  }
  await client.machine.importCrossSigningKeys(...seeds)
  await client.settle(await (await identityOf(client)).verify())
  const own = await client.machine.getDevice(userId(client.user), new DeviceId(client.device))
  await client.settle(await own.verify())
  await client.queryAgain([client.user])
  await useBackup(client, recovery, version)
  return { same: before === (await masterOf(client)) }
}
