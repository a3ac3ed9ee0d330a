// From the page that the server wrote to the screens: words, addresses, and the engine's first state.
import type { Engine, EngineEvent, EngineState } from '../crypto/interface'
import { problemOf } from './app-context'
import type { Urls } from './route-data'
import { setWords, type Words } from './words'

export interface Started {
  engine: Engine
  listen(callback: (event: EngineEvent) => void): void
}

export interface ShellProps {
  engine: Engine
  listen: (callback: (event: EngineEvent) => void) => () => void
  first: EngineState
  urls: Urls
  domain: string
  fileLimit: number
  communityUrl: string
  accountUrl: string
}

const NAMES = ['messages', 'new', 'room', 'join', 'devices', 'about', 'signIn', 'help', 'digest'] as const

function urlsOf(root: HTMLElement): Urls {
  return Object.fromEntries(NAMES.map((name) => [name, root.dataset[`${name}Url`] ?? ''])) as unknown as Urls
}

/** One listener at the engine, many in the page. */
function fan(started: Started): ShellProps['listen'] {
  const callbacks = new Set<(event: EngineEvent) => void>()
  started.listen((event) => {
    for (const callback of [...callbacks]) callback(event)
  })
  return (callback) => {
    callbacks.add(callback)
    return () => void callbacks.delete(callback)
  }
}

const STARTING: EngineState = {
  phase: 'starting', problem: null, me: '', name: '', deviceId: '', connection: 'connecting', backup: 'working',
  backupDue: 0, outbox: 0, leader: true,
}

/** Shows the screens at once and lets the engine's state follow. */
export function startShell(root: HTMLElement, started: Started, show: (props: ShellProps) => void): void {
  const words = document.getElementById('sealed-words')
  setWords(JSON.parse(words?.textContent ?? '{}') as Words, document.documentElement.lang)
  const listen = fan(started)
  let known = false
  const props: ShellProps = {
    engine: started.engine, listen, first: STARTING, urls: urlsOf(root), domain: root.dataset['domain'] ?? '',
    fileLimit: Number(root.dataset['fileLimit'] ?? 0), communityUrl: root.dataset['communityUrl'] ?? '',
    accountUrl: root.dataset['accountUrl'] ?? '',
  }
  const first = (state: EngineState): void => {
    if (known) return
    known = true
    stop()
    root.replaceChildren()
    show({ ...props, first: state })
  }
  // Whichever comes first; what follows is heard by the screens.
  const stop = listen((event) => {
    if (event.t === 'state') first(event.state)
  })
  started.engine.state().then(first, (thrown: unknown) => first({ ...STARTING, phase: 'stopped', problem: problemOf(thrown) }))
}
