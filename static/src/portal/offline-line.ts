import { mount } from '../shared/mount'
import { fill } from '../shared/words'
import { lineState } from './offline-data'

/** Sent by whoever keeps unsent things: `detail.count` of them wait on this device. */
export const WAITING = 'portal:waiting'
/** Asks them to send what waits. */
export const SEND_WAITING = 'portal:send-waiting'

export function bindLine(line: HTMLElement): void {
  const text = line.querySelector<HTMLElement>('[data-offline-text]')
  const retry = line.querySelector<HTMLElement>('[data-offline-retry]')
  let waiting = 0
  const show = (before: number): void => {
    const state = lineState(navigator.onLine, waiting, before)
    line.hidden = state === 'hidden'
    line.dataset.state = state
    if (retry) retry.hidden = state !== 'waiting'
    const sentences = [
      state === 'offline' ? line.dataset.textOffline : undefined,
      waiting > 0 ? fill(line.dataset.textWaiting ?? '', { count: waiting }) : undefined,
      state === 'saved' ? line.dataset.textSaved : undefined,
    ]
    if (text) text.textContent = sentences.filter(Boolean).join(' ')
  }
  document.addEventListener(WAITING, (event) => {
    const before = waiting
    waiting = (event as CustomEvent<{ count: number }>).detail.count
    show(before)
  })
  window.addEventListener('online', () => show(waiting))
  window.addEventListener('offline', () => show(waiting))
  retry?.addEventListener('click', () => document.dispatchEvent(new Event(SEND_WAITING)))
  show(0)
}

export const startOfflineLine = (): void => mount('[data-offline-line]', bindLine)
