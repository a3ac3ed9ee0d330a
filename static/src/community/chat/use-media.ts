import { useEffect, useState } from 'preact/hooks'

/** Whether a media query holds, now and after the window changed. */
export function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const look = (): void => setHolds(media.matches)
    look()
    media.addEventListener('change', look)
    return () => media.removeEventListener('change', look)
  }, [query])
  return holds
}

/** Three panes fit: the head of the room stands beside its panel. */
export const BESIDE = '(min-width: 72rem)'
