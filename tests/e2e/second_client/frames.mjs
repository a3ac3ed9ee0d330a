// The frames of messaging.md 10.4 that a server sends, by their name.

import * as a from './things.mjs'

export const FRAMES = {
  welcome: {
    t: 'welcome', conn: 'text', server_time: 'millis',
    limits: { frame: 65536, rooms: 50, window_bytes: 262144, window_items: 100 },
  },
  sync: { t: 'sync', n: 'int', ...a.sync },
  events: {
    t: 'events', n: 'int', room: 'room', from_seq: 'int', to_seq: 'int', events: ['any'], more: 'bool',
  },
  heads: { t: 'heads', rooms: { '*': 'int' } },
  member: {
    t: 'member', room: 'room', state: 'invited|joined|left|removed|declined', roster_version: 'int',
    members_seq: 'int',
  },
  receipt: { t: 'receipt', room: 'room', user: 'user', seq: 'int' },
  typing: { t: 'typing', room: 'room', user: 'user' },
  pong: { t: 'pong', n: 'int' },
  error: { t: 'error', code: 'text', 'retry_after?': 'int' },
  bye: { t: 'bye', code: 'text' },
}
