// Requests to /api/e2ee/v1/ (messaging.md 10.1): same origin, session cookie, CSRF header.

import type { Config, Http, HttpRefusal } from './core'
import { asProblem } from './refuse'

/** What the page is told of any error: refusals by code, no connection, everything else 'failed'. */
export const problemOf = asProblem

const JSON_TYPE = 'application/json'
const BYTES_TYPE = 'application/octet-stream'
/** What a proxy says when the site behind it is away: the same as being offline. */
const AWAY = [502, 503, 504]
const BY_STATUS: Record<number, string> = { 401: 'signed_out', 404: 'not_found', 413: 'too_large', 429: 'rate_limited' }

export class SiteHttp implements Http {
  private token = ''
  private user = ''

  /** `prefix` is the address of the interface with its closing slash. */
  constructor(
    private readonly prefix: string,
    private readonly fetcher: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  /** GET config, whose CSRF token goes with every unsafe request from now on. Rejects as signed out
   *  when the cookie is another person's by now: what is asked here belongs to the first one. */
  async config(signal?: AbortSignal): Promise<Config> {
    const config = await this.json<Config>('GET', 'config', undefined, signal)
    if (this.user && config.user_id !== this.user) throw { status: 401, code: 'signed_out', body: {} } satisfies HttpRefusal
    this.user = config.user_id
    this.token = config.csrf_token
    return config
  }

  async json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const answer = await this.send(method, path, text, JSON_TYPE, signal)
    return (answer.status === 204 ? null : await answer.json()) as T
  }

  async text(method: string, path: string, body: string): Promise<string> {
    return (await this.send(method, path, body, JSON_TYPE)).text()
  }

  async bytes(method: string, path: string, body?: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    const answer = await this.send(method, path, body as Uint8Array<ArrayBuffer>, BYTES_TYPE, signal)
    return new Uint8Array(await answer.arrayBuffer())
  }

  private async send(
    method: string, path: string, body: BodyInit | undefined, type: string, signal?: AbortSignal,
  ): Promise<Response> {
    const answer = await this.once(method, path, body, type, signal)
    if (answer.ok) return answer
    const refusal = await refusalOf(answer)
    // Signing in again elsewhere changes the token. The request was not looked at, so it is safe.
    if (refusal.code !== 'csrf_failed') throw refusal
    await this.config(signal)
    const again = await this.once(method, path, body, type, signal)
    if (again.ok) return again
    throw await refusalOf(again)
  }

  private once(
    method: string, path: string, body: BodyInit | undefined, type: string, signal?: AbortSignal,
  ): Promise<Response> {
    const headers: Record<string, string> = { Accept: JSON_TYPE }
    if (body !== undefined) headers['Content-Type'] = type
    if (method !== 'GET') headers['X-CSRFToken'] = this.token
    return this.fetcher(this.prefix + path, {
      method, body, headers, signal, mode: 'same-origin', credentials: 'same-origin', cache: 'no-store',
      redirect: 'manual', // the page to sign in is no answer
    })
  }
}

/** The same, until it is shut: what was begun before a sign-in ended asks nothing in the next one. */
export class Door implements Http {
  private shut = false

  constructor(private readonly inner: Http) {}

  async json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    return this.open().json<T>(method, path, body, signal)
  }

  async text(method: string, path: string, body: string): Promise<string> {
    return this.open().text(method, path, body)
  }

  async bytes(method: string, path: string, body?: Uint8Array, signal?: AbortSignal): Promise<Uint8Array> {
    return this.open().bytes(method, path, body, signal)
  }

  close(): void {
    this.shut = true
  }

  private open(): Http {
    if (this.shut) throw new TypeError('this device has stopped')
    return this.inner
  }
}

/** What was refused. Rejects with a TypeError when the answer came from a proxy and not the site. */
async function refusalOf(answer: Response): Promise<HttpRefusal> {
  if (AWAY.includes(answer.status)) throw new TypeError(`no answer (${answer.status})`)
  if (answer.type === 'opaqueredirect') return { status: 401, code: 'signed_out', body: {} }
  const body: unknown = await answer.json().catch(() => null)
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const retry = Number(answer.headers.get('Retry-After'))
  const known = typeof fields['code'] === 'string' ? fields['code'] : BY_STATUS[answer.status]
  return {
    status: answer.status, code: known ?? 'failed',
    body: retry > 0 ? { retry_after: retry, ...fields } : fields,
  }
}
