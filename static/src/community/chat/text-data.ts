// Light formatting of messages: paragraphs, quotes, lists and blocks of code.
import { type Inline, parseLine, type Patience, patience } from './inline-data'

export type Block =
  | { kind: 'paragraph' | 'quote'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'code'; text: string }

// Marks that turn the direction of what follows could make an address look like another one.
const TURNING = /[\u202A-\u202E\u2066-\u2069]/g
const QUOTE = /^> ?/
const BULLET = /^[-*•] +(?=\S)/
const NUMBERED = /^(\d{1,4})[.)] +(?=\S)/
const FENCE = /^```/

/** Text without marks that turn its direction, with one kind of line end. */
export const tidy = (body: string): string => body.replace(TURNING, '').replace(/\r\n?/g, '\n')

type Kind = 'blank' | 'fence' | 'quote' | 'bullet' | 'numbered' | 'text'

function kindOf(line: string): Kind {
  if (!line.trim()) return 'blank'
  if (FENCE.test(line)) return 'fence'
  if (QUOTE.test(line)) return 'quote'
  if (BULLET.test(line)) return 'bullet'
  return NUMBERED.test(line) ? 'numbered' : 'text'
}

function codeBlock(lines: string[], from: number): { block: Block; next: number } {
  let end = from + 1
  while (end < lines.length && !FENCE.test(lines[end] ?? '')) end++
  return { block: { kind: 'code', text: lines.slice(from + 1, end).join('\n') }, next: end + 1 }
}

function blockOf(kind: Kind, lines: string[], names: readonly string[], left: Patience): Block {
  const parsed = (without: RegExp): Inline[][] => lines.map((line) => parseLine(line.replace(without, ''), names, left))
  switch (kind) {
    case 'quote':
      return { kind: 'quote', lines: parsed(QUOTE) }
    case 'bullet':
      return { kind: 'list', ordered: false, start: 1, items: parsed(BULLET) }
    case 'numbered':
      return { kind: 'list', ordered: true, start: Number(NUMBERED.exec(lines[0] ?? '')?.[1] ?? 1), items: parsed(NUMBERED) }
    default:
      return { kind: 'paragraph', lines: parsed(/^(?!)/) }
  }
}

/** The blocks of a message; `names` are the people mentioned in it. */
export function parseText(body: string, names: readonly string[] = []): Block[] {
  const lines = tidy(body).split('\n')
  const longestFirst = [...names].sort((a, b) => b.length - a.length)
  const blocks: Block[] = []
  const left = patience()
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf(lines[at] ?? '')
    if (kind === 'fence') {
      const { block, next } = codeBlock(lines, at)
      blocks.push(block)
      at = next
      continue
    }
    let end = at + 1
    while (end < lines.length && kindOf(lines[end] ?? '') === kind) end++
    if (kind !== 'blank') blocks.push(blockOf(kind, lines.slice(at, end), longestFirst, left))
    at = end
  }
  return blocks
}

const flat = (line: Inline[]): string =>
  line.map((part) => ('inside' in part ? flat(part.inside) : part.text)).join('')

/** What a message says without its formatting. */
function withoutFormat(body: string): string {
  const lines = parseText(body).map((block) => {
    if (block.kind === 'code') return block.text
    return (block.kind === 'list' ? block.items : block.lines).map(flat).join(' ')
  })
  return lines.join(' ')
}

/** The beginning of a message in one line, for quotes and lists. */
export function beginning(body: string, length = 120): string {
  // What is cut off anyway need not be parsed.
  const line = withoutFormat(body.slice(0, length * 8)).replace(/\s+/g, ' ').trim()
  const letters = [...line]
  return letters.length <= length ? line : `${letters.slice(0, length - 1).join('')}…`
}
