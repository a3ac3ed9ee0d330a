// The browsers of some people: the site's own client code (static/src/community) with the real
// library, in Node. Requests go to the process that started this one, answers come back from it.
//
// One JSON object a line, on two inherited pipes. In: a deed {deed, …}, or an answer to a request
// {answer, status, body}. Out: a request {ask, who, method, path, body | bytes}, or what came of a
// deed {done}. Nothing is printed.

import { createReadStream, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'

const STATIC = fileURLToPath(new URL('../../../static/', import.meta.url))
const [IN, OUT] = process.argv.slice(2).map(Number)
const { createServer } = await import(pathToFileURL(`${STATIC}node_modules/vite/dist/node/index.js`))
const vite = await createServer({
  root: STATIC, configFile: false, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
})
const ours = (path) => vite.ssrLoadModule(`/src/community/${path}.ts`)
const [{ Bench }, { SiteHttp }, { classOf, makeContent }, { openFile, sealFile }, { prevHash }, { bare }] =
  await Promise.all(['testing/bench', 'crypto/http', 'chat/content', 'crypto/files', 'crypto/decrypt', 'crypto/encode'].map(ours))

const AT_ONCE = 25 // messages on their way, as when people write at the same time

// -- the wire ------------------------------------------------------------------------------------

const waiting = new Map()
let asked = 0
const write = (line) => {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
  for (let at = 0; at < bytes.length;) at += writeSync(OUT, bytes, at)
}

/** What `fetch` does in a browser, over the pipe: only what SiteHttp makes use of. */
const fetcherOf = (who) => (path, { method, headers, body }) => new Promise((resolve) => {
  waiting.set(++asked, resolve)
  const bytes = body instanceof Uint8Array ? Buffer.from(body).toString('base64') : null
  write({ ask: asked, who, method, path, headers, body: bytes === null ? (body ?? null) : null, bytes })
})

function answered({ answer, status, body }) {
  const bytes = Buffer.from(body, 'base64')
  waiting.get(answer)(new Response([204, 304].includes(status) ? null : bytes, { status }))
  waiting.delete(answer)
}

// -- deeds ---------------------------------------------------------------------------------------

const people = []

/** Everybody sets up the first device; the first person opens the rooms, the others join. */
async function begin({ names, prefix, forms }) {
  for (const { user, name } of names) {
    const http = new SiteHttp(prefix, fetcherOf(user))
    await http.config()
    people.push(await Bench.person({ person: () => user, httpFor: () => http }, name))
  }
  const [host, ...guests] = people
  const rooms = []
  for (const form of forms) {
    const who = guests.map(({ user, name }) => ({ user, name, role: 'member', history: false }))
    const room = await host.deeds.createRoom({ ...form, people: who })
    rooms.push(room)
  }
  for (const guest of guests) {
    await guest.sync()
    for (const room of rooms) await guest.deeds.join(room)
  }
  for (const one of people) await one.sync()
  return { rooms, devices: people.map(({ deviceId }) => deviceId) }
}

/** One event; returns what the next one must know. */
async function send(by, room, content, more = {}) {
  const sealed = await by.seals.seal(room, content)
  const { seq, event_id } = await by.http.json('PUT', `rooms/${bare(room.room_id)}/events/${crypto.randomUUID()}`, {
    class: classOf(content.kind), ...sealed, expires_at: null, media: [], notify: [], ...more,
  })
  return { seq, h: await prevHash({ event_id, content: sealed.content }), id: content.id }
}

async function attach(by, room, { name, type, text }) {
  const plain = new TextEncoder().encode(text)
  const { ciphertext, info } = await sealFile(plain)
  const media = await by.talk.upload(room.room_id, ciphertext, 'file')
  return { media, info, name, type, size: plain.length }
}

/** What was said before, as the next content names it. */
const after = (last) => (last ? { prev: { seq: last.seq, h: last.h } } : {})

/** One message of a room: two of three are the host's. */
function say(talk, at, last) {
  const { room, texts, attached, expires, sent } = talk
  const { kind, body, tlp } = texts[at]
  const by = at % 3 === 2 ? people[1] : people[0]
  const attachments = at === 0 ? [attached] : []
  const content = makeContent(kind, body, tlp, {
    ...after(last), thread: at % 7 === 6 ? sent[0].id : null, attachments,
    mentions: at % 9 ? [] : people.map(({ user }) => user),
  })
  return send(by, room, content, {
    media: attachments.map(({ media }) => media), expires_at: at % 20 === 19 ? expires : null,
    notify: at % 50 ? [] : people.filter((one) => one !== by).map(({ user }) => user),
  })
}

async function talkIn({ room: id, texts, file, silent, expires }) {
  const room = await people[0].room(id)
  const sent = []
  const talk = { room, texts, expires, sent, attached: await attach(people[0], room, file) }
  sent.push(await say(talk, 0))
  while (sent.length < texts.length) {
    const [from, last] = [sent.length, sent.at(-1)]
    const numbers = texts.slice(from, from + AT_ONCE).map((_, at) => from + at)
    sent.push(...(await Promise.all(numbers.map((at) => say(talk, at, last)))))
  }
  for (const [at, { kind, body, tlp }] of silent.entries()) {
    const content = makeContent(kind, body, tlp, { ...after(sent.at(-1)), target: sent[at].id })
    sent.push(await send(people[1], room, content))
  }
  await people[0].http.json('DELETE', `rooms/${bare(id)}/events/${sent.at(-1).seq}`)
  return { first: sent[0].seq, last: sent.at(-1).seq + 1 }
}

async function talk({ rooms }) {
  const done = []
  for (const room of rooms) done.push(await talkIn(room))
  return { rooms: done }
}

async function readIn(reader, room) {
  const found = []
  for (const event of await reader.events(room.room_id)) {
    if (event.class === 'x' || event.gone) continue
    const opened = await reader.seals.open(room, event)
    if (!opened.ok) throw new Error(`${event.seq}: ${opened.problem.code} ${opened.problem.detail}`)
    found.push(opened.content)
  }
  return found
}

/** The last person reads everything, and opens the files. */
async function read({ rooms }) {
  const reader = people.at(-1)
  await reader.sync()
  const texts = []
  for (const id of rooms) {
    const room = await reader.room(id)
    for (const { kind, body, tlp, attachments } of await readIn(reader, room)) {
      texts.push({ kind, body, tlp })
      for (const one of attachments) {
        const { blob } = await openFile(await reader.http.bytes('GET', `media/${one.media}`), one)
        texts.push({ kind: 'file', body: `${one.name}\n${await blob.text()}`, tlp })
      }
    }
  }
  // What is unread in the other rooms is told by notice and mail.
  await reader.http.json('PUT', `rooms/${bare(rooms[0])}/read`, { seq: 10 })
  return { texts }
}

/** A report that discloses nothing, and a room that ends with a transcript, as its host makes it. */
async function end({ reported, closed, words }) {
  await people.at(-1).deeds.report(reported.room, `seq:${reported.seq}`, reported.reason, false)
  const [host] = people
  await host.deeds.beginClosing(closed)
  const { file, exportId } = await host.deeds.exportRoom(closed, { red: true, words, lang: 'en', dir: 'ltr' })
  await host.deeds.finishClosing(closed, exportId)
  return { size: file.size }
}

const DEEDS = { begin, talk, read, end }

async function obey({ deed, ...how }) {
  try {
    write({ done: await DEEDS[deed](how) })
  } catch (error) {
    write({ failed: error instanceof Error ? error.stack : JSON.stringify(error) })
  }
}

createInterface({ input: createReadStream('', { fd: IN }), crlfDelay: Infinity })
  .on('line', (line) => {
    const said = JSON.parse(line)
    if ('answer' in said) answered(said)
    else void obey(said)
  })
  .on('close', () => process.exit(0))
