// Light formatting inside a line, parsed without HTML: what comes out is a tree of plain strings.

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic'; inside: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; href: string }
  | { kind: 'mention'; text: string }

/** How much looking for the end of marks one message may cost; after that they are plain text. */
export interface Patience {
  left: number
}
export const patience = (): Patience => ({ left: 20_000 })

interface Reader {
  names: readonly string[]
  depth: number
  patience: Patience
}
interface Piece {
  piece: Inline
  length: number // of what it replaces in the text
}

const LINK = /^https:\/\/[^\s<>"'`\\]{1,2000}/
const TRAILING = '.,;:!?»”’)]}*_'
const DEEPEST = 4
const LINK_COST = 20
// So far an emphasis may reach: looking further would make long hostile text slow.
const FAR = 500

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character)
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character)

function linkAt(rest: string): Piece | null {
  const found = LINK.exec(rest)?.[0]
  if (!found) return null
  let end = found.length
  while (TRAILING.includes(found[end - 1] as string)) end -= 1
  let raw = found.slice(0, end)
  // A bracket that was opened inside the address belongs to it.
  if (raw.includes('(') && !raw.includes(')') && found[raw.length] === ')') raw += ')'
  if (!URL.canParse(raw)) return null
  const url = new URL(raw)
  if (url.username || url.password) return null
  // A host in another script is shown in its coded form, so that look-alikes are seen.
  const host = raw.slice('https://'.length).split(/[/?#]/, 1)[0] ?? ''
  const text = /^[\x21-\x7e]*$/.test(host) ? raw : url.href
  return { piece: { kind: 'link', text, href: url.href }, length: raw.length }
}

/** Where an emphasis closes whose inside begins at `from`; -1 if nowhere near. */
function closing(text: string, mark: string, from: number, patience: Patience): number {
  if (isSpace(text[from]) || text[from] === mark[0]) return -1
  for (let at = text.indexOf(mark, from + 1); at > 0 && at - from < FAR; at = text.indexOf(mark, at + 1)) {
    if (--patience.left < 0) return -1
    const after = text[at + mark.length]
    if (!isSpace(text[at - 1]) && !isWord(after) && after !== mark[0]) return at
  }
  return -1
}

function emphasisAt(text: string, at: number, reader: Reader): Piece | null {
  const first = text[at] as string
  const mark = text.startsWith('**', at) ? '**' : first
  if (isWord(text[at - 1]) || reader.depth >= DEEPEST || reader.patience.left < 0) return null
  const from = at + mark.length
  const end = closing(text, mark, from, reader.patience)
  if (end < 0) return null
  const inside = inline(text.slice(from, end), { ...reader, depth: reader.depth + 1 })
  return { piece: { kind: mark === '**' ? 'bold' : 'italic', inside }, length: end + mark.length - at }
}

function codeAt(text: string, at: number): Piece | null {
  const end = text.indexOf('`', at + 1)
  return end > at + 1 ? { piece: { kind: 'code', text: text.slice(at + 1, end) }, length: end + 1 - at } : null
}

function mentionAt(text: string, at: number, { names, patience }: Reader): Piece | null {
  if (--patience.left < 0) return null
  const from = at + 1
  const name = names.find((each) => text.startsWith(each, from) && !isWord(text[from + each.length]))
  return name ? { piece: { kind: 'mention', text: `@${name}` }, length: name.length + 1 } : null
}

/** The special piece that starts at a place; null where there is only text. */
function pieceAt(text: string, at: number, reader: Reader): Piece | null {
  switch (text[at]) {
    case '`':
      return codeAt(text, at)
    case '*':
    case '_':
      return emphasisAt(text, at, reader)
    case '@':
      return isWord(text[at - 1]) ? null : mentionAt(text, at, reader)
    case 'h':
      if (isWord(text[at - 1]) || !text.startsWith('https://', at)) return null
      return (reader.patience.left -= LINK_COST) < 0 ? null : linkAt(text.slice(at, at + 2100))
    default:
      return null
  }
}

function inline(text: string, reader: Reader): Inline[] {
  const found: Inline[] = []
  let plain = ''
  for (let at = 0; at < text.length; ) {
    const special = pieceAt(text, at, reader)
    if (!special) {
      plain += text[at++]
      continue
    }
    if (plain) found.push({ kind: 'text', text: plain })
    plain = ''
    found.push(special.piece)
    at += special.length
  }
  if (plain) found.push({ kind: 'text', text: plain })
  return found
}

/** One line; `names` are the people who may be mentioned, longest first. */
export function parseLine(line: string, names: readonly string[] = [], left = patience()): Inline[] {
  return inline(line, { names: names.filter(Boolean), depth: 0, patience: left })
}
