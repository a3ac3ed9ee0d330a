import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useApp, useEvents } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { Notice } from './notice'
import { DeedProblem } from './problem'
import { StateProblem } from './state-problem'
import { RestoreForm } from './restore-form'
import { Honest } from './setup-new'
import { SetupReset } from './setup-reset'
import { t } from './words'

/** A further device: confirmed with the recovery key or with another device; or everything is lost. */
export function SetupDevice({ onDone }: { onDone: () => void }): VNode {
  const { engine, state, openCheck, route, go } = useApp()
  const lost = route.panel === 'reset' // in the address: it is left for the second factor in between
  const [trying, setTrying] = useState(false) // the recovery key: how that went is said here
  const [compared, setCompared] = useState(false)
  const deed = useDeed()
  // The other device, or another tab, has done it.
  useEffect(() => {
    if (state.phase === 'ready' && !trying && !lost) onDone()
  }, [state.phase, trying, lost])
  useEvents((event) => {
    if (event.t === 'check' && event.check.with === state.me && event.check.step === 'done') setCompared(true)
  })
  const leave = (): void => go({ ...route, panel: '' }, true)
  if (lost) {
    const done = (): void => {
      leave()
      onDone()
    }
    return <SetupReset onDone={done} onBack={leave} />
  }
  const restored = trying && state.phase === 'ready'
  const check = (): void => void deed.run(async () => openCheck(await engine.checkStart(state.me)))
  return (
    <section class="setup">
      <h1>{t('device-title')}</h1>
      <StateProblem />
      {compared ? (
        <Notice kind="info" alert>
          <p>{t('restoring')}</p>
        </Notice>
      ) : null}
      {restored ? null : <p class="lead">{t('device-lead')}</p>}
      <div class="setup-ways">
        <section aria-labelledby="way-key">
          <h2 id="way-key">{t('device-by-key')}</h2>
          <RestoreForm onDone={onDone} onTry={setTrying} />
        </section>
        {restored ? null : (
          <>
            <section aria-labelledby="way-emoji">
              <h2 id="way-emoji">{t('device-by-emoji')}</h2>
              <p>{t('device-by-emoji-text')}</p>
              <DeedProblem problem={deed.problem} retry={check} />
              <Button kind="secondary" icon="device" busy={deed.busy} onPress={check}>
                {t('device-by-emoji-verb')}
              </Button>
            </section>
            <section aria-labelledby="way-lost">
              <h2 id="way-lost">{t('device-lost')}</h2>
              <p>{t('device-lost-text')}</p>
              <Button kind="quiet" onPress={() => go({ ...route, panel: 'reset' })}>
                {t('device-lost-verb')}
              </Button>
            </section>
          </>
        )}
      </div>
      <Honest />
    </section>
  )
}
