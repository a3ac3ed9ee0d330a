import type { VNode } from 'preact'
import type { Check } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { ENDED } from './checks-data'
import { useDeed } from './deed'
import { Dialog } from './dialog'
import { Loading, Notice } from './notice'
import { DeedProblem } from './problem'
import { t, theWords } from './words'

/** The check by emoji: both people look at, or read aloud, the same seven pictures. */
export function CheckDialog({ check, onClose }: { check: Check; onClose: () => void }): VNode {
  const { engine, state } = useApp()
  const deed = useDeed()
  const mine = check.with === state.me
  const ended = ENDED.includes(check.step)
  const close = (): void => {
    if (!ended) void engine.checkCancel(check.id).catch(() => undefined)
    onClose()
  }
  return (
    <Dialog title={mine ? t('check-title-device') : t('check-title', { name: check.name })} onClose={close} wide>
      {check.step === 'emoji' ? (
        <Pictures check={check} mine={mine} deed={deed} />
      ) : ended ? (
        <Ended check={check} mine={mine} />
      ) : (
        <>
          <p role="status">{waitingFor(check, mine)}</p>
          <Loading text={t('loading')} lines={2} />
        </>
      )}
      <DeedProblem problem={deed.problem} />
      <div class="button-row">
        <Button kind={ended ? 'primary' : 'quiet'} onPress={close}>
          {ended ? t('close') : t('check-stop')}
        </Button>
      </div>
    </Dialog>
  )
}

function waitingFor(check: Check, mine: boolean): string {
  if (check.step === 'confirmed') return mine ? t('check-confirmed-device') : t('check-confirmed', { name: check.name })
  if (check.step === 'waiting') return t('check-getting-ready')
  return mine ? t('check-requested-device') : t('check-requested', { name: check.name })
}

function Pictures({ check, mine, deed }: { check: Check; mine: boolean; deed: ReturnType<typeof useDeed> }): VNode {
  const { engine } = useApp()
  return (
    <>
      <p>{mine ? t('check-compare-device') : t('check-compare', { name: check.name })}</p>
      <p>{t('check-order')}</p>
      <ol class="check-pictures" role="list" aria-label={t('check-pictures')}>
        {check.emoji.map(({ symbol, index }, place) => (
          <li key={place}>
            <span class="check-symbol" aria-hidden="true">
              {symbol}
            </span>
            <span class="check-word">
              <span class="check-number">{place + 1}.</span> {theWords().emoji[index] ?? ''}
            </span>
          </li>
        ))}
      </ol>
      <div class="button-row">
        <Button icon="check" busy={deed.busy} onPress={() => void deed.run(() => engine.checkConfirm(check.id))}>
          {t('check-match')}
        </Button>
        <Button kind="danger" icon="cross" onPress={() => void deed.run(() => engine.checkMismatch(check.id))}>
          {t('check-differ')}
        </Button>
      </div>
    </>
  )
}

function Ended({ check, mine }: { check: Check; mine: boolean }): VNode {
  if (check.step === 'done') {
    return (
      <Notice kind="success" alert>
        <p>{mine ? t('check-done-device') : t('check-done', { name: check.name })}</p>
      </Notice>
    )
  }
  return (
    <Notice kind={check.step === 'mismatch' ? 'error' : 'warning'} alert>
      <p>{t(`check-${check.step}`, { name: check.name })}</p>
    </Notice>
  )
}
