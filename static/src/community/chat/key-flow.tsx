import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { KeyCheck } from './key-check'
import { KeySheet } from './key-sheet'
import { Notice } from './notice'
import { DeedProblem } from './problem'
import { t } from './words'

interface Sheet {
  recoveryKey: string[]
  ask: number[]
}

interface Props {
  title: string
  intro: ComponentChildren // what is about to happen
  verb: string
  danger?: boolean
  allowed?: () => boolean // asked before anything is made
  begin: () => Promise<Sheet>
  done: string
  onDone: () => void
  goOn: string // what the last button says
  onBack?: () => void
}

const STEPS = ['intro', 'sheet', 'check', 'done'] as const
type Step = (typeof STEPS)[number]

/** Making a recovery key: what it is for, the key, three groups typed again, done. */
export function KeyFlow({ title, intro, verb, danger, allowed, begin, done, onDone, goOn, onBack }: Props): VNode {
  const { engine, state } = useApp()
  const [step, setStep] = useState<Step>('intro')
  const [sheet, setSheet] = useState<Sheet | null>(null)
  const deed = useDeed()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (step !== 'intro') heading.current?.focus()
  }, [step])
  // Half-way the key exists only here: closing the page by mistake asks first.
  useEffect(() => {
    if (step !== 'sheet' && step !== 'check') return
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [step])
  const make = async (): Promise<void> => {
    if (allowed && !allowed()) return
    let made: Sheet | null = null
    if (await deed.run(async () => (made = await begin()))) {
      setSheet(made)
      setStep('sheet')
    }
  }
  const finish = async (typed: string[]): Promise<void> => {
    if (await deed.run(() => engine.setupFinish(typed))) setStep('done')
  }
  return (
    <section class="setup">
      <p class="step-place">{t('setup-step', { number: STEPS.indexOf(step) + 1, total: STEPS.length })}</p>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {step === 'intro' ? (
        <>
          {intro}
          <DeedProblem problem={deed.problem} retry={() => void make()} />
          <div class="button-row">
            <Button kind={danger ? 'danger' : 'primary'} busy={deed.busy} onPress={() => void make()}>
              {verb}
            </Button>
            {onBack ? (
              <Button kind="quiet" onPress={onBack}>
                {t('back')}
              </Button>
            ) : null}
          </div>
          {deed.busy ? <p role="status">{t('setup-making')}</p> : null}
        </>
      ) : null}
      {step === 'sheet' && sheet ? (
        <>
          <Notice kind="warning">
            <p>{t('key-keep')}</p>
          </Notice>
          <KeySheet groups={sheet.recoveryKey} name={state.name} />
          <Button onPress={() => setStep('check')}>{t('key-kept')}</Button>
        </>
      ) : null}
      {step === 'check' && sheet ? (
        <KeyCheck
          groups={sheet.recoveryKey}
          ask={sheet.ask}
          busy={deed.busy}
          problem={deed.problem}
          onRight={(typed) => void finish(typed)}
          onBack={() => setStep('sheet')}
        />
      ) : null}
      {step === 'done' ? (
        <>
          <Notice kind="success" alert>
            <p>{done}</p>
          </Notice>
          <Button onPress={onDone}>{goOn}</Button>
        </>
      ) : null}
    </section>
  )
}
