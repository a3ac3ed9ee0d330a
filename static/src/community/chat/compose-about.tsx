import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { IconButton } from './button'
import { beginning } from './text-data'
import { Chip } from './tlp-chip'
import { t } from './words'

/** Which message is answered, and how not to answer it. */
export function ComposeAbout({ answering, onStop }: { answering: Item | null; onStop: () => void }): VNode | null {
  if (!answering) return null
  return (
    <div class="compose-about">
      <p>
        {answering.mine ? t('answering-self') : t('answering', { name: answering.name || t('someone') })} <Chip label={answering.tlp} />{' '}
        <span class="muted" dir="auto">
          {beginning(answering.body, 100)}
        </span>
      </p>
      <IconButton icon="cross" label={t('stop-answering')} onPress={onStop} />
    </div>
  )
}
