import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { RoomId } from '../crypto/interface'
import { useEvents } from './app-context'
import { list, tn } from './words'

const LASTS = 6000 // milliseconds a sign of typing is believed

/** Who is writing now. It is not read aloud: it changes too often to be listened to. */
export function TypingLine({ room }: { room: RoomId }): VNode {
  const [people, setPeople] = useState<Record<string, { name: string; until: number }>>({})
  useEvents((event) => {
    if (event.t === 'typing' && event.room === room) {
      setPeople((before) => ({ ...before, [event.user]: { name: event.name, until: Date.now() + LASTS } }))
    }
  })
  const shown = Object.values(people)
  useEffect(() => {
    if (shown.length === 0) return
    const timer = setTimeout(() => {
      setPeople((before) => Object.fromEntries(Object.entries(before).filter(([, one]) => one.until > Date.now())))
    }, LASTS)
    return () => clearTimeout(timer)
  }, [people])
  return (
    <p class="typing-line" aria-hidden="true">
      {shown.length > 0 ? tn('typing', shown.length, { names: list(shown.map((one) => one.name)) }) : ''}
    </p>
  )
}
