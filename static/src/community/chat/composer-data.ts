// What a composer holds and why it cannot be sent yet. Pure.
import type { Attachment, Draft, Member, RoomDetail, Tlp, UserId } from '../crypto/interface'
import { MOST_ATTACHMENTS, MOST_MENTIONS } from './content'
import { LABELS, offered, rank, replyLabel } from './tlp'

export const LONGEST = 48_000 // bytes of text; the rest of the largest event is for files and mentions
export const POLL_MOST = 20
export const EXPIRIES = [3600, 86_400, 7 * 86_400, 30 * 86_400] as const

export interface Upload {
  id: string
  attachment: Attachment
}

/** The room's own label to begin with; a direct room has none, so the writer chooses. */
export const defaultLabel = (room: Pick<RoomDetail, 'charter'>): Tlp | null => room.charter?.tlp_default ?? null

export function emptyDraft(room: Pick<RoomDetail, 'charter'>, topic: string | null): Draft {
  return {
    body: '', tlp: defaultLabel(room), thread: topic, replyTo: null, mentions: [], attachments: [], poll: null,
    expiresAfter: null,
  }
}

export const isEmpty = (draft: Draft): boolean =>
  draft.body.trim() === '' && draft.attachments.length === 0 && draft.poll === null

/** Worth keeping: something was written, or another label than the usual one was chosen for it. */
export const isWorthKeeping = (draft: Draft): boolean => !isEmpty(draft) || draft.replyTo !== null

export const bytesOf = (text: string): number => new TextEncoder().encode(JSON.stringify(text)).length

export interface Offer {
  label: Tlp
  reason: '' | 'label-above-max' | 'label-below-reply'
}

/** Every label, and why some cannot be chosen: above the room's maximum, or looser than what is answered. */
export function offers(room: Pick<RoomDetail, 'charter'>, answered: Tlp | null): Offer[] {
  const possible = offered(room.charter?.tlp_max ?? null)
  return LABELS.map((label) => ({
    label,
    reason: !possible.includes(label)
      ? 'label-above-max'
      : answered !== null && rank(label) < rank(answered)
        ? 'label-below-reply'
        : '',
  }))
}

/** The label of an answer: what was chosen or usual, or that of the message answered if that is stricter. */
export const labelForReply = (chosen: Tlp | null, answered: Tlp): Tlp =>
  chosen === null ? answered : replyLabel(chosen, answered)

/** The label the next message begins with: the room's own; a direct message goes on with the last one. */
export function labelAfter(room: Pick<RoomDetail, 'charter'>, opener: Tlp | null, sent: Tlp | null): Tlp | null {
  return strictestOf(room.charter ? defaultLabel(room) : sent, opener)
}

/** The stricter of two labels, either of which may be missing. */
export const strictestOf = (one: Tlp | null, other: Tlp | null): Tlp | null =>
  one === null ? other : labelForReply(other, one)

/** A draft that comes back stands before what was written meanwhile; neither is lost. */
export function together(returned: Draft, now: Draft): Draft {
  if (isEmpty(now)) return returned
  return {
    ...returned, body: [returned.body, now.body].filter(Boolean).join('\n'),
    attachments: [...returned.attachments, ...now.attachments], poll: returned.poll ?? now.poll,
    tlp: strictestOf(returned.tlp, now.tlp),
  }
}

/** Why the draft cannot go now, as the key of a sentence; '' if it can. */
export function whyNotSend(
  draft: Draft, uploads: Upload[], room: Pick<RoomDetail, 'charter' | 'kind'>, answered: Tlp | null,
): string {
  // Which labels a case room permits stands in its charter.
  if (room.kind === 'case' && !room.charter) return 'charter-coming'
  if (draft.poll) {
    const [question = '', ...options] = draft.poll.map((line) => line.trim())
    if (!question) return 'poll-no-question'
    if (options.filter(Boolean).length < 2) return 'poll-few-options'
  } else if (isEmpty(draft)) return 'compose-empty'
  if (draft.tlp === null) return 'label-missing'
  const offer = offers(room, answered).find((one) => one.label === draft.tlp)
  if (offer?.reason) return offer.reason
  if (bytesOf(draft.poll ? draft.poll.join('\n') : draft.body) > LONGEST) return 'compose-too-long'
  if (draft.attachments.length > MOST_ATTACHMENTS) return 'compose-too-many-files'
  const states = uploads.map((upload) => upload.attachment.state)
  // What is still on its way goes with the message: the outbox waits for it.
  return states.includes('failed') || states.includes('gone') ? 'compose-file-failed' : ''
}

/** What is sent of a poll: lines without blanks around them, empty options left out. */
export function pollLines(poll: string[]): string[] {
  const [question = '', ...options] = poll.map((line) => line.replace(/\s+/g, ' ').trim())
  return [question, ...options.filter(Boolean)]
}

// -- mentions ---------------------------------------------------------------------------------------

const FAR = 40

/** The beginning of a name typed after '@' before the caret. */
export function mentionAt(text: string, caret: number): { from: number; query: string } | null {
  const from = text.lastIndexOf('@', caret - 1)
  if (from < 0 || caret - from > FAR) return null
  const query = text.slice(from + 1, caret)
  if (/[\n@]/.test(query) || /^\s/.test(query) || /[\p{L}\p{N}]/u.test(text[from - 1] ?? '')) return null
  return { from, query }
}

const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

/** People whose name, or a word of it, begins so. */
export function candidates(members: Member[], query: string, most = 6): Member[] {
  const wanted = folded(query.trim())
  const others = members.filter((member) => !member.me && member.state === 'joined' && member.rostered)
  const hits = others.filter((member) => {
    const name = folded(member.name)
    return name.startsWith(wanted) || name.split(/\s+/).some((word) => word.startsWith(wanted))
  })
  return hits.slice(0, most)
}

/** The text with the name put in, and where the caret stands after it. */
export function withMention(text: string, from: number, caret: number, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, from)}@${name} `
  return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length }
}

/** Who is mentioned in a text: everybody whose name stands there after '@'. */
export function mentionedIn(text: string, members: Member[]): UserId[] {
  const found = members.filter((member) => !member.me && member.name !== '' && text.includes(`@${member.name}`))
  return found.map((member) => member.user).slice(0, MOST_MENTIONS)
}
