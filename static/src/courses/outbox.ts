import { SEND_WAITING, WAITING } from '../portal/offline-line'
import { post } from '../shared/post'
import { AnswerStore, countWaiting, isHopeless, type Shelf } from './autosave-data'

/** A shelf for browsers that forbid storage: holds nothing and refuses to keep. */
const NO_SHELF: Shelf = {
  length: 0,
  key: () => null,
  getItem: () => null,
  setItem: () => {
    throw new DOMException('', 'QuotaExceededError')
  },
  removeItem: () => undefined,
}

/** The store of the person this page was made for; a visitor has one of her own. */
export function ownStore(): AnswerStore {
  const owner = document.querySelector<HTMLElement>('[data-owner]')?.dataset.owner ?? ''
  try {
    return new AnswerStore(window.localStorage, owner)
  } catch {
    return new AnswerStore(NO_SHELF, owner)
  }
}

/** Tells the line under the header how many answers wait on this device, not those under way. */
export function announceWaiting(store: AnswerStore): void {
  const count = countWaiting(store.all(Date.now()), Date.now(), navigator.onLine)
  document.dispatchEvent(new CustomEvent(WAITING, { detail: { count } }))
}

/** Sends the copies whose question is not on this page; those on it send themselves. */
async function sendWaiting(store: AnswerStore): Promise<void> {
  const here = new Set(
    Array.from(document.querySelectorAll<HTMLElement>('[data-save-url]'), (form) => form.dataset.saveUrl),
  )
  for (const copy of store.all(Date.now())) {
    if (here.has(copy.url)) continue
    const response = await post(copy.url, copy.fields).catch(() => null)
    if (!response || response.status === 429 || response.type === 'opaqueredirect') break
    if (response.ok || isHopeless(response.status)) store.drop(copy.url, copy.at)
  }
  announceWaiting(store)
}

/** Sends what waits, now and whenever the connection is back. */
export function startOutbox(): void {
  const store = ownStore()
  const send = (): void => void sendWaiting(store)
  window.addEventListener('online', send)
  document.addEventListener(SEND_WAITING, () => {
    send()
    for (const retry of document.querySelectorAll<HTMLElement>('[data-save-retry]')) retry.click()
  })
  send()
}
