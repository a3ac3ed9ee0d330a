// How long the first message of a room takes, with 10, 50 and 200 devices to give its key to.
//
// Reads {"base", "cookie", "sizes", "people": [{"full_name", "sessions": […]}, …]} from stdin: the
// first person writes, the others' devices get the key. The real library, the real site; what is
// measured is asking for the keys of everybody, sealing the room key for each device, sending it,
// and the message itself. Prints one line of JSON.

import { randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'

import { bare, Client } from '../e2e/second_client/client.mjs'
import { firstDevice, furtherDevice, masterOf } from '../e2e/second_client/identity.mjs'
import { charterText, entry, rosterText, signRoster } from '../e2e/second_client/rosters.mjs'
import { look, send } from '../e2e/second_client/talk.mjs'

const AT_ONCE = 4
const input = JSON.parse(await text(process.stdin))
const endsOn = new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10)
const seen = { routes: new Set(), refusals: new Set(), frames: new Set(), faults: [], notes: [], waited: 0 }

async function begin(name, session) {
  const client = new Client(name, input.base, { [input.cookie]: session }, seen)
  await client.config()
  await client.startMachine()
  return client
}

/** All devices of a person; the first one makes the identity. */
async function setUp({ full_name: fullName, sessions }, number) {
  const first = await begin(`p${number}`, sessions[0])
  const recovery = await firstDevice(first)
  Object.assign(first, { fullName, master: await masterOf(first) })
  for (const session of sessions.slice(1)) await furtherDevice(await begin(`p${number}`, session), recovery)
  return first
}

async function setUpAll(people) {
  const made = []
  const waiting = [...people.entries()]
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) made[next[0]] = await setUp(next[1], next[0])
  }))
  return made
}

/** A room of the first person and some others, whom she has checked nothing of yet. */
async function openRoom(writer, others) {
  const name = `!${randomUUID()}:members.invalid`
  const charter = charterText(name, 'Keys', endsOn)
  const members = [entry(writer, 'host', true), ...others.map((each) => entry(each, 'member', true))]
  const roster = await signRoster(writer, rosterText(writer.user, name, members, { charter }))
  const body = { room_id: name, kind: 'case', roster, ends_at: endsOn, retention_days: 90 }
  await writer.web.call('openRoom', { body })
  for (const each of others) await each.web.call('join', { r: bare(name), body: {} })
  await writer.sync()
  await look(writer, name)
  return name
}

async function measure(writer, others, devices) {
  const name = await openRoom(writer, others)
  const times = []
  let shares = 0
  for (const body of ['The first message.', 'The next one.']) {
    const began = performance.now()
    shares += (await send(writer, name, { body })).shares
    times.push(Math.round(performance.now() - began))
  }
  const [first, next] = times
  return {
    devices, people: others.length + 1, requests_of_shares: shares, first_message_ms: first,
    next_message_ms: next, key_share_ms: first - next,
  }
}

const began = performance.now()
const people = await setUpAll(input.people)
const setUpMs = (performance.now() - began) / input.people.reduce((sum, each) => sum + each.sessions.length, 0)
const rows = []
for (const { people: count, devices } of input.sizes) {
  // Other people each time: what was learned for one room must not make the next one quicker.
  rows.push(await measure(people[0], people.splice(1, count - 1), devices))
}
process.stdout.write(`${JSON.stringify({ set_up_ms_a_device: Math.round(setUpMs), rows, faults: seen.faults })}\n`)
process.exit(0)
