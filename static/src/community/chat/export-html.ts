// The transcript as a page to read. Built as text, every value escaped; no script, no style, nothing
// fetched. The words come from the page of the person who makes it (community/sealed/words_export.py).

import { fill } from '../../shared/words'
import { readCharter } from './charter'
import type { RoomId, Tlp } from '../crypto/interface'
import type { RosterMember } from '../crypto/roster'
import type { Entry } from './export-items'
import type { ServerChange } from './parts'

interface Page {
  room: RoomId
  tlp: Tlp
  charterText: string | null
  entries: Entry[]
  members: RosterMember[]
  madeBy: string
  words: Record<string, string> // a word that is missing shows as its key
  lang: string // of the words
  dir: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!)
const e = escapeHtml

const POLICY = "default-src 'none'"
const BETWEEN = ' · ' // a mark, not a word: it stands in every language

/** The sentence of a key as HTML; the values are HTML already. */
type Say = (key: string, values?: Record<string, string | number>) => string

const sayer = (words: Record<string, string>): Say => (key, values = {}) => fill(e(words[key] ?? key), values)

// A name may be in another direction than the sentence; a date or an id reads from left to right.
const name = (text: string): string => `<bdi>${e(text)}</bdi>`
const code = (text: string): string => `<bdi dir="ltr">${e(text)}</bdi>`
const list = (items: string[]): string[] => (items.length > 0 ? ['<ul>', ...items, '</ul>'] : [])

export function writeHtml(page: Page): string {
  const say = sayer(page.words)
  const charter = page.charterText ? readCharter(page.charterText, page.room) : null
  const title = charter ? e(charter.name) : say('export-direct')
  const label = `<p><strong dir="ltr">TLP:${e(page.tlp)}</strong></p>`
  const made = { room: code(page.room), name: name(page.madeBy), time: code(new Date().toISOString()) }
  const about = charter
    ? [['export-topic', charter.topic], ['export-purpose', charter.purpose], ['export-basis', charter.legal_basis],
        ['export-states', charter.states.join(', ')], ['export-ends', charter.ends_on]]
    : []
  return [
    '<!DOCTYPE html>', `<html lang="${e(page.lang)}" dir="${page.dir === 'rtl' ? 'rtl' : 'ltr'}">`,
    '<head>', '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`, `<title>${title}</title>`, '</head>',
    '<body>', label, `<h1 dir="auto">${title}</h1>`,
    `<p>${say('export-made', made)}`, `${say('export-proof')}</p>`,
    '<dl>', ...about.map(([key, value]) => `<dt>${say(key!)}</dt><dd dir="auto">${e(value!)}</dd>`), '</dl>',
    `<h2>${say('export-members')}</h2>`, '<ul>',
    ...page.members.map((one) => `<li>${[name(one.name), say(`export-role-${one.role}`), code(one.user)].join(BETWEEN)}</li>`),
    '</ul>', ...counts(say, page.entries), `<h2>${say('export-messages')}</h2>`,
    '<ol>', ...page.entries.map((one) => item(say, page.members, one)), '</ol>', label,
    '</body>', '</html>', '',
  ].join('\n')
}

function counts(say: Say, entries: Entry[]): string[] {
  const unreadable = entries.filter((one) => one.state === 'unreadable')
  const leftOut = entries.filter((one) => one.state === 'left-out')
  const named = unreadable.map((one) => {
    const values = { n: one.seq, name: name(one.name || one.sender || ''), problem: why(say, one) }
    return `<li>${say('export-unreadable-one', values)}</li>`
  })
  return [
    `<p>${say('export-entries', { n: entries.length })}`, say('export-left-out-count', { n: leftOut.length }),
    `${say('export-unreadable-count', { n: unreadable.length })}</p>`, ...list(named),
  ]
}

/** Why an entry cannot be read: the sentence the screens have for it, and the code of the manifest. */
const why = (say: Say, one: Entry): string =>
  `${say(`export-problem-${one.problem ?? 'failed'}`, { name: name(one.name || one.sender || '') })} (${code(one.problem ?? '')})`

function item(say: Say, members: RosterMember[], one: Entry): string {
  const from = one.sender
    ? [name(one.name || one.sender), say('export-device', { device: code(one.device ?? '') })]
    : [say('export-server')]
  const label = one.label ? [code(`TLP:${one.label}`)] : []
  return `<li value="${one.seq}"><p>${[code(one.at), ...from, ...label].join(BETWEEN)}</p>${said(say, members, one)}</li>`
}

function said(say: Say, members: RosterMember[], one: Entry): string {
  if (one.state === 'gone') return `<p>${say(`export-gone-${one.gone?.why ?? 'redacted'}`)}</p>`
  if (one.state === 'unreadable') return `<p>${say('export-unreadable', { problem: why(say, one) })}</p>`
  if (one.state === 'left-out') return `<p>${say('export-left-out')}</p>`
  if (!one.content) return changed(say, members, one.change)
  const { kind, id, body, target, thread, reply_to, attachments } = one.content
  const links = [['export-about', target], ['export-thread', thread], ['export-answers', reply_to]]
    .flatMap(([key, to]) => (to ? [say(key!, { id: code(to) })] : []))
  const lines = body.split('\n').map((line) => `<p dir="auto">${e(line)}</p>`)
  const files = attachments.map((file) =>
    `<li>${[name(file.name), code(file.type), say('export-file-size', { n: file.size })].join(BETWEEN)}</li>`)
  const first = [say(`export-kind-${kind}`, { id: code(id) }), ...links].join(BETWEEN)
  return [`<p>${first}</p>`, ...lines, ...list(files)].join('')
}

/** What the server wrote down: a sentence, and all it holds as it came. */
function changed(say: Say, members: RosterMember[], change: ServerChange | null): string {
  if (!change) return ''
  const who = members.find((one) => one.user === change.user)?.name ?? change.user ?? ''
  const key = change.change === 'hold' && !change.until ? 'export-change-hold-ended' : `export-change-${change.change}`
  const sentence = say(key, { name: name(who), date: code(change.until ?? '') })
  return `<p>${sentence}</p><p><code dir="ltr">${e(JSON.stringify(change))}</code></p>`
}
