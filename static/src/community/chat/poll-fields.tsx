import type { VNode } from 'preact'
import { Button, IconButton } from './button'
import { POLL_MOST } from './composer-data'
import { TextField } from './field'
import { number, t } from './words'

/** A poll being written: the question, then two or more answers. */
export function PollFields({ poll, onChange, onStop }: { poll: string[]; onChange: (poll: string[]) => void; onStop: () => void }): VNode {
  const [question = '', ...options] = poll
  const set = (index: number, text: string): void => onChange(poll.map((line, place) => (place === index ? text : line)))
  return (
    <fieldset class="poll-fields">
      <legend class="field-label">{t('poll-new')}</legend>
      <TextField id="composer-text" label={t('poll-question')} value={question} max={500} onText={(text) => set(0, text)} />
      {options.map((option, index) => (
        <div class="poll-field" key={index}>
          <TextField label={t('poll-option', { number: index + 1 })} value={option} max={200} onText={(text) => set(index + 1, text)} />
          {options.length > 2 ? (
            <IconButton
              icon="cross"
              label={t('take-out', { name: t('poll-option', { number: number(index + 1) }) })}
              onPress={() => onChange(poll.filter((_, place) => place !== index + 1))}
            />
          ) : null}
        </div>
      ))}
      <div class="button-row">
        {options.length < POLL_MOST ? (
          <Button kind="secondary" icon="plus" onPress={() => onChange([...poll, ''])}>
            {t('poll-add')}
          </Button>
        ) : null}
        <Button kind="quiet" onPress={onStop}>
          {t('poll-stop')}
        </Button>
      </div>
    </fieldset>
  )
}
