import { describe, expect, it, vi } from 'vitest'
import type { HttpRefusal } from './core'
import { problemOf, SiteHttp } from './http'

type Asked = { url: string; init: RequestInit & { headers: Record<string, string> } }

/** A site that gives these answers in turn. */
function site(...answers: (Response | Error)[]): { http: SiteHttp; asked: Asked[] } {
  const asked: Asked[] = []
  const fetcher = vi.fn(async (url: string, init: RequestInit) => {
    asked.push({ url, init: init as Asked['init'] })
    const answer = answers.shift()
    if (!answer) throw new Error('not expected')
    if (answer instanceof Error) throw answer
    return answer
  })
  return { http: new SiteHttp('/api/e2ee/v1/', fetcher as unknown as typeof fetch), asked }
}

const json = (body: object, status = 200, headers = {}): Response => Response.json(body, { status, headers })
const refusal = (status: number, code: string, more: object = {}): HttpRefusal => ({ status, code, body: { code, ...more } })

describe('requests', () => {
  it('carry the token of the site, and go nowhere else', async () => {
    const { http, asked } = site(json({ csrf_token: 'T' }), json({ ok: 1 }), new Response(null, { status: 204 }))
    await http.config()
    expect(await http.json('POST', 'rooms/x/join', {})).toEqual({ ok: 1 })
    expect(await http.json('DELETE', 'devices/A')).toBeNull()
    expect(asked.map(({ url }) => url)).toEqual(['/api/e2ee/v1/config', '/api/e2ee/v1/rooms/x/join', '/api/e2ee/v1/devices/A'])
    expect(asked.map(({ init }) => init.headers['X-CSRFToken'])).toEqual([undefined, 'T', 'T'])
    for (const { init } of asked) {
      expect(init).toMatchObject({ mode: 'same-origin', credentials: 'same-origin', redirect: 'manual', cache: 'no-store' })
    }
  })

  it('hand on texts and bytes as they are', async () => {
    const { http, asked } = site(new Response('{"a": 1 }'), new Response(new Uint8Array([1, 2])))
    expect(await http.text('POST', 'keys/query', '{"q":1}')).toBe('{"a": 1 }')
    expect(await http.bytes('PUT', 'media/m/0', new Uint8Array([9]))).toEqual(new Uint8Array([1, 2]))
    expect(asked.map(({ init }) => init.headers['Content-Type'])).toEqual(['application/json', 'application/octet-stream'])
  })

  it('are sent once, but again with a new token when the old one was refused', async () => {
    const { http, asked } = site(
      json({ csrf_token: 'old' }), json({ code: 'csrf_failed' }, 403), json({ csrf_token: 'new' }), json({ done: true }),
    )
    await http.config()
    expect(await http.json('PUT', 'rooms/x/read', { seq: 1 })).toEqual({ done: true })
    expect(asked.at(-1)!.init.headers['X-CSRFToken']).toBe('new')
    const failing = site(json({ code: 'bad_request' }, 400))
    await expect(failing.http.json('PUT', 'x', {})).rejects.toMatchObject({ status: 400, code: 'bad_request' })
    expect(failing.asked).toHaveLength(1)
  })
})

it('a request of one person is not sent again under the cookie of another', async () => {
  const { http, asked } = site(
    json({ csrf_token: 'old', user_id: '@ana' }), json({ code: 'csrf_failed' }, 403), json({ csrf_token: 'new', user_id: '@eve' }),
    json({ done: true }),
  )
  await http.config()
  await expect(http.json('DELETE', 'devices/A')).rejects.toMatchObject({ status: 401, code: 'signed_out' })
  expect(asked.map(({ url }) => url)).toEqual(['/api/e2ee/v1/config', '/api/e2ee/v1/devices/A', '/api/e2ee/v1/config'])
})

describe('answers that are no answers', () => {
  it.each([
    [() => json({ code: 'signed_out', detail: 'x' }, 401), 'signed-out'],
    [() => new Response('<html>', { status: 401 }), 'signed-out'],
    [() => new Response('busy', { status: 429, headers: { 'Retry-After': '7' } }), 'too-fast'],
    [() => new Response('bad gateway', { status: 502 }), 'offline'],
    [() => new Response('error', { status: 500 }), 'failed'],
    [() => new TypeError('Failed to fetch'), 'offline'],
  ])('become problems: %#', async (answer, code) => {
    const { http } = site(answer())
    const error: unknown = await http.json('GET', 'rooms').catch((caught: unknown) => caught)
    expect(problemOf(error)).toMatchObject({ code })
  })

  it('a redirect to the page to sign in is being signed out', async () => {
    const answer = new Response(null)
    Object.defineProperties(answer, { type: { value: 'opaqueredirect' }, ok: { value: false }, status: { value: 0 } })
    const { http } = site(answer)
    await expect(http.json('GET', 'rooms')).rejects.toMatchObject({ status: 401, code: 'signed_out' })
  })
})

describe('problemOf', () => {
  it.each([
    ['signed_out', 401, 'signed-out'], ['second_factor_required', 403, 'confirm-again'],
    ['reauth_required', 403, 'confirm-again'], ['device_revoked', 403, 'device-removed'],
    ['setup_incomplete', 403, 'setup-incomplete'], ['read_only', 403, 'read-only'], ['room_closed', 403, 'room-closed'],
    ['key_id_reused', 400, 'key-reused'], ['rate_limited', 429, 'too-fast'], ['bad_roster', 422, 'failed'],
  ])('%s', (code, status, expected) => {
    expect(problemOf(refusal(status, code)).code).toBe(expected)
  })

  it('says where to confirm and when to go on', () => {
    expect(problemOf(refusal(403, 'reauth_required', { confirm_url: '/c/' })).confirmUrl).toBe('/c/')
    vi.setSystemTime(1000)
    expect(problemOf(refusal(429, 'rate_limited', { retry_after: 5 })).until).toBe(6000)
    vi.useRealTimers()
  })

  it('leaves a problem as it is', () => {
    const known = { code: 'panic' as const, detail: 'x' }
    expect(problemOf(known)).toBe(known)
    expect(problemOf(new Error('x'))).toEqual({ code: 'failed', detail: 'x' })
  })
})
