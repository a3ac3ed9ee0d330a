import { mount } from '../shared/mount'

/** The error summary takes the focus; its links put the cursor into the field. */
function bindSummary(summary: HTMLElement): void {
  summary.focus()
  summary.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]')
    if (!link) return
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)))
    if (!field) return
    event.preventDefault()
    field.scrollIntoView({ block: 'center' })
    const first = field.matches('input, select, textarea')
      ? field
      : field.querySelector<HTMLElement>('input, select, textarea')
    first?.focus()
  })
}

/** Shows the pressed button as busy and stops a second press while the form is on its way. */
function bindBusy(element: HTMLElement): void {
  const form = element as HTMLFormElement
  let sent = false
  const button = (event: SubmitEvent): Element | null =>
    event.submitter ?? form.querySelector('button[type="submit"], button:not([type])')
  form.addEventListener('submit', (event) => {
    if (sent) {
      event.preventDefault()
      return
    }
    sent = true
    button(event)?.setAttribute('aria-busy', 'true')
  })
  window.addEventListener('pageshow', () => {
    sent = false
    for (const busy of form.querySelectorAll('[aria-busy]')) busy.removeAttribute('aria-busy')
  })
}

/** A button opens the dialog it names; the dialog's own form does the deed or closes it. */
function bindDialogButton(button: HTMLElement): void {
  const dialog = document.getElementById(button.dataset.dialog ?? '')
  if (!(dialog instanceof HTMLDialogElement)) return
  button.addEventListener('click', (event) => {
    event.preventDefault()
    dialog.showModal()
  })
}

export function startForms(): void {
  mount('[data-error-summary]', bindSummary)
  mount('form[data-busy]', bindBusy)
  mount('[data-dialog]', bindDialogButton)
}
