import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useApp } from './app-context'
import { KeyFlow } from './key-flow'
import { StateProblem } from './state-problem'
import { t } from './words'

/** What sealing protects and what it cannot: said before anything is set up (messaging.md 6.4). */
export function Honest(): VNode {
  const { urls } = useApp()
  return (
    <div class="honest">
      <p>{t('protects')}</p>
      <p>{t('cannot-protect')}</p>
      <p>
        <a href={urls.about}>{t('about-link')}</a>
      </p>
    </div>
  )
}

/** First device of a person: three sentences, then the recovery key. */
export function SetupNew({ onDone }: { onDone: () => void }): VNode {
  const { engine, state } = useApp()
  const [begun, setBegun] = useState(false)
  // Another tab has done it.
  useEffect(() => {
    if (state.phase === 'ready' && !begun) onDone()
  }, [state.phase, begun])
  const begin = (): ReturnType<typeof engine.setupBegin> => {
    setBegun(true)
    return engine.setupBegin()
  }
  const intro = (
    <div class="prose">
      <StateProblem />
      <ol>
        <li>{t('setup-one')}</li>
        <li>{t('setup-two')}</li>
        <li>{t('setup-three')}</li>
      </ol>
      <Honest />
    </div>
  )
  return (
    <KeyFlow
      title={t('setup-title')}
      intro={intro}
      verb={t('setup-make-key')}
      begin={begin}
      done={t('setup-done')}
      goOn={t('setup-go-on')}
      onDone={onDone}
    />
  )
}
