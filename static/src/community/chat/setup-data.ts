// The recovery key as people type it: 48 characters of base58 in 12 groups of four.

export const GROUPS = 12
const LETTERS = /^[1-9A-HJ-NP-Za-km-z]{4}$/

/** Cuts what was typed or pasted into groups of four; spaces, lines and hyphens do not matter. */
export function groupsOf(typed: string): string[] {
  const letters = typed.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '')
  return letters.match(/.{1,4}/gu) ?? []
}

export interface Typed {
  groups: string[]
  wrong: number[] // numbers of groups (from 1) that cannot be right
  missing: number // groups still missing; negative: too many
}

export function readKey(typed: string): Typed {
  const groups = groupsOf(typed)
  const wrong = groups.flatMap((group, index) => (LETTERS.test(group) ? [] : [index + 1]))
  // A last group that is not complete yet is missing, not wrong.
  const last = groups.at(-1)
  const open = last !== undefined && last.length < 4 && groups.length <= GROUPS
  return {
    groups,
    wrong: open ? wrong.filter((number) => number !== groups.length) : wrong,
    missing: GROUPS - groups.length + (open ? 1 : 0),
  }
}

export const isComplete = (typed: Typed): boolean => typed.missing === 0 && typed.wrong.length === 0

/** Which of the asked groups were re-typed wrong; places in `ask`. */
export function wrongOnes(key: string[], ask: number[], typed: string[]): number[] {
  return ask.flatMap((group, index) => ((typed[index] ?? '').trim() === key[group] ? [] : [index]))
}

/** The key as it is written into a file or onto paper: four groups a line. */
export function sheetLines(key: string[]): string[] {
  return [0, 4, 8].map((from) => key.slice(from, from + 4).join(' '))
}
