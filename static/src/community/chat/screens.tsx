import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Problem } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { CatchUp } from './catch-up'
import { Devices } from './devices'
import { Join } from './join'
import { NewMessage } from './new-message'
import { Loading, Notice } from './notice'
import { ProblemNotice } from './problem'
import { RoomList } from './room-list'
import { RoomNew } from './room-new'
import { RoomView } from './room-view'
import { SearchForm } from './search-form'
import { SetupDevice } from './setup-device'
import { SetupNew } from './setup-new'
import { SignOutSite } from './sign-out'
import { ConnectionLine, TabLine } from './status-line'
import { t } from './words'

/** The screen that belongs to the state of the engine and to the address. */
export function Screen(): VNode {
  const { state, route } = useApp()
  const { phase, problem } = state
  // The last step of a set-up is shown although the engine is ready by then.
  const [setup, setSetup] = useState<'new-person' | 'new-device' | null>(null)
  useEffect(() => {
    if (phase === 'new-person' || phase === 'new-device') setSetup(phase)
  }, [phase])
  // Another tab takes over when the leading one is closed: what is being read and written stays.
  const [shown, setShown] = useState(false)
  const between = shown && !problem && (phase === 'starting' || phase === 'waiting')
  useEffect(() => setShown(phase === 'ready' || between), [phase, between])
  // Whatever the state is, who wants to sign out can.
  if (route.view === 'devices' && route.panel === 'sign-out') return <SignOutSite />
  if (phase === 'stopped') return problem ? <Stopped problem={problem} /> : <KeysRemoved />
  if (setup === 'new-person') return <SetupNew onDone={() => setSetup(null)} />
  if (setup === 'new-device') return <SetupDevice onDone={() => setSetup(null)} />
  if (phase !== 'ready' && !between) return <Starting waiting={phase === 'waiting'} problem={problem} />
  return <Ready />
}

function Stopped({ problem }: { problem: Problem }): VNode {
  const { engine } = useApp()
  return (
    <section class="setup">
      <h1 tabIndex={-1}>{t('stopped-title')}</h1>
      <ProblemNotice problem={problem} retry={() => void engine.retry().catch(() => undefined)} />
    </section>
  )
}

/** After signing out of messages: nothing is left here, and how to begin again. */
function KeysRemoved(): VNode {
  const { engine, fail } = useApp()
  return (
    <section class="setup">
      <h1 tabIndex={-1}>{t('messages-title')}</h1>
      <Notice kind="success" alert>
        <p>{t('keys-removed')}</p>
      </Notice>
      <Button kind="secondary" onPress={() => void engine.retry().catch(fail)}>
        {t('keys-set-up-again')}
      </Button>
    </section>
  )
}

function Starting({ waiting, problem }: { waiting: boolean; problem: Problem | null }): VNode {
  return (
    <section class="setup">
      <h1 tabIndex={-1}>{t('messages-title')}</h1>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <Loading text={t('starting')} lines={6} />
      <p class="muted">{waiting ? t('waiting-tab') : t('starting-size')}</p>
    </section>
  )
}

function Ready(): VNode {
  const { route } = useApp()
  if (route.view === 'devices') {
    return (
      <section class="setup">
        <Devices />
      </section>
    )
  }
  const single = route.view === 'messages' && route.panel === ''
  const pane = single ? 'list' : route.view === 'room' && route.panel ? 'panel' : 'main'
  return (
    <div class="chat" data-pane={pane} data-view={route.view}>
      <RoomList heading={single ? 1 : 2} />
      <Main />
    </div>
  )
}

function Main(): VNode {
  const { route } = useApp()
  if (route.view === 'room') return <RoomView key={route.room} />
  return (
    <section class="chat-main">
      <TabLine />
      <ConnectionLine />
      <Page />
    </section>
  )
}

function Page(): VNode {
  const { route, rooms } = useApp()
  if (route.view === 'room-new') return <RoomNew />
  if (route.view === 'join') return <Join key={route.room} />
  if (route.panel === 'new-message') return <NewMessage />
  if (route.panel === 'search') {
    return (
      <section class="setup">
        <h1 tabIndex={-1}>{t('search-here')}</h1>
        <SearchForm panel="" />
      </section>
    )
  }
  if (rooms?.length === 0) return <First />
  return <CatchUp heading={route.panel === 'catch-up' ? 1 : 2} />
}

/** Nothing here yet: what rooms are for. */
function First(): VNode {
  return (
    <section class="setup">
      <h2>{t('first-title')}</h2>
      <p class="lead">{t('first-text')}</p>
      <Notice kind="info">
        <p>{t('protects')}</p>
      </Notice>
    </section>
  )
}
