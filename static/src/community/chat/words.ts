// Every text of the screens comes from the page (#sealed-words, written by community/sealed/words.py).
import type { ComponentChild } from 'preact'
import { fill } from '../../shared/words'

export interface Words {
  text: Record<string, string>
  plural: Record<string, Record<string, string>> // key → category of Intl.PluralRules → sentence
  icons: Record<string, string[]> // name → path data
  mirrored: string[] // icons that turn with the reading direction
  emoji: string[] // words of the 64 emoji of a check, by index
  countries: Record<string, string> // ISO 3166-1 alpha-2 → name
  notes: Record<string, string> // sentences that must stand where a country is named
  errors: Record<string, { text: string; label: string }> // problem → sentence and button (4.4)
}

type Values = Record<string, string | number>

let words: Words = { text: {}, plural: {}, icons: {}, mirrored: [], emoji: [], countries: {}, notes: {}, errors: {} }
let locale = 'en'
let rules = new Intl.PluralRules('en')

/** Takes the words of the page and the language they are in. */
export function setWords(given: Words, language: string): void {
  words = given
  locale = language === 'en' ? 'en-GB' : language
  rules = new Intl.PluralRules(locale)
}

export const theWords = (): Words => words

/** What the transcript says, for the worker that writes it: it has no page to take words from. */
export function exportWords(): Record<string, string> {
  const texts = Object.entries(words.text).filter(([key]) => key.startsWith('export-'))
  // The file knows a person's name, but no more of a problem than its code.
  const unknown = { date: t('date-unknown'), time: t('date-unknown'), feature: '' }
  const problems = Object.entries(words.errors).map(([code, { text }]) => [`export-problem-${code}`, fill(text, unknown)])
  return Object.fromEntries([...texts, ...problems]) as Record<string, string>
}

// A name may be in another direction than the sentence: isolated, it cannot turn its neighbours.
const isolated = (text: string): string => `\u2068${text}\u2069`

function shown(values: Values): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? number(value) : isolated(value),
  ])
  return Object.fromEntries(entries) as Record<string, string>
}

/** The sentence of a key, its placeholders filled. A key without words is shown as it is. */
export function t(key: string, values: Values = {}): string {
  return fill(words.text[key] ?? key, shown(values))
}

/** The same without marks of direction, for text that leaves the page (clipboard, message, file). */
export function plain(key: string, values: Record<string, string> = {}): string {
  return fill(words.text[key] ?? key, values)
}

/** The sentence of a key in the form its number takes in this language; `{n}` is the number. */
export function tn(key: string, n: number, values: Values = {}): string {
  const forms = words.plural[key]
  const sentence = forms?.[rules.select(n)] ?? forms?.['other'] ?? key
  return fill(sentence, shown({ ...values, n }))
}

/** A sentence with nodes in place of its placeholders. */
export function tx(key: string, nodes: Record<string, ComponentChild>): ComponentChild[] {
  return nodesOf(words.text[key] ?? key, nodes)
}

/** Cuts a sentence at its placeholders. */
export function nodesOf(sentence: string, nodes: Record<string, ComponentChild>): ComponentChild[] {
  return sentence.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    return name !== undefined && name in nodes ? nodes[name] : part
  })
}

// Digits 0 to 9 in every language, as the rest of the site writes them.
const latin = (): string => `${locale}-u-nu-latn`

export const number = (n: number): string => new Intl.NumberFormat(latin()).format(n)

export const percent = (part: number): string =>
  new Intl.NumberFormat(latin(), { style: 'percent', maximumFractionDigits: 0 }).format(part)

/** Whether a date can be made of a number: what comes from others may be any. */
const isMoment = (at: number): boolean => Math.abs(at) <= 8.64e15

const time = (at: number, options: Intl.DateTimeFormatOptions): string =>
  isMoment(at) ? new Intl.DateTimeFormat(latin(), options).format(at) : t('date-unknown')

/** For `dateTime`. */
export const machineTime = (at: number): string | undefined => (isMoment(at) ? new Date(at).toISOString() : undefined)

/** "21 Nov 2026" in the reader's form. */
export const day = (at: number): string => time(at, { day: 'numeric', month: 'short', year: 'numeric' })

/** "14:02". */
export const clock = (at: number): string => time(at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** "21 Nov 2026, 14:02 UTC". */
export const moment = (at: number): string =>
  time(at, {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
    hourCycle: 'h23', timeZoneName: 'short',
  })

/** A day given as an ISO date. */
export const isoDay = (date: string): string => {
  const at = Date.parse(date.length === 10 ? `${date}T12:00:00` : date)
  return Number.isNaN(at) ? date : day(at)
}

/** Bytes in kilobytes or megabytes. */
export function size(bytes: number): string {
  const kilobytes = Math.max(1, Math.round(bytes / 1000))
  if (kilobytes < 1000) return t('size-kb', { size: kilobytes })
  return t('size-mb', { size: Math.round(bytes / 100_000) / 10 })
}

/** A limit in whole megabytes, never more than what is allowed. */
export const limitSize = (bytes: number): string => t('size-mb', { size: Math.floor(bytes / 1_048_576) })

export const list = (names: string[]): string =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(names.map(isolated))

export const country = (code: string): string => words.countries[code] ?? code

/** Compares names in the alphabet of the reader. */
export const compare = (a: string, b: string): number => a.localeCompare(b, locale)
