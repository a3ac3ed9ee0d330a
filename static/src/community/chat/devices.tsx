import type { VNode } from 'preact'
import { useApp, useEvents } from './app-context'
import { Blocked } from './blocked'
import { Button } from './button'
import { useAnswer, useDeed } from './deed'
import { DeviceCard } from './device-row'
import { KeyFlow } from './key-flow'
import { Loading } from './notice'
import { DeedProblem, ProblemNotice } from './problem'
import { home, type Route } from './route-data'
import { SetupReset } from './setup-reset'
import { SecurityLine } from './status-line'
import { t } from './words'

const devices: Route = { ...home, view: 'devices' }

/** Devices that read sealed messages, and what keeps the messages when a device is lost. */
export function Devices(): VNode {
  const { engine, route, go } = useApp()
  const { value, problem, reload } = useAnswer(() => engine.devices(), [])
  useEvents((event) => {
    if (event.t === 'devices') reload()
  })
  const back = (): void => go(devices, true)
  if (route.panel === 'reset') return <SetupReset onDone={back} onBack={back} />
  if (route.panel === 'new-key') return <NewKey onBack={back} />
  return (
    <div class="devices">
      <h1 tabIndex={-1}>{t('devices-title')}</h1>
      <p class="lead">{t('devices-lead')}</p>
      <SecurityLine />
      <section aria-labelledby="devices-list">
        <h2 id="devices-list">{t('devices-list')}</h2>
        {problem ? <ProblemNotice problem={problem} retry={reload} /> : null}
        {value === null && !problem ? <Loading text={t('devices-loading')} /> : null}
        <ul class="device-list" role="list">
          {[...(value ?? [])]
            .sort((a, b) => Number(b.current) - Number(a.current))
            .map((device) => (
              <DeviceCard key={device.device_id} device={device} onChange={reload} />
            ))}
        </ul>
        {value && value.length > 1 ? <CheckDevices /> : null}
      </section>
      <section aria-labelledby="devices-key">
        <h2 id="devices-key">{t('recovery-key')}</h2>
        <p class="measure">{t('recovery-text')}</p>
        <Button kind="secondary" icon="key" onPress={() => go({ ...devices, panel: 'new-key' })}>
          {t('new-key')}
        </Button>
      </section>
      <Blocked />
      <SignOut />
      <section aria-labelledby="devices-reset">
        <h2 id="devices-reset">{t('reset-title')}</h2>
        <p class="measure">{t('reset-when')}</p>
        <Button kind="quiet" onPress={() => go({ ...devices, panel: 'reset' })}>
          {t('reset-read')}
        </Button>
      </section>
    </div>
  )
}

function CheckDevices(): VNode {
  const { engine, state, openCheck } = useApp()
  const deed = useDeed()
  const start = (): void => void deed.run(async () => openCheck(await engine.checkStart(state.me)))
  return (
    <>
      <p class="measure">{t('check-devices-text')}</p>
      <DeedProblem problem={deed.problem} retry={start} />
      <Button kind="secondary" icon="check-circle" busy={deed.busy} onPress={start}>
        {t('check-devices')}
      </Button>
    </>
  )
}

function NewKey({ onBack }: { onBack: () => void }): VNode {
  const { engine } = useApp()
  return (
    <KeyFlow
      title={t('new-key')}
      intro={
        <div class="prose">
          <p>{t('new-key-text')}</p>
          <p>{t('new-key-old')}</p>
        </div>
      }
      verb={t('new-key-verb')}
      begin={() => engine.newRecoveryKey()}
      done={t('new-key-done')}
      goOn={t('back-to-devices')}
      onDone={onBack}
      onBack={onBack}
    />
  )
}

function SignOut(): VNode {
  const { engine, ask } = useApp()
  const deed = useDeed()
  const leave = async (): Promise<void> => {
    const yes = await ask({ title: t('sign-out-title'), text: t('sign-out-text'), verb: t('sign-out-verb'), danger: true })
    if (yes) await deed.run(() => engine.signOut())
  }
  return (
    <section aria-labelledby="devices-out">
      <h2 id="devices-out">{t('sign-out-title')}</h2>
      <p class="measure">{t('sign-out-text')}</p>
      <DeedProblem problem={deed.problem} retry={() => void leave()} />
      <Button kind="danger" busy={deed.busy} onPress={() => void leave()}>
        {t('sign-out-verb')}
      </Button>
      {deed.busy ? <p role="status">{t('sign-out-working')}</p> : null}
    </section>
  )
}
