// As much of RFC 6455 as a client needs that sends and reads text: Node 20 has no WebSocket.

import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const TEXT = 1
const CLOSE = 8
const PING = 9
const PONG = 10

function frame(opcode, payload) {
  const { length } = payload
  const head = Buffer.alloc(length > 0xffff ? 10 : length > 125 ? 4 : 2)
  head[0] = 0x80 | opcode
  head[1] = 0x80 | (length > 0xffff ? 127 : length > 125 ? 126 : length)
  if (length > 0xffff) head.writeBigUInt64BE(BigInt(length), 2)
  else if (length > 125) head.writeUInt16BE(length, 2)
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, payload.map((byte, place) => byte ^ mask[place & 3])])
}

/** The first whole frame of a buffer, or null. */
function first(buffer) {
  if (buffer.length < 2) return null
  const short = buffer[1] & 0x7f
  const from = short === 127 ? 10 : short === 126 ? 4 : 2
  if (buffer.length < from) return null
  const size = { 126: () => buffer.readUInt16BE(2), 127: () => Number(buffer.readBigUInt64BE(2)) }
  const length = size[short]?.() ?? short
  if (buffer.length < from + length) return null
  const payload = buffer.subarray(from, from + length)
  return { last: Boolean(buffer[0] & 0x80), opcode: buffer[0] & 0x0f, payload, size: from + length }
}

/** Connect; `heard` has `text(string)` and `closed(code)`. Rejects with the status of a refusal. */
export function connect(url, headers, protocol, heard) {
  const key = randomBytes(16).toString('base64')
  const asked = request(url.replace(/^ws/, 'http'), {
    headers: {
      ...headers, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13',
      'sec-websocket-key': key, 'sec-websocket-protocol': protocol,
    },
  })
  return new Promise((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', (answer) => {
      answer.resume()
      reject(Object.assign(new Error(`refused with ${answer.statusCode}`), { status: answer.statusCode }))
    })
    asked.on('upgrade', (answer, socket, head) => {
      const proof = createHash('sha1').update(key + GUID).digest('base64')
      if (answer.headers['sec-websocket-accept'] !== proof) return reject(new Error('no proof'))
      listen(socket, head, heard)
      resolve({
        headers: answer.headers,
        send: (text) => socket.write(frame(TEXT, Buffer.from(text))),
        close: () => socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8]))),
      })
    })
    asked.end()
  })
}

function listen(socket, head, heard) {
  let buffer = Buffer.alloc(0)
  let parts = []
  let code = 1006
  const take = (data) => {
    buffer = Buffer.concat([buffer, data])
    for (let each; (each = first(buffer)); buffer = buffer.subarray(each.size)) {
      if (each.opcode === PING) socket.write(frame(PONG, each.payload))
      else if (each.opcode === CLOSE) {
        code = each.payload.length > 1 ? each.payload.readUInt16BE(0) : 1005
        socket.end(frame(CLOSE, each.payload))
      } else if (each.opcode !== PONG) {
        parts.push(each.payload)
        if (each.last) heard.text(Buffer.concat(parts).toString('utf8'))
        if (each.last) parts = []
      }
    }
  }
  socket.on('data', take)
  socket.on('error', () => {})
  socket.on('close', () => heard.closed(code))
  take(head)
}
