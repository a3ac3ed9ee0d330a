import type { VNode } from 'preact'
import type { Item, RoomId } from '../crypto/interface'
import { Link } from './link'
import { inRoom } from './route-data'
import { beginning } from './text-data'
import { Chip } from './tlp-chip'
import { moment, t } from './words'

interface Props {
  room: RoomId
  roomName?: string
  item: Item
  text: string // '' where the label forbids a preview
  panel: string
}

/** A message seen from elsewhere: who, when, label, its beginning, and the way to it. */
export function ItemCard({ room, roomName, item, text, panel }: Props): VNode {
  return (
    <article class="item-card">
      <p class="item-card-head">
        <strong>
          <bdi dir="auto">{item.mine ? t('you') : item.name || t('someone')}</bdi>
        </strong>{' '}
        <Chip label={item.tlp} />
      </p>
      {roomName ? (
        <p class="room-note">
          <bdi dir="auto">{roomName}</bdi>
        </p>
      ) : null}
      <p dir="auto">{text ? beginning(text, 200) : t('open-to-read')}</p>
      <p>
        <Link to={inRoom(room, { at: item.seq, panel })} label={t('go-to-message', { name: item.name, time: moment(item.at) })}>
          {moment(item.at)}
        </Link>
      </p>
    </article>
  )
}
