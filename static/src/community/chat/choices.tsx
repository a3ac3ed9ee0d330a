import type { ComponentChildren, VNode } from 'preact'
import { useId } from 'preact/hooks'

interface RadioProps {
  legend: string
  hint?: string
  value: string
  options: { value: string; text: ComponentChildren; hint?: string; disabled?: boolean }[]
  onChoose: (value: string) => void
}

/** One of several, all of them in sight. */
export function Radios({ legend, hint, value, options, onChoose }: RadioProps): VNode {
  const name = useId()
  return (
    <fieldset class="field">
      <legend class="field-label">{legend}</legend>
      {hint ? <p class="field-hint">{hint}</p> : null}
      {options.map((option) => (
        <div key={option.value}>
          <label class="field-choice">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChoose(option.value)}
            />
            <span>{option.text}</span>
          </label>
          {option.hint ? <p class="choice-hint">{option.hint}</p> : null}
        </div>
      ))}
    </fieldset>
  )
}

interface CheckProps {
  checked: boolean
  onCheck: (on: boolean) => void
  hint?: string
  disabled?: boolean
  children: ComponentChildren
}

export function Checkbox({ checked, onCheck, hint, disabled, children }: CheckProps): VNode {
  return (
    <div class="field">
      <label class="field-choice">
        <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onCheck(event.currentTarget.checked)} />
        <span>{children}</span>
      </label>
      {hint ? <p class="choice-hint">{hint}</p> : null}
    </div>
  )
}
