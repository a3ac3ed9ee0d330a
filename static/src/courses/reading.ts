import { mount } from '../shared/mount'
import { post } from '../shared/post'
import { blockInView } from './place-data'
import { ActiveTime } from './timer-data'

const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'scroll', 'touchstart']

function eventId(): string {
  return typeof crypto.randomUUID === 'function' ? crypto.randomUUID() : ''
}

function currentBlock(step: HTMLElement): string {
  const blocks = [...step.querySelectorAll<HTMLElement>('[data-block]')].map((block) => ({
    id: block.dataset.block ?? '',
    top: block.getBoundingClientRect().top,
  }))
  return blockInView(blocks, window.innerHeight)
}

/**
 * Tells the server that a step was opened, once it can be seen, and on leaving which block was
 * being read and how many seconds were spent. Each message has its own id, so a repeat is harmless;
 * seconds are never sent twice.
 */
export function bindReading(step: HTMLElement): void {
  const url = step.dataset.openedUrl
  const time = new ActiveTime(performance.now(), document.visibilityState === 'visible')
  let place: string | null = null
  let over = false

  const send = (seconds: number, block: string): void => {
    if (!url) return
    place = block
    const fields: [string, string][] = [
      ['event', eventId()],
      ['block', block],
      ['active_seconds', String(seconds)],
    ]
    post(url, fields, true).catch(() => undefined)
  }
  const seen = (): void => {
    if (place === null && document.visibilityState === 'visible') send(0, currentBlock(step))
  }
  const leave = (): void => {
    if (over || place === null) return
    const seconds = time.take(performance.now())
    const block = currentBlock(step)
    if (seconds > 0 || block !== place) send(seconds, block)
  }

  for (const name of SIGNS) {
    window.addEventListener(name, () => time.sign(performance.now()), { passive: true })
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') {
      time.show(performance.now())
      seen()
    } else {
      time.hide(performance.now())
      leave()
    }
  })
  window.addEventListener('pagehide', leave)
  // A form that takes the seconds along ends this visit: its answer is newer than our message.
  document.addEventListener('submit', (event) => {
    const field = (event.target as Element).querySelector<HTMLInputElement>('[data-active-seconds]')
    if (!field || over) return
    field.value = String(time.take(performance.now()))
    over = true
  })
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) over = false
  })
  seen()
}

export const startReading = (): void => mount('[data-opened-url], [data-reading-timer]', bindReading)
