// Uploads of the fake server: whole files in memory (messaging.md 10.3).

import { type FakeSignIn, type FakeState, type Json, Refused } from './fake-state'

export function begin(state: FakeState, _signIn: FakeSignIn, body: Json): [number, Json] {
  const id = crypto.randomUUID()
  const size = Number(body['size'])
  state.media.set(id, { id, room: String(body['room']), size, bytes: new Uint8Array(size), received: 0 })
  return [201, { media_id: id, chunk: 1048576, received: 0 }]
}

export function status(state: FakeState, id: string): Json {
  const found = state.media.get(id)
  if (!found) throw new Refused(404, 'not_found')
  return { size: found.size, received: found.received, complete: found.received === found.size }
}

/** PUT media/{m}/{offset} answers with JSON as bytes; GET media/{m} with the file. */
export function bytes(
  state: FakeState, signIn: FakeSignIn, method: string, path: string, body?: Uint8Array,
): Uint8Array {
  const refuse = (status: number, code: string, fields: Json = {}): never => {
    throw { status, code, body: { code, detail: code, ...fields } }
  }
  const [, id = '', offset = '0'] = path.replace(/^\//, '').split('/')
  const found = state.media.get(id) ?? refuse(404, 'not_found')
  if (method === 'GET') return found.bytes
  state.device(signIn)
  if (Number(offset) !== found.received) refuse(409, 'wrong_offset', { received: found.received })
  found.bytes.set(body ?? new Uint8Array(), found.received)
  found.received += body?.length ?? 0
  const answer = { received: found.received, complete: found.received === found.size }
  return new TextEncoder().encode(JSON.stringify(answer))
}
