import type { VNode } from 'preact'
import { Button } from './button'
import { Dialog } from './dialog'
import { RestoreForm } from './restore-form'
import { t } from './words'

/** The recovery key asked for where a message needs it, without leaving the place. */
export function RestoreDialog({ onClose }: { onClose: () => void }): VNode {
  return (
    <Dialog title={t('restore-title')} onClose={onClose} wide>
      <RestoreForm onDone={onClose} />
      <Button kind="quiet" onPress={onClose}>
        {t('cancel')}
      </Button>
    </Dialog>
  )
}
