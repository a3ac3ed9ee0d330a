/** What the line under the header says. `hidden`: nothing to say. */
export type LineState = 'hidden' | 'offline' | 'waiting' | 'saved'

/**
 * Decides the line from the connection, the number of answers not yet sent, and the number there
 * was before: "all saved" is said once, only after something had been waiting.
 */
export function lineState(online: boolean, waiting: number, before: number): LineState {
  if (!online) return 'offline'
  if (waiting > 0) return 'waiting'
  return before > 0 ? 'saved' : 'hidden'
}
