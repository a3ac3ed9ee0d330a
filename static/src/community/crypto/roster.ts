// Signed member lists: text, signature, and which version may follow which (messaging.md 10.2).
// Nothing here asks the server or remembers: see room-trust.ts.

import {
  type Bytes, domainOf, fromBase64, hasExactly, isHash, isKey, isUser, isWellFormed, isWhole, sha256, utf8,
  utf8Length, withoutUnseen,
} from './encode'
import type { Role, RoomId, UserId } from './interface'

export const DOMAIN = 'community.roster.v1'
export const MOST_BYTES = 64_000
export const MOST_PEOPLE = 100
const LONGEST_NAME = 150 // characters

export interface RosterMember {
  user: UserId
  name: string
  role: Role
  master: string
  history: boolean
}

export interface RosterText {
  type: 'community.roster.v1'
  room: RoomId
  kind: 'case' | 'direct'
  version: number
  prev: string | null
  history: 'shared' | 'joined'
  charter: string | null
  signer: UserId
  ts: number
  members: RosterMember[]
}

/** As the server keeps and gives it. */
export interface SignedRoster {
  version: number
  seq: number
  text: string
  signatures: Record<string, unknown>
}

/** A version whose place in the chain was checked. */
export interface Checked {
  roster: RosterText
  text: string
  signatures: Record<string, unknown>
  sha256: string
  seq: number
  change: Change | null // null in version 1
}

export type ChangeKind = 'invite' | 'remove' | 'role' | 'identity' | 'history' | 'charter'
export interface Change {
  kind: ChangeKind
  users: UserId[]
}

export class BadRoster extends Error {}

const FIELDS = ['type', 'room', 'kind', 'version', 'prev', 'history', 'charter', 'signer', 'ts', 'members']
const MEMBER_FIELDS = ['user', 'name', 'role', 'master', 'history']
const ROLES: readonly string[] = ['host', 'member', 'observer', 'records'] satisfies Role[]

// -- one version by itself ---------------------------------------------------------------------------

/** The list a text holds. Throws BadRoster for anything but the exact form. */
export function parseRoster(text: string, room: RoomId): RosterText {
  if (!isWellFormed(text) || utf8Length(text) > MOST_BYTES) throw new BadRoster('not UTF-8, or too long')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadRoster('not JSON')
  }
  if (!hasExactly(value, FIELDS)) throw new BadRoster('fields')
  const roster = value as unknown as RosterText
  checkHead(roster, room)
  checkMembers(roster)
  // Two readers may take different ones of two equal fields: every colon outside a string is a field.
  const colons = text.replace(/"(?:[^"\\]|\\.)*"/g, '').split(':').length - 1
  if (colons !== FIELDS.length + MEMBER_FIELDS.length * roster.members.length) throw new BadRoster('a field twice')
  return roster
}

function checkHead(roster: RosterText, room: RoomId): void {
  const need = (good: boolean, what: string): void => {
    if (!good) throw new BadRoster(what)
  }
  need(roster.type === DOMAIN, 'type')
  need(roster.room === room, 'other-room')
  need(roster.kind === 'case' || roster.kind === 'direct', 'kind')
  need(isWhole(roster.version, 1), 'version')
  need(roster.version === 1 ? roster.prev === null : isHash(roster.prev), 'prev')
  need(roster.history === 'shared' || roster.history === 'joined', 'history')
  need(roster.kind === 'direct' ? roster.charter === null : isHash(roster.charter), 'charter')
  need(isUser(roster.signer, domainOf(room)), 'signer')
  need(isWhole(roster.ts, 0), 'ts')
  need(Array.isArray(roster.members) && roster.members.length <= MOST_PEOPLE, 'members')
}

function checkMembers(roster: RosterText): void {
  for (const one of roster.members) {
    const good = hasExactly(one, MEMBER_FIELDS) && isUser(one.user, domainOf(roster.room)) &&
      typeof one.name === 'string' && isCleanName(one.name) && ROLES.includes(one.role) &&
      isKey(one.master) && typeof one.history === 'boolean'
    if (!good) throw new BadRoster('a member')
  }
  const users = new Set(roster.members.map((one) => one.user))
  if (users.size !== roster.members.length) throw new BadRoster('a person twice')
  const hosts = roster.members.filter((one) => one.role === 'host').length
  if (hosts === 0) throw new BadRoster('no host')
  if (roster.kind === 'direct' && (hosts !== 2 || roster.members.length !== 2)) throw new BadRoster('direct: two hosts')
}

const SPACES = /[\t-\r\x1c-\x1f \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g

/** A name as it may stand in a list: one line, form NFC, single spaces, nothing unseen. */
export function cleanName(name: string): string {
  const plain = withoutUnseen(name).replace(SPACES, ' ').replace(/[\p{Cc}\p{Cs}]/gu, '').normalize('NFC')
  return [...plain.replace(/ +/g, ' ').trim()].slice(0, LONGEST_NAME).join('').trim()
}

const isCleanName = (name: string): boolean => name !== '' && cleanName(name) === name

// -- signatures --------------------------------------------------------------------------------------

/** Does `signatures` hold one of `user` by the key `master` over domain + "\n" + text? */
export async function isSigned(
  domain: string, text: string, signatures: unknown, user: UserId, master: string,
): Promise<boolean> {
  const own = (signatures as Record<string, Record<string, unknown>> | null)?.[user]
  const signature = fromBase64(own?.[`ed25519:${master}`], 64, false)
  const key = fromBase64(master, 32, false)
  if (!signature || !key || !isWellFormed(text)) return false
  return verify(key, signature, utf8(`${domain}\n${text}`))
}

async function verify(key: Bytes, signature: Bytes, data: Bytes): Promise<boolean> {
  try {
    const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, data)
  } catch {
    return false
  }
}

