// What every screen can reach: the engine, its state, the address, and the few things that belong to
// the page as a whole (announcing, asking, undoing).
import { createContext, type VNode } from 'preact'
import { useContext, useEffect, useRef } from 'preact/hooks'
import type { Check, Engine, EngineEvent, EngineState, Problem, RoomId, RoomSummary } from '../crypto/interface'
import type { Route, Urls } from './route-data'

export interface Question {
  title: string
  text: string
  verb: string // what happens, on the button
  danger?: boolean
  more?: string // a second sentence
}

export interface Undo {
  text: string
  undo: (() => void) | null // null: only says that something is done
}

export interface App {
  engine: Engine
  state: EngineState
  rooms: RoomSummary[] | null
  checks: Check[]
  route: Route
  urls: Urls
  domain: string
  fileLimit: number // bytes
  moved: boolean // something was opened since the page was loaded
  go(route: Route, replace?: boolean): void
  roomId(bare: string): RoomId
  announce(text: string): void
  ask(question: Question): Promise<boolean>
  say(done: Undo | null): void
  /** Shows a dialog until it closes itself. */
  open(dialog: (close: () => void) => VNode): void
  openCheck(id: string | null): void
  /** Shows what was thrown above the screen. */
  fail(thrown: unknown): void
  listen(callback: (event: EngineEvent) => void): () => void
}

export const AppContext = createContext<App | null>(null)

export function useApp(): App {
  const app = useContext(AppContext)
  if (!app) throw new Error('outside of the app')
  return app
}

/** Calls back for every event of the engine while the component is shown. */
export function useEvents(callback: (event: EngineEvent) => void): void {
  const { listen } = useApp()
  const latest = useRef(callback)
  latest.current = callback
  useEffect(() => listen((event) => latest.current(event)), [listen])
}

/** What was thrown, as a problem: the engine rejects with problems, everything else is a fault. */
export function problemOf(thrown: unknown): Problem {
  if (typeof thrown === 'object' && thrown !== null && typeof (thrown as Problem).code === 'string') {
    return thrown as Problem
  }
  return { code: 'failed', detail: thrown instanceof Error ? thrown.message : String(thrown) }
}
