import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { Icon } from './icon'
import { ProblemNotice } from './problem'
import { nameOf, useRoom } from './room-context'
import { list, t, tn } from './words'

/** What became of an own message: waiting, on its way, failed with what to do, sent, read by whom. */
export function RowFoot({ item }: { item: Item }): VNode | null {
  const { detail } = useRoom()
  if (item.state === 'failed') return <Failed item={item} />
  if (!item.mine || item.kind === 'gone') return null
  if (item.state === 'queued') {
    return (
      <p class="message-state">
        <Icon name="clock" />
        {t('state-queued')}
      </p>
    )
  }
  if (item.state === 'sending') return <p class="message-state">{t('state-sending')}</p>
  if (item.readBy.length > 0) {
    return (
      <details class="message-state chat-details">
        <summary>{tn('read-by', item.readBy.length)}</summary>
        {list(item.readBy.map((user) => nameOf(detail, user)))}
      </details>
    )
  }
  return (
    <p class="message-state">
      <Icon name="check" />
      {t('state-sent')}
    </p>
  )
}

function Failed({ item }: { item: Item }): VNode {
  const { engine } = useApp()
  const { detail, deeds } = useRoom()
  const deed = useDeed()
  const again = (): void => void deed.run(() => engine.retrySend(detail.room, item.key))
  return (
    <div class="message-failed">
      <p class="message-state message-bad">
        <Icon name="cross-circle" />
        {t('state-failed')}
      </p>
      {item.problem ? <ProblemNotice problem={item.problem} room={detail.room} item={item} retry={again} /> : null}
      <div class="button-row">
        {!item.problem || item.problem.code === 'too-fast' ? (
          <Button kind="secondary" busy={deed.busy} onPress={again}>
            {t('try-again')}
          </Button>
        ) : null}
        <Button kind="quiet" onPress={() => deeds.discard(item)}>
          {t('take-back')}
        </Button>
      </div>
      {deed.problem ? <ProblemNotice problem={deed.problem} room={detail.room} retry={again} alert /> : null}
    </div>
  )
}
