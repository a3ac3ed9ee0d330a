import { expect, test } from 'vitest'
import { fold, snippetOf, termsOf } from './search'

test.each([
  ['Čačak, Đakovica', 'cacak, dakovica'], ['ŁÓDŹ', 'lodz'], ['Straße', 'strasse'], ['İstanbul ISPARTA ılık', 'istanbul isparta ilik'],
  ['ﬁnancial Ⅷ ﬀ', 'financial viii ff'], ['Ёлка йод', 'елка иод'], ['الْمِينَاءُ', 'الميناء'], ['أحمد إلى آخر', 'احمد الي اخر'],
  ['مدرسة', 'مدرسه'], ['ｆｕｌｌ ｗｉｄｔｈ', 'full width'], ['zero\u200Bwidth\u202E', 'zerowidth'],
])('%s is compared as %s', (text, folded) => {
  expect(fold(text)).toBe(folded)
})

test('folding twice changes nothing more', () => {
  for (const text of ['Æther œuvre ß', 'الْمِينَاءُ', 'İI', '한국어 港口', 'é\u0301\u0301']) expect(fold(fold(text))).toBe(fold(text))
})

test('words are looked for apart from each other, each once', () => {
  expect(termsOf('  Réunion  VENDREDI réunion ')).toEqual(['reunion', 'vendredi'])
  expect(termsOf(' \u200B ')).toEqual([])
})

test('the snippet shows the place in the words of the message', () => {
  const long = `${'a '.repeat(200)}Réunion à Orašje ${'b '.repeat(200)}`
  const snippet = snippetOf(long, ['orasje'])
  expect(snippet).toContain('Réunion à Orašje')
  expect(snippet.startsWith('…') && snippet.endsWith('…')).toBe(true)
  expect(snippet.length).toBeLessThan(100)
  expect(snippetOf('ﬁn 港口见面', ['口'])).toBe('ﬁn 港口见面')
  expect(snippetOf('nothing', ['x'])).toBe('')
})
