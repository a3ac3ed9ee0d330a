import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Notice } from './notice'
import { problemText } from './problem'

/** Why setting up is needed again; what to do about it is the screen itself. */
export function StateProblem(): VNode | null {
  const { problem } = useApp().state
  return problem ? (
    <Notice kind="warning">
      <p>{problemText(problem)}</p>
    </Notice>
  ) : null
}
