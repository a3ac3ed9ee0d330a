import type { VNode } from 'preact'
import type { RoomForm, Tlp } from '../crypto/interface'
import { Select, TextField } from './field'
import { type Fault, withDefault, withMax } from './room-form-data'
import { StatesField } from './states-field'
import { LABELS } from './tlp'
import { t } from './words'

interface Props {
  form: RoomForm
  faults: Fault[]
  onChange: (form: RoomForm) => void
}

export const faultText = (fault: Fault): string => t(fault.key, fault.max ? { max: fault.max } : {})

/** What a case room is for, for how long, and which labels it takes. */
export function CharterFields({ form, faults, onChange }: Props): VNode {
  const error = (id: string): string | undefined => {
    const fault = faults.find((one) => one.id === id)
    return fault ? faultText(fault) : undefined
  }
  const set = (more: Partial<RoomForm>): void => onChange({ ...form, ...more })
  const labels = LABELS.map((label) => ({ value: label, text: `TLP:${label}` }))
  return (
    <>
      <TextField
        id="room-name" label={t('form-name')} hint={t('form-name-hint')} value={form.name}
        error={error('room-name')} onText={(name) => set({ name })}
      />
      <TextField
        id="room-topic" label={t('form-topic')} optional value={form.topic}
        error={error('room-topic')} onText={(topic) => set({ topic })}
      />
      <TextField
        id="room-purpose" label={t('form-purpose')} hint={t('form-purpose-hint')} lines value={form.purpose}
        error={error('room-purpose')} onText={(purpose) => set({ purpose })}
      />
      <TextField
        id="room-legal_basis" label={t('form-legal_basis')} hint={t('form-legal_basis-hint')} lines
        value={form.legal_basis} error={error('room-legal_basis')} onText={(legal_basis) => set({ legal_basis })}
      />
      <StatesField states={form.states} error={error('room-states')} onChange={(states) => set({ states })} />
      <Select
        id="room-tlp-default" label={t('form-default')} hint={t('form-default-hint')} value={form.tlp_default}
        options={labels} error={error('room-tlp-default')} onChoose={(label) => onChange(withDefault(form, label as Tlp))}
      />
      <Select
        id="room-tlp-max" label={t('form-max')} hint={t('form-max-hint')} value={form.tlp_max}
        options={labels} onChoose={(label) => onChange(withMax(form, label as Tlp))}
      />
      <TextField
        id="room-ends" label={t('form-ends')} hint={t('form-ends-hint')} type="date" value={form.ends_on}
        error={error('room-ends')} onText={(ends_on) => set({ ends_on })}
      />
    </>
  )
}
