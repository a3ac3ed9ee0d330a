// What may be done with one message, by whom, and why not. Pure.
import type { Item, RoomDetail, Role } from '../crypto/interface'
import { mayCopy, PERMITS } from './tlp'

export type RowDeed =
  | 'reply' | 'react' | 'topic' | 'pin' | 'unpin' | 'edit' | 'copy' | 'link' | 'forward' | 'report' | 'delete'
  | 'ask-again' | 'fetch-again' | 'send-again' | 'discard'

export interface RowEntry {
  deed: RowDeed
  reason: string // key of the sentence that says why not; '' if it may be done
}

type Place = Pick<RoomDetail, 'state' | 'role' | 'stopped'>

const WRITES: readonly Role[] = ['host', 'member']

/** Why nothing can be written in a room; '' if one can. */
export function whyNoWriting(room: Place): '' | 'closed' | 'closing' | 'read-only' | 'stopped' {
  if (room.state === 'closed') return 'closed'
  if (room.state === 'closing') return 'closing'
  if (!WRITES.includes(room.role)) return 'read-only'
  return room.stopped ? 'stopped' : ''
}

const unsent = (item: Item): RowEntry[] => [
  ...(item.state === 'failed' ? [{ deed: 'send-again' as const, reason: '' }] : []),
  { deed: 'discard', reason: item.state === 'sending' ? 'reason-sending' : '' },
]

/** The entries of a message's menu, in their order. */
export function entriesOf(item: Item, room: Place, topic: string | null): RowEntry[] {
  if (item.kind === 'notice' || item.kind === 'gone') return []
  if (item.seq === null) return unsent(item)
  if (item.kind === 'problem') return problemEntries(item)
  const closed = whyNoWriting(room)
  const writing = closed ? `reason-${closed}` : ''
  const entries: (RowEntry | false)[] = [
    { deed: 'reply', reason: writing },
    { deed: 'react', reason: writing },
    topic === null && { deed: 'topic', reason: item.thread === null ? writing : '' },
    { deed: item.pinned ? 'unpin' : 'pin', reason: writing },
    item.mine && item.kind === 'message' && { deed: 'edit', reason: writing },
    { deed: 'copy', reason: mayCopy(item.tlp) ? '' : 'reason-copy-red' },
    { deed: 'link', reason: '' },
    item.kind === 'message' && {
      deed: 'forward',
      reason: PERMITS[item.tlp].forward === 'nowhere' ? 'reason-forward-red' : '',
    },
    !item.mine && { deed: 'report', reason: '' },
    (item.mine || room.role === 'host') && { deed: 'delete', reason: room.state === 'open' ? '' : `reason-${room.state}` },
  ]
  return entries.filter((entry): entry is RowEntry => entry !== false)
}

function problemEntries(item: Item): RowEntry[] {
  const asks = item.problem?.code === 'key-missing' || item.problem?.code === 'waiting-for-key'
  const again: RowEntry = { deed: 'fetch-again', reason: '' }
  return asks ? [{ deed: 'ask-again', reason: '' }, again] : [again, { deed: 'report', reason: '' }]
}

/** What is copied of a message. Its label stands above it, so that it goes wherever the text goes. */
export const copied = (item: Pick<Item, 'tlp' | 'body' | 'poll'>): string => `TLP:${item.tlp}\n${item.poll?.question ?? item.body}`

/** Emoji offered as reactions, each with the key of its word. */
export const REACTIONS: readonly [string, string][] = [
  ['👍', 'agree'], ['✅', 'done'], ['👀', 'seen'], ['🙏', 'thanks'], ['❓', 'question'], ['⏳', 'waiting'], ['❌', 'disagree'],
]

/** The key of an emoji's word; '' for one we do not offer. */
export const reactionKey = (emoji: string): string => {
  const found = REACTIONS.find(([symbol]) => symbol === emoji)
  return found ? `reaction-${found[1]}` : ''
}
