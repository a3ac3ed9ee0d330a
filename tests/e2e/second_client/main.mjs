// A second client of sealed messages, written from messaging.md 4.1-4.3 and 10 alone.
//
// Reads {"base", "cookie", "people": {"a": {"full_name", "sessions": […], "stale", "unverified"}, …}}
// from stdin, plays one scene with three people against the site, and prints one line of JSON: what
// it saw.

import { text } from 'node:stream/consumers'

import { ROUTES } from './routes.mjs'
import * as end from './scene_end.mjs'
import { live, socketDoors } from './scene_live.mjs'
import * as people from './scene_people.mjs'
import * as start from './scene_start.mjs'
import * as talk from './scene_talk.mjs'
import { unnamed } from './shapes.mjs'
import { vectors } from './vectors.mjs'

const STEPS = {
  vectors, doors: start.doors, set_up: start.setUp, open_room: talk.openRoom, join: talk.join,
  talk: talk.talk, read_position: talk.readPosition, refusals: talk.refusals, roles: talk.roles,
  file: talk.file, socket_doors: socketDoors, live, add_c: people.addC, remove_c: people.removeC,
  second_device: people.secondDevice, devices: people.devices,
  device_refusals: people.deviceRefusals, direct: end.direct, declined: end.declined,
  redact_and_report: end.redactAndReport, backup: end.backup, close: end.close,
}
const DAY = 86_400_000

const input = JSON.parse(await text(process.stdin))
const seen = {
  routes: new Set(), refusals: new Set(), frames: new Set(), faults: [], notes: [], waited: 0,
}
const world = {
  base: input.base, seen, client: start.clients(input, seen),
  endsOn: new Date(Date.now() + 180 * DAY).toISOString().slice(0, 10),
}

const steps = {}
const seconds = {}
let failed = null
for (const [name, step] of Object.entries(STEPS)) {
  const began = Date.now()
  try {
    steps[name] = (await step(world)) ?? {}
  } catch (error) {
    failed = { step: name, error: String(error?.stack ?? error?.description ?? error) }
    break
  } finally {
    seconds[name] = (Date.now() - began) / 1000
  }
}

const report = {
  failed, steps, seconds, waited: seen.waited, notes: seen.notes,
  faults: [...new Set(seen.faults)], unnamed: [...unnamed].sort(),
  frames: [...seen.frames].sort(), refusals: [...seen.refusals].sort(),
  not_called: Object.keys(ROUTES).filter((name) => !seen.routes.has(name)).sort(),
}
process.stdout.write(`${JSON.stringify(report)}\n`)
process.exit(0) // sockets that a failed step left open do not hold us
