import { useEffect, useRef, useState } from 'preact/hooks'
import { type Anchor, anchorOf, distances, isAtEnd, restore, seenTo, toEnd } from './place'
import type { Shown } from './use-window'

const NEAR = 300 // pixels from an end at which more is fetched

const isShown = (element: HTMLElement): boolean => element.getBoundingClientRect().height > 0

/** Watches what of a list is in sight: fetches more near its ends, tells how far was read. */
export function useSight(list: { current: HTMLElement | null }, shown: Shown, seen: (seq: number | null) => void): boolean {
  const [atEnd, setAtEnd] = useState(true)
  const kept = useRef<{ anchor: Anchor | null; atEnd: boolean }>({ anchor: null, atEnd: false })
  useEffect(() => {
    const look = (): void => {
      const element = list.current
      // Behind a panel nothing has a place, and both ends would seem near for ever.
      if (!element || !shown.window || !isShown(element)) return
      const there = isAtEnd(element) && !shown.window.newer
      kept.current = { anchor: anchorOf(element), atEnd: there }
      setAtEnd(there)
      const { above, below } = distances(element)
      if (above < NEAR) shown.older()
      if (below < NEAR) shown.newer()
      seen(seenTo(element))
    }
    let frame = 0
    const soon = (): void => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(look)
    }
    // Captured, because the box that scrolls is another one on each screen; the text being written
    // scrolls too, and says nothing about the list.
    const scrolled = (event: Event): void => {
      if (!(event.target instanceof HTMLTextAreaElement)) soon()
    }
    soon()
    document.addEventListener('scroll', scrolled, { capture: true, passive: true })
    window.addEventListener('resize', soon)
    document.addEventListener('visibilitychange', soon)
    return () => {
      cancelAnimationFrame(frame)
      document.removeEventListener('scroll', scrolled, { capture: true })
      window.removeEventListener('resize', soon)
      document.removeEventListener('visibilitychange', soon)
    }
  }, [shown.window, shown.loading])
  useKeptPlace(list, kept)
  return atEnd
}

/** Pictures that appear, a composer that grows, a panel that closes: the reader stays where she was. */
function useKeptPlace(list: { current: HTMLElement | null }, kept: { current: { anchor: Anchor | null; atEnd: boolean } }): void {
  useEffect(() => {
    const element = list.current
    if (!element) return
    let hidden = false
    const observer = new ResizeObserver(() => {
      if (!isShown(element)) {
        hidden = true
        return
      }
      if (kept.current.atEnd) toEnd(element)
      else if (hidden && kept.current.anchor) restore(element, kept.current.anchor)
      hidden = false
    })
    observer.observe(element)
    if (element.parentElement) observer.observe(element.parentElement)
    return () => observer.disconnect()
  }, [])
}
