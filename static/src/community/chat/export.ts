// The transcript of a room: HTML, JSON and a manifest of hashes, signed by the member's master key,
// in one ZIP (messaging.md 6.3, 10.2). The file carries the strictest label it includes.

import { strToU8, zipSync } from 'fflate'
import { bare, sha256, utf8 } from '../crypto/encode'
import type { Engine, RoomId, Tlp } from '../crypto/interface'
import { asProblem, problem } from '../crypto/refuse'
import type { Trust } from '../crypto/room-trust'
import { charterKey } from '../crypto/seals'
import { readCharter } from './charter'
import { type DeedParts, post } from './deed-parts'
import { writeHtml } from './export-html'
import { chainOf, type Entry, entryOf, type ManifestEvent, manifestEvent } from './export-items'
import type { ServerEvent } from './parts'
import { strictest } from './tlp'

export const DOMAIN = 'community.transcript.v1'

/** What is signed: its SHA-256 in base64 is the text T. */
export interface Manifest {
  type: typeof DOMAIN
  room: RoomId
  kind: 'case' | 'direct'
  made_by: string
  device: string
  made_at: string
  tlp: Tlp
  from_seq: number
  to_seq: number
  charter: string | null // hash in the signed list
  rosters: { version: number; seq: number; sha256: string; signer: string }[]
  events: ManifestEvent[]
  chain: string // over all events, see chainOf
  red_consent: string[]
  left_out: number[] // seq of RED items without consent
  unreadable: { seq: number; sender: string; name: string; code: string }[]
  files: { name: string; size: number; sha256: string }[]
}

/** What the JSON holds besides: enough to check lists and names without this site. */
export interface Transcript {
  type: typeof DOMAIN
  room: RoomId
  tlp: Tlp
  charter_text: string | null
  rosters: { version: number; seq: number; text: string; signatures: Record<string, unknown> }[]
  entries: Entry[]
}

export async function exportRoom(
  parts: DeedParts, room: RoomId, options: Parameters<Engine['exportRoom']>[1],
): Promise<{ file: Blob; name: string; exportId: string }> {
  const { core, inner, rosters, talk } = parts
  const { trust } = await rosters.room(room)
  // RED goes out with a host's consent only, and the consent is recorded.
  if (options.red && trust.entry(core.me)?.role !== 'host') throw problem('failed', { detail: 'host-only' })
  const entries: Entry[] = []
  const events: ManifestEvent[] = []
  await talk.all(room, async (event: ServerEvent, opened) => {
    const entry = entryOf(event, opened, trust, options.red)
    entries.push(entry)
    events.push(await manifestEvent(event, entry))
  }).catch((error: unknown) => {
    throw asProblem(error, true)
  })
  const consent = options.red && entries.some((one) => one.label === 'RED') ? [core.me] : []
  const charterText = (await core.sealed.get<string>('rooms', charterKey(room))) ?? null
  const tlp = labelOf(entries, charterText ? readCharter(charterText, room)?.tlp_default : undefined)
  const json = JSON.stringify(transcript(room, trust, tlp, charterText, entries), null, 1)
  const { words, lang, dir } = options
  const html = writeHtml({
    room, tlp, charterText, entries, members: trust.members, madeBy: core.name, words, lang, dir,
  })
  const files = { 'transcript.html': utf8(html), 'transcript.json': utf8(json) }
  const manifest = await makeManifest(parts, trust, { tlp, entries, events, consent, files })
  const text = JSON.stringify(manifest, null, 1)
  const signed = await core.sign(DOMAIN, await sha256(text))
  const { export_id: exportId } = await post<{ export_id: string }>(core, `rooms/${bare(room)}/exports`, {
    manifest_sha256: signed.text, signatures: signed.signatures, from_seq: manifest.from_seq,
    to_seq: manifest.to_seq, unreadable: manifest.unreadable.length, red_consent: consent,
  }, true)
  await inner.anchors.settle()
  const zip = zipSync({
    ...files, 'manifest.json': strToU8(text), 'signature.json': strToU8(JSON.stringify(signed, null, 1)),
  }, { level: 6 })
  const name = `TLP-${tlp.replace('+', '-')}_${manifest.made_at.slice(0, 10)}_${bare(room).slice(0, 8)}.zip`
  return { file: new Blob([zip as Uint8Array<ArrayBuffer>], { type: 'application/zip' }), name, exportId }
}

function transcript(room: RoomId, trust: Trust, tlp: Tlp, charterText: string | null, entries: Entry[]): Transcript {
  const rosters = trust.chain.map(({ roster, seq, text, signatures }) => ({
    version: roster.version, seq, text, signatures,
  }))
  return { type: DOMAIN, room, tlp, charter_text: charterText, rosters, entries }
}

/** The strictest label of what is inside; the charter bears the room's default. AMBER for what has none. */
function labelOf(entries: Entry[], charter: Tlp | undefined): Tlp {
  const shown = entries.flatMap((one) => (one.state === 'shown' && one.label ? [one.label] : []))
  const labels = charter ? [...shown, charter] : shown
  return labels.length > 0 ? strictest(labels, labels[0]!) : 'AMBER'
}

async function makeManifest(
  { core }: DeedParts, trust: Trust,
  made: { tlp: Tlp; entries: Entry[]; events: ManifestEvent[]; consent: string[]; files: Record<string, Uint8Array> },
): Promise<Manifest> {
  const files = Object.entries(made.files).map(async ([name, bytes]) => ({
    name, size: bytes.length, sha256: await sha256(bytes),
  }))
  return {
    type: DOMAIN, room: trust.roster.room, kind: trust.roster.kind, made_by: core.me, device: core.deviceId,
    made_at: new Date().toISOString(), tlp: made.tlp,
    from_seq: made.events[0]?.seq ?? 1, to_seq: made.events[made.events.length - 1]?.seq ?? 1,
    charter: trust.charterHash,
    rosters: trust.chain.map(({ roster, seq, sha256: hash }) => ({
      version: roster.version, seq, sha256: hash, signer: roster.signer,
    })),
    events: made.events, chain: await chainOf(trust.roster.room, made.events), red_consent: made.consent,
    left_out: made.entries.filter((one) => one.state === 'left-out').map((one) => one.seq),
    unreadable: made.entries.filter((one) => one.state === 'unreadable').map((one) => ({
      seq: one.seq, sender: one.sender ?? '', name: one.name, code: one.problem ?? '',
    })),
    files: await Promise.all(files),
  }
}
