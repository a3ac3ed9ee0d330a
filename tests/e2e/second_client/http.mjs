// One sign-in at the interface: sends what 10.1 asks for, checks what comes back against 10.3.

import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

import { REFUSALS, ROUTES } from './routes.mjs'
import { faults } from './shapes.mjs'

const agent = new Agent({ keepAlive: true })
const WAITS = 5 // how often a refusal "too much at once" is waited out

class Refused extends Error {
  constructor(route, status, body) {
    super(`${route}: ${status} ${JSON.stringify(body)?.slice(0, 300)}`)
    Object.assign(this, { status, code: body?.code, body })
  }
}

function exchange(url, options, data) {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, agent }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('error', reject)
      answer.on('end', () => {
        resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) })
      })
    })
    asked.on('error', reject)
    asked.end(data)
  })
}

function json(answer) {
  try {
    return JSON.parse(answer.bytes.toString('utf8'))
  } catch {
    return null
  }
}

export class SignIn {
  /** `cookies` hold the site's session, as its ordinary form left it in a browser. */
  constructor(base, cookies, seen) {
    Object.assign(this, { base, seen, cookies: new Map(Object.entries(cookies)), token: '' })
  }

  headers(method, data) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (method === 'GET') return { cookie }
    return {
      cookie, origin: this.base, 'x-csrftoken': this.token,
      'content-type': Buffer.isBuffer(data) ? 'application/octet-stream' : 'application/json',
      'content-length': data ? Buffer.byteLength(data) : 0,
    }
  }

  /** One exchange, as it is; `headers` replace ours (undefined takes one away). */
  async raw(method, path, data, headers = {}) {
    const all = { ...this.headers(method, data), ...headers }
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name]
    const url = `${this.base}/api/e2ee/v1/${path}`
    const answer = await exchange(url, { method, headers: all }, data)
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = line.match(/^([^=]+)=([^;]*)/)
      this.cookies.set(name, value)
    }
    return answer
  }

  async asked(name, { body, query, headers, ...parts }) {
    const route = ROUTES[name]
    const [method, template] = route.ask.split(' ')
    let path = template.replaceAll(/\{(\w+)\}/g, (_, part) => encodeURIComponent(parts[part]))
    if (query) path += `?${new URLSearchParams(query)}`
    const data = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body)
    for (let turn = 0; ; turn++) {
      const answer = await this.raw(method, path, data, headers)
      if (answer.status !== 429 || turn === WAITS) return answer
      this.seen.waited += 1
      await wait(Number(answer.headers['retry-after']) * 1000)
    }
  }

  /** Call by its name in routes.mjs; the answer has the status and the shape of the text. */
  async call(name, parts = {}) {
    const route = ROUTES[name]
    const { status: wanted = route.status, ...rest } = parts
    sentAsWritten(name, route.sends, rest.body)
    const answer = await this.asked(name, rest)
    if (answer.status !== wanted) {
      this.note(name, json(answer)?.code, answer)
      throw new Refused(name, answer.status, json(answer))
    }
    this.seen.routes.add(name)
    if (route.answer === 'bytes') return answer
    if (route.answer === 'nothing') {
      if (answer.bytes.length) throw new Error(`${name}: 204 with a body`)
      return null
    }
    const body = json(answer)
    this.seen.faults.push(...faults(route.answer, body, name))
    return body
  }

  /** Call and be refused with this code. */
  async refused(code, name, parts = {}) {
    const answer = await this.asked(name, parts)
    const body = json(answer)
    if (body?.code !== code) {
      throw new Error(`${name}: ${code} is wanted, not ${answer.status} ${JSON.stringify(body)}`)
    }
    this.note(name, code, answer)
    return body
  }

  /** A refusal has the form of 10.1: status and fields by its code. */
  note(name, code, answer) {
    const [status, fields] = REFUSALS[code] ?? []
    this.seen.refusals.add(code)
    if (answer.status !== status) this.seen.faults.push(`${name}: ${code} with ${answer.status}`)
    this.seen.faults.push(...faults({ code, detail: 'text', ...fields }, json(answer), `${name} ${code}`))
  }
}

/** This client itself sends the fields the text names, all of them and no other. */
function sentAsWritten(name, sends, body) {
  if (sends === null || sends[0] === 'library' || sends[0] === 'bytes') return
  const written = [...sends].sort().join(' ')
  const sent = Object.keys(body ?? {}).sort().join(' ')
  if (written !== sent) throw new Error(`${name}: this client sends "${sent}", the text "${written}"`)
}
