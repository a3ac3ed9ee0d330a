import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { type App, useApp } from './app-context'
import { ForwardDialog } from './forward-dialog'
import { type Entry, Menu } from './menu'
import { ReportDialog } from './report-dialog'
import { type RoomPlace, useRoom } from './room-context'
import { addressOf, inRoom } from './route-data'
import { copied, entriesOf, type RowDeed } from './row-menu-data'
import { beginning } from './text-data'
import { t } from './words'

const ICONS: Record<RowDeed, string> = {
  reply: 'reply', react: 'smile', topic: 'topic', pin: 'pin', unpin: 'pin', edit: 'edit', copy: 'copy', link: 'link',
  forward: 'forward', report: 'flag', delete: 'trash', 'ask-again': 'undo', 'fetch-again': 'download',
  'send-again': 'undo', discard: 'trash',
}

async function copy(app: App, text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    app.say({ text: done, undo: null })
  } catch {
    app.say({ text: t('not-copied'), undo: null })
  }
}

async function remove(app: App, room: RoomPlace, item: Item): Promise<void> {
  const text = item.mine ? t('delete-own-text') : t('delete-other-text', { name: item.name })
  const more = beginning(item.body, 80)
  const yes = await app.ask({ title: t('delete-title'), text, verb: t('delete-verb'), danger: true, ...(more ? { more } : {}) })
  if (yes) await app.engine.remove(room.detail.room, item.key)
}

/** Does what an entry says; what goes wrong is shown above the room. */
async function perform(deed: RowDeed, app: App, place: RoomPlace, item: Item, react: () => void): Promise<unknown> {
  const { engine } = app
  const { room } = place.detail
  switch (deed) {
    case 'reply':
      return place.deeds.reply(item)
    case 'edit':
      return place.deeds.edit(item)
    case 'discard':
      return place.deeds.discard(item)
    case 'react':
      return react()
    case 'topic':
      return app.go(inRoom(room, { topic: item.thread ?? item.key }))
    case 'pin':
    case 'unpin':
      return engine.pin(room, item.key, deed === 'pin')
    case 'copy':
      return copy(app, copied(item), t('text-copied'))
    case 'link': {
      const address = addressOf(inRoom(room, { topic: place.topic, at: item.seq }), app.urls)
      return copy(app, new URL(address, location.href).href, t('link-copied'))
    }
    case 'forward':
      return app.open((close) => <ForwardDialog from={place.detail} item={item} onClose={close} />)
    case 'report':
      return app.open((close) => <ReportDialog room={room} item={item} onClose={close} />)
    case 'delete':
      return remove(app, place, item)
    case 'ask-again':
      return engine.askAgain(room, item.key).then(() => app.say({ text: t('asked-again'), undo: null }))
    case 'fetch-again':
      return engine.fetchAgain(room, item.key)
    case 'send-again':
      return engine.retrySend(room, item.key)
  }
}

interface Props {
  item: Item
  tab: boolean
  onReact: () => void
}

/** The menu of one message, following its label and the reader's role. */
export function RowMenu({ item, tab, onReact }: Props): VNode | null {
  const app = useApp()
  const place = useRoom()
  const entries = entriesOf(item, place.detail, place.topic).map(
    ({ deed, reason }): Entry => ({
      key: deed,
      icon: ICONS[deed],
      text: t(`deed-${deed}`),
      danger: deed === 'delete',
      act: () => void perform(deed, app, place, item, onReact).catch(app.fail),
      ...(reason ? { reason: t(reason) } : {}),
    }),
  )
  if (entries.length === 0) return null
  return <Menu label={t('message-menu', { name: item.mine ? t('you') : item.name || t('someone') })} entries={entries} tab={tab} inline />
}
