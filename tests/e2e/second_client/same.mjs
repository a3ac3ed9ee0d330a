// One way to say that two things should be the same.

import { isDeepStrictEqual } from 'node:util'

export function same(found, wanted, what) {
  if (isDeepStrictEqual(found, wanted)) return
  throw new Error(`${what}: ${JSON.stringify(wanted)} is wanted, not ${JSON.stringify(found)}`)
}

export function holds(truth, what) {
  if (!truth) throw new Error(what)
}
