// Shapes that several calls and frames share (messaging.md 10.2, 10.3).

const counts = { '*': 'int' }

const ROLE = 'host|member|observer|records'
export const signatures = { '*': { '*': 'library64' } }
export const signed = { text: 'text', signatures }

const libraryKey = { user_id: 'user', usage: ['text'], keys: { '*': 'library64' }, 'signatures?': signatures }
const deviceKeys = {
  user_id: 'user', device_id: 'device', algorithms: ['text'], keys: { '*': 'library64' }, signatures,
  'unsigned?': 'object',
}

/** Answer of keys/query; libraryKey without signatures: nobody has to sign a master key. */
export const queried = {
  device_keys: { '*': { '*': deviceKeys } }, master_keys: { '*': libraryKey },
  self_signing_keys: { '*': libraryKey }, user_signing_keys: { '*': libraryKey }, failures: {},
}
export const claimed = {
  one_time_keys: { '*': { '*': { '*': { key: 'library64', signatures, 'fallback?': 'bool' } } } },
  failures: {},
}

export const config = {
  user_id: 'user', domain: 'members.invalid', csrf_token: 'text', device_id: 'device?',
  setup: { identity: 'bool', backup: 'text?', secrets: ['text'] },
  limits: {
    event: 96000, to_device_content: 8192, request: 1048576, frame: 65536, file: 20971520,
    devices: 10, events_page: 200,
  },
  min_app: 'text',
}

export const sync = {
  cursor: 'text', more: 'bool', to_device: [{ type: 'text', sender: 'user', content: 'object' }],
  device_lists: { changed: ['user'], left: ['user'] }, devices_pos: 'int',
  otk_counts: { signed_curve25519: 'int' }, unused_fallback: ['text'], heads: counts,
}

export const room = {
  room_id: 'room', kind: 'case|direct', state: 'open|closing|closed', last_seq: 'int',
  members_seq: 'int', roster_version: 'int', membership: 'invited|joined|left|removed|declined',
  role: ROLE, joined_seq: 'int?', first_visible_seq: 'int', last_read_seq: 'int', unread: 'int',
  muted: 'bool', pinned: 'bool', ends_at: 'iso?', retention_days: 'int', receipts: 'bool',
  hold_until: 'iso?', purge_at: 'iso?',
}
export const roomWithMembers = {
  ...room, members: [{ user: 'user', state: 'invited|joined|left|removed|declined', role: ROLE }],
}

export const backupKey = {
  room: 'room', session_id: 'text', first_index: 'int', forwarded: 'int', iv: 'ours64', data: 'ours64',
}

const common = {
  seq: 'int', event_id: 'event_id', room_id: 'room', ts: 'millis', expires_at: 'moment?', media: ['uuid'],
}
const megolm = {
  algorithm: 'm.megolm.v1.aes-sha2', ciphertext: 'library64', sender_key: 'library64',
  device_id: 'device', session_id: 'library64',
}
const changes = {
  created: {}, roster: { roster_version: 'int' }, joined: { user: 'user' }, left: { user: 'user' },
  declined: { user: 'user' }, redacted: { target_seq: 'int' }, purged: { up_to_seq: 'int' },
  hold: { until: 'iso?' }, settings: {}, closing: {}, closed: { manifest_sha256: 'ours64' },
}

/** The shape an event must have, by its own class. */
export function eventShape(event) {
  if (event?.gone) {
    const gone = { why: 'redacted|expired|purged', by: 'user?', ts: 'millis' }
    return { ...common, sender: 'user', device_id: 'device', class: 'm|s', content: null, gone }
  }
  if (event?.class !== 'x') {
    return { ...common, sender: 'user', device_id: 'device', class: 'm|s', content: megolm, gone: null }
  }
  const own = changes[event.content?.change]
  const content = { change: Object.keys(changes).join('|'), ...own }
  for (const [name, shape] of Object.entries({ user: 'user', roster_version: 'int' })) {
    if (!(name in content)) content[`${name}?`] = shape // only the fields that apply
  }
  return { ...common, sender: null, device_id: null, class: 'x', content, gone: null }
}

/** The plaintext of a message. */
export const content = {
  v: 1, id: 'text',
  kind: 'message|edit|delete_request|reaction|poll|vote|pin|read_marker|room_meta',
  body: 'text', thread: 'text?', reply_to: 'text?', target: 'text?',
  tlp: 'CLEAR|GREEN|AMBER|AMBER+STRICT|RED', mentions: ['user'],
  attachments: [{ media: 'uuid', info: 'text', name: 'text', type: 'text', size: 'int' }],
  prev: 'object?', expires_after: 'any', pad: 'text',
}
