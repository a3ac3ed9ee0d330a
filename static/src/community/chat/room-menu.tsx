import type { VNode } from 'preact'
import type { RoomDetail } from '../crypto/interface'
import { type App, useApp } from './app-context'
import { type Entry, Menu } from './menu'
import { isLastHost } from './room-data'
import { home, inRoom } from './route-data'
import { t } from './words'

async function leave(app: App, detail: RoomDetail): Promise<void> {
  const last = isLastHost(detail)
  const yes = await app.ask({
    title: t('leave-title'), text: t('leave-text'), verb: t('leave-verb'), danger: true,
    ...(last ? { more: t('leave-last-host') } : {}),
  })
  if (!yes) return
  await app.engine.leave(detail.room)
  app.say({ text: t('left-room'), undo: null })
  app.go(home, true)
}

export async function block(app: App, user: string, name: string): Promise<void> {
  const yes = await app.ask({
    title: t('block-title', { name }), text: t('block-text', { name }), verb: t('block-verb'), danger: true,
  })
  if (!yes) return
  await app.engine.block(user, true)
  const undo = (): void => void app.engine.block(user, false).catch(app.fail)
  app.say({ text: t('blocked', { name }), undo })
}

/** Switches that can be taken back without a question: doing the opposite is the undo. */
async function setMine(app: App, detail: RoomDetail, set: { muted?: boolean; pinned?: boolean }, said: string): Promise<void> {
  await app.engine.setMine(detail.room, set)
  const back = set.muted === undefined ? { pinned: !set.pinned } : { muted: !set.muted }
  app.say({ text: t(said), undo: () => void app.engine.setMine(detail.room, back).catch(app.fail) })
}

/** What is done with a room as a whole. */
export function RoomMenu({ detail }: { detail: RoomDetail }): VNode {
  const app = useApp()
  const entries: Entry[] = []
  const add = (key: string, icon: string, act: () => unknown, more: Partial<Entry> = {}): void => {
    entries.push({ key, icon, text: t(`room-${key}`), act: () => void Promise.resolve(act()).catch(app.fail), ...more })
  }
  const { muted, pinned, room } = detail
  add(muted ? 'unmute' : 'mute', 'mute', () => setMine(app, detail, { muted: !muted }, muted ? 'unmuted' : 'muted'))
  add(pinned ? 'unpin' : 'pin', 'pin', () => setMine(app, detail, { pinned: !pinned }, pinned ? 'unpinned' : 'pinned-to-top'))
  if (detail.kind === 'case') {
    const openClosing = (): void => app.go(inRoom(room, { panel: 'closing' }))
    if (detail.state !== 'closed') {
      add('export', 'download', openClosing, detail.role === 'observer' ? { reason: t('reason-export-observer') } : {})
    }
    if (detail.role === 'host' && detail.state !== 'closed') add('close', 'lock', openClosing)
    add('leave', 'sign-out', () => leave(app, detail), { danger: true })
  } else {
    const other = detail.members.find((member) => !member.me)
    if (other) add('block', 'cross-circle', () => block(app, other.user, other.name), { danger: true })
  }
  return <Menu label={t('room-menu')} entries={entries} />
}
