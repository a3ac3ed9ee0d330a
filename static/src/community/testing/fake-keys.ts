// Keys, devices, to-device messages and sync of the fake server (messaging.md 5, 10.3).

import {
  type FakeDevice, type FakeSignIn, type FakeState, type Json, Refused, type SignedObject,
} from './fake-state'

type Nested = Record<string, Record<string, Json>>

const sameText = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

export function upload(state: FakeState, signIn: FakeSignIn, body: Json): Json {
  const keys = body['device_keys'] as SignedObject | undefined
  if (keys) register(state, signIn, keys)
  const device = state.device(signIn)
  for (const [id, key] of Object.entries((body['one_time_keys'] ?? {}) as Record<string, Json>)) {
    claimId(device, id, key)
    device.oneTime.set(id, key)
  }
  for (const [id, key] of Object.entries((body['fallback_keys'] ?? {}) as Record<string, Json>)) {
    claimId(device, `f:${id}`, key) // the library counts fallback keys apart
    device.fallback = { id, key, used: false }
  }
  return { one_time_key_counts: { signed_curve25519: device.oneTime.size } }
}

function claimId(device: FakeDevice, id: string, key: Json): void {
  const text = String(key['key'])
  const before = device.usedIds.get(id)
  if (before !== undefined && before !== text) throw new Refused(400, 'key_id_reused')
  device.usedIds.set(id, text)
}

function register(state: FakeState, signIn: FakeSignIn, keys: SignedObject): void {
  const id = String(keys['device_id'])
  if (keys['user_id'] !== signIn.user) throw new Refused(400, 'bad_request')
  if (signIn.device && !signIn.device.revoked && signIn.device.id !== id) {
    throw new Refused(409, 'sign_in_has_device')
  }
  const known = state.user(signIn.user).devices.get(id)
  if (known) {
    if (known.revoked) throw new Refused(409, 'device_id_used')
    if (!sameText(known.keys.keys, keys.keys)) throw new Refused(400, 'device_keys_changed')
    if (signIn.device !== known) throw new Refused(409, 'device_id_used')
    return
  }
  const device: FakeDevice = {
    user: signIn.user, id, name: '', keys, oneTime: new Map(), fallback: null, usedIds: new Map(),
    inbox: [], inboxSeq: 0, txns: new Set(), revoked: false, challenge: '',
    created: new Date(state.clock()).toISOString(),
  }
  state.user(signIn.user).devices.set(id, device)
  signIn.device = device
  state.changed(signIn.user)
}

export function query(state: FakeState, signIn: FakeSignIn, body: Json): Json {
  const answer: Record<string, Json> = {
    device_keys: {}, master_keys: {}, self_signing_keys: {}, user_signing_keys: {}, failures: {},
  }
  for (const name of Object.keys((body['device_keys'] ?? {}) as Json)) {
    const user = state.users.get(name)
    if (!user) continue
    const devices: Json = {}
    for (const device of user.devices.values()) {
      if (!device.revoked) devices[device.id] = seenBy(device.keys, name, signIn.user)
    }
    answer['device_keys']![name] = devices
    if (user.master) answer['master_keys']![name] = seenBy(user.master, name, signIn.user)
    if (user.selfSigning) answer['self_signing_keys']![name] = user.selfSigning
    if (user.userSigning && name === signIn.user) answer['user_signing_keys']![name] = user.userSigning
  }
  return answer
}

/** Signatures of the owner and of the one who asks; who checked whom is nobody else's business. */
function seenBy(object: SignedObject, owner: string, reader: string): SignedObject {
  const kept = Object.entries(object.signatures ?? {}).filter(([by]) => by === owner || by === reader)
  return { ...object, signatures: Object.fromEntries(kept) }
}

export function claim(state: FakeState, body: Json): Json {
  const found: Nested = {}
  for (const [name, wanted] of Object.entries((body['one_time_keys'] ?? {}) as Record<string, Json>)) {
    for (const id of Object.keys(wanted)) {
      const device = state.users.get(name)?.devices.get(id)
      if (!device || device.revoked) continue
      const [first] = device.oneTime
      if (first) device.oneTime.delete(first[0])
      else if (device.fallback) device.fallback.used = true
      const given = first ?? (device.fallback ? [device.fallback.id, device.fallback.key] : null)
      if (given) (found[name] ??= {})[id] = { [given[0] as string]: given[1] }
    }
  }
  return { one_time_keys: found, failures: {} }
}

export function toDevice(state: FakeState, signIn: FakeSignIn, type: string, txn: string, body: Json): Json {
  const from = state.device(signIn)
  if (!/^m\.(room\.encrypted|room_key\.withheld|secret\.request|key\.verification\.[a-z]+)$/.test(type)) {
    throw new Refused(400, 'type_not_allowed')
  }
  if (from.txns.has(txn)) return {}
  from.txns.add(txn)
  for (const [name, messages] of Object.entries(body['messages'] as Nested)) {
    for (const [id, content] of Object.entries(messages)) {
      for (const device of state.users.get(name)?.devices.values() ?? []) {
        if (device.revoked || (id !== '*' && id !== device.id)) continue
        if (id === '*' && device === from) continue
        put(state, device, type, signIn.user, content)
      }
    }
  }
  return {}
}

