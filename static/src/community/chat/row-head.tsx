import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { Icon } from './icon'
import { Link } from './link'
import { useRoom } from './room-context'
import { inRoom } from './route-data'
import { beginning } from './text-data'
import { Chip } from './tlp-chip'
import { clock, machineTime, moment, t } from './words'

const TRUST_ICONS = { checked: 'check-circle', 'not-checked': 'circle', restored: 'undo', shared: 'person' } as const

/** How far the sender of a message is known, in words. */
export function TrustWord({ item }: { item: Pick<Item, 'trust' | 'sharedBy'> }): VNode | null {
  if (item.trust === '') return null
  return (
    <span class="trust" data-trust={item.trust}>
      <Icon name={TRUST_ICONS[item.trust]} />
      {item.trust === 'shared' ? t('trust-shared', { name: item.sharedBy || t('someone') }) : t(`trust-${item.trust}`)}
    </span>
  )
}

interface Props {
  item: Item
  id: string
  follows: boolean
}

/** Who wrote a message, when, under which label, and what happened to it since. */
export function RowHead({ item, id, follows }: Props): VNode {
  const { detail, topic } = useRoom()
  const title = detail.topics.find((one) => one.id === item.thread)?.title
  return (
    <header class="message-head">
      <span id={id} class={follows ? 'visually-hidden' : 'message-author'}>
        <bdi dir="auto">{item.mine ? t('you') : item.name || t('someone')}</bdi>
      </span>
      {follows || item.mine ? null : <TrustWord item={item} />}
      <Chip label={item.tlp} />
      {item.seq === null ? (
        <span class="message-time">{clock(item.at)}</span>
      ) : (
        <Link class="message-time" to={inRoom(detail.room, { topic, at: item.seq })} label={moment(item.at)}>
          <time dateTime={machineTime(item.at)} title={moment(item.at)}>
            {clock(item.at)}
          </time>
        </Link>
      )}
      {item.edited ? <span class="message-note">{t('edited', { time: moment(item.edited) })}</span> : null}
      {item.pinned ? (
        <span class="message-note">
          <Icon name="pin" />
          {t('mark-pinned')}
        </span>
      ) : null}
      {item.mentionsMe ? <strong class="message-note message-mention">{t('mentions-you')}</strong> : null}
      {item.expiresAt ? <span class="message-note">{t('disappears', { time: moment(item.expiresAt) })}</span> : null}
      {topic === null && item.thread ? (
        <Link class="message-topic" to={inRoom(detail.room, { topic: item.thread })}>
          <Icon name="topic" />
          <bdi dir="auto">{title ? beginning(title, 60) : t('topic')}</bdi>
        </Link>
      ) : null}
    </header>
  )
}
