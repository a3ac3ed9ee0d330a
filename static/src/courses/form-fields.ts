import type { Field } from '../shared/post'

/** What a form holds now, without its token. */
export function readFields(form: HTMLFormElement): Field[] {
  const fields: Field[] = []
  for (const [name, value] of new FormData(form)) {
    if (name !== 'csrfmiddlewaretoken' && typeof value === 'string') fields.push([name, value])
  }
  return fields
}

/** Puts kept values back into a form: choices are chosen, lists and texts set. */
export function writeFields(form: HTMLFormElement, fields: readonly Field[]): void {
  for (const control of Array.from(form.elements)) {
    const values = fields.filter(([name]) => name === (control as HTMLInputElement).name)
    if (control instanceof HTMLInputElement && ['radio', 'checkbox'].includes(control.type)) {
      control.checked = values.some(([, value]) => value === control.value)
    } else if (control instanceof HTMLInputElement && control.type === 'hidden') {
      continue
    } else if (
      control instanceof HTMLInputElement ||
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement
    ) {
      const value = values[0]?.[1]
      if (value !== undefined) control.value = value
    }
  }
}

/** Those fields a person fills in; keys and tokens in hidden fields are left out. */
export function visibleFields(form: HTMLFormElement, fields: readonly Field[]): Field[] {
  const hidden = new Set(
    Array.from(form.querySelectorAll<HTMLInputElement>('input[type="hidden"]'), (input) => input.name),
  )
  return fields.filter(([name]) => !hidden.has(name))
}
