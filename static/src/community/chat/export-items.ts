// One event in a transcript, and in its manifest.

import { prevHash } from '../crypto/decrypt'
import { sha256 } from '../crypto/encode'
import type { ProblemCode, RoomId, Tlp } from '../crypto/interface'
import type { Trust } from '../crypto/room-trust'
import type { Content, MegolmContent, Opened, SealedAttachment, ServerChange, ServerEvent } from './parts'
import { mayExport } from './tlp'

export interface Entry {
  seq: number
  event_id: string
  at: string // ISO, the server's clock
  class: 'm' | 's' | 'x'
  sender: string | null
  name: string // as the signed list has it
  device: string | null
  state: 'shown' | 'left-out' | 'unreadable' | 'gone' | 'server'
  label: Tlp | null
  trust: string | null
  content: (Omit<Content, 'pad' | 'attachments'> & { attachments: Omit<SealedAttachment, 'info'>[] }) | null
  problem: ProblemCode | null
  gone: ServerEvent['gone']
  change: ServerChange | null
}

export interface ManifestEvent {
  seq: number
  event_id: string
  sender: string | null
  device: string | null
  at: string
  class: 'm' | 's' | 'x'
  label: Tlp | null
  state: Entry['state']
  sealed: string | null // prev.h of the event: hash of id and ciphertext
  entry: string // hash of the entry's JSON
}

export function entryOf(event: ServerEvent, opened: Opened | null, trust: Trust, red: boolean): Entry {
  const entry: Entry = {
    seq: event.seq, event_id: event.event_id, at: new Date(event.ts).toISOString(), class: event.class,
    sender: event.sender, name: (event.sender && trust.lastEntry(event.sender)?.name) || '', device: event.device_id,
    state: 'server', label: null, trust: null, content: null, problem: null, gone: event.gone, change: null,
  }
  if (event.gone) return { ...entry, state: 'gone' }
  if (event.class === 'x') return { ...entry, change: event.content as ServerChange }
  if (!opened?.ok) return { ...entry, state: 'unreadable', problem: opened ? opened.problem.code : 'failed' }
  const { pad: _pad, attachments, ...content } = opened.content
  const label = content.tlp
  if (!mayExport(label, red)) return { ...entry, state: 'left-out', label }
  // The keys of the files stay inside: a transcript names them, it does not open them.
  const named = attachments.map(({ media, name, type, size }) => ({ media, name, type, size }))
  return { ...entry, state: 'shown', label, trust: opened.trust, content: { ...content, attachments: named } }
}

export async function manifestEvent(event: ServerEvent, entry: Entry): Promise<ManifestEvent> {
  const { seq, event_id, sender, device, at, label, state } = entry
  const content = event.class === 'x' ? null : (event.content as MegolmContent | null)
  return {
    seq, event_id, sender, device, at, class: event.class, label, state,
    sealed: content ? await prevHash({ event_id, content }) : null, entry: await sha256(JSON.stringify(entry)),
  }
}

/** h0 = SHA-256 of the room's name; each further one is SHA-256 of the one before, "\n" and the JSON of
 *  the manifest's event: nothing can be taken out, added or moved without changing the last. */
export async function chainOf(room: RoomId, events: ManifestEvent[]): Promise<string> {
  let hash = await sha256(room)
  for (const event of events) hash = await sha256(`${hash}\n${JSON.stringify(event)}`)
  return hash
}
