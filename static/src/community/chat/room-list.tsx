import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { Icon } from './icon'
import { Link } from './link'
import { Empty, Loading } from './notice'
import { RoomRow } from './room-row'
import { grouped, unreadTotal } from './rooms-data'
import { full, home } from './route-data'
import { roam } from './roving'
import { t, tn } from './words'

/** Rooms and direct messages: search, new ones, invitations first. Arrows move from room to room. */
export function RoomList({ heading }: { heading: 1 | 2 }): VNode {
  const { rooms, route, domain, go } = useApp()
  const [query, setQuery] = useState('')
  const groups = grouped(rooms ?? [], query)
  const here = route.room ? full(route.room, domain) : ''
  const unread = unreadTotal(rooms ?? [])
  const Heading = heading === 1 ? 'h1' : 'h2'
  const Sub = heading === 1 ? 'h2' : 'h3'
  return (
    <nav class="chat-list" aria-label={t('list-label')}>
      <Heading class="chat-list-title" tabIndex={-1}>
        {t('messages-title')}
      </Heading>
      <div class="chat-list-deeds">
        <Button kind={rooms?.length === 0 ? 'primary' : 'secondary'} icon="plus" onPress={() => go({ ...home, view: 'room-new' })}>
          {t('new-room')}
        </Button>
        <Button kind="secondary" icon="person" onPress={() => go({ ...home, panel: 'new-message' })}>
          {t('new-message')}
        </Button>
      </div>
      <ul class="chat-places" role="list">
        <li>
          <Link to={{ ...home, panel: 'catch-up' }} class="room-link" current={route.view === 'messages' && route.panel === 'catch-up'}>
            <Icon name="bell" />
            <span class="room-text">{t('catch-up')}</span>
            <span class="room-side">{unread > 0 ? tn('unread', unread) : t('nothing-unread')}</span>
          </Link>
        </li>
        <li>
          <Link to={{ ...home, panel: 'search' }} class="room-link" current={route.view === 'messages' && route.panel === 'search'}>
            <Icon name="search" />
            <span class="room-text">{t('search-here')}</span>
          </Link>
        </li>
      </ul>
      {rooms === null ? <Loading text={t('rooms-loading')} /> : null}
      {rooms && rooms.length > 4 ? (
        <div class="chat-filter">
          <label class="field-label" for="room-filter">
            {t('rooms-filter')}
          </label>
          <input
            id="room-filter"
            class="input"
            type="search"
            dir="auto"
            autocomplete="off"
            value={query}
            onInput={(event) => setQuery(event.currentTarget.value)}
          />
        </div>
      ) : null}
      {rooms?.length === 0 ? (
        <Empty title={t('rooms-empty')}>
          <p>{t('rooms-empty-text')}</p>
        </Empty>
      ) : null}
      {rooms && rooms.length > 0 && groups.length === 0 ? (
        <Empty title={t('rooms-none-found')}>
          <Button kind="secondary" onPress={() => setQuery('')}>
            {t('rooms-show-all')}
          </Button>
        </Empty>
      ) : null}
      <div onKeyDown={(event) => roam(event, 'a.room-link')}>
        {groups.map(({ group, rooms: found }) => (
          <section key={group} aria-label={t(`group-${group}`)}>
            <Sub class="chat-group">{t(`group-${group}`)}</Sub>
            <ul class="room-rows" role="list">
              {found.map((room) => (
                <RoomRow key={room.room} room={room} current={room.room === here} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  )
}
