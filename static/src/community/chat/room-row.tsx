import type { VNode } from 'preact'
import type { RoomSummary } from '../crypto/interface'
import { Icon } from './icon'
import { Link } from './link'
import { type Mark, marksOf } from './rooms-data'
import { bare, home, inRoom } from './route-data'
import { clock, day, t, tn } from './words'

const ICONS: Record<Mark, string> = {
  stopped: 'warning', hold: 'lock', closing: 'clock', closed: 'lock', draft: 'edit', muted: 'mute', pinned: 'pin',
}

/** The name of a room as it may be shown; while its charter is not readable yet, a word for it. */
export const roomName = (room: Pick<RoomSummary, 'name' | 'kind'>): string =>
  room.name || t(room.kind === 'case' ? 'room-unnamed' : 'direct-unnamed')

const when = (at: number): string => (Date.now() - at < 20 * 3600_000 ? clock(at) : day(at))

/** One room of the list: name, numbers, and every state in words. */
export function RoomRow({ room, current }: { room: RoomSummary; current: boolean }): VNode {
  const marks = marksOf(room)
  const to = room.membership === 'invited' ? { ...home, view: 'join' as const, room: bare(room.room) } : inRoom(room.room)
  return (
    <li class="room-row" data-unread={room.unread > 0 && !room.muted ? '' : undefined}>
      <Link to={to} class="room-link" current={current}>
        <Icon name={room.kind === 'case' ? 'folder' : 'person'} />
        <span class="room-text">
          <span class="room-name">
            <bdi dir="auto">{roomName(room)}</bdi>
          </span>
          {room.membership === 'invited' ? (
            <span class="room-note">
              {t('invited-by-note')} <bdi dir="auto">{room.invitedBy || t('someone')}</bdi>
            </span>
          ) : null}
          {marks.length > 0 ? (
            <span class="room-marks">
              {marks.map((mark) => (
                <span class="room-mark" data-mark={mark} key={mark}>
                  <Icon name={ICONS[mark]} />
                  {t(`mark-${mark}`)}
                </span>
              ))}
            </span>
          ) : null}
        </span>
        <span class="room-side">
          {room.lastAt > 0 ? <span class="room-time">{when(room.lastAt)}</span> : null}
          {room.mentions > 0 ? (
            <span class="room-count room-mentions">
              <span aria-hidden="true">@</span>
              <span class="visually-hidden">{tn('mentions', room.mentions)}</span>
            </span>
          ) : null}
          {room.unread > 0 ? (
            <span class="room-count">
              <span aria-hidden="true">{room.unread > 99 ? '99+' : room.unread}</span>
              <span class="visually-hidden">{tn('unread', room.unread)}</span>
            </span>
          ) : null}
        </span>
      </Link>
    </li>
  )
}
