import { useEffect, useRef } from 'preact/hooks'
import type { RoomId } from '../crypto/interface'
import { useApp } from './app-context'

const PAUSE = 1000 // milliseconds a message is in sight before it counts as read

/**
 * Tells the engine how far was read: only forward, only while the page is looked at. `allowed`: no
 * when something unread before it was not shown, because reading is counted by number.
 */
export function useReading(room: RoomId, lastRead: number, allowed: boolean): { seen(seq: number | null): void } {
  const { engine } = useApp()
  const told = useRef(lastRead)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const seen = (seq: number | null): void => {
    if (!allowed || seq === null || seq <= told.current || document.visibilityState !== 'visible') return
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      told.current = seq
      engine.markRead(room, seq).catch(() => {
        told.current = lastRead
      })
    }, PAUSE)
  }
  return { seen }
}
