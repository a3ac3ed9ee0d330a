import type { VNode } from 'preact'
import type { Item, RoomSummary } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useAnswer, useDeed } from './deed'
import { Link } from './link'
import { Empty, Loading } from './notice'
import { DeedProblem } from './problem'
import { roomName } from './room-row'
import { onlyTopic, unreadItems, waiting, type Waiting } from './rooms-data'
import { inRoom } from './route-data'
import { beginning } from './text-data'
import { Chip } from './tlp-chip'
import { t, tn } from './words'

const placeOf = (entry: Waiting): Parameters<typeof inRoom> => [entry.room, { topic: entry.topic || null }]

/** Everything unread, by topic; one button opens the next. */
export function CatchUp({ heading }: { heading: 1 | 2 }): VNode {
  const { rooms, go } = useApp()
  const Heading = heading === 1 ? 'h1' : 'h2'
  if (rooms === null) return <Loading text={t('rooms-loading')} />
  const entries = waiting(rooms)
  const first = entries[0]
  return (
    <section class="catch-up">
      <Heading tabIndex={-1}>{t('catch-up')}</Heading>
      {first ? (
        <>
          <p class="lead">{tn('topics-waiting', entries.length)}</p>
          <Button onPress={() => go(inRoom(...placeOf(first)))}>{t('open-next')}</Button>
          <ul class="catch-up-list" role="list">
            {entries.map((entry) => {
              const room = rooms.find((one) => one.room === entry.room)
              return room ? <Entry key={entry.room + entry.topic} entry={entry} room={room} /> : null
            })}
          </ul>
        </>
      ) : (
        <Empty title={t('nothing-unread-title')}>
          <p>{t('nothing-unread-text')}</p>
        </Empty>
      )}
    </section>
  )
}

const lastOf = (items: Item[]): number | null => unreadItems(items, 1).last

function Entry({ entry, room }: { entry: Waiting; room: RoomSummary }): VNode {
  const { engine } = useApp()
  const deed = useDeed()
  const { value: page } = useAnswer(
    () => engine.timeline(entry.room, { thread: entry.topic || null, limit: Math.min(entry.unread + 5, 30) }),
    [entry.room, entry.topic, entry.unread],
  )
  const { value: detail } = useAnswer(
    () => (entry.topic ? engine.room(entry.room) : Promise.resolve(null)),
    [entry.room, entry.topic],
  )
  const { shown, last } = unreadItems(page?.items ?? [], entry.unread)
  // Reading is counted by number: one topic among several cannot be marked without the others.
  const alone = onlyTopic(room, entry.topic)
  const topic = detail?.topics.find((one) => one.id === entry.topic)?.title
  const read = (): void =>
    void deed.run(async () => {
      const seq = alone ? last : (lastOf((await engine.timeline(entry.room, { limit: 5 })).items))
      if (seq !== null) await engine.markRead(entry.room, seq)
    })
  return (
    <li class="catch-up-entry">
      <h3>
        <Link to={inRoom(...placeOf(entry))}>
          <bdi dir="auto">{roomName(room)}</bdi>
          {entry.topic ? <span> · <bdi dir="auto">{topic || t('topic')}</bdi></span> : null}
        </Link>
      </h3>
      <p class="catch-up-count">
        {tn('unread', entry.unread)}
        {entry.mentions ? <strong> {t('you-are-mentioned')}</strong> : null}
      </p>
      <ul class="catch-up-items" role="list">
        {shown.map((item) => (
          <li key={item.key}>
            <Chip label={item.tlp} /> <strong><bdi dir="auto">{item.name}</bdi></strong>{' '}
            <span dir="auto">{item.kind === 'problem' || item.tlp === 'RED' ? t('open-to-read') : beginning(item.body)}</span>
          </li>
        ))}
      </ul>
      <DeedProblem problem={deed.problem} retry={read} />
      <Button kind="quiet" icon="check" busy={deed.busy} onPress={read} label={t(alone ? 'mark-read-label' : 'mark-room-read-label', { room: roomName(room), topic: topic ?? '' })}>
        {t(alone ? 'mark-read' : 'mark-room-read')}
      </Button>
    </li>
  )
}
