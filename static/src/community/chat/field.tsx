import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icon'
import { t } from './words'

interface Base {
  id?: string
  label: string
  hint?: ComponentChildren
  error?: string | undefined
  optional?: boolean
}

interface Ids {
  id: string
  describedBy: string | undefined
  invalid: 'true' | undefined
}

/** Label, hint and error of one field; the control is given its ids. */
export function Field({ label, hint, error, optional, children, ...rest }: Base & { children: (ids: Ids) => ComponentChildren }): VNode {
  const own = useId()
  const id = rest.id ?? own
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label} {optional ? <span class="field-optional">{t('optional')}</span> : null}
      </label>
      {hint ? (
        <div class="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      ) : null}
      {error ? (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="cross-circle" />
          <span>
            <span class="visually-hidden">{t('error-mark')} </span>
            {error}
          </span>
        </p>
      ) : null}
      {children({ id, describedBy: described || undefined, invalid: error ? 'true' : undefined })}
    </div>
  )
}

interface TextProps extends Base {
  value: string
  onText: (value: string) => void
  type?: 'text' | 'date' | 'search' | 'number'
  lines?: boolean
  max?: number
  code?: boolean // keys and codes: left to right, no help of the keyboard
}

export function TextField({ value, onText, type = 'text', lines, max, code, ...base }: TextProps): VNode {
  return (
    <Field {...base}>
      {({ id, describedBy, invalid }) => {
        const common = {
          id, value, maxLength: max, 'aria-describedby': describedBy, 'aria-invalid': invalid,
          class: code ? 'input chat-code' : 'input',
          dir: code ? ('ltr' as const) : ('auto' as const),
          ...(code ? { autocomplete: 'off' as const, autocapitalize: 'off' as const, spellcheck: false } : {}),
        }
        const read = (event: Event): void => onText((event.currentTarget as HTMLInputElement).value)
        return lines ? <textarea {...common} rows={3} onInput={read} /> : <input {...common} type={type as 'text'} onInput={read} />
      }}
    </Field>
  )
}

interface SelectProps extends Base {
  value: string
  options: { value: string; text: string; disabled?: boolean }[]
  onChoose: (value: string) => void
}

export function Select({ value, options, onChoose, ...base }: SelectProps): VNode {
  return (
    <Field {...base}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          class="input"
          value={value}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          onChange={(event) => onChoose(event.currentTarget.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled} selected={option.value === value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** What was refused, above the form: takes the focus and leads to each field. */
export function ErrorSummary({ faults }: { faults: { id: string; text: string }[] }): VNode | null {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (faults.length > 0) box.current?.focus()
  }, [faults])
  if (faults.length === 0) return null
  const lead = (event: MouseEvent, id: string): void => {
    event.preventDefault()
    document.getElementById(id)?.focus()
  }
  return (
    <div class="error-summary" ref={box} tabIndex={-1} role="alert">
      <h2>{t('summary-title')}</h2>
      <ul>
        {faults.map((fault) => (
          <li key={fault.id}>
            <a href={`#${fault.id}`} onClick={(event) => lead(event, fault.id)}>
              {fault.text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
