import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { Question } from './app-context'
import { Button } from './button'
import { t } from './words'

interface Props {
  title: string
  onClose: () => void
  children: ComponentChildren
  wide?: boolean
}

/** A dialog of the browser: it keeps the focus inside, Escape closes it, and the focus returns. */
export function Dialog({ title, onClose, children, wide }: Props): VNode {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    const element = dialog.current
    element?.showModal()
    return () => {
      element?.close()
      if (before?.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      class={wide ? 'dialog dialog-wide' : 'dialog'}
      ref={dialog}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault()
        close.current()
      }}
    >
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  )
}

/** Asks before something that cannot be taken back; the verb stands on the button. */
export function Confirm({ question, onAnswer }: { question: Question; onAnswer: (yes: boolean) => void }): VNode {
  return (
    <Dialog title={question.title} onClose={() => onAnswer(false)}>
      <p>{question.text}</p>
      {question.more ? <p>{question.more}</p> : null}
      <div class="button-row">
        <Button kind={question.danger ? 'danger' : 'primary'} onPress={() => onAnswer(true)}>
          {question.verb}
        </Button>
        <Button kind="secondary" onPress={() => onAnswer(false)}>
          {t('cancel')}
        </Button>
      </div>
    </Dialog>
  )
}
