import type { Field } from '../shared/post'

/** A half-answer kept on this device until the server has acknowledged it. */
export interface Copy {
  url: string
  fields: Field[]
  /** milliseconds since 1970, when it was typed */
  at: number
}

/** The part of `localStorage` that is used here. */
export interface Shelf {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const MAX_AGE = 30 * 24 * 3600 * 1000

/** Half-answers of one learner on this device; another learner's are never read. */
export class AnswerStore {
  private readonly prefix: string

  constructor(
    private readonly shelf: Shelf,
    owner: string,
  ) {
    this.prefix = `answer:${owner}:`
  }

  /** Keeps a copy; false when the device has no room or forbids storage. */
  put(copy: Copy): boolean {
    try {
      this.shelf.setItem(this.prefix + copy.url, JSON.stringify(copy))
      return true
    } catch {
      return false
    }
  }

  get(url: string): Copy | null {
    return this.read(this.prefix + url)
  }

  /** Forgets the copy typed at `at`; a newer one stays. Without `at` whatever is there goes. */
  drop(url: string, at?: number): void {
    const copy = this.get(url)
    if (copy && (at === undefined || copy.at === at)) this.shelf.removeItem(this.prefix + url)
  }

  /** All copies, oldest first. Those older than 30 days are removed. */
  all(now: number): Copy[] {
    const keys: string[] = []
    for (let index = 0; index < this.shelf.length; index += 1) {
      const key = this.shelf.key(index)
      if (key?.startsWith(this.prefix)) keys.push(key)
    }
    const copies: Copy[] = []
    for (const key of keys) {
      const copy = this.read(key)
      if (!copy || now - copy.at > MAX_AGE) this.shelf.removeItem(key)
      else copies.push(copy)
    }
    return copies.sort((one, other) => one.at - other.at)
  }

  private read(key: string): Copy | null {
    try {
      const copy = JSON.parse(this.shelf.getItem(key) ?? 'null') as Copy | null
      return copy && typeof copy.at === 'number' && Array.isArray(copy.fields) ? copy : null
    } catch {
      return null
    }
  }
}

/** What is done with a copy found when the page opens. */
export type Found = 'nothing' | 'restore' | 'offer'

/**
 * The newer answer is shown: a copy newer than the server's half-answer is put back and sent, an
 * older one that differs is offered. `savedAt` is the server's time (ISO 8601) or empty.
 */
export function whatToDo(copy: Copy | null, savedAt: string, shown: readonly Field[]): Found {
  if (!copy || sameFields(copy.fields, shown)) return 'nothing'
  const server = savedAt ? Date.parse(savedAt) : Number.NaN
  return Number.isNaN(server) || copy.at > server ? 'restore' : 'offer'
}

/** An answer younger than this, in milliseconds, is still on its usual way to the server. */
export const UNDER_WAY = 5000

/** How many copies wait: offline all of them, otherwise those that should long have arrived. */
export function countWaiting(copies: readonly Copy[], now: number, online: boolean): number {
  return online ? copies.filter((copy) => now - copy.at > UNDER_WAY).length : copies.length
}

/** True when both hold the same names and values, in any order. */
export function sameFields(one: readonly Field[], other: readonly Field[]): boolean {
  const flat = (fields: readonly Field[]): string =>
    JSON.stringify(fields.map(([name, value]) => `${name}\u0000${value}`).sort())
  return flat(one) === flat(other)
}

/** True when the server will never take this answer: the question is closed or gone. */
export const isHopeless = (status: number): boolean => [404, 409, 410].includes(status)
