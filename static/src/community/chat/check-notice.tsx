import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { Notice } from './notice'
import { DeedProblem } from './problem'
import { t } from './words'

/** Somebody, or another device of one's own, asks for a check: said on every screen. */
export function CheckNotices(): VNode {
  const { checks } = useApp()
  const asked = checks.filter((check) => check.incoming && check.step === 'requested')
  return (
    <div aria-live="polite">
      {asked.map((check) => (
        <Asked key={check.id} id={check.id} name={check.name} device={check.device !== null} />
      ))}
    </div>
  )
}

function Asked({ id, name, device }: { id: string; name: string; device: boolean }): VNode {
  const { engine, openCheck } = useApp()
  const deed = useDeed()
  const accept = (): void =>
    void deed.run(async () => {
      await engine.checkAccept(id)
      openCheck(id)
    })
  return (
    <Notice kind="info">
      <p>{device ? t('check-asked-device') : t('check-asked', { name })}</p>
      <DeedProblem problem={deed.problem} retry={accept} />
      <div class="button-row">
        <Button kind="secondary" busy={deed.busy} onPress={accept}>
          {t('check-start')}
        </Button>
        <Button kind="quiet" onPress={() => void deed.run(() => engine.checkCancel(id))}>
          {t('check-not-now')}
        </Button>
      </div>
    </Notice>
  )
}
