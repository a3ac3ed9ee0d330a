// What may be asked of the next leading tab when the one that was asked is closed or asleep: it may
// have done what was asked, and only its answer is missing.
//
// same   doing it twice is doing it once: it reads, or the server and the library know it again
// once   it writes into a room: repeated under the same id, by which outbox and server know it
// never  it would be done twice, or what it needs was kept in memory by the tab that is gone

import type { Engine } from './interface'

type How = 'same' | 'once' | 'never'

/** The same id for the call and its repetition. */
export interface Once {
  id: string // also the transaction id at the server
  again: boolean
}

export const AGAIN: Record<keyof Engine, How> = {
  state: 'same', retry: 'same', signOut: 'never',
  setupBegin: 'same', setupFinish: 'never', restore: 'same', resetIdentity: 'same', newRecoveryKey: 'same',
  devices: 'same', renameDevice: 'same', removeDevice: 'same',
  checks: 'same', checkStart: 'same', checkAccept: 'never', checkConfirm: 'never', checkMismatch: 'never',
  checkCancel: 'never', acceptIdentity: 'same',
  rooms: 'same', room: 'same', createRoom: 'never', openDirect: 'same', join: 'same', decline: 'same', leave: 'same',
  invite: 'same', removeMember: 'same', setRole: 'same', setHistory: 'same', setCharter: 'same', setRoom: 'same',
  setMine: 'same', beginClosing: 'same', exportRoom: 'same', finishClosing: 'same',
  timeline: 'same', send: 'once', edit: 'once', remove: 'once', react: 'once', vote: 'once', pin: 'once',
  forward: 'once', item: 'same', markRead: 'same', askAgain: 'same', fetchAgain: 'same', retrySend: 'same',
  discard: 'never', saveDraft: 'same', draft: 'same', typing: 'same',
  attach: 'same', cancelUpload: 'same', open: 'same',
  search: 'same', people: 'same', report: 'same', block: 'same', blocked: 'same',
}