/** Lay a message in an inbox, through the hook that may drop or double it. */
export function put(state: FakeState, device: FakeDevice, type: string, sender: string, content: Json): void {
  for (const message of state.deliver({ seq: 0, type, sender, content }, device)) {
    device.inbox.push({ ...message, seq: ++device.inboxSeq })
  }
  state.poke({ t: 'inbox', user: device.user, device: device.id })
}

export function signatures(state: FakeState, signIn: FakeSignIn, body: Json): Json {
  for (const [name, objects] of Object.entries(body as Record<string, Record<string, SignedObject>>)) {
    const user = state.user(name)
    for (const [id, object] of Object.entries(objects)) {
      const target = user.devices.get(id)?.keys ?? [user.master].find((key) => key?.keys?.[`ed25519:${id}`])
      if (!target) continue
      const own = object.signatures?.[signIn.user] ?? {}
      target.signatures = {
        ...target.signatures, [signIn.user]: { ...target.signatures?.[signIn.user], ...own },
      }
    }
    state.changed(name)
  }
  return { failures: {} }
}

export function signingKeys(state: FakeState, signIn: FakeSignIn, body: Json): Json {
  if (!signIn.fresh) throw new Refused(403, 'reauth_required', { confirm_url: '/confirm/' })
  state.device(signIn)
  const user = state.user(signIn.user)
  user.master = body['master_key'] as SignedObject
  user.selfSigning = body['self_signing_key'] as SignedObject
  user.userSigning = body['user_signing_key'] as SignedObject
  state.changed(user.id)
  return {}
}

/** All fields of GET sync for one device; deletes nothing. */
export function sync(state: FakeState, signIn: FakeSignIn, cursor: string): Json {
  const device = state.device(signIn)
  const [from, seen] = cursor ? cursor.split('.').map(Number) as [number, number] : [0, state.changes.length]
  const waiting = device.inbox.filter((message) => message.seq > from)
  const page = waiting.slice(0, 100)
  const mates = state.roommates(signIn.user)
  const changed = new Set(state.changes.slice(seen).filter((user) => mates.has(user)))
  const heads: Record<string, number> = {}
  for (const room of state.rooms.values()) {
    if (room.members.get(signIn.user)?.state === 'joined') heads[room.id] = room.lastSeq
  }
  return {
    cursor: `${page.at(-1)?.seq ?? from}.${state.changes.length}`,
    more: waiting.length > page.length,
    to_device: page.map(({ type, sender, content }) => ({ type, sender, content })),
    device_lists: { changed: [...changed], left: [] },
    devices_pos: state.changes.length,
    otk_counts: { signed_curve25519: device.oneTime.size },
    unused_fallback: device.fallback && !device.fallback.used ? ['signed_curve25519'] : [],
    heads,
  }
}

export function acknowledge(state: FakeState, signIn: FakeSignIn, cursor: string): Json {
  const device = state.device(signIn)
  const upTo = Number(cursor.split('.')[0])
  device.inbox = device.inbox.filter((message) => message.seq > upTo)
  return {}
}

// -- devices ----------------------------------------------------------------------------------------

export function devices(state: FakeState, signIn: FakeSignIn): Json {
  const rows = [...state.user(signIn.user).devices.values()].filter((device) => !device.revoked)
  return {
    devices: rows.map((device) => ({
      device_id: device.id, name: device.name, created: device.created,
      last_seen_day: device.created.slice(0, 10), current: device === signIn.device,
      confirmed: state.confirmed(device),
    })),
  }
}

function own(state: FakeState, signIn: FakeSignIn, id: string): FakeDevice {
  const device = state.user(signIn.user).devices.get(id)
  if (!device || device.revoked) throw new Refused(404, 'not_found')
  return device
}

export function rename(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Json {
  own(state, signIn, id).name = String(body['name'])
  return {}
}

export function removeDevice(state: FakeState, signIn: FakeSignIn, id: string): null {
  const device = own(state, signIn, id)
  if (device !== signIn.device && !signIn.fresh) {
    throw new Refused(403, 'reauth_required', { confirm_url: '/confirm/' })
  }
  device.revoked = true
  device.oneTime.clear()
  device.inbox = []
  state.changed(signIn.user)
  return null
}

export function challenge(state: FakeState, signIn: FakeSignIn, id: string): Json {
  const device = own(state, signIn, id)
  device.challenge = `nonce${device.inboxSeq}${Math.random().toString(36).slice(2)}`
  return { nonce: device.challenge, expires_in: 300 }
}

/** Binds a device to this sign-in; the signature over `community.bind.v1` is really checked. */
export async function bind(state: FakeState, signIn: FakeSignIn, id: string, body: Json): Promise<Json> {
  const device = own(state, signIn, id)
  const nonce = device.challenge
  device.challenge = ''
  const raw = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  const key = await crypto.subtle.importKey(
    'raw', raw(device.keys.keys?.[`ed25519:${id}`] ?? ''), { name: 'Ed25519' }, false, ['verify'],
  )
  const signed = new TextEncoder().encode(`community.bind.v1\n${nonce} ${id}`)
  const good = nonce !== '' && nonce === body['nonce'] &&
    (await crypto.subtle.verify({ name: 'Ed25519' }, key, raw(String(body['signature'])), signed))
  if (!good) throw new Refused(422, 'bad_signature')
  for (const other of state.signIns.values()) if (other.device === device) other.device = null
  signIn.device = device
  return {}
}
