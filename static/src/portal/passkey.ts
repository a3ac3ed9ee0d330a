import { csrfToken } from '../shared/post'
import { type Given, type Options, type State, jsonOf, optionsOf, stateOfCode, stateOfError } from './passkey-data'

/** A refusal of the server: where it leads, or what it says. */
class Refused extends Error {
  constructor(
    readonly code: string,
    readonly url: string,
    readonly detail: string,
  ) {
    super(code)
  }
}

interface Answer {
  code?: string
  detail?: string
  redirect_url?: string
}

async function send(url: string, body: object): Promise<Answer> {
  const reply = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    mode: 'same-origin',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'X-CSRFToken': csrfToken() },
  })
  const answer = (await reply.json().catch(() => ({}))) as Answer
  if (!reply.ok) throw new Refused(answer.code ?? '', answer.redirect_url ?? '', answer.detail ?? '')
  return answer
}

/** Shows the one sentence that belongs to a state; the others are hidden. */
function show(root: HTMLElement, state: State, detail = ''): void {
  for (const line of root.querySelectorAll<HTMLElement>('[data-passkey-state]')) {
    line.hidden = line.dataset.passkeyState !== state
  }
  const said = root.querySelector('[data-passkey-detail]')
  if (said) said.textContent = detail
  const button = root.querySelector('[data-passkey-start]')
  if (state === 'busy') button?.setAttribute('aria-busy', 'true')
  else button?.removeAttribute('aria-busy')
}

/** One ceremony from the server's challenge to the server's answer. */
async function perform(root: HTMLElement, extra: CredentialRequestOptions): Promise<Answer> {
  const publicKey = optionsOf((await send(root.dataset.beginUrl ?? '', {})) as unknown as Options)
  const given = (
    root.dataset.passkey === 'register'
      ? await navigator.credentials.create({ publicKey, ...extra } as unknown as CredentialCreationOptions)
      : await navigator.credentials.get({ publicKey, ...extra } as unknown as CredentialRequestOptions)
  ) as unknown as Given
  const name = root.querySelector<HTMLInputElement>('[data-passkey-name]')?.value ?? ''
  return send(root.dataset.completeUrl ?? '', { credential: jsonOf(given), name })
}

/** Goes on after a ceremony: sends the form around it, or opens the page the server names. */
function goOn(root: HTMLElement, answer: Answer): void {
  show(root, 'done')
  const form = root.closest<HTMLFormElement>('form[data-passkey-sends]')
  if (form) form.submit()
  else location.assign(answer.redirect_url ?? '/')
}

function fail(root: HTMLElement, error: unknown): void {
  if (error instanceof Refused && error.code === 'confirm') {
    location.assign(error.url)
    return
  }
  if (error instanceof Refused) show(root, stateOfCode(error.code), error.detail)
  else show(root, stateOfError(error instanceof Error ? error.name : ''))
}

/** Binds the button, and on the sign-in page the passkeys offered in the e-mail field. */
export function bindPasskey(root: HTMLElement): void {
  const button = root.querySelector<HTMLButtonElement>('[data-passkey-start]')
  if (!button) return
  if (!('PublicKeyCredential' in window)) {
    show(root, 'unsupported')
    return
  }
  let waiting: AbortController | undefined
  let offered: Promise<void> | undefined
  let finished = false
  button.hidden = false
  for (const part of root.querySelectorAll<HTMLElement>('[data-passkey-part]')) part.hidden = false

  const start = async (): Promise<void> => {
    if (button.getAttribute('aria-busy') === 'true') return
    waiting?.abort()
    waiting = new AbortController()
    show(root, 'busy')
    // The site remembers one challenge: the one of the offer must be set before this one.
    await offered
    if (finished) return
    try {
      goOn(root, await perform(root, { signal: waiting.signal }))
    } catch (error) {
      fail(root, error)
    }
  }
  const offer = async (): Promise<void> => {
    const able = await PublicKeyCredential.isConditionalMediationAvailable?.()
    if (!able || waiting) return
    const mine = (waiting = new AbortController())
    try {
      const answer = await perform(root, { mediation: 'conditional', signal: mine.signal })
      finished = true
      goOn(root, answer)
    } catch (error) {
      // Nobody asked for this one: only a refusal of a passkey that was chosen is worth a word.
      if (waiting === mine && error instanceof Refused && error.code !== 'too_many') fail(root, error)
    }
  }
  button.addEventListener('click', (event) => {
    event.preventDefault()
    void start()
  })
  if (root.hasAttribute('data-passkey-autofill')) offered = offer()
}

export function startPasskeys(): void {
  for (const root of document.querySelectorAll<HTMLElement>('[data-passkey]')) bindPasskey(root)
}
