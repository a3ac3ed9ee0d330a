import type { VNode } from 'preact'
import type { Undo } from './app-context'
import { Button, IconButton } from './button'
import { Icon } from './icon'
import { t } from './words'

/** What was just done, and how to take it back. It stays until the next thing or until it is closed. */
export function UndoLine({ done, onClose }: { done: Undo | null; onClose: () => void }): VNode {
  const undo = (): void => {
    done?.undo?.()
    onClose()
  }
  return (
    <div role="status">
      {done ? (
        <div class="undo-line">
          <Icon name="check" />
          <p>{done.text}</p>
          {done.undo ? (
            <Button kind="quiet" icon="undo" onPress={undo}>
              {t('undo')}
            </Button>
          ) : null}
          <IconButton icon="cross" label={t('close')} onPress={onClose} />
        </div>
      ) : null}
    </div>
  )
}
