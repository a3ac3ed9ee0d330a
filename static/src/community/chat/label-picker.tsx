import type { VNode } from 'preact'
import type { RoomDetail, Tlp } from '../crypto/interface'
import { offers } from './composer-data'
import { t } from './words'

interface Props {
  room: Pick<RoomDetail, 'charter'>
  answered: Tlp | null // the label of the message answered: never looser than that
  value: Tlp | null
  onChoose: (label: Tlp) => void
}

/** The handling label of what is written. Labels that cannot be chosen say why. */
export function LabelPicker({ room, answered, value, onChoose }: Props): VNode {
  return (
    <label class="label-picker" data-missing={value === null ? '' : undefined}>
      <span>{t('label')}</span>
      <select
        id="composer-label"
        class="input"
        value={value ?? ''}
        required
        onChange={(event) => onChoose(event.currentTarget.value as Tlp)}
      >
        {value === null ? (
          <option value="" selected>
            {t('label-choose')}
          </option>
        ) : null}
        {offers(room, answered).map(({ label, reason }) => (
          <option key={label} value={label} disabled={reason !== ''} selected={label === value}>
            {reason ? t('label-with-reason', { label: `TLP:${label}`, reason: t(`${reason}-short`) }) : `TLP:${label}`}
          </option>
        ))}
      </select>
    </label>
  )
}
