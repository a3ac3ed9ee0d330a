// A and B at their sockets (messaging.md 10.4).

import { bare } from './client.mjs'
import { Live } from './live.mjs'
import { holds, same } from './same.mjs'
import { catchUp, send } from './talk.mjs'

/** All that follows a `hello` has come. */
export async function settledAt(live) {
  await live.next('welcome')
  await live.next('sync', (frame) => !frame.more)
  await live.next('heads')
  await live.settled()
}

async function refusedWith(deed) {
  try {
    await deed()
    return 101
  } catch (error) {
    return error.status ?? String(error)
  }
}

/** Origins that are not ours, nobody, and frames that are none. */
export async function socketDoors(world) {
  const { a, c } = world
  const origin = (value) => refusedWith(() => Live.open(a, [], { headers: { origin: value } }))
  same([await origin('https://other.invalid'), await origin(undefined), await origin('null')],
    [403, 403, 403], 'foreign origins')
  const nobody = await Live.open(a, [], { headers: { cookie: undefined } })
  const bye = await nobody.next('bye')
  same([bye.code, (await nobody.next('closed')).code], ['signed_out', 4401], 'nobody')
  const wrong = await Live.open(c, [])
  await settledAt(wrong)
  wrong.say({ t: 'nonsense' })
  await wrong.next('bye')
  same((await wrong.next('closed')).code, 4400, 'a bad frame')
  const big = await Live.open(c, [])
  await settledAt(big)
  big.say({ t: 'typing', room: 'x'.repeat(65536) })
  same((await big.next('closed')).code, 1009, 'a frame over 64 KiB')
  a.live = c.live = null
}

const until = async (live, name, wanted) => {
  await live.next(name, wanted)
  await live.settled()
}

async function connected(client, rooms) {
  await client.sync() // what is held is acknowledged; the socket goes on from there
  const live = await Live.open(client, rooms)
  await settledAt(live)
  return live
}

export async function live(world) {
  const { a, b, room: name } = world
  await catchUp(a, name)
  await catchUp(b, name)
  const [atA, atB] = [await connected(a, [name]), await connected(b, [name])]
  const own = { retention_days: 60, ends_at: world.endsOn, receipts: true }
  const settings = await a.web.call('settings', { r: bare(name), body: own })
  await until(atB, 'events', (frame) => frame.to_seq >= settings.seq)
  const sent = await send(a, name, { body: 'Live.' })
  await until(atB, 'events', (frame) => frame.to_seq >= sent.seq)
  await until(atA, 'events', (frame) => frame.to_seq >= sent.seq)
  const shown = b.rooms.get(name).read.at(-1)
  same([shown.seq, shown.body, shown.refused], [sent.seq, 'Live.', null], 'what B was shown')
  atB.say({ t: 'typing', room: name })
  same((await atA.next('typing')).user, b.user, 'who types')
  await b.web.call('read', { r: bare(name), body: { seq: sent.seq } })
  for (const each of [atA, atB]) {
    await each.next('receipt', (frame) => frame.user === b.user && frame.seq === sent.seq)
  }
  atA.say({ t: 'ping', n: 7 })
  same((await atA.next('pong')).n, 7, 'pong')
  atA.say({ t: 'subscribe', rooms: [] }) // replaces: this room is heard of no more
  atA.say({ t: 'ping', n: 8 })
  await atA.next('pong')
  const answer = await send(b, name, { body: 'Still live.' })
  await until(atB, 'events', (frame) => frame.to_seq >= answer.seq)
  atA.say({ t: 'ping', n: 9 })
  await atA.next('pong')
  holds(!atA.frames.some((frame) => frame.t === 'events' && frame.to_seq >= answer.seq), 'A unsubscribed')
  await atA.close()
  await atB.close()
}
