import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Item, Problem, RoomId } from '../crypto/interface'
import { problemOf, useApp, useEvents } from './app-context'
import { type Anchor, anchorOf, isAtEnd, restore, toEnd, toSight } from './place'
import { firstSeq, lastSeq, merged, opened, PAGE, unseen, type Stretch, withNewer, withOlder } from './window-data'

type Goal = { kind: 'end' } | { kind: 'keep'; anchor: Anchor } | { kind: 'item'; key: string } | { kind: 'unread' }

interface Options {
  room: RoomId
  topic: string | null
  list: { current: HTMLElement | null }
  onNew: (items: Item[], atEnd: boolean) => void
  onShown: (key: string) => void // a message was led to
}

export interface Shown {
  window: Stretch | null
  problem: Problem | null
  loading: boolean
  open(at: { around: number } | 'end', goal?: Goal): void
  older(): void
  newer(): void
}

/** The window on a room: opened somewhere, grown at both ends, kept in place while it changes. */
export function useWindow({ room, topic, list, onNew, onShown }: Options): Shown {
  const { engine, state } = useApp()
  const [window, setWindow] = useState<Stretch | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [loading, setLoading] = useState(false)
  const goal = useRef<Goal | null>(null)
  const turn = useRef(0)
  const now = useRef<Stretch | null>(null)

  const show = useCallback((next: Stretch, wanted: Goal | null): void => {
    goal.current = wanted
    now.current = next
    setWindow(next)
  }, [])

  const load = useCallback(
    async (ask: Parameters<typeof engine.timeline>[1], take: (page: Stretch) => void): Promise<void> => {
      const mine = ++turn.current
      setLoading(true)
      try {
        const page = await engine.timeline(room, { limit: PAGE, ...(topic === null ? {} : { thread: topic }), ...ask })
        if (mine !== turn.current) return
        setProblem(null)
        take(page)
      } catch (thrown) {
        if (mine === turn.current) setProblem(problemOf(thrown))
      } finally {
        if (mine === turn.current) setLoading(false)
      }
    },
    [engine, room, topic],
  )

  const open = useCallback<Shown['open']>(
    (at, wanted) => {
      void load(at === 'end' ? {} : at, (page) => {
        const next = opened(page)
        const found = at === 'end' ? null : next.items.find((item) => item.seq === at.around)
        show(next, wanted ?? (found ? { kind: 'item', key: found.key } : { kind: 'end' }))
      })
    },
    [load, show],
  )

  const grow = (side: 'older' | 'newer'): void => {
    const window = now.current
    const seq = window && (side === 'older' ? firstSeq(window) : lastSeq(window))
    if (!window || loading || !seq || !(side === 'older' ? window.more : window.newer)) return
    void load(side === 'older' ? { before: seq } : { after: seq }, (page) => {
      const before = now.current ?? window
      const anchor = list.current && anchorOf(list.current)
      show(side === 'older' ? withOlder(before, page) : withNewer(before, page), anchor ? { kind: 'keep', anchor } : null)
    })
  }

  useEvents((event) => {
    const before = now.current
    if (event.t !== 'items' || event.room !== room || !before) return
    // Who has just sent something wants to see it there.
    const sent = event.items.some((item) => item.mine && item.seq === null && !before.items.some((one) => one.key === item.key))
    if (sent && before.newer) return open('end')
    const atEnd = sent || !list.current || isAtEnd(list.current)
    const fresh = unseen(event.items, before, topic)
    const anchor = list.current && !atEnd ? anchorOf(list.current) : null
    show(merged(before, event.items, event.removed, topic, atEnd), atEnd ? { kind: 'end' } : anchor && { kind: 'keep', anchor })
    if (fresh.length > 0) onNew(fresh, atEnd && !before.newer)
  })

  // Another tab leads now: what the one before did in its last moment was not told.
  const ready = state.phase === 'ready'
  const was = useRef(ready)
  useEffect(() => {
    const again = ready && !was.current
    was.current = ready
    const before = now.current
    const last = before && lastSeq(before)
    if (!again || !before) return
    const anchor = list.current && !isAtEnd(list.current) ? anchorOf(list.current) : null
    open(before.newer && last ? { around: last } : 'end', anchor ? { kind: 'keep', anchor } : { kind: 'end' })
  }, [ready])

  useLayoutEffect(() => {
    const wanted = goal.current
    const element = list.current
    goal.current = null
    if (!wanted || !element) return
    if (wanted.kind === 'end') toEnd(element)
    if (wanted.kind === 'keep') restore(element, wanted.anchor)
    if (wanted.kind === 'unread') {
      const line = element.querySelector('[data-unread-line]')
      if (line) toSight(element, line)
      else toEnd(element)
    }
    if (wanted.kind === 'item') {
      const row = [...element.querySelectorAll<HTMLElement>('[data-key]')].find((each) => each.dataset.key === wanted.key)
      if (row) toSight(element, row)
      onShown(wanted.key)
    }
  }, [window])

  useEffect(() => () => {
    turn.current++
  }, [])

  return { window, problem, loading, open, older: () => grow('older'), newer: () => grow('newer') }
}
