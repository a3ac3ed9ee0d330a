import type { VNode } from 'preact'
import { Icon } from './icon'
import { Link } from './link'
import { Empty } from './notice'
import { useRoom } from './room-context'
import { inRoom } from './route-data'
import { roam } from './roving'
import { beginning } from './text-data'
import { day, t, tn } from './words'

/** The topics of a room, the latest first; how to open one is said where there is none. */
export function TopicsPanel(): VNode {
  const { detail, topic } = useRoom()
  const topics = [...detail.topics].sort((a, b) => b.lastAt - a.lastAt)
  if (topics.length === 0) {
    return (
      <Empty title={t('topics-none')}>
        <p>{t('topics-none-text')}</p>
      </Empty>
    )
  }
  return (
    <ul class="panel-list" role="list" onKeyDown={(event) => roam(event, 'a')}>
      <li>
        <Link class="panel-link" to={inRoom(detail.room, { panel: 'topics' })} current={topic === null}>
          <Icon name="folder" />
          <span class="room-text">{t('all-messages')}</span>
        </Link>
      </li>
      {topics.map((one) => (
        <li key={one.id}>
          <Link class="panel-link" to={inRoom(detail.room, { topic: one.id, panel: 'topics' })} current={one.id === topic}>
            <Icon name="topic" />
            <span class="room-text">
              <bdi class="room-name" dir="auto">
                {beginning(one.title, 200) || t('topic')}
              </bdi>
              <span class="room-note">
                {tn('messages-count', one.count)} · {day(one.lastAt)}
              </span>
            </span>
            {one.unread > 0 ? (
              <span class="room-side">
                <span class="room-count">
                  <span aria-hidden="true">{one.unread}</span>
                  <span class="visually-hidden">{tn('unread', one.unread)}</span>
                </span>
              </span>
            ) : null}
          </Link>
        </li>
      ))}
    </ul>
  )
}
