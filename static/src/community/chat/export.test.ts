// The transcript, checked by someone who has only the file, WebCrypto and messaging.md.

import { unzipSync } from 'fflate'
import { expect, test } from 'vitest'
import type { MegolmContent } from './parts'
import type { Manifest, Transcript } from './export'
import { escapeHtml } from './export-html'
import type { Bench } from '../testing/bench'
import { FORM, guest, makeRoom, refused, three } from '../testing/rooms'

const b64 = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64')
const hash = async (data: Uint8Array | string): Promise<string> =>
  b64(await crypto.subtle.digest('SHA-256', Buffer.from(data)))

interface Signed {
  text: string
  signatures: Record<string, Record<string, string>>
}

interface Opened {
  files: Record<string, Uint8Array>
  manifest: Manifest
  transcript: Transcript
  html: string
  name: string
  exportId: string
}

/** A few of the words the page gives; the others show as their keys. */
const WORDS = {
  'export-made': 'Transcript of {room} by {name}, <{time}>', 'export-unreadable-one': 'No. {n}, {name}: {problem}',
  'export-problem-waiting-for-key': 'Waiting for {name}', 'export-gone-redacted': 'It was deleted.',
  'export-change-created': 'The room was opened.', 'export-change-joined': '{name} joined.',
}
const OPTIONS = { red: false, words: WORDS, lang: 'ar', dir: 'rtl' }

async function made(by: Bench, room: string, red = false): Promise<Opened> {
  const { file, name, exportId } = await by.deeds.exportRoom(room, { ...OPTIONS, red })
  const files = unzipSync(new Uint8Array(await file.arrayBuffer()))
  const text = (part: string): string => new TextDecoder().decode(files[part])
  return {
    files, manifest: JSON.parse(text('manifest.json')) as Manifest, name, exportId, html: text('transcript.html'),
    transcript: JSON.parse(text('transcript.json')) as Transcript,
  }
}

/** Null if the file holds together; else what is wrong. */
async function fault(files: Record<string, Uint8Array>): Promise<string | null> {
  const text = (part: string): string => new TextDecoder().decode(files[part])
  const signed = JSON.parse(text('signature.json')) as Signed
  if (signed.text !== await hash(files['manifest.json']!)) return 'manifest'
  const manifest = JSON.parse(text('manifest.json')) as Manifest
  const transcript = JSON.parse(text('transcript.json')) as Transcript
  for (const one of manifest.files) if (one.sha256 !== await hash(files[one.name]!)) return one.name
  let chain = await hash(manifest.room)
  for (const [at, event] of manifest.events.entries()) {
    if (event.entry !== await hash(JSON.stringify(transcript.entries[at]))) return `entry ${event.seq}`
    chain = await hash(`${chain}\n${JSON.stringify(event)}`)
  }
  if (chain !== manifest.chain) return 'chain'
  for (const [at, one] of transcript.rosters.entries()) {
    if (manifest.rosters[at]!.sha256 !== await hash(one.text)) return 'roster'
  }
  const list = JSON.parse(transcript.rosters.at(-1)!.text) as { members: { user: string; master: string }[] }
  const master = list.members.find((one) => one.user === manifest.made_by)!.master
  const raw = Buffer.from(master, 'base64')
  const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify'])
  const signature = Buffer.from(signed.signatures[manifest.made_by]![`ed25519:${master}`]!, 'base64')
  const said = Buffer.from(`community.transcript.v1\n${signed.text}`)
  const good = await crypto.subtle.verify({ name: 'Ed25519' }, key, signature, said)
  return good ? null : 'signature'
}

type Files = Record<string, Uint8Array>

const changed = (files: Files, name: string, from: string, to: string): Files => {
  const text = new TextDecoder().decode(files[name])
  expect(text).toContain(from)
  return { ...files, [name]: new TextEncoder().encode(text.replace(from, to)) }
}

test('the transcript holds together, and any change shows', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const first = await bo.send(room, 'hello <b>&"\n سلام', {}, 'GREEN')
  await ana.sync()
  await ana.send(room, 'answer', { reply_to: null }, 'AMBER+STRICT')
  const { files, manifest, transcript, html, name, exportId } = await made(ana, room)
  expect(await fault(files)).toBeNull()
  const event = manifest.events.find((one) => one.seq === first.seq)!
  const ciphertext = (first.content as MegolmContent).ciphertext
  expect(event).toMatchObject({ sender: bo.user, device: bo.deviceId, label: 'GREEN', state: 'shown' })
  expect(event.sealed).toBe(await hash(`${first.event_id}\n${ciphertext}`))
  expect(manifest.rosters).toMatchObject([{ version: 1, signer: ana.user }])
  const last = manifest.events.length
  expect(manifest).toMatchObject({ tlp: 'AMBER+STRICT', from_seq: 1, to_seq: last, unreadable: [], red_consent: [] })
  expect(name).toMatch(/^TLP-AMBER-STRICT_\d{4}-\d\d-\d\d_[0-9a-f]{8}\.zip$/)
  const content = { body: 'hello <b>&"\n سلام' }
  expect(transcript.entries.find((one) => one.seq === first.seq)).toMatchObject({ name: 'Bo', content })
  expect(JSON.stringify(transcript)).not.toContain('"pad"')
  expect(html).toContain('hello &lt;b&gt;&amp;&quot;')
  expect(html).not.toMatch(/<script|<b>|style=/)
  expect(html.match(/TLP:AMBER\+STRICT<\/strong>/g)?.length).toBe(2) // on top and at the bottom
  const posted = server.calls.filter((call) => call.path.endsWith('/exports')).pop()!
  expect(posted.body).toMatchObject({
    manifest_sha256: await hash(files['manifest.json']!), from_seq: 1, to_seq: last, unreadable: 0, red_consent: [],
  })
  expect(Object.keys(posted.body['signatures'] as object)).toEqual([ana.user])
  expect(exportId).toBe((posted.answer as { export_id: string }).export_id)
  expect(await fault(changed(files, 'transcript.html', 'hello', 'hallo'))).toBe('transcript.html')
  expect(await fault(changed(files, 'transcript.json', '"answer"', '"another"'))).toBe('transcript.json')
  expect(await fault(changed(files, 'manifest.json', '"shown"', '"gone"'))).toBe('manifest')
  const signed = JSON.parse(new TextDecoder().decode(files['signature.json'])) as Signed
  const [, signature] = Object.entries(signed.signatures[ana.user]!).find(([key]) => key.length === 8 + 43)!
  const other = (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)
  const forged = changed(files, 'signature.json', signature, other)
  expect(await fault(forged)).toBe('signature')
  expect(await fault({ ...forged, 'manifest.json': files['transcript.json']! })).toBe('manifest')
})

