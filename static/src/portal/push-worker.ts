/** Wakes up when the site has something new, and says only that. It intercepts no page. */

type Words = { title?: string; body?: string; url?: string }

interface Woken extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Clicked extends Woken {
  notification: Notification
}

const scope = self as unknown as {
  addEventListener(type: string, listener: (event: never) => void): void
  registration: { showNotification(title: string, options: NotificationOptions): Promise<void> }
  clients: { openWindow(url: string): Promise<unknown> }
}

async function words(): Promise<Words> {
  const kept = await (await caches.open('push-words')).match('/push-words')
  return kept ? ((await kept.json()) as Words) : {}
}

async function show(): Promise<void> {
  const { title, body, url } = await words()
  await scope.registration.showNotification(title ?? '•', {
    body: body ?? '',
    tag: 'new', // several become one
    data: url ?? '/',
  })
}

scope.addEventListener('push', (event: Woken) => event.waitUntil(show()))
scope.addEventListener('notificationclick', (event: Clicked) => {
  event.notification.close()
  event.waitUntil(scope.clients.openWindow(String(event.notification.data ?? '/')))
})
