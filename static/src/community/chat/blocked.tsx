import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Button } from './button'
import { useAnswer } from './deed'
import { t } from './words'

/** People who cannot write to one; unblocking needs no question, blocking again is the undo. */
export function Blocked(): VNode | null {
  const { engine, say, fail } = useApp()
  const { value, reload } = useAnswer(() => engine.blocked(), [])
  const unblock = (user: string, name: string): void => {
    const undo = (): void => void engine.block(user, true).then(reload, fail)
    engine.block(user, false).then(() => {
      say({ text: t('unblocked', { name }), undo })
      reload()
    }, fail)
  }
  if (!value || value.length === 0) return null
  return (
    <section aria-labelledby="blocked-list">
      <h2 id="blocked-list">{t('blocked-title')}</h2>
      <ul class="panel-list" role="list">
        {value.map(({ user, name }) => (
          <li key={user} class="person-row">
            <span class="person-text">
              <bdi dir="auto">{name || t('someone')}</bdi>
            </span>
            <Button kind="secondary" label={t('unblock-label', { name: name || t('someone') })} onPress={() => unblock(user, name)}>
              {t('unblock')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  )
}
