import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Item } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { ComposeText } from './compose-text'
import { useDeed } from './deed'
import { DeedProblem } from './problem'
import { useRoom } from './room-context'
import { Chip } from './tlp-chip'
import { t } from './words'

/** Changing an own message. Its label stays: what was given under a label is not lowered by an edit. */
export function Editor({ item, onDone }: { item: Item; onDone: () => void }): VNode {
  const { engine } = useApp()
  const { detail } = useRoom()
  const [body, setBody] = useState(item.body)
  const deed = useDeed()
  useEffect(() => document.getElementById('editor-text')?.focus(), [])
  const save = async (): Promise<void> => {
    if (!body.trim()) return
    if (body === item.body || (await deed.run(() => engine.edit(detail.room, item.key, body)))) onDone()
  }
  return (
    <form
      class="composer"
      aria-label={t('editor')}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <p>
        {t('editing')} <Chip label={item.tlp} />
      </p>
      <ComposeText
        id="editor-text" label={t('editor')} value={body} members={detail.members} onText={setBody}
        onSend={() => void save()} onEscape={onDone} onFiles={() => undefined}
      />
      <DeedProblem problem={deed.problem} room={detail.room} retry={() => void save()} />
      <div class="button-row">
        <Button submit busy={deed.busy} disabled={body.trim() ? undefined : t('edit-empty')}>
          {t('save-change')}
        </Button>
        <Button kind="quiet" onPress={onDone}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}
