import type { Draft, Item, Problem, RoomId, UserId } from '../crypto/interface'
import { type App, problemOf } from './app-context'
import { confirmAddress } from './confirm-data'
import { ACTIONS } from './errors'
import { ReportDialog } from './report-dialog'
import { RestoreDialog } from './restore-dialog'
import { home, inRoom } from './route-data'
import { plain, t } from './words'

/** Where a problem is shown: the room and message it belongs to, and what trying again means there. */
export interface Where {
  room?: RoomId
  item?: Item
  retry?: () => void
  dismiss?: () => void
}

const EMPTY: Draft = {
  body: '', tlp: null, thread: null, replyTo: null, mentions: [], attachments: [], poll: null, expiresAfter: null,
}

/** Opens the direct room with a person, a sentence ready in its composer. */
export async function writeTo(app: App, user: UserId, name: string, body: string): Promise<void> {
  const room = await app.engine.openDirect(user, name)
  const before = await app.engine.draft(room, null)
  if (body && !before?.body) await app.engine.saveDraft(room, null, { ...EMPTY, body })
  app.go(inRoom(room))
}

async function writeToHost(app: App, room: RoomId | undefined, sentence: string): Promise<void> {
  if (!room) return
  const detail = await app.engine.room(room)
  const host = detail.members.find((one) => one.role === 'host' && one.state === 'joined' && !one.me)
  if (host) await writeTo(app, host.user, host.name, plain(sentence, { room: detail.name }))
  else app.go(inRoom(room, { panel: 'members' }))
}

/** Compare the emoji; who has done so finds the next step, the signature of a host, among the members. */
async function check(app: App, { user }: Problem, { room }: Where): Promise<void> {
  if (!user) return
  const member = room ? (await app.engine.room(room)).members.find((one) => one.user === user) : undefined
  if (room && member?.newKey && member.trust === 'checked') app.go(inRoom(room, { panel: 'members' }))
  else app.openCheck(await app.engine.checkStart(user))
}

async function copyInvitation(app: App, problem: Problem): Promise<void> {
  const address = new URL(app.urls.messages, location.href).href
  await navigator.clipboard.writeText(plain('ask-setup-text', { address }))
  app.say({ text: t('ask-setup-copied', { name: problem.name ?? t('someone') }), undo: null })
}

function openReport(app: App, where: Where): void {
  const { room } = where
  if (!room) location.assign(app.urls.help)
  else app.open((close) => <ReportDialog room={room} item={where.item ?? null} onClose={close} />)
}

/** Leads to the page that asks for the second factor; the place is kept and opened again after it. */
export function confirmAgain(problem: Problem): void {
  const address = confirmAddress(problem, location.pathname)
  if (address === null) return
  sessionStorage.setItem('sealed-place', location.pathname + location.hash)
  location.assign(address)
}

const again = (app: App, where: Where): Promise<void> => {
  if (where.room && where.item) return app.engine.fetchAgain(where.room, where.item.key)
  return app.engine.retry()
}

async function restoreOne(app: App, where: Where): Promise<void> {
  try {
    await again(app, where)
  } catch (thrown) {
    if (problemOf(thrown).code !== 'key-in-locked-backup') throw thrown
    app.open((close) => <RestoreDialog onClose={close} />)
  }
}

/** Does the one thing that helps against a problem. Rejects with a problem if that fails too. */
export async function act(app: App, problem: Problem, where: Where): Promise<void> {
  const name = problem.name ?? t('someone')
  switch (ACTIONS[problem.code]) {
    case 'retry':
      return where.retry ? where.retry() : again(app, where)
    case 'fetch-again':
      return again(app, where)
    case 'restore':
      return restoreOne(app, where)
    case 'enter-key':
      return app.open((close) => <RestoreDialog onClose={close} />)
    case 'ask-hosts':
      return writeToHost(app, where.room, problem.code === 'read-only' ? 'ask-role-text' : 'ask-history-text')
    case 'tell-hosts':
      return writeToHost(app, where.room, 'tell-unsigned-text')
    case 'ask-again':
      return where.room && where.item ? app.engine.askAgain(where.room, where.item.key) : undefined
    case 'ask-why':
      return problem.user ? writeTo(app, problem.user, name, plain('ask-why-text')) : undefined
    case 'ask-setup':
      return copyInvitation(app, problem)
    case 'check':
      return check(app, problem, where)
    case 'confirm-device':
      return app.go({ ...home, view: 'devices' })
    case 'set-up':
    case 'rooms':
      return app.go(home)
    case 'report':
      return openReport(app, where)
    case 'restart':
      return app.engine.retry()
    case 'confirm':
      return confirmAgain(problem)
    case 'browsers':
      return location.assign(`${app.urls.about}#browsers`)
    case 'contact':
      return location.assign(app.urls.help)
    case 'sign-in':
      return location.assign(`${app.urls.signIn}?next=${encodeURIComponent(location.pathname)}`)
    case 'reload':
      return location.reload()
    case 'wait':
      return where.dismiss?.()
  }
}
