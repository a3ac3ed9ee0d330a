import type { VNode } from 'preact'
import { IconButton } from './button'
import { CountryNotes } from './charter-facts'
import { Select } from './field'
import { compare, country, t, theWords } from './words'

interface Props {
  states: string[]
  error?: string | undefined
  onChange: (states: string[]) => void
}

/** The States a case involves: chosen one after the other from the list of countries. */
export function StatesField({ states, error, onChange }: Props): VNode {
  const all = Object.keys(theWords().countries)
    .filter((code) => !states.includes(code))
    .sort((a, b) => compare(country(a), country(b)))
  return (
    <div>
      <Select
        id="room-states"
        label={t('form-states')}
        hint={t('form-states-hint')}
        error={error}
        value=""
        options={[{ value: '', text: t('form-states-add') }, ...all.map((code) => ({ value: code, text: country(code) }))]}
        onChoose={(code) => code && onChange([...states, code])}
      />
      {states.length > 0 ? (
        <ul class="chat-chips" role="list" aria-label={t('charter-states')}>
          {states.map((code) => (
            <li key={code} class="chat-chip">
              {country(code)}
              <IconButton
                icon="cross"
                label={t('take-out', { name: country(code) })}
                onPress={() => onChange(states.filter((one) => one !== code))}
              />
            </li>
          ))}
        </ul>
      ) : null}
      <CountryNotes codes={states} />
    </div>
  )
}
