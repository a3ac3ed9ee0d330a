// The module Worker of a tab: everything that holds keys, and nothing that shows anything.

import { makeRoomsHalf } from '../chat/rooms-half'
import type { ToWorker } from './interface'
import { Tab } from './tab'

const tab = new Tab((message) => postMessage(message), { makeRooms: makeRoomsHalf })

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => tab.receive(data))
addEventListener('online', () => tab.online())
addEventListener('error', (event) => {
  if (tab.uncaught(event.error)) event.preventDefault()
})
addEventListener('unhandledrejection', (event) => {
  if (tab.uncaught(event.reason)) event.preventDefault()
})
