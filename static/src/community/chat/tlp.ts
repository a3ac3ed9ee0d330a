// What a Traffic Light Protocol label permits in sealed rooms (messaging.md 6.2). Pure.

import type { Tlp } from '../crypto/interface'

/** From the loosest to the strictest. */
export const LABELS: readonly Tlp[] = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED']

/** Where a text may go: nowhere · rooms of the author's organisation only · other sealed rooms ·
 *  also members' areas · anywhere. */
type Reach = 'nowhere' | 'own-organisation' | 'sealed' | 'members' | 'anywhere'

interface Permits {
  copy: boolean
  forward: Reach
  export: 'free' | 'with-consent'
  snippet: boolean // in search results
}

export const PERMITS: Record<Tlp, Permits> = {
  CLEAR: { copy: true, forward: 'anywhere', export: 'free', snippet: true },
  GREEN: { copy: true, forward: 'members', export: 'free', snippet: true },
  AMBER: { copy: true, forward: 'sealed', export: 'free', snippet: true },
  'AMBER+STRICT': { copy: true, forward: 'own-organisation', export: 'free', snippet: true },
  RED: { copy: false, forward: 'nowhere', export: 'with-consent', snippet: false },
}

/** The facts of a place that a text would be forwarded to. */
export type Target =
  | { kind: 'sealed'; max: Tlp | null; organisations: string[] } // of all members; '' = unknown
  | { kind: 'members' } // an area all members can read
  | { kind: 'public' }

export const isTlp = (value: unknown): value is Tlp => LABELS.includes(value as Tlp)
export const rank = (label: Tlp): number => LABELS.indexOf(label)
export const stricter = (one: Tlp, other: Tlp): Tlp => (rank(one) >= rank(other) ? one : other)
export const strictest = (labels: Iterable<Tlp>, least: Tlp): Tlp => [...labels].reduce(stricter, least)

export const mayCopy = (label: Tlp): boolean => PERMITS[label].copy
export const showsSnippet = (label: Tlp): boolean => PERMITS[label].snippet
export const mayExport = (label: Tlp, consent: boolean): boolean => PERMITS[label].export === 'free' || consent

/** Labels a room's composer offers; `max` null: a direct room, which has no charter. */
export const offered = (max: Tlp | null): Tlp[] => LABELS.filter((label) => max === null || rank(label) <= rank(max))

/** May a message with this label be forwarded as `to`, by or for an author of `organisation`? */
export function mayForward(label: Tlp, to: Tlp, target: Target, organisation: string): boolean {
  if (rank(to) < rank(label)) return false // never stricter → looser
  return reaches(PERMITS[label].forward, target, organisation) &&
    reaches(PERMITS[to].forward, target, organisation) &&
    (target.kind !== 'sealed' || target.max === null || rank(to) <= rank(target.max))
}

function reaches(reach: Reach, target: Target, organisation: string): boolean {
  if (reach === 'nowhere') return false
  if (target.kind === 'public') return reach === 'anywhere'
  if (target.kind === 'members') return reach === 'anywhere' || reach === 'members'
  if (reach !== 'own-organisation') return true
  // An unknown organisation is never the same one.
  return organisation !== '' && target.organisations.length > 0 &&
    target.organisations.every((one) => one === organisation)
}

/** A reply begins with the stricter of the room's default and what it answers. */
export const replyLabel = (base: Tlp, answered: Tlp): Tlp => stricter(base, answered)
/** A reply may be stricter than what it answers, never looser. */
export const mayReply = (chosen: Tlp, answered: Tlp): boolean => rank(chosen) >= rank(answered)

/** Only the author lowers a label; raising one is free. */
export const mayRelabel = (from: Tlp, to: Tlp, author: boolean): boolean => author || rank(to) >= rank(from)

/** Within the room's maximum? */
export const fits = (label: Tlp, max: Tlp | null): boolean => max === null || rank(label) <= rank(max)
