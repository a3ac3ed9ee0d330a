/** Keeps the number of unread notices in the menu true while the page is open and looked at. */
import { fill } from '../shared/words'
import { countOf, isFinal, pause } from './notification-count-data'

export function startNotificationCount(): void {
  const places = document.querySelectorAll<HTMLElement>('[data-notification-count]')
  const first = places[0]
  if (!first || !('WebSocket' in window)) return
  let socket: WebSocket | null = null
  let tries = 0
  let timer = 0

  const show = (count: number): void => {
    for (const place of places) {
      place.hidden = count === 0
      place.textContent = fill(place.dataset['textCount'] ?? '{count}', { count })
    }
  }
  const open = (): void => {
    if (socket || document.hidden) return
    const address = new URL('/ws/notifications/', location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    socket = new WebSocket(address)
    socket.addEventListener('message', (event) => {
      tries = 0
      const count = countOf(String(event.data))
      if (count !== null) show(count)
    })
    socket.addEventListener('close', (event) => {
      socket = null
      if (isFinal(event.code)) return
      timer = window.setTimeout(open, pause(tries++, Math.random()))
    })
  }
  document.addEventListener('visibilitychange', () => {
    window.clearTimeout(timer)
    if (document.hidden) socket?.close(1000)
    else open()
  })
  open()
}
