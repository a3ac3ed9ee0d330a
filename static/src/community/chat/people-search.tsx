import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Person, Problem } from '../crypto/interface'
import { problemOf, useApp } from './app-context'
import { Button } from './button'
import { TextField } from './field'
import { ProblemNotice } from './problem'
import { country, t, tn } from './words'

interface Props {
  id: string
  label: string
  verb: string // on the button of each person found
  without: string[] // people who are chosen already
  start?: string // words it begins with
  onPick: (person: Person) => void
}

const WAIT = 300 // milliseconds after the last letter
const SHORTEST = 2

/** Finds members of the community by name or organisation. */
export function PeopleSearch({ id, label, verb, without, start, onPick }: Props): VNode {
  const { engine, announce } = useApp()
  const [query, setQuery] = useState(start ?? '')
  const [found, setFound] = useState<Person[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const turn = useRef(0)
  useEffect(() => {
    const mine = ++turn.current
    const wanted = query.trim()
    if ([...wanted].length < SHORTEST) {
      setFound(null)
      return
    }
    const timer = setTimeout(() => {
      engine.people(wanted).then(
        (people) => {
          if (mine !== turn.current) return
          setFound(people)
          setProblem(null)
          announce(tn('people-found', people.length))
        },
        (thrown: unknown) => setProblem(problemOf(thrown)),
      )
    }, WAIT)
    return () => clearTimeout(timer)
  }, [query])
  const shown = (found ?? []).filter((person) => !without.includes(person.user))
  const pick = (person: Person): void => {
    onPick(person)
    setQuery('')
    document.getElementById(id)?.focus()
  }
  return (
    <div class="people-search">
      <TextField id={id} label={label} hint={t('people-hint')} type="search" value={query} onText={setQuery} />
      {problem ? <ProblemNotice problem={problem} retry={() => setQuery(`${query} `)} /> : null}
      {found && shown.length === 0 ? <p class="muted">{t('people-none')}</p> : null}
      {shown.length > 0 ? (
        <ul class="people-found" role="list">
          {shown.map((person) => (
            <li key={person.user} class="person-row">
              <span class="person-text">
                <bdi dir="auto">{person.name}</bdi>
                <span class="person-note">
                  {[person.organisation, person.country ? country(person.country) : ''].filter(Boolean).join(' · ')}
                </span>
                {person.ready ? null : <span class="person-note">{t('not-set-up')}</span>}
              </span>
              <Button
                kind="secondary"
                label={t('person-verb', { verb, name: person.name })}
                disabled={person.ready ? undefined : t('not-set-up-reason')}
                onPress={() => pick(person)}
              >
                {verb}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
