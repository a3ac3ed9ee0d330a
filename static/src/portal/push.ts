/** Lets a person have this browser woken when something is new, and stop it again. */
import { post } from '../shared/post'

const WORDS = 'push-words' // the cache the worker reads its two sentences from

/** The bytes of a base64url text. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const padded = text.replace(/-/g, '+').replace(/_/g, '/').padEnd(Math.ceil(text.length / 4) * 4, '=')
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0))
}

export function startPush(panel: HTMLElement): void {
  if (!('serviceWorker' in navigator) || !('PushManager' in window)) return
  const state = panel.querySelector<HTMLElement>('[data-push-state]')
  const on = panel.querySelector<HTMLButtonElement>('[data-push-on]')
  const off = panel.querySelector<HTMLButtonElement>('[data-push-off]')
  const { push: key, address, worker } = panel.dataset
  if (!state || !on || !off || !key || !address || !worker) return
  panel.hidden = false

  const show = (subscribed: boolean, words?: string): void => {
    on.hidden = subscribed
    off.hidden = !subscribed
    state.textContent = words ?? panel.dataset[subscribed ? 'textOn' : 'textOff'] ?? ''
  }
  const send = async (endpoint: string, end: boolean): Promise<void> => {
    const answer = await post(address, [['endpoint', endpoint], ...(end ? [['end', '1'] as [string, string]] : [])])
    if (!answer.ok) throw new Error(String(answer.status))
  }
  const subscribe = async (): Promise<void> => {
    if ((await Notification.requestPermission()) !== 'granted') {
      show(false, panel.dataset['textDenied'])
      return
    }
    const registration = await navigator.serviceWorker.register(worker)
    const words = { title: panel.dataset['textTitle'], body: panel.dataset['textBody'], url: location.pathname }
    await (await caches.open(WORDS)).put('/push-words', Response.json(words))
    await navigator.serviceWorker.ready
    const made = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(key),
    })
    await send(made.endpoint, false)
    show(true)
  }
  const end = async (): Promise<void> => {
    const found = await (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription()
    if (found) {
      await send(found.endpoint, true)
      await found.unsubscribe()
    }
    show(false)
  }
  const failed = (): void => show(false, panel.dataset['textFailed'])
  on.addEventListener('click', () => void subscribe().catch(failed))
  off.addEventListener('click', () => void end().catch(failed))
  void navigator.serviceWorker
    .getRegistration('/')
    .then((registration) => registration?.pushManager.getSubscription())
    .then((found) => show(Boolean(found)))
    .catch(failed)
}
