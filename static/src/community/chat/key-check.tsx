import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Problem } from '../crypto/interface'
import { Button } from './button'
import { confirmAddress } from './confirm-data'
import { ErrorSummary, TextField } from './field'
import { Notice } from './notice'
import { problemText, ProblemNotice } from './problem'
import { wrongOnes } from './setup-data'
import { t } from './words'

interface Props {
  groups: string[]
  ask: number[] // indices of the groups to re-type
  busy: boolean
  problem: Problem | null
  onRight: (typed: string[]) => void
  onBack: () => void
}

/** Three groups typed again: what was not kept is noticed now and not when it is needed. */
export function KeyCheck({ groups, ask, busy, problem, onRight, onBack }: Props): VNode {
  const [typed, setTyped] = useState<string[]>(ask.map(() => ''))
  const [wrong, setWrong] = useState<number[]>([])
  const send = (event: Event): void => {
    event.preventDefault()
    if (busy) return
    const found = wrongOnes(groups, ask, typed)
    setWrong(found)
    if (found.length === 0) onRight(typed.map((group) => group.trim()))
  }
  const fault = (place: number): string => t('key-group-wrong', { number: (ask[place] ?? 0) + 1 })
  return (
    <form class="form" onSubmit={send} novalidate>
      <ErrorSummary faults={wrong.map((place) => ({ id: `key-group-${place}`, text: fault(place) }))} />
      <p>{t('key-retype')}</p>
      <div class="key-fields">
        {ask.map((group, place) => (
          <TextField
            key={group}
            id={`key-group-${place}`}
            label={t('key-group', { number: group + 1 })}
            value={typed[place] ?? ''}
            max={8}
            code
            error={wrong.includes(place) ? fault(place) : undefined}
            onText={(text) => setTyped(typed.map((old, index) => (index === place ? text : old)))}
          />
        ))}
      </div>
      {problem?.code === 'confirm-again' ? <ConfirmBeside problem={problem} /> : problem ? <ProblemNotice problem={problem} alert /> : null}
      <div class="button-row">
        <Button submit busy={busy}>
          {problem?.code === 'confirm-again' ? t('confirmed-go-on') : t('key-finish')}
        </Button>
        <Button kind="quiet" onPress={onBack}>
          {t('key-show-again')}
        </Button>
      </div>
      {busy ? <p role="status">{t('setup-working')}</p> : null}
    </form>
  )
}

/** Confirming stands in a tab of its own here: leaving this page would lose the key just kept. */
function ConfirmBeside({ problem }: { problem: Problem }): VNode {
  const url = confirmAddress(problem, '')
  return (
    <Notice kind="info" alert>
      <p>{problemText(problem)}</p>
      <p>{t('confirm-beside')}</p>
      {url ? (
        <p>
          <a href={url} target="_blank" rel="noopener">
            {t('confirm-beside-link')}
          </a>
        </p>
      ) : null}
    </Notice>
  )
}
