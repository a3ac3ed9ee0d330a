import { expect, test } from 'vitest'
import { measured } from '../../shared/testing/patience'
import { parseLine, patience } from './inline-data'
import { beginning, parseText } from './text-data'

const text = (value: string): object => ({ kind: 'text', text: value })

test('bold, italic and code are found inside a line', () => {
  expect(parseLine('a **b _c_** `d*e*`')).toEqual([
    text('a '),
    { kind: 'bold', inside: [text('b '), { kind: 'italic', inside: [text('c')] }] },
    text(' '),
    { kind: 'code', text: 'd*e*' },
  ])
})

test('marks inside words and numbers mean nothing', () => {
  expect(parseLine('file_name_two 2*3*4 a ** b')).toEqual([text('file_name_two 2*3*4 a ** b')])
})

test('only https becomes a link, and it is shown in full', () => {
  expect(parseLine('see https://example.org/a?b=1.')).toEqual([
    text('see '),
    { kind: 'link', text: 'https://example.org/a?b=1', href: 'https://example.org/a?b=1' },
    text('.'),
  ])
  for (const other of ['http://a.example', 'javascript:alert(1)', 'data:text/html,x', 'xhttps://a.example']) {
    expect(parseLine(other)).toEqual([text(other)])
  }
})

test('a link that hides its host behind a name is no link', () => {
  expect(parseLine('https://bank.example@evil.example/')).toEqual([text('https://bank.example@evil.example/')])
})

test('a host in another script is shown in its coded form', () => {
  const [link] = parseLine('https://аpple.example/')
  expect(link).toMatchObject({ kind: 'link', text: 'https://xn--pple-43d.example/' })
})

test('a bracket opened in an address belongs to it', () => {
  expect(parseLine('(https://example.org/a_(b))')[1]).toMatchObject({ text: 'https://example.org/a_(b)' })
})

test('marks that turn the direction are taken out', () => {
  expect(parseText('https://example.org/\u202Egpj.exe')).toEqual([
    { kind: 'paragraph', lines: [[{ kind: 'link', text: 'https://example.org/gpj.exe', href: 'https://example.org/gpj.exe' }]] },
  ])
})

test('people who may be mentioned are marked, the longest name first', () => {
  const [block] = parseText('@Ana Maria and @Ana, not a@Ana', ['Ana', 'Ana Maria'])
  expect(block).toEqual({
    kind: 'paragraph',
    lines: [[
      { kind: 'mention', text: '@Ana Maria' }, text(' and '), { kind: 'mention', text: '@Ana' }, text(', not a@Ana'),
    ]],
  })
})

test('quotes, lists and blocks of code are blocks of their own', () => {
  const blocks = parseText('one\ntwo\n\n> said\n- a\n- b\n3. c\n4. d\n```\n**x**\n```\nend')
  expect(blocks.map((block) => block.kind)).toEqual(['paragraph', 'quote', 'list', 'list', 'code', 'paragraph'])
  expect(blocks[3]).toMatchObject({ ordered: true, start: 3 })
  expect(blocks[4]).toEqual({ kind: 'code', text: '**x**' })
})

test('mark-up in a message stays text', () => {
  expect(parseLine('<img src=x onerror=alert(1)>')).toEqual([text('<img src=x onerror=alert(1)>')])
})

const LINKS = `https://e.example/${')'.repeat(1980)}a `

test.each([
  '*a'.repeat(30_000), '_'.repeat(60_000), '**a '.repeat(15_000), '`'.repeat(60_000), '@'.repeat(60_000), 'https://a'.repeat(6_000),
  '*a '.repeat(21_000), LINKS.repeat(32), 'https://%)'.repeat(6_400),
])(
  'long hostile text is parsed in time: %#',
  async (hostile) => {
    const names = Array.from({ length: 100 }, (_, index) => `Name ${index}`)
    const [, took] = await measured(() => parseText(hostile, names))
    expect(took).toBeLessThan(1500)
  },
)

test('what is looked for in vain costs little; what stands before it is still formatted', () => {
  const left = patience()
  const [first, ...rest] = parseLine(`**bold** ${'*a '.repeat(21_000)}*last*`, [], left)
  expect(first).toMatchObject({ kind: 'bold' })
  expect(left.left).toBeLessThan(0) // given up: a message without end of marks is plain text from there on
  expect(rest).toHaveLength(1)
})

test('the beginning of a message is one line and says that it goes on', () => {
  expect(beginning('**bold** and\n- one\n- `two`\n> three')).toBe('bold and one two three')
  expect(beginning('a\n  b')).toBe('a b')
  expect(beginning('😀'.repeat(5), 3)).toBe('😀😀…')
})
