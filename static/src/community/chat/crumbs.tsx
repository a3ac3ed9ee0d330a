import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Icon } from './icon'
import { Link } from './link'
import { roomName } from './room-row'
import { home, type Route } from './route-data'
import { t } from './words'

interface Props {
  communityUrl: string
  accountUrl: string
}

const titleOf = (route: Route, room: string): string => {
  if (route.view === 'devices') return t('devices-title')
  if (route.view === 'room-new') return t('new-room')
  if (route.view === 'join') return t('invitation')
  if (route.view === 'room') return room || t('room')
  return route.panel === 'search' || route.panel === 'catch-up' || route.panel === 'new-message' ? t(`crumb-${route.panel}`) : ''
}

/** Where one is, as on every other page; it follows what is opened without loading. */
export function Crumbs({ communityUrl, accountUrl }: Props): VNode {
  const { route, rooms, roomId } = useApp()
  const room = rooms?.find((one) => one.room === roomId(route.room))
  const title = titleOf(route, room ? roomName(room) : '')
  const devices = route.view === 'devices'
  return (
    <nav class="breadcrumbs" aria-label={t('crumbs')}>
      <ol role="list">
        <li>
          <a href={devices ? accountUrl : communityUrl}>{devices ? t('crumb-account') : t('crumb-community')}</a>
          <Icon name="chevron-end" />
        </li>
        {devices ? null : (
          <li>
            {title ? (
              <>
                <Link to={home}>{t('messages-title')}</Link>
                <Icon name="chevron-end" />
              </>
            ) : (
              <span aria-current="page">{t('messages-title')}</span>
            )}
          </li>
        )}
        {title ? (
          <li>
            <bdi dir="auto" aria-current="page">{title}</bdi>
          </li>
        ) : null}
      </ol>
    </nav>
  )
}
