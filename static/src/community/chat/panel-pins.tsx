import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useAnswer } from './deed'
import { ItemCard } from './item-card'
import { Empty, Loading } from './notice'
import { ProblemNotice } from './problem'
import { useRoom } from './room-context'
import { whyNoWriting } from './row-menu-data'
import { showsSnippet } from './tlp'
import { t } from './words'

/** What was pinned in a room. */
export function PinsPanel(): VNode {
  const { engine, fail, say } = useApp()
  const { detail } = useRoom()
  const { value, problem, reload } = useAnswer(
    () => Promise.all(detail.pins.map((key) => engine.item(detail.room, key))),
    [detail.room, detail.pins.join()],
  )
  if (problem) return <ProblemNotice problem={problem} room={detail.room} retry={reload} />
  if (!value) return <Loading text={t('messages-loading')} />
  const items = value.filter((item): item is Item => item !== null)
  if (items.length === 0) {
    return (
      <Empty title={t('pins-none')}>
        <p>{t('pins-none-text')}</p>
      </Empty>
    )
  }
  const unpin = (item: Item): void => {
    const undo = (): void => void engine.pin(detail.room, item.key, true).catch(fail)
    engine.pin(detail.room, item.key, false).then(() => say({ text: t('message-unpinned'), undo }), fail)
  }
  return (
    <ul class="panel-list" role="list">
      {items.map((item) => (
        <li key={item.key}>
          <ItemCard room={detail.room} item={item} text={showsSnippet(item.tlp) ? (item.poll?.question ?? item.body) : ''} panel="" />
          {whyNoWriting(detail) === '' ? (
            <Button kind="quiet" icon="pin" label={t('unpin-label', { name: item.name })} onPress={() => unpin(item)}>
              {t('deed-unpin')}
            </Button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
