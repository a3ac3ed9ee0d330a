import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Checkbox } from './choices'
import { KeyFlow } from './key-flow'
import { Notice } from './notice'
import { t } from './words'

/** Starting again when everything is lost: what is gone is said first, and agreed to. */
export function SetupReset({ onDone, onBack }: { onDone: () => void; onBack: () => void }): VNode {
  const { engine } = useApp()
  const [agreed, setAgreed] = useState(false)
  const [asked, setAsked] = useState(false)
  const intro = (
    <>
      <Notice kind="warning" title={t('reset-warning')}>
        <ul>
          <li>{t('reset-messages')}</li>
          <li>{t('reset-people')}</li>
          <li>{t('reset-devices')}</li>
        </ul>
      </Notice>
      <p>{t('reset-confirm')}</p>
      <Checkbox checked={agreed} onCheck={setAgreed}>
        {t('reset-agree')}
      </Checkbox>
      {asked && !agreed ? (
        <p class="field-error" role="alert">
          {t('reset-agree-first')}
        </p>
      ) : null}
    </>
  )
  const allowed = (): boolean => {
    setAsked(true)
    return agreed
  }
  return (
    <KeyFlow
      title={t('reset-title')}
      intro={intro}
      verb={t('reset-verb')}
      danger
      allowed={allowed}
      begin={() => engine.resetIdentity()}
      done={t('reset-done')}
      goOn={t('setup-go-on')}
      onDone={onDone}
      onBack={onBack}
    />
  )
}