test('RED stays out without a host, and with one her consent is recorded', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const red = await bo.send(room, 'for your eyes', {}, 'RED')
  await ana.sync()
  const without = await made(bo, room)
  expect(without.manifest).toMatchObject({ left_out: [red.seq], red_consent: [], tlp: 'AMBER' })
  expect(JSON.stringify([without.transcript, without.html])).not.toContain('for your eyes')
  expect(await fault(without.files)).toBeNull()
  expect((await refused(bo.deeds.exportRoom(room, { ...OPTIONS, red: true }))).detail).toBe('host-only')
  const given = await made(ana, room, true)
  expect(given.manifest).toMatchObject({ left_out: [], red_consent: [ana.user], tlp: 'RED' })
  expect(given.html).toContain('for your eyes')
  expect(server.calls.filter((call) => call.path.endsWith('/exports')).pop()!.body['red_consent']).toEqual([ana.user])
})

test('what cannot be read is counted and named', async () => {
  const [server, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const lost = await bo.send(room, 'lost')
  const inbox = server.state.user(ana.user).devices.get(ana.deviceId)!
  inbox.inbox = [] // the key never arrives
  await ana.sync()
  await ana.send(room, 'fine')
  const { manifest, html, files } = await made(ana, room)
  expect(manifest.unreadable).toEqual([{ seq: lost.seq, sender: bo.user, name: 'Bo', code: 'waiting-for-key' }])
  expect(html).toContain(`<li>No. ${lost.seq}, <bdi>Bo</bdi>: Waiting for <bdi>Bo</bdi> (`)
  expect(await fault(files)).toBeNull()
  expect(server.calls.filter((call) => call.path.endsWith('/exports')).pop()!.body['unreadable']).toBe(1)
})

test('removed and server events have their place; the keys of files do not', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const gone = await ana.send(room, 'to be removed')
  const media = crypto.randomUUID()
  await ana.send(room, 'with a file', {
    attachments: [{ media, info: '{"key":"secret-of-the-file"}', name: 'a"<.pdf', type: 'application/pdf', size: 5 }],
  })
  await ana.http.json('DELETE', `rooms/${room.slice(1, 37)}/events/${gone.seq}`)
  const { manifest, transcript, html, files } = await made(ana, room)
  expect(transcript.entries.map((one) => one.state)).toEqual(['server', 'shown', 'server', 'gone', 'shown', 'server'])
  expect(JSON.stringify(transcript)).not.toContain('secret-of-the-file')
  expect(html).toContain('a&quot;&lt;.pdf')
  expect(html).not.toContain('to be removed')
  expect(html).toContain('<p>It was deleted.</p>')
  expect(manifest.events.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5, 6])
  expect(await fault(files)).toBeNull()
})

test('a room is closed with its transcript', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo], { people: [guest(bo)], name: FORM.name })
  await ana.deeds.beginClosing(room)
  const { exportId, manifest, files } = await made(ana, room)
  await ana.deeds.finishClosing(room, exportId)
  expect((await ana.room(room)).state).toBe('closed')
  const closed = (await ana.events(room)).filter((one) => one.class === 'x').pop()!
  expect(closed.content).toMatchObject({ change: 'closed', manifest_sha256: await hash(files['manifest.json']!) })
  const { charter_text: text } = JSON.parse(new TextDecoder().decode(files['transcript.json'])) as Transcript
  expect(manifest.charter).toBe(await hash(text!))
})

test('a direct room has a transcript too', async () => {
  const [, ana, bo] = await three()
  const room = await ana.deeds.openDirect(bo.user, 'Bo')
  await ana.send(room, 'x', {}, 'CLEAR')
  const { manifest, files } = await made(ana, room)
  expect(manifest).toMatchObject({ kind: 'direct', charter: null, tlp: 'CLEAR' })
  expect(await fault(files)).toBeNull()
})

test('the page speaks the language it is given; a word that is missing shows as its key', async () => {
  const [, ana, bo] = await three()
  const room = await makeRoom(ana, [bo])
  const { html } = await made(ana, room)
  expect(html).toContain('<html lang="ar" dir="rtl">')
  expect(html).toContain(`Transcript of <bdi dir="ltr">${room}</bdi> by <bdi>Ana</bdi>, &lt;<bdi dir="ltr">20`)
  expect(html).toContain('<p>The room was opened.</p>')
  expect(html).toContain('<h2>export-members</h2>')
})

test('every character that HTML knows is escaped', () => {
  expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;')
})
