import type { VNode } from 'preact'
import { useRef } from 'preact/hooks'
import type { Draft, Tlp } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { isEmpty } from './composer-data'
import { LabelPicker } from './label-picker'
import { useRoom } from './room-context'
import { limitSize, t } from './words'

interface Props {
  draft: Draft
  answered: Tlp | null // the label that what is written cannot be looser than
  open: boolean // the options are shown
  onChange: (more: Partial<Draft>) => void
  onFiles: (files: File[]) => void
  onOptions: () => void
  onClear: () => void
}

/** What stands below the text: label, files, poll, options. */
export function ComposerTools({ draft, answered, open, onChange, onFiles, onOptions, onClear }: Props): VNode {
  const { fileLimit } = useApp()
  const { detail } = useRoom()
  const files = useRef<HTMLInputElement>(null)
  return (
    <div class="composer-row">
      <LabelPicker room={detail} answered={answered} value={draft.tlp} onChoose={(tlp) => onChange({ tlp })} />
      <input
        ref={files}
        class="visually-hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      <Button kind="quiet" icon="attach" label={t('attach-label', { max: limitSize(fileLimit) })} onPress={() => files.current?.click()}>
        {t('attach')}
      </Button>
      {draft.poll ? null : (
        <Button kind="quiet" icon="poll" onPress={() => onChange({ poll: [draft.body.split('\n')[0] ?? '', '', ''] })}>
          {t('poll')}
        </Button>
      )}
      <Button kind="quiet" icon="more" expanded={open} onPress={onOptions}>
        {t('options')}
      </Button>
      {isEmpty(draft) ? null : (
        <Button kind="quiet" icon="trash" onPress={onClear}>
          {t('clear')}
        </Button>
      )}
    </div>
  )
}
