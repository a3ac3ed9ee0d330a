import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { RoomDetail } from '../crypto/interface'
import { useApp } from './app-context'
import { Icon } from './icon'
import { Link } from './link'
import { readers } from './room-data'
import { roomName } from './room-row'
import { RoomMenu } from './room-menu'
import { home, inRoom, type Route } from './route-data'
import { t } from './words'

interface Tab {
  panel: string
  icon: string
  text: string
  count?: number
}

/** Name of the room, the way back on phones, its panels and its menu. */
export function RoomHead({ detail, title }: { detail: RoomDetail; title: string | null }): VNode {
  const { route, moved } = useApp()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (moved && !route.panel && !route.at) heading.current?.focus({ preventScroll: true })
  }, [title])
  const tabs: Tab[] = [
    { panel: 'topics', icon: 'topic', text: t('topics'), count: detail.topics.length },
    { panel: 'members', icon: 'people', text: t('members'), count: readers(detail.members).length },
    { panel: 'pins', icon: 'pin', text: t('pins'), count: detail.pins.length },
    { panel: 'search', icon: 'search', text: t('search') },
    { panel: 'facts', icon: 'info', text: t('facts') },
  ]
  const back: Route = title === null ? home : inRoom(detail.room)
  return (
    <header class="room-head">
      <Link class={title === null ? 'room-back room-back-list' : 'room-back'} to={back} label={title === null ? t('back-to-rooms') : t('back-to-room')}>
        <Icon name="arrow-start" />
      </Link>
      <div class="room-titles">
        {title === null ? null : (
          <p class="room-of">
            <bdi dir="auto">{roomName(detail)}</bdi>
          </p>
        )}
        <h1 ref={heading} tabIndex={-1}>
          <bdi dir="auto">{title ?? roomName(detail)}</bdi>
        </h1>
      </div>
      <nav class="room-tabs" aria-label={t('in-this-room')}>
        {tabs.map((tab) => (
          <Link
            key={tab.panel}
            class="room-tab"
            to={inRoom(detail.room, { topic: route.topic, panel: route.panel === tab.panel ? '' : tab.panel })}
            current={route.panel === tab.panel}
          >
            <Icon name={tab.icon} />
            <span class="room-tab-text">{tab.text}</span>
            {tab.count ? <span class="room-tab-count">{tab.count}</span> : null}
          </Link>
        ))}
      </nav>
      <RoomMenu detail={detail} />
    </header>
  )
}
