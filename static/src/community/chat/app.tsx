import type { VNode } from 'preact'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Check, Engine, EngineEvent, EngineState, Problem, RoomSummary } from '../crypto/interface'
import { type App as Shared, AppContext, problemOf, type Question, type Undo } from './app-context'
import { CheckDialog } from './check-dialog'
import { CheckNotices } from './check-notice'
import { checksNow } from './checks-data'
import { Crumbs } from './crumbs'
import { Confirm } from './dialog'
import { ProblemNotice } from './problem'
import { full, type Urls } from './route-data'
import { Screen } from './screens'
import { UndoLine } from './undo-line'
import { useRoute } from './use-route'

interface Props {
  engine: Engine
  listen: (callback: (event: EngineEvent) => void) => () => void
  first: EngineState
  urls: Urls
  domain: string
  fileLimit: number
  communityUrl: string
  accountUrl: string
}

interface Asked {
  question: Question
  answer: (yes: boolean) => void
}

/** The whole of the sealed screens: state of the engine, address, and what lies above every screen. */
export function App({ engine, listen, first, urls, domain, fileLimit, communityUrl, accountUrl }: Props): VNode {
  const [state, setState] = useState(first)
  const [rooms, setRooms] = useState<RoomSummary[] | null>(null)
  const [checks, setChecks] = useState<Check[]>([])
  const [checking, setChecking] = useState<string | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [dialog, setDialog] = useState<((close: () => void) => VNode) | null>(null)
  const [undo, setUndo] = useState<Undo | null>(null)
  const [failed, setFailed] = useState<Problem | null>(null)
  const [said, setSaid] = useState('')
  const { route, moved, go } = useRoute(urls)
  const ready = state.phase === 'ready'

  const loadRooms = useCallback(() => {
    engine.rooms().then(setRooms, () => undefined)
  }, [engine])
  const hear = useRef<(event: EngineEvent) => void>(() => undefined)
  hear.current = (event) => {
    if (event.t === 'state') setState(event.state)
    if (event.t === 'rooms' && ready) loadRooms()
    if (event.t === 'check') {
      setChecks((before) => [...before.filter((check) => check.id !== event.check.id), event.check])
    }
  }
  // While it is shown for the first time, not after: what the engine tells in between would be lost, and
  // a tab that follows another is told once and no more how things stand.
  useLayoutEffect(() => listen((event) => hear.current(event)), [listen])
  useEffect(() => {
    if (!ready) return
    loadRooms()
    engine.checks().then((found) => setChecks((before) => checksNow(before, found)), () => undefined)
  }, [ready])
  const before = useRef(undo)
  useEffect(() => {
    // What is said while leaving a place is about what was done there: it is read where one arrives.
    if (undo === before.current) setUndo(null)
    setFailed(null)
  }, [route.view, route.room])
  useEffect(() => {
    before.current = undo
  }, [undo])

  const ask = useCallback((question: Question) => new Promise<boolean>((answer) => setAsked({ question, answer })), [])
  const open = useCallback((next: (close: () => void) => VNode) => setDialog(() => next), [])
  const fail = useCallback((thrown: unknown) => setFailed(problemOf(thrown)), [])
  // The same words again would not be read: a mark without a sound makes them new.
  const announce = useCallback((text: string) => setSaid((before) => (before === text ? `${text}\u200B` : text)), [])
  const roomId = useCallback((room: string) => full(room, domain), [domain])
  const shared: Shared = {
    engine, state, rooms, checks, route, urls, domain, fileLimit, moved, go, roomId, announce, ask, say: setUndo, open,
    openCheck: setChecking, fail, listen,
  }
  const check = checks.find((one) => one.id === checking)
  return (
    <AppContext.Provider value={shared}>
      <Crumbs communityUrl={communityUrl} accountUrl={accountUrl} />
      <div class="chat-above">
        <CheckNotices />
        {failed ? <ProblemNotice problem={failed} alert retry={() => setFailed(null)} dismiss={() => setFailed(null)} /> : null}
        <UndoLine done={undo} onClose={() => setUndo(null)} />
      </div>
      <Screen />
      <p class="visually-hidden" role="status" aria-live="polite" data-announcer>
        {said}
      </p>
      {check ? <CheckDialog check={check} onClose={() => setChecking(null)} /> : null}
      {dialog ? dialog(() => setDialog(null)) : null}
      {asked ? (
        <Confirm
          question={asked.question}
          onAnswer={(yes) => {
            setAsked(null)
            asked.answer(yes)
          }}
        />
      ) : null}
    </AppContext.Provider>
  )
}
