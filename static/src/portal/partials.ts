import htmx from 'htmx.org'
import { clearNotices, showNotice } from './notices'

/** The parts of an htmx request this module reads. */
interface RequestContext {
  sourceElement?: Element
  request?: { submitter?: Element | null }
  response?: { raw: Response }
}

const contextOf = (event: Event): RequestContext =>
  (event as CustomEvent<{ ctx?: RequestContext }>).detail?.ctx ?? {}

/** True for an answer that is put into the page: a success, or a form sent back with its faults. */
const isShown = (response: Response | undefined): boolean =>
  response !== undefined && (response.ok || [400, 422].includes(response.status))

function refuse(): never {
  throw new Error('evaluation is switched off')
}

/**
 * Replaces parts of the page (`hx-post`, `hx-target`, `hx-swap`) and nothing else: expressions in
 * attributes are refused, the content policy forbids them as well. The other settings stand in the
 * page's `htmx-config`: same origin only, no injected styles, no own history.
 */
export function startPartials(): void {
  htmx.registerExtension('no-evaluation', {
    init: (api: { initSecurity: (policy: null, sync: unknown, async: unknown) => void }) =>
      api.initSecurity(null, refuse, refuse),
  })
  document.addEventListener('htmx:before:request', (event) => {
    contextOf(event).request?.submitter?.setAttribute('aria-busy', 'true')
  })
  document.addEventListener('htmx:finally:request', (event) => {
    contextOf(event).request?.submitter?.removeAttribute('aria-busy')
  })
  document.addEventListener('htmx:before:swap', (event) => {
    const response = contextOf(event).response?.raw
    if (!response?.redirected) return
    event.preventDefault()
    location.assign(response.url)
  })
  document.addEventListener('htmx:after:swap', (event) => {
    if (!isShown(contextOf(event).response?.raw)) return
    clearNotices()
    document.querySelector<HTMLElement>('[data-focus-after]:not([data-focused])')?.focus()
    for (const panel of document.querySelectorAll('[data-focus-after]')) {
      panel.setAttribute('data-focused', '')
    }
  })
  document.addEventListener('htmx:error', () => showNotice('failed'))
  document.addEventListener('htmx:response:error', (event) => {
    if (!isShown(contextOf(event).response?.raw)) showNotice('failed')
  })
}
