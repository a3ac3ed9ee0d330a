import { mount } from '../shared/mount'
import { post } from '../shared/post'
import { attributesFor } from './theme-data'

function apply(choice: HTMLButtonElement): void {
  for (const [name, value] of Object.entries(attributesFor(choice))) {
    if (value === null) document.documentElement.removeAttribute(name)
    else document.documentElement.setAttribute(name, value)
  }
}

function press(form: HTMLElement, choice: HTMLButtonElement): void {
  if (choice.name === 'text_only') {
    choice.setAttribute('aria-pressed', String(choice.value === '1'))
    choice.value = choice.value === '1' ? '0' : '1'
    return
  }
  for (const button of form.querySelectorAll<HTMLButtonElement>(`button[name="${choice.name}"]`)) {
    button.setAttribute('aria-pressed', String(button === choice))
  }
}

/** Colours and "text only" without a reload; without script the form is simply sent. */
export function bindPreferences(element: HTMLElement): void {
  const form = element as HTMLFormElement
  form.addEventListener('submit', (event) => {
    const choice = event.submitter
    if (!(choice instanceof HTMLButtonElement)) return
    event.preventDefault()
    const sent = post(form.action, [[choice.name, choice.value]], true)
    apply(choice)
    press(form, choice)
    sent.catch(() => undefined)
  })
}

export const startTheme = (): void => mount('form[data-preferences]', bindPreferences)
