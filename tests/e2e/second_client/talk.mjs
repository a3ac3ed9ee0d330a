// A room as one device knows it; sending (messaging.md 4.2) and receiving (4.3).

import { randomUUID } from 'node:crypto'

import { bare, roomId, userIds } from './client.mjs'
import { classOf, isPadded, link, paddedContent } from './forms.mjs'
import { identityOf, masterOf } from './identity.mjs'
import { library } from './library.mjs'
import { follow } from './rosters.mjs'
import { faults } from './shapes.mjs'
import * as things from './things.mjs'

const { CollectStrategy, DecryptionSettings, EncryptionSettings, HistoryVisibility } = library
const TURNS = 5
const STATES = { shared: HistoryVisibility.Shared, joined: HistoryVisibility.Joined }

// -- what is known of a room ---------------------------------------------------------------------

function known(client, name) {
  if (!client.rooms.has(name)) {
    client.rooms.set(name, {
      name, r: bare(name), rosterText: null, events: [], read: [], ids: new Set(), last: null,
    })
  }
  return client.rooms.get(name)
}

/** The room and its chain of rosters as they stand now; every person of it is tracked. */
export async function look(client, name) {
  const room = known(client, name)
  room.state = await client.web.call('room', { r: room.r })
  const from = room.roster ? room.roster.version + 1 : 1
  const { rosters } = await client.web.call('rosters', { r: room.r, query: { from } })
  const people = rosters.flatMap((each) => JSON.parse(each.text).members.map((one) => one.user))
  if (people.length) await client.know([...new Set(people)])
  room.list = [...(room.list ?? []), ...rosters]
  room.rosterText = await follow(name, room.rosterText, rosters, (user) => masterOf(client, user))
  room.roster = JSON.parse(room.rosterText)
  return room
}

/** Who gets keys: those a host signed, of those who are inside. */
function recipients(room) {
  const joined = room.state.members.filter((each) => each.state === 'joined').map((each) => each.user)
  return room.roster.members.filter((each) => joined.includes(each.user))
}

// -- receiving -----------------------------------------------------------------------------------

/** A page of events, each of the shape of its class. */
export async function eventsPage(client, r, query) {
  const page = await client.web.call('events', { r, query })
  checkEvents(client, page.events)
  return page
}

export function checkEvents(client, events) {
  for (const event of events) {
    client.seen.faults.push(...faults(things.eventShape(event), event, `event.${event.class}`))
  }
}

/** Fetch what is missing, page by page; numbers follow each other without a gap. */
export async function fetchEvents(client, name, limit = 200) {
  const room = known(client, name)
  for (;;) {
    const after = room.events.at(-1)?.seq ?? 0
    const page = await eventsPage(client, room.r, { after, limit })
    take(room, page.events, page.first_visible_seq)
    if (!page.more) return room
  }
}

export function take(room, events, firstVisible = 1) {
  for (const event of events) {
    const wanted = room.events.length ? room.events.at(-1).seq + 1 : firstVisible
    if (event.seq < wanted) continue // shown already
    if (event.seq > wanted) throw new Error(`hole in seq: ${event.seq} after ${wanted - 1}`)
    room.events.push(event)
  }
}

/** The form in which the library wants an event. */
const forLibrary = (event) => JSON.stringify({
  type: 'm.room.encrypted', event_id: event.event_id, sender: event.sender, room_id: event.room_id,
  origin_server_ts: event.ts, content: event.content, unsigned: {},
})

/** Decrypt one event; `{code}` of the library when it cannot be read. */
export async function decrypt(client, event) {
  const settings = new DecryptionSettings(library.TrustRequirement.CrossSignedOrLegacy)
  try {
    const found = await client.machine.decryptRoomEvent(forLibrary(event), roomId(event.room_id), settings)
    return { ...JSON.parse(found.event), forwarder: found.forwarder?.toString() ?? null }
  } catch (error) {
    if (error.code === undefined) throw error
    return { code: library.DecryptionErrorCode[error.code], withheld: error.withheldCode ?? null }
  }
}

const rosterAt = (room, seq) =>
  JSON.parse(room.list.filter((each) => each.seq <= seq).at(-1)?.text ?? room.list[0].text)

