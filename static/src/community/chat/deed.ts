import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Problem } from '../crypto/interface'
import { problemOf } from './app-context'

export interface Deed {
  busy: boolean
  problem: Problem | null
  /** Does the work once at a time; resolves whether it went well. */
  run(work: () => Promise<unknown>): Promise<boolean>
  clear(): void
}

/** One thing a person sets off: whether it is under way, and what stood in its way. */
export function useDeed(): Deed {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const running = useRef(false)
  const shown = useRef(true)
  useEffect(() => {
    shown.current = true
    return () => {
      shown.current = false
    }
  }, [])
  const run = useCallback(async (work: () => Promise<unknown>): Promise<boolean> => {
    if (running.current) return false
    running.current = true
    setBusy(true)
    setProblem(null)
    try {
      await work()
      return true
    } catch (thrown) {
      if (shown.current) setProblem(problemOf(thrown))
      return false
    } finally {
      running.current = false
      if (shown.current) setBusy(false)
    }
  }, [])
  const clear = useCallback(() => setProblem(null), [])
  return { busy, problem, run, clear }
}

/** Something the engine is asked for when a screen opens, and again when `again` changes. */
export function useAnswer<T>(ask: () => Promise<T>, again: readonly unknown[]): {
  value: T | null
  problem: Problem | null
  reload(): void
} {
  const [value, setValue] = useState<T | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [turn, setTurn] = useState(0)
  const newest = useRef(0)
  useEffect(() => {
    const mine = ++newest.current
    ask().then(
      (found) => {
        if (mine !== newest.current) return
        setValue(found)
        setProblem(null)
      },
      (thrown: unknown) => {
        if (mine === newest.current) setProblem(problemOf(thrown))
      },
    )
    return () => {
      newest.current++
    }
  }, [...again, turn])
  const reload = useCallback(() => setTurn((before) => before + 1), [])
  return { value, problem, reload }
}
