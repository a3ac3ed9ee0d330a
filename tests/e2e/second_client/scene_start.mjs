// Before anything is set up: doors, then three people with identity, backup and secrets.

import { randomUUID } from 'node:crypto'

import { Client } from './client.mjs'
import { sign } from './forms.mjs'
import { firstDevice, masterOf } from './identity.mjs'
import { DOMAIN } from './rosters.mjs'
import { same } from './same.mjs'
import { SignIn } from './http.mjs'

const NOTHING = { identity: false, backup: null, secrets: [] }
const SECRETS = ['cross_signing_master', 'cross_signing_self_signing', 'cross_signing_user_signing']

/** Who is not let in, and how that is said. */
export async function doors(world) {
  const a = (world.a = world.client('a', 0))
  const config = await a.config()
  same(config.setup, NOTHING, 'setup of a newcomer')
  same(config.device_id, null, 'device of a newcomer')
  const stranger = new SignIn(world.base, {}, world.seen)
  await stranger.refused('signed_out', 'config')
  await a.web.refused('csrf_failed', 'upload', { body: {}, headers: { 'x-csrftoken': undefined } })
  await a.web.refused('csrf_failed', 'upload', { body: {}, headers: { origin: undefined } })
  await a.web.refused('csrf_failed', 'upload', { body: {}, headers: { origin: 'https://other.invalid' } })
  await a.web.refused('device_required', 'sync', { query: { cursor: '', wait: 0 } })
  const half = world.client('a', 'unverified')
  await half.web.refused('second_factor_required', 'config')
}

async function person(world, client) {
  await client.startMachine()
  const recovery = await firstDevice(client)
  const config = await client.config()
  same(config.device_id, client.device, 'bound device')
  const { identity, backup, secrets } = config.setup
  same([identity, backup, [...secrets].sort()], [true, client.backup.version, SECRETS], 'setup')
  Object.assign(client, { recovery, master: await masterOf(client) })
  await client.sync()
}

/** A registers a device, may not open a room yet; then all three set up. */
export async function setUp(world) {
  const { a } = world
  await a.startMachine()
  await a.pump()
  await a.web.refused('not_found', 'backup')
  await a.web.refused('not_found', 'secret', { name: SECRETS[0] })
  await a.web.refused('not_found', 'dehydrated')
  await a.web.refused('not_found', 'room', { r: randomUUID() })
  const room = `!${randomUUID()}:members.invalid`
  const roster = await sign(a.machine, DOMAIN, JSON.stringify({ type: DOMAIN, room }))
  const body = { room_id: room, kind: 'case', roster, ends_at: world.endsOn, retention_days: 90 }
  await a.web.refused('setup_incomplete', 'openRoom', { body })
  const recovery = await firstDevice(a)
  same((await a.config()).device_id, a.device, 'bound device')
  Object.assign(a, { recovery, master: await masterOf(a) })
  await a.sync()
  for (const name of ['b', 'c']) {
    world[name] = world.client(name, 0)
    await world[name].config()
    await person(world, world[name])
  }
}

/** Makes the clients of the people who were given; sign-ins count from 0; some have a name. */
export const clients = (input, seen) => (name, signIn) => {
  const { full_name: fullName, ...sessions } = input.people[name]
  const session = sessions[signIn] ?? sessions.sessions[signIn]
  const client = new Client(name, input.base, { [input.cookie]: session }, seen)
  client.fullName = fullName
  return client
}
