import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { Icon } from './icon'
import { nameOf, useRoom } from './room-context'
import { clock, isoDay, list, t } from './words'

const KNOWN = ['created', 'roster', 'joined', 'left', 'declined', 'purged', 'hold', 'settings', 'closing', 'closed']

const LISTS = ['invite', 'remove', 'role', 'identity', 'history', 'charter']

function sentence(item: Item, who: string): string {
  const change = item.notice?.change ?? ''
  if (change === 'hold') {
    return item.notice?.until ? t('notice-hold', { date: isoDay(item.notice.until) }) : t('notice-hold-ended')
  }
  const signed = item.notice?.list
  if (signed && LISTS.includes(signed.kind)) {
    const names = list(signed.names.map((name) => name || t('someone')))
    return t(`notice-list-${signed.kind}`, { by: signed.by || t('someone'), names })
  }
  return t(KNOWN.includes(change) ? `notice-${change}` : 'notice-settings', { name: who })
}

/** What happened to the room itself: one line. */
export function NoticeLine({ item }: { item: Item }): VNode {
  const { detail } = useRoom()
  const who = item.notice?.user ? nameOf(detail, item.notice.user) : t('someone')
  return (
    <p class="message-notice">
      <Icon name="info" />
      <span>{sentence(item, who)}</span> <span class="message-time">{clock(item.at)}</span>
    </p>
  )
}

/** A message that is no longer there: why, and by whom. */
export function GoneLine({ item }: { item: Item }): VNode {
  const { detail } = useRoom()
  const by = item.gone?.by ? nameOf(detail, item.gone.by) : t('someone')
  const why = item.gone?.why ?? 'purged'
  return (
    <p class="message-notice">
      <Icon name="cross-circle" />
      <span>{t(`gone-${why}`, { name: item.name || t('someone'), by })}</span>{' '}
      <span class="message-time">{clock(item.at)}</span>
    </p>
  )
}
