import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { Draft, RoomDetail } from '../crypto/interface'
import { useApp } from './app-context'
import { emptyDraft, isWorthKeeping } from './composer-data'

const PAUSE = 600 // milliseconds after the last change

export interface Writing {
  draft: Draft
  ready: boolean // the kept draft was looked for
  set(more: Partial<Draft>): void
  /** The same for work that ends later: it is given the draft as it is then. */
  change(more: (draft: Draft) => Partial<Draft>): void
  /** Puts another draft in place; returns the one before. */
  replace(draft: Draft): Draft
  /** An empty draft with the room's label. */
  clear(): Draft
}

/** What is being written in a room or topic, kept sealed on this device as it is typed. */
export function useDraft(room: RoomDetail, topic: string | null): Writing {
  const { engine } = useApp()
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(room, topic))
  const [ready, setReady] = useState(false)
  const now = useRef(draft)
  const dirty = useRef(false)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)

  const keep = useCallback((): void => {
    clearTimeout(timer.current)
    if (!dirty.current) return
    dirty.current = false
    const kept = isWorthKeeping(now.current) ? now.current : null
    engine.saveDraft(room.room, topic, kept).catch(() => {
      dirty.current = true // tried again with the next letter
    })
  }, [engine, room.room, topic])

  const replace = useCallback(
    (next: Draft): Draft => {
      const before = now.current
      now.current = next
      dirty.current = true
      setDraft(next)
      clearTimeout(timer.current)
      timer.current = setTimeout(keep, PAUSE)
      return before
    },
    [keep],
  )

  useEffect(() => {
    let gone = false
    engine.draft(room.room, topic).then(
      (kept) => {
        if (gone) return
        // What was typed while the draft was looked for is newer.
        if (kept && !dirty.current) {
          now.current = { ...kept, thread: topic }
          setDraft(now.current)
        }
        setReady(true)
      },
      () => setReady(true),
    )
    const hidden = (): void => {
      if (document.visibilityState === 'hidden') keep()
    }
    document.addEventListener('visibilitychange', hidden)
    window.addEventListener('pagehide', keep)
    return () => {
      gone = true
      document.removeEventListener('visibilitychange', hidden)
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [keep])

  const set = useCallback((more: Partial<Draft>) => void replace({ ...now.current, ...more }), [replace])
  const change = useCallback<Writing['change']>((more) => set(more(now.current)), [set])
  const clear = useCallback(() => replace(emptyDraft(room, topic)), [replace, room.charter, topic])
  return { draft, ready, set, change, replace, clear }
}
