// Addresses of the sealed screens. The path says which page; topic, message and panel stand after
// '#', which the server never sees.

export type View = 'messages' | 'room-new' | 'room' | 'join' | 'devices'

export interface Route {
  view: View
  room: string // bare uuid; '' where there is none
  topic: string | null
  at: number | null // seq of a message to show
  panel: string // '' for none
  query: string // words a search begins with; '' for none
}

/** Addresses with the nil uuid in place of a room's, as the page gives them. */
export interface Urls {
  messages: string
  new: string
  room: string
  join: string
  devices: string
  about: string
  signIn: string
  help: string
  digest: string
}

export const NIL = '00000000-0000-0000-0000-000000000000'
const LONGEST = 150 // characters of a query, as of a name
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const home: Route = { view: 'messages', room: '', topic: null, at: null, panel: '', query: '' }
export const inRoom = (room: string, more: Partial<Route> = {}): Route => ({
  ...home, view: 'room', room: bare(room), ...more,
})

/** '!<uuid>:<domain>' → '<uuid>'. */
export const bare = (room: string): string => room.replace(/^!/, '').replace(/:.*$/, '')
export const full = (room: string, domain: string): string => `!${room}:${domain}`

/** What stands after '#': `p` panel, `t` topic, `m` message, `q` words of a search. */
export function parseHash(hash: string): Pick<Route, 'topic' | 'at' | 'panel' | 'query'> {
  const found = new URLSearchParams(hash.replace(/^#/, ''))
  const at = Number(found.get('m') ?? '')
  return {
    topic: found.get('t') || null,
    at: Number.isSafeInteger(at) && at > 0 ? at : null,
    panel: /^[a-z-]*$/.test(found.get('p') ?? '') ? (found.get('p') ?? '') : '',
    query: (found.get('q') ?? '').slice(0, LONGEST),
  }
}

export function hashOf(route: Route): string {
  const parts = new URLSearchParams()
  if (route.topic) parts.set('t', route.topic)
  if (route.at) parts.set('m', String(route.at))
  if (route.panel) parts.set('p', route.panel)
  if (route.query) parts.set('q', route.query)
  const text = parts.toString()
  return text ? `#${text}` : ''
}

/** Whether the fragment is one of ours (and not, say, the skip link's). */
export const isOurs = (hash: string): boolean => hash.length <= 1 || /^#[tmp]=/.test(hash)

function roomIn(path: string, pattern: string): string | null {
  const [before = '', after = ''] = pattern.split(NIL)
  if (!path.startsWith(before) || !path.endsWith(after)) return null
  const room = path.slice(before.length, path.length - after.length)
  return UUID.test(room) ? room : null
}

/** The route of an address; null if it is no page of ours. */
export function parse(path: string, hash: string, urls: Urls): Route | null {
  const rest = parseHash(hash)
  if (path === urls.messages) return { ...home, ...rest }
  if (path === urls.new) return { ...home, view: 'room-new', ...rest }
  if (path === urls.devices) return { ...home, view: 'devices', ...rest }
  const join = roomIn(path, urls.join)
  if (join) return { ...home, view: 'join', room: join, ...rest }
  const room = roomIn(path, urls.room)
  return room ? { ...home, view: 'room', room, ...rest } : null
}

export function pathOf(route: Route, urls: Urls): string {
  const pages: Record<View, string> = {
    messages: urls.messages,
    'room-new': urls.new,
    devices: urls.devices,
    room: urls.room.replace(NIL, route.room),
    join: urls.join.replace(NIL, route.room),
  }
  return pages[route.view]
}

export const addressOf = (route: Route, urls: Urls): string => pathOf(route, urls) + hashOf(route)

/** The same place in another language: the first part of the path is the language. */
export function inLanguage(address: string, code: string): string {
  return address.replace(/^\/[^/]+/, `/${code}`)
}

/** Whether going from one route to the other opens another screen (and not another message). */
export const isMove = (a: Route, b: Route): boolean =>
  a.view !== b.view || a.room !== b.room || a.panel !== b.panel || a.topic !== b.topic
