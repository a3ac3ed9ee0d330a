// Backup and secrets of the fake server (messaging.md 10.3).

import { type FakeBackup, type FakeSignIn, type FakeState, type Json, Refused } from './fake-state'

export function makeVersion(state: FakeState, signIn: FakeSignIn, body: Json): Json {
  const backups = state.user(signIn.user).backups
  const backup: FakeBackup = {
    version: String(backups.length + 1), algorithm: String(body['algorithm']), auth: body['auth'] as Json,
    keys: new Map(), etag: 0, deleted: false,
  }
  backups.push(backup)
  return { version: backup.version }
}

/** The newest version that was not deleted. */
export function current(state: FakeState, signIn: FakeSignIn): FakeBackup {
  const backup = state.user(signIn.user).backups.filter((one) => !one.deleted).at(-1)
  if (!backup) throw new Refused(404, 'not_found')
  return backup
}

export function showVersion(state: FakeState, signIn: FakeSignIn): Json {
  const { version, algorithm, auth, keys, etag } = current(state, signIn)
  return { version, algorithm, auth, count: keys.size, etag: String(etag) }
}

export function deleteVersion(state: FakeState, signIn: FakeSignIn, version: string): null {
  const backup = state.user(signIn.user).backups.find((one) => one.version === version)
  if (!backup || backup.deleted) throw new Refused(404, 'not_found')
  backup.deleted = true
  backup.keys.clear()
  return null
}

function right(state: FakeState, signIn: FakeSignIn, version: string): FakeBackup {
  const backup = current(state, signIn)
  if (backup.version !== version) throw new Refused(409, 'wrong_version', { version: backup.version })
  return backup
}

export function putKeys(state: FakeState, signIn: FakeSignIn, version: string, body: Json): Json {
  const backup = right(state, signIn, version)
  const keys = body['keys'] as Json[]
  if (keys.length > 100) throw new Refused(400, 'bad_request')
  for (const key of keys) {
    const id = `${key['room']} ${key['session_id']}`
    const known = backup.keys.get(id)
    const rank = (one: Json): number => Number(one['first_index']) * 1e6 + Number(one['forwarded'])
    if (!known || rank(key) < rank(known)) backup.keys.set(id, key)
  }
  backup.etag += 1
  return { etag: String(backup.etag), count: backup.keys.size }
}

export function getKeys(
  state: FakeState, signIn: FakeSignIn, version: string, room: string, query: URLSearchParams,
): Json {
  const backup = state.user(signIn.user).backups.find((one) => one.version === version && !one.deleted)
  if (!backup) throw new Refused(409, 'wrong_version', { version: current(state, signIn).version })
  const wanted = query.get('session_id')
  const rows = [...backup.keys.values()]
    .filter((key) => key['room'] === `!${room}:${state.domain}` && (!wanted || key['session_id'] === wanted))
    .sort((a, b) => (String(a['session_id']) < String(b['session_id']) ? -1 : 1))
    .filter((key) => String(key['session_id']) > (query.get('after') ?? ''))
  const limit = Number(query.get('limit') ?? 500)
  const page = rows.slice(0, limit)
  return { keys: page, next: rows.length > limit ? page.at(-1)?.['session_id'] : null }
}

export function putSecret(state: FakeState, signIn: FakeSignIn, name: string, body: Json): Json {
  state.user(signIn.user).secrets.set(name, body)
  return {}
}

export function getSecret(state: FakeState, signIn: FakeSignIn, name: string): Json {
  const secret = state.user(signIn.user).secrets.get(name)
  if (!secret) throw new Refused(404, 'not_found')
  return secret
}
