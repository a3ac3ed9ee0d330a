// The calls of messaging.md 10.3: method, path, fields sent, status, shape of the answer.

import * as a from './things.mjs'

const head = { seq: 'int', members_seq: 'int' }
const version = {
  version: 'text', algorithm: 'community.backup.v1', auth: a.signed, count: 'int', etag: 'text',
}
const newRoom = 'room_id kind roster ends_at retention_days'
const media = { media_id: 'uuid', chunk: 'int', received: 0 }
const secret = { v: 1, iv: 'ours64', ct: 'ours64' }
const route = (ask, sends, answer, status = 200) => ({
  ask, sends: sends === null ? null : sends.split(' ').filter(Boolean), answer, status,
})
const L = 'library' // body and answer as the library has them

export const ROUTES = {
  config: route('GET config', null, a.config),
  upload: route('POST keys/upload', L, { one_time_key_counts: { signed_curve25519: 'int' } }),
  query: route('POST keys/query', L, a.queried),
  claim: route('POST keys/claim', L, a.claimed),
  toDevice: route('PUT to-device/{type}/{t}', L, {}),
  signatures: route('POST keys/signatures', L, { failures: {} }),
  signing: route('POST keys/signing', 'master_key self_signing_key user_signing_key', {}),
  backUp: route('PUT backup/{v}/keys', 'keys', { etag: 'text', count: 'int' }),
  sync: route('GET sync', null, a.sync),
  ack: route('POST sync/ack', 'cursor', {}),
  openRoom: route('POST rooms', newRoom, { ...a.room, 'members?': 'any' }, 201),
  openAgain: route('POST rooms', newRoom, { ...a.room, 'members?': 'any' }),
  rooms: route('GET rooms', null, { rooms: [a.room] }),
  room: route('GET rooms/{r}', null, a.roomWithMembers),
  rosters: route('GET rooms/{r}/rosters', null, { rosters: [{ version: 'int', seq: 'int', ...a.signed }] }),
  roster: route('POST rooms/{r}/roster', 'text signatures', { roster_version: 'int', ...head }),
  join: route('POST rooms/{r}/join', '', head),
  leave: route('POST rooms/{r}/leave', '', head),
  decline: route('POST rooms/{r}/decline', '', head),
  send: route(
    'PUT rooms/{r}/events/{t}', 'class content members_seq devices_pos expires_at media notify',
    { seq: 'int', event_id: 'event_id', ts: 'millis' }, 201,
  ),
  events: route('GET rooms/{r}/events', null, {
    events: ['any'], first_visible_seq: 'int', last_seq: 'int', more: 'bool', // events: one by one
  }),
  redact: route('DELETE rooms/{r}/events/{seq}', null, { seq: 'int' }),
  read: route('PUT rooms/{r}/read', 'seq', { unread: 'int' }),
  unread: route('GET unread', null, { rooms: { '*': { unread: 'int', last_seq: 'int' } } }),
  me: route('PUT rooms/{r}/me', 'muted pinned', {}),
  settings: route('POST rooms/{r}/settings', 'retention_days ends_at receipts', { seq: 'int' }),
  media: route('POST media', 'room size sha256 purpose', media, 201),
  mediaStatus: route('GET media/{m}/status', null, { size: 'int', received: 'int', complete: 'bool' }),
  mediaPart: route('PUT media/{m}/{offset}', 'bytes', { received: 'int', complete: 'bool' }),
  mediaBytes: route('GET media/{m}', null, 'bytes'),
  newBackup: route('POST backup/version', 'algorithm auth', { version: 'text' }, 201),
  backup: route('GET backup/version', null, version),
  dropBackup: route('DELETE backup/version/{v}', null, 'nothing', 204),
  backedUp: route('GET backup/{v}/rooms/{r}/keys', null, { keys: [a.backupKey], next: 'any' }),
  putSecret: route('PUT secrets/{name}', 'v iv ct', {}),
  secret: route('GET secrets/{name}', null, secret),
  devices: route('GET devices', null, {
    devices: [{
      device_id: 'device', name: 'text', created: 'iso', last_seen_day: 'iso', current: 'bool',
      confirmed: 'bool',
    }],
  }),
  rename: route('POST devices/{d}/rename', 'name', {}),
  dropDevice: route('DELETE devices/{d}', null, 'nothing', 204),
  challenge: route('POST devices/{d}/challenge', '', { nonce: 'text', expires_in: 'int' }),
  bind: route('POST devices/{d}/bind', 'nonce signature', {}),
  export: route(
    'POST rooms/{r}/exports', 'manifest_sha256 signatures from_seq to_seq unreadable red_consent',
    { export_id: 'uuid' }, 201,
  ),
  close: route('POST rooms/{r}/close', 'step', { state: 'closing|closed', purge_at: 'iso?' }),
  closed: route('POST rooms/{r}/close', 'step export_id', { state: 'closed', purge_at: 'iso' }),
  hold: route('POST rooms/{r}/hold', 'until reason', { seq: 'int' }),
  report: route('POST rooms/{r}/reports', 'seq reason copy', { report_id: 'text' }, 201),
  subscribe: route('POST push/subscriptions', 'endpoint p256dh auth', { id: 'text' }, 201),
  unsubscribe: route('DELETE push/subscriptions/{id}', null, 'nothing', 204),
  dehydrated: route('GET dehydrated-device', null, { device_id: 'device', device_data: 'object' }),
}

/** Code of a refusal → status, and the fields it brings. */
export const REFUSALS = {
  bad_request: [400], key_id_reused: [400], device_keys_changed: [400], type_not_allowed: [400],
  signed_out: [401],
  csrf_failed: [403], second_factor_required: [403], reauth_required: [403, { confirm_url: 'text' }],
  device_required: [403], device_revoked: [403], setup_incomplete: [403], forbidden: [403],
  read_only: [403], room_closed: [403],
  not_found: [404],
  stale_members: [409, { members_seq: 'int', roster_version: 'int' }],
  stale_devices: [409, { changed: ['user'], devices_pos: 'int' }],
  stale_roster: [409, { roster_version: 'int' }], wrong_version: [409, { version: 'text' }],
  wrong_offset: [409, { received: 'int' }], room_exists: [409, { room_id: 'room' }],
  device_id_used: [409], sign_in_has_device: [409], too_many_devices: [409],
  too_large: [413],
  bad_roster: [422], bad_signature: [422], hash_mismatch: [422],
  rate_limited: [429, { retry_after: 'int' }],
}
