import type { VNode } from 'preact'
import { useApp } from './app-context'
import { useDeed } from './deed'
import { PeopleSearch } from './people-search'
import { DeedProblem } from './problem'
import { writeTo } from './problem-actions'
import { t } from './words'

/** A direct message: whom to write to. */
export function NewMessage(): VNode {
  const app = useApp()
  const deed = useDeed()
  return (
    <section class="setup">
      <h1 tabIndex={-1}>{t('new-message')}</h1>
      <p class="lead">{t('new-message-lead')}</p>
      <PeopleSearch
        id="message-to"
        label={t('new-message-to')}
        verb={t('write')}
        without={[]}
        start={app.route.query}
        onPick={({ user, name }) => void deed.run(() => writeTo(app, user, name, ''))}
      />
      {deed.busy ? <p role="status">{t('room-opening')}</p> : null}
      <DeedProblem problem={deed.problem} />
    </section>
  )
}
