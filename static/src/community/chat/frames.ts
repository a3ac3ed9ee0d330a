// Frames of the socket (messaging.md 10.4). What comes in is checked for its form before use.

import type { SyncBody } from '../crypto/core'
import { isWhole } from '../crypto/encode'
import type { RoomId, UserId } from '../crypto/interface'
import type { ServerEvent } from './parts'

export const PROTOCOL = 'community.chat.v1'
export const MOST_ROOMS = 50

export type Outbound =
  | { t: 'hello'; device_id: string; cursor: string | null; app: string; rooms: RoomId[] }
  | { t: 'subscribe'; rooms: RoomId[] }
  | { t: 'typing'; room: RoomId }
  | { t: 'ping'; n: number }
  | { t: 'ack'; n: number; cursor?: string }

export type Inbound =
  | { t: 'welcome' }
  | ({ t: 'sync'; n: number } & SyncBody)
  | { t: 'events'; n: number; room: RoomId; from_seq: number; to_seq: number; events: ServerEvent[]; more: boolean }
  | { t: 'heads'; rooms: Record<RoomId, number> }
  | { t: 'member'; room: RoomId; state: string; roster_version: number; members_seq: number }
  | { t: 'receipt'; room: RoomId; user: UserId; seq: number }
  | { t: 'typing'; room: RoomId; user: UserId }
  | { t: 'pong'; n: number }
  | { t: 'error'; code: string; retry_after?: number }
  | { t: 'bye'; code: string }

type Shape = Record<string, unknown>

const isObject = (value: unknown): value is Shape => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): boolean => typeof value === 'string'

const FORMS: Record<Inbound['t'], (frame: Shape) => boolean> = {
  welcome: () => true,
  sync: (frame) => isWhole(frame['n'], 1) && isSync(frame),
  events: (frame) => isWhole(frame['n'], 1) && isText(frame['room']) && isWhole(frame['to_seq'], 1) &&
    Array.isArray(frame['events']),
  heads: (frame) => isHeads(frame['rooms']),
  member: (frame) => isText(frame['room']) && isText(frame['state']),
  receipt: (frame) => isText(frame['room']) && isText(frame['user']) && isWhole(frame['seq'], 0),
  typing: (frame) => isText(frame['room']) && isText(frame['user']),
  pong: () => true,
  error: (frame) => isText(frame['code']),
  bye: (frame) => isText(frame['code']),
}

const isHeads = (value: unknown): boolean => isObject(value) && Object.values(value).every((seq) => isWhole(seq, 0))

/** Whether an answer of GET sync, or a sync frame, has every field the library wants. */
export function isSync(value: unknown): value is SyncBody {
  return isObject(value) && isText(value['cursor']) && Array.isArray(value['to_device']) &&
    isObject(value['device_lists']) && isObject(value['otk_counts']) &&
    Array.isArray(value['unused_fallback']) && isHeads(value['heads'])
}

/** The frame, or null for what is none. */
export function readFrame(text: unknown): Inbound | null {
  if (typeof text !== 'string') return null
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (!isObject(frame) || !Object.hasOwn(FORMS, String(frame['t']))) return null
  return FORMS[frame['t'] as Inbound['t']](frame) ? (frame as unknown as Inbound) : null
}
