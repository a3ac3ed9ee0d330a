import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Icon } from './icon'
import { Link } from './link'
import { home } from './route-data'
import { t, tn } from './words'

/** Whether what is read here can be read again after this device is lost. */
export function SecurityLine(): VNode {
  const { state } = useApp()
  if (state.backup === 'protected') {
    return (
      <p class="security-line" data-state="protected">
        <Icon name="check-circle" />
        {t('history-protected')}
      </p>
    )
  }
  if (state.backup === 'working') {
    return (
      <p class="security-line" data-state="working">
        <Icon name="clock" />
        {state.backupDue > 0 ? tn('history-working', state.backupDue) : t('history-working-now')}
      </p>
    )
  }
  return (
    <p class="security-line" data-state="not-protected">
      <Icon name="warning" />
      <Link to={{ ...home, view: 'devices' }}>{t('history-not-protected')}</Link>
    </p>
  )
}

/** Connection and outbox in one line; nothing is said while all is well and sent. */
export function ConnectionLine(): VNode {
  const { state } = useApp()
  const waits = state.outbox > 0
  return (
    <p class="connection-line" role="status" data-state={state.connection} hidden={state.connection === 'online' && !waits}>
      {state.connection === 'offline' ? (
        <>
          <Icon name="offline" />
          {waits ? tn('offline-waiting', state.outbox) : t('offline')}
        </>
      ) : null}
      {state.connection === 'connecting' ? (
        <>
          <Icon name="clock" />
          {waits ? tn('connecting-waiting', state.outbox) : t('connecting')}
        </>
      ) : null}
      {state.connection === 'online' && waits ? (
        <>
          <Icon name="up" />
          {tn('sending-waiting', state.outbox)}
        </>
      ) : null}
    </p>
  )
}

/** Said once where two tabs are open: only one of them does the work. */
export function TabLine(): VNode | null {
  const { state } = useApp()
  if (state.leader || state.phase !== 'ready') return null
  return (
    <p class="tab-line">
      <Icon name="info" />
      {t('other-tab')}
    </p>
  )
}
