import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { TextField } from './field'
import { Notice } from './notice'
import { DeedProblem } from './problem'
import { readKey, type Typed } from './setup-data'
import { list, number, t, tn } from './words'

/** What is wrong with a key as it was typed, in a sentence; '' if it can be tried. */
function faultOf(typed: Typed): string {
  if (typed.groups.length === 0) return t('key-empty')
  if (typed.wrong.length > 0) return t('key-letters', { groups: list(typed.wrong.map((one) => number(one))) })
  if (typed.missing > 0) return tn('key-missing-groups', typed.missing)
  return typed.missing < 0 ? t('key-too-long') : ''
}

interface Props {
  onDone: () => void
  onTry?: (on: boolean) => void // a key is being tried, or was right
}

/** The recovery key typed in: this device is confirmed and the backup opens. */
export function RestoreForm({ onDone, onTry = () => undefined }: Props): VNode {
  const { engine } = useApp()
  const [text, setText] = useState('')
  const [fault, setFault] = useState('')
  const [keys, setKeys] = useState<number | null>(null)
  const deed = useDeed()
  const send = async (): Promise<void> => {
    const typed = readKey(text)
    setFault(faultOf(typed))
    if (faultOf(typed)) return document.getElementById('recovery-key')?.focus()
    onTry(true)
    const right = await deed.run(async () => setKeys((await engine.restore(typed.groups.join(' '))).keys))
    if (!right) onTry(false)
  }
  if (keys !== null) {
    return (
      <>
        <Notice kind="success" alert>
          <p>{tn('restored', keys)}</p>
        </Notice>
        <Button onPress={onDone}>{t('go-on')}</Button>
      </>
    )
  }
  return (
    <form
      class="form"
      novalidate
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <TextField
        id="recovery-key"
        label={t('recovery-key')}
        hint={t('recovery-key-hint')}
        value={text}
        onText={setText}
        error={fault || undefined}
        lines
        code
      />
      <DeedProblem problem={deed.problem} retry={() => document.getElementById('recovery-key')?.focus()} />
      <div class="button-row">
        <Button submit busy={deed.busy}>
          {t('restore')}
        </Button>
      </div>
      {deed.busy ? <p role="status">{t('restoring')}</p> : null}
    </form>
  )
}
