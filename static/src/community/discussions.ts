/** Discussions: keeps drafts while one types, notes what was read, hears of new posts. */
import { isFinal, pause } from '../portal/notification-count-data'
import { mount } from '../shared/mount'
import { csrfToken, post, type Field } from '../shared/post'

const SEND_AFTER = 1_500 // milliseconds without a keystroke
const READ_AFTER = 2_000 // milliseconds the page is looked at

/** What a form of a post holds: no files, no token. */
function written(form: HTMLFormElement): Field[] {
  const fields: Field[] = []
  for (const [name, value] of new FormData(form)) {
    if (name !== 'csrfmiddlewaretoken' && typeof value === 'string') fields.push([name, value])
  }
  return fields
}

/** Sends the draft after a pause and when the page is left; says whether the server has it. */
function bindDraft(element: HTMLElement): void {
  const form = element as HTMLFormElement
  const url = form.dataset['saveUrl'] ?? ''
  const line = form.querySelector<HTMLElement>('[data-draft-state]')
  let timer = 0
  let isDirty = false
  let isSent = false

  const show = (state: 'sending' | 'saved' | 'failed'): void => {
    if (!line) return
    line.dataset['state'] = state
    line.textContent = form.dataset[`text${state[0]?.toUpperCase()}${state.slice(1)}`] ?? ''
  }
  const send = async (leaving = false): Promise<void> => {
    window.clearTimeout(timer)
    if (!isDirty || isSent) return
    isDirty = false
    show('sending')
    const answer = await post(url, written(form), leaving).catch(() => null)
    if (!answer?.ok) isDirty = true
    show(answer?.ok ? 'saved' : 'failed')
  }
  form.addEventListener('input', () => {
    isDirty = true
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void send(), SEND_AFTER)
  })
  form.addEventListener('submit', () => {
    isSent = true
    window.clearTimeout(timer)
  })
  window.addEventListener('pageshow', () => (isSent = false))
  window.addEventListener('pagehide', () => void send(true))
  window.addEventListener('online', () => void send())
}

/** Notes that the posts of this page were looked at for a moment. */
function bindReading(place: HTMLElement): void {
  const url = place.dataset['readUrl'] ?? ''
  const last = place.dataset['last'] ?? ''
  let timer = 0
  const note = (): void => {
    window.clearTimeout(timer)
    if (document.hidden) return
    timer = window.setTimeout(() => {
      document.removeEventListener('visibilitychange', note)
      if (csrfToken()) void post(url, [['number', last]]).catch(() => null)
    }, READ_AFTER)
  }
  document.addEventListener('visibilitychange', note)
  note()
}

/** Hears that something is new in the topic; what it is the page asks for itself. */
function bindNews(place: HTMLElement): void {
  const topic = place.dataset['topic'] ?? ''
  const line = document.getElementById('newer')
  if (!line || !('WebSocket' in window)) return
  let socket: WebSocket | null = null
  let tries = 0
  let timer = 0
  const open = (): void => {
    if (socket || document.hidden) return
    const address = new URL(`/ws/discussions/${topic}/`, location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    socket = new WebSocket(address)
    socket.addEventListener('message', () => {
      tries = 0
      line.dispatchEvent(new Event('topicnews'))
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

mount('form[data-draft]', bindDraft)
mount('[data-read-url]', bindReading)
mount('[data-topic]', bindNews)
