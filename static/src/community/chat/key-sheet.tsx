import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { Button } from './button'
import { save } from './saving'
import { sheetLines } from './setup-data'
import { day, plain, t } from './words'

interface Props {
  groups: string[]
  name: string // whose key it is
}

/** The recovery key to write down, copy, print or save. It is shown this once. */
export function KeySheet({ groups, name }: Props): VNode {
  const [done, setDone] = useState('')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(groups.join(' '))
      setDone(t('key-copied'))
    } catch {
      setDone(t('key-not-copied'))
    }
  }
  const keep = (): void => {
    const lines = [plain('key-file-title', { name }), day(Date.now()), '', ...sheetLines(groups), '', plain('key-keep')]
    save(new Blob([`${lines.join('\r\n')}\r\n`]), plain('key-file-name'))
    setDone(t('key-saved'))
  }
  return (
    <section class="key-sheet" aria-label={t('key-sheet')}>
      <p class="key-sheet-for">
        {t('key-file-title', { name })} <bdi class="muted">{day(Date.now())}</bdi>
      </p>
      <ol class="key-groups" role="list" dir="ltr">
        {groups.map((group, index) => (
          <li key={index}>
            <span class="key-number">{index + 1}</span>
            <code>{group}</code>
          </li>
        ))}
      </ol>
      <div class="button-row key-deeds">
        <Button kind="secondary" icon="copy" onPress={() => void copy()}>
          {t('key-copy')}
        </Button>
        <Button kind="secondary" icon="document" onPress={() => window.print()}>
          {t('key-print')}
        </Button>
        <Button kind="secondary" icon="download" onPress={keep}>
          {t('key-save')}
        </Button>
      </div>
      <p role="status" class="key-done">
        {done}
      </p>
    </section>
  )
}