// -- which version may follow ------------------------------------------------------------------------

/** Version 1. `published` is the signer's published master key; null where an anchor vouches for it. */
export async function opens(room: RoomId, signed: SignedRoster, published: string | null): Promise<Checked> {
  const roster = parseRoster(signed.text, room)
  if (roster.version !== 1 || signed.version !== 1) throw new BadRoster('a room begins with version 1')
  const own = hostOf(roster, roster.signer)
  if (published !== null && own.master !== published) throw new BadRoster('not the published key of the signer')
  return checked(signed, roster, own, null)
}

/** A later version: signed under the signer's key as the previous version has it. Throws BadRoster. */
export async function follows(previous: Checked, signed: SignedRoster): Promise<Checked> {
  const old = previous.roster
  const roster = parseRoster(signed.text, old.room)
  if (roster.version !== old.version + 1 || signed.version !== roster.version) throw new BadRoster('version')
  if (roster.prev !== previous.sha256) throw new BadRoster('prev')
  if (roster.kind !== old.kind) throw new BadRoster('kind')
  if (signed.seq <= previous.seq) throw new BadRoster('seq')
  const change = changeOf(old, roster)
  if (roster.kind === 'direct' && change.kind !== 'identity') throw new BadRoster('direct: only a key may change')
  const own = hostOf(old, roster.signer)
  const selfSigned = (entryOf(roster, own.user)?.master ?? own.master) !== own.master
  if (selfSigned || (roster.kind === 'direct' && namesChange(old, roster))) throw new BadRoster('identity')
  return checked(signed, roster, own, change)
}

async function checked(
  signed: SignedRoster, roster: RosterText, own: RosterMember, change: Change | null,
): Promise<Checked> {
  if (!isWhole(signed.seq, 1)) throw new BadRoster('seq')
  if (!(await isSigned(DOMAIN, signed.text, signed.signatures, own.user, own.master))) throw new BadRoster('signature')
  const { text, signatures, seq } = signed
  return { roster, text, signatures, sha256: await sha256(text), seq, change }
}

function hostOf(roster: RosterText, user: UserId): RosterMember {
  const own = entryOf(roster, user)
  if (own?.role !== 'host') throw new BadRoster('the signer is no host')
  return own
}

export const entryOf = (roster: RosterText, user: UserId): RosterMember | undefined =>
  roster.members.find((one) => one.user === user)

const namesChange = (old: RosterText, now: RosterText): boolean =>
  now.members.some((one) => entryOf(old, one.user)?.name !== one.name)

/** The one kind of change between two versions. Throws BadRoster for none or several. */
export function changeOf(old: RosterText, now: RosterText): Change {
  const kept = now.members.flatMap((one) => {
    const was = entryOf(old, one.user)
    return was ? [{ was, one }] : []
  })
  const changed = (differs: (was: RosterMember, one: RosterMember) => boolean): UserId[] =>
    kept.filter(({ was, one }) => differs(was, one)).map(({ one }) => one.user)
  const users: Record<ChangeKind, UserId[]> = {
    invite: now.members.filter((one) => !entryOf(old, one.user)).map((one) => one.user),
    remove: old.members.filter((one) => !entryOf(now, one.user)).map((one) => one.user),
    role: changed((was, one) => was.role !== one.role),
    identity: changed((was, one) => was.master !== one.master || was.name !== one.name),
    history: changed((was, one) => was.history !== one.history),
    charter: [],
  }
  const kinds = (Object.keys(users) as ChangeKind[]).filter((kind) =>
    users[kind].length > 0 || (kind === 'history' && old.history !== now.history) ||
    (kind === 'charter' && old.charter !== now.charter))
  if (kinds.length === 0) throw new BadRoster('nothing changes')
  if (kinds.length > 1) throw new BadRoster(`several changes: ${kinds.join()}`)
  return { kind: kinds[0]!, users: users[kinds[0]!] }
}

// -- building ----------------------------------------------------------------------------------------

export type RosterPart = Pick<RosterText, 'history' | 'charter' | 'members'>

/** The text of version 1. Throws BadRoster if it is not one. */
export function firstRoster(room: RoomId, kind: RosterText['kind'], signer: UserId, part: RosterPart): string {
  const { history, charter, members } = part
  return write({
    type: DOMAIN, room, kind, version: 1, prev: null, history, charter, signer, ts: Date.now(), members,
  })
}

/** The text of the version after `last`, with what differs. Throws BadRoster. */
export function nextRoster(last: Checked, signer: UserId, part: Partial<RosterPart>): string {
  const { type, room, kind, version, history, charter, members } = last.roster
  const next: RosterText = {
    type, room, kind, version: version + 1, prev: last.sha256, history, charter, signer, ts: Date.now(),
    members, ...part,
  }
  changeOf(last.roster, next)
  return write(next)
}

function write(roster: RosterText): string {
  const members = roster.members.map(({ user, name, role, master, history }) => ({ user, name, role, master, history }))
  const text = JSON.stringify({ ...roster, members })
  parseRoster(text, roster.room)
  return text
}
