import type { VNode } from 'preact'
import type { Problem } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { isQuiet } from './errors'
import { Notice } from './notice'
import { act, type Where } from './problem-actions'
import { clock, day, moment, nodesOf, t, theWords } from './words'

/** The sentence of a problem (messaging.md 4.4), its names and times filled in. */
export function problemText(problem: Problem): VNode {
  const sentence = theWords().errors[problem.code]?.text ?? ''
  const at = problem.until ?? problem.at
  return (
    <>
      {nodesOf(sentence, {
        name: <bdi dir="auto">{problem.name || t('someone')}</bdi>,
        date: at ? day(at) : t('date-unknown'),
        time: at ? (problem.until ? clock(at) : moment(at)) : t('date-unknown'),
        feature: problem.feature ?? '',
      })}
    </>
  )
}

export function problemLabel(problem: Problem): VNode {
  const label = theWords().errors[problem.code]?.label ?? t('try-again')
  return <>{nodesOf(label, { name: <bdi dir="auto">{problem.name || t('someone')}</bdi> })}</>
}

/** One problem as a notice with its one button; what goes wrong with that is shown below it. */
export function ProblemNotice({ problem, alert, ...where }: Where & { problem: Problem; alert?: boolean }): VNode {
  return (
    <Notice kind={isQuiet(problem.code) ? 'info' : 'warning'} alert={alert}>
      <p>{problemText(problem)}</p>
      <ProblemButton problem={problem} {...where} />
    </Notice>
  )
}

/** The button of a problem, for places that show the sentence themselves. */
export function ProblemButton({ problem, ...where }: Where & { problem: Problem }): VNode {
  const app = useApp()
  const deed = useDeed()
  return (
    <div class="problem-action">
      <Button kind="secondary" busy={deed.busy} onPress={() => void deed.run(() => act(app, problem, where))}>
        {problemLabel(problem)}
      </Button>
      {deed.problem ? (
        <p class="field-error" role="alert">
          {problemText(deed.problem)}
        </p>
      ) : null}
    </div>
  )
}

/** What stood in the way of a deed, right where it was done. */
export function DeedProblem({ problem, ...where }: Where & { problem: Problem | null }): VNode | null {
  return problem ? <ProblemNotice problem={problem} alert {...where} /> : null
}
