import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Draft } from '../crypto/interface'
import { Checkbox } from './choices'
import { EXPIRIES } from './composer-data'
import { Select } from './field'
import { enterSends, setEnterSends, setTellsTyping, tellsTyping } from './preferences'
import { t, tn } from './words'

interface Props {
  draft: Draft
  onChange: (more: Partial<Draft>) => void
}

/** How one likes to write, and whether this message disappears. */
export function ComposeOptions({ draft, onChange }: Props): VNode {
  const [enter, setEnter] = useState(enterSends())
  const [typing, setTyping] = useState(tellsTyping())
  const after = (seconds: number): string => (seconds < 86_400 ? tn('hours', seconds / 3600) : tn('days', seconds / 86_400))
  return (
    <div class="compose-options">
      <Select
        label={t('expires')}
        hint={t('expires-hint')}
        value={String(draft.expiresAfter ?? '')}
        options={[{ value: '', text: t('expires-never') }, ...EXPIRIES.map((seconds) => ({ value: String(seconds), text: after(seconds) }))]}
        onChoose={(value) => onChange({ expiresAfter: value ? Number(value) : null })}
      />
      <Checkbox checked={draft.notify === true} onCheck={(notify) => onChange({ notify })} hint={t('notify-hint')}>
        {t('notify')}
      </Checkbox>
      <Checkbox
        checked={enter}
        onCheck={(on) => {
          setEnterSends(on)
          setEnter(on)
        }}
        hint={t('enter-hint')}
      >
        {t('enter-sends')}
      </Checkbox>
      <Checkbox
        checked={typing}
        onCheck={(on) => {
          setTellsTyping(on)
          setTyping(on)
        }}
      >
        {t('typing-tell')}
      </Checkbox>
      <p class="field-hint">{t('formatting-hint')}</p>
    </div>
  )
}