function judge(room, event, content) {
  const key = `${event.sender} ${content.id}`
  if (room.ids.has(key)) return 'a copy'
  room.ids.add(key)
  if (!rosterAt(room, event.seq).members.some((each) => each.user === event.sender)) return 'not on the list'
  if (content.prev === null) return room.last ? 'no link' : null
  const before = room.events.find((each) => each.seq === content.prev.seq)
  if (!before?.content) return null // before our first event, or gone
  return link(before).h === content.prev.h ? null : 'wrong link'
}

/** Read every event not read before: `room.read` holds what a person would be shown. */
export async function readAll(client, name) {
  const room = known(client, name)
  room.reading = (room.reading ?? Promise.resolve()).then(() => readOn(client, room)) // one at a time
  return room.reading
}

async function readOn(client, room) {
  for (const event of room.events.slice(room.upTo ?? 0)) {
    if (event.class === 'x' || event.gone) continue
    const plain = await decrypt(client, event)
    const line = { seq: event.seq, sender: event.sender, event }
    if (plain.code) room.read.push({ ...line, code: plain.code, withheld: plain.withheld })
    else {
      client.seen.faults.push(...faults(things.content, plain.content, 'content'))
      const refused = judge(room, event, plain.content)
      room.read.push({ ...line, ...plain.content, type: plain.type, refused, forwarder: plain.forwarder })
    }
    room.last = event
  }
  room.upTo = room.events.length
  return room
}

/** Sync, then look at a room, fetch and read: what a person does who opens it. */
export async function catchUp(client, name, { again = false } = {}) {
  await (client.live ? client.live.settled() : client.sync())
  const room = await look(client, name)
  if (again) Object.assign(room, { upTo: 0, read: [], ids: new Set(), last: null })
  await fetchEvents(client, name)
  return readAll(client, name)
}

/** Texts that were read: "kind: body" in order, or the code of what could not be read. */
export const lines = (room) => room.read.map((each) => each.code ?? `${each.kind}: ${each.body}`)

// -- sending -------------------------------------------------------------------------------------

async function share(client, room, people) {
  const names = people.map((each) => each.user)
  await client.know(names)
  for (const { user, master } of people) {
    const identity = await identityOf(client, user)
    if ((await masterOf(client, user)) !== master) throw new Error(`identity of ${user} differs`)
    if (identity.identityNeedsUserApproval?.()) throw new Error(`identity of ${user} changed`)
    if (identity.hasVerificationViolation()) throw new Error(`identity of ${user} is not the checked one`)
  }
  await client.claim(names)
  const settings = new EncryptionSettings()
  settings.sharingStrategy = CollectStrategy.identityBasedStrategy()
  settings.historyVisibility = STATES[room.roster.history]
  const shares = await client.machine.shareRoomKey(roomId(room.name), userIds(names), settings)
  for (const each of shares) await client.settle(each)
  return shares.length
}

/** What a PUT of an event carries, sealed for those who may read it now. */
export async function sealed(client, name, fields, { media = [], notify = [], ends = null } = {}) {
  const room = client.rooms.get(name)
  const shares = await share(client, room, recipients(room))
  const prev = room.last && link(room.last)
  const { content, text } = paddedContent({ prev, ...fields })
  if (!isPadded(text)) throw new Error('not padded')
  const made = await client.machine.encryptRoomEvent(roomId(name), 'community.message', text)
  const body = {
    class: classOf(content.kind), content: JSON.parse(made), members_seq: room.state.members_seq,
    devices_pos: client.devicesPos, expires_at: ends, media, notify,
  }
  return { body, content, shares }
}

/** Send one message; refusals of what is behind are folded in, five turns at most. */
export async function send(client, name, fields, options = {}) {
  const t = options.t ?? randomUUID()
  const folded = []
  for (let turn = 0; turn < TURNS; turn++) {
    if (!options.blind || turn) await catchUp(client, name)
    const { body, content, shares } = await sealed(client, name, fields, options)
    const r = bare(name)
    try {
      const answer = await client.web.call('send', { r, t, body })
      return { ...answer, ...content, t, request: body, shares, folded }
    } catch (error) {
      if (error.status !== 409) throw error
      folded.push(error.code)
      if (error.code === 'stale_devices') {
        await client.queryAgain(error.body.changed)
        client.devicesPos = error.body.devices_pos
      }
    }
  }
  throw new Error('the room moved on five times')
}
