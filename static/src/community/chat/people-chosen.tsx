import type { VNode } from 'preact'
import type { Role, RoomForm } from '../crypto/interface'
import { Checkbox } from './choices'
import { IconButton } from './button'
import { Select } from './field'
import { t } from './words'

export const ROLES: readonly Role[] = ['member', 'host', 'observer', 'records']
export type Chosen = RoomForm['people']

export const roleOptions = (): { value: Role; text: string }[] =>
  ROLES.map((role) => ({ value: role, text: t(`role-${role}`) }))

interface Props {
  people: Chosen
  mayGiveHistory: boolean // the room shares earlier messages
  onChange: (people: Chosen) => void
}

/** People to invite, each with a role. Taking one out needs no question: nothing has been sent yet. */
export function PeopleChosen({ people, mayGiveHistory, onChange }: Props): VNode | null {
  if (people.length === 0) return null
  const change = (user: string, more: Partial<Chosen[number]>): void =>
    onChange(people.map((person) => (person.user === user ? { ...person, ...more } : person)))
  return (
    <ul class="people-chosen" role="list" aria-label={t('people-chosen')}>
      {people.map((person) => (
        <li key={person.user} class="person-row">
          <span class="person-text">
            <bdi dir="auto">{person.name}</bdi>
          </span>
          <Select
            label={t('role-of', { name: person.name })}
            value={person.role}
            options={roleOptions()}
            onChoose={(role) => change(person.user, { role: role as Role })}
          />
          {mayGiveHistory ? (
            <Checkbox checked={person.history} onCheck={(history) => change(person.user, { history })}>
              {t('give-history')}
            </Checkbox>
          ) : null}
          <IconButton
            icon="cross"
            label={t('take-out', { name: person.name })}
            onPress={() => onChange(people.filter((one) => one.user !== person.user))}
          />
        </li>
      ))}
    </ul>
  )
}

/** What each role may do, in one sentence each. */
export function RolesExplained(): VNode {
  return (
    <details class="chat-details">
      <summary>{t('roles-explained')}</summary>
      <dl class="chat-facts">
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{t(`role-${role}`)}</dt>
            <dd>{t(`role-${role}-text`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
