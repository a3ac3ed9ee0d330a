import { useCallback, useEffect, useState } from 'preact/hooks'
import { addressOf, home, inLanguage, isMove, isOurs, parse, type Route, type Urls } from './route-data'
import { t } from './words'

const here = (urls: Urls): Route => parse(location.pathname, location.hash, urls) ?? home

/** The language menu of the frame leads to the same place, topic and message included. */
function followLanguages(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.menu-language a[hreflang]')) {
    link.setAttribute('href', inLanguage(location.pathname + location.hash, link.hreflang))
  }
  // The form of the footer comes back to the page it was sent from.
  const next = document.querySelector<HTMLInputElement>('form[data-preferences] input[name="next"]')
  if (next) next.value = location.pathname
}

function titleOf(route: Route): string {
  if (route.view === 'devices') return t('devices-title')
  if (route.view === 'room-new') return t('new-room')
  return t('messages-title')
}

/** Where the reader is, and how to go elsewhere without loading a page. */
export function useRoute(urls: Urls): { route: Route; moved: boolean; go: (route: Route, replace?: boolean) => void } {
  const [route, setRoute] = useState<Route>(() => here(urls))
  const [moved, setMoved] = useState(false)
  const show = useCallback((next: Route): void => {
    setRoute((before) => {
      if (isMove(before, next)) {
        document.title = titleOf(next)
        // The new screen is there after the next drawing.
        requestAnimationFrame(() => focusOn(next))
      }
      return next
    })
    setMoved(true)
    followLanguages()
  }, [])
  const go = useCallback(
    (next: Route, replace = false): void => {
      const address = addressOf(next, urls)
      if (replace) history.replaceState(null, '', address)
      else history.pushState(null, '', address)
      show(next)
    },
    [urls, show],
  )
  useEffect(() => {
    const kept = sessionStorage.getItem('sealed-place')
    sessionStorage.removeItem('sealed-place')
    const [path, hash] = (kept ?? '').split('#')
    if (path === location.pathname && hash && !location.hash) {
      history.replaceState(null, '', `#${hash}`)
      show(here(urls))
    }
    followLanguages()
    const back = (): void => {
      if (isOurs(location.hash)) show(here(urls))
    }
    window.addEventListener('popstate', back)
    window.addEventListener('hashchange', back)
    return () => {
      window.removeEventListener('popstate', back)
      window.removeEventListener('hashchange', back)
    }
  }, [urls, show])
  return { route, moved, go }
}

/** The heading of what was opened takes the focus, so that a screen reader begins there. */
function focusOn(route: Route): void {
  if (route.view === 'room') return // its head or panel does it when it is there
  const place = route.view === 'messages' && route.panel === '' ? '.chat-list-title' : '.chat-main h1, .setup h1'
  const heading = document.querySelector<HTMLElement>(`#sealed :is(${place})`)
  if (heading && heading.offsetParent !== null) {
    window.scrollTo(0, 0)
    heading.focus({ preventScroll: true })
  }
}
