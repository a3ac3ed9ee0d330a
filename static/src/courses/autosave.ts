import { mount } from '../shared/mount'
import { post } from '../shared/post'
import { AnswerStore, isHopeless, whatToDo } from './autosave-data'
import { readFields, visibleFields, writeFields } from './form-fields'
import { announceWaiting, ownStore } from './outbox'

type State = 'device' | 'sending' | 'saved' | 'failed' | 'full' | 'choice'

/** Sends a half-answered question 1 s after the last change, on leaving a field and the page. */
class Autosave {
  private timer = 0
  private busy = false
  private dirty = false
  private closed = false
  private readonly store: AnswerStore
  private readonly url: string

  constructor(private readonly form: HTMLFormElement) {
    this.url = form.dataset.saveUrl ?? ''
    this.store = ownStore()
  }

  start(): void {
    this.form.addEventListener('input', () => this.changed())
    this.form.addEventListener('focusout', (event) => this.left(event))
    window.addEventListener('pagehide', () => this.dirty && void this.send(true))
    window.addEventListener('online', () => this.dirty && void this.send())
    this.form.addEventListener('submit', () => this.stop())
    this.form.addEventListener('htmx:error', () => this.resume())
    this.form.addEventListener('htmx:response:error', () => this.resume())
    this.form.addEventListener('htmx:before:swap', (event) => this.answered(event))
    this.part('retry')?.addEventListener('click', () => void this.send())
    this.part('restore')?.addEventListener('click', () => this.restore())
    this.found()
  }

  private found(): void {
    const copy = this.store.get(this.url)
    const mine = copy && { ...copy, fields: visibleFields(this.form, copy.fields) }
    const shown = visibleFields(this.form, readFields(this.form))
    const found = whatToDo(mine, this.form.dataset.savedAt ?? '', shown)
    if (found === 'restore') this.restore()
    else if (found === 'offer') this.show('choice')
    else if (copy) this.store.drop(this.url)
  }

  private restore(): void {
    const copy = this.store.get(this.url)
    if (!copy) return
    writeFields(this.form, copy.fields)
    this.form.dispatchEvent(new Event('answer:restored'))
    this.dirty = true
    void this.send()
  }

  private changed(): void {
    this.closed = false
    this.dirty = true
    this.keep()
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.send(), 1000)
  }

  /** Going to a button of the form is no leaving: "Check" sends the answer itself. */
  private left(event: FocusEvent): void {
    const target = event.relatedTarget
    const onButton = target instanceof HTMLButtonElement && target.form === this.form
    if (this.dirty && !onButton) void this.send()
  }

  private keep(): number {
    const at = Date.now()
    const kept = this.store.put({ url: this.url, fields: readFields(this.form), at })
    this.show(kept ? 'device' : 'full')
    announceWaiting(this.store)
    return at
  }

  private async send(leaving = false): Promise<void> {
    window.clearTimeout(this.timer)
    if ((this.busy && !leaving) || this.closed || !this.form.isConnected) return
    this.busy = true
    this.dirty = false
    const at = this.keep()
    this.show('sending')
    const response = await post(this.url, readFields(this.form), leaving).catch(() => null)
    this.busy = false
    if (response?.ok) this.store.drop(this.url, at)
    else if (response && isHopeless(response.status)) this.closed = true
    announceWaiting(this.store)
    if (this.dirty) return void this.send()
    this.dirty = !response?.ok
    this.show(response?.ok ? 'saved' : navigator.onLine ? 'failed' : 'device')
  }

  private stop(): void {
    window.clearTimeout(this.timer)
    this.keep()
    this.dirty = false
    this.closed = true
  }

  private resume(): void {
    this.closed = false
    this.dirty = true
    this.show('failed')
  }

  private answered(event: Event): void {
    const raw = (event as CustomEvent<{ ctx?: { response?: { raw: Response } } }>).detail?.ctx
    if (raw?.response?.raw.ok && !raw.response.raw.redirected) this.store.drop(this.url)
    announceWaiting(this.store)
  }

  private part(name: string): HTMLElement | null {
    return this.form.querySelector<HTMLElement>(`[data-save-${name}]`)
  }

  private show(state: State): void {
    const line = this.part('state')
    if (!line) return
    line.dataset.state = state
    const name = `text${state[0]?.toUpperCase()}${state.slice(1)}`
    line.textContent = this.form.dataset[name] ?? ''
    const retry = this.part('retry')
    const restore = this.part('restore')
    if (retry) retry.hidden = !['failed', 'full'].includes(state) || this.closed
    if (restore) restore.hidden = state !== 'choice'
  }
}

export function bindAutosave(form: HTMLElement): void {
  if (form instanceof HTMLFormElement && form.dataset.saveUrl) new Autosave(form).start()
}

export const startAutosave = (): void => mount('form[data-autosave]', bindAutosave)
