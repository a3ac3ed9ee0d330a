// A device at the socket (messaging.md 10.4): keys before events, every frame acknowledged.

import { FRAMES } from './frames.mjs'
import { faults } from './shapes.mjs'
import { checkEvents, fetchEvents, readAll, take } from './talk.mjs'
import { connect } from './websocket.mjs'

const PROTOCOL = 'community.chat.v1'
const PATIENCE = 20_000 // milliseconds for one frame

export class Live {
  constructor(client) {
    Object.assign(this, { client, frames: [], waiting: [], fault: null, pings: 1000 })
    this.work = Promise.resolve()
  }

  static async open(client, rooms, { device = client.device, headers = {} } = {}) {
    const live = new Live(client)
    const { cookie } = client.web.headers('GET')
    const url = `${client.web.base.replace(/^http/, 'ws')}/ws/chat/`
    const all = { cookie, origin: client.web.base, ...headers }
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name]
    live.socket = await connect(url, all, PROTOCOL, {
      text: (text) => live.heard(JSON.parse(text)),
      closed: (code) => live.ended(code),
    })
    if (live.socket.headers['sec-websocket-protocol'] !== PROTOCOL) throw new Error('another protocol')
    live.say({ t: 'hello', device_id: device, cursor: client.cursor || null, app: '1.0.0', rooms })
    client.live = live
    return live
  }

  say(frame) {
    this.socket.send(JSON.stringify(frame))
  }

  // -- what comes in ----------------------------------------------------------------------------

  heard(frame) {
    const { seen } = this.client
    seen.frames.add(frame.t)
    const shape = FRAMES[frame.t]
    if (shape) seen.faults.push(...faults(shape, frame, `frame ${frame.t}`))
    else seen.faults.push(`a frame the text does not know: ${frame.t}`)
    // One after the other, in the order they came.
    this.work = this.work.then(() => this.act(frame)).catch((error) => (this.fault ??= error))
      .then(() => this.tell(frame))
  }

  async act(frame) {
    const { client } = this
    if (frame.t === 'sync') {
      await client.receive(frame)
      this.say({ t: 'ack', n: frame.n, cursor: frame.cursor })
      await client.pump()
    }
    if (frame.t === 'events') {
      const room = client.rooms.get(frame.room)
      checkEvents(client, frame.events)
      const whole = frame.events.length && frame.from_seq <= room.events.at(-1).seq + 1
      if (whole) take(room, frame.events)
      if (!whole || frame.more) await fetchEvents(client, frame.room)
      await readAll(client, frame.room)
      this.say({ t: 'ack', n: frame.n, cursor: null })
    }
  }

  tell(frame) {
    this.frames.push(frame)
    this.waiting = this.waiting.filter((each) => !each())
  }

  ended(code) {
    this.work = this.work.then(() => this.tell({ t: 'closed', code }))
  }

  // -- what is waited for -----------------------------------------------------------------------

  /** The first frame of a name, not waited for before, that fits. */
  next(name, fits = () => true) {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const had = this.frames.map((each) => each.t).join(' ')
        reject(this.fault ?? new Error(`${this.client.name}: no frame ${name} (still had: ${had})`))
      }, PATIENCE)
      const look = () => {
        const place = this.frames.findIndex((each) => each.t === name && fits(each))
        if (place < 0) return false
        clearTimeout(late)
        const [found] = this.frames.splice(place, 1)
        if (this.fault) reject(this.fault)
        else resolve(found)
        return true
      }
      if (!look()) this.waiting.push(look)
    })
  }

  /** Everything that came so far is taken in. */
  async settled() {
    await this.work
    if (this.fault) throw this.fault
  }

  /** Say goodbye when nothing more is on its way. */
  async close() {
    const n = this.pings++
    this.say({ t: 'ping', n })
    await this.next('pong', (frame) => frame.n === n)
    this.client.live = null
    this.socket.close()
    await this.next('closed')
    if (this.fault) throw this.fault
  }
}
