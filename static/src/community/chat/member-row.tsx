import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Member, Role } from '../crypto/interface'
import { type App, useApp } from './app-context'
import { Button } from './button'
import { Icon } from './icon'
import { type Entry, Menu } from './menu'
import { roleOptions } from './people-chosen'
import { Select } from './field'
import { writeTo } from './problem-actions'
import { useRoom } from './room-context'
import { deedsWith, isUnsigned, type MemberDeed } from './room-data'
import { block } from './room-menu'
import { t } from './words'

const ICONS: Record<MemberDeed, string> = {
  write: 'edit', check: 'check-circle', accept: 'key', role: 'person', remove: 'sign-out', block: 'cross-circle',
}
const TRUST_ICONS = { checked: 'check-circle', 'not-checked': 'circle', changed: 'warning', 'no-identity': 'info' } as const

async function remove(app: App, room: string, member: Member): Promise<void> {
  const { name, user } = member
  const yes = await app.ask({
    title: t('remove-title', { name }), text: t('remove-text', { name }), verb: t('remove-verb'), danger: true,
  })
  if (!yes) return
  await app.engine.removeMember(room, user)
  app.say({ text: t('member-removed', { name }), undo: null })
}

async function accept(app: App, room: string, member: Member): Promise<void> {
  const { name, user, newKey } = member // as it was shown: another one that comes meanwhile is refused
  if (!newKey) return
  const yes = await app.ask({
    title: t('accept-title', { name }), text: t('accept-text', { name }), verb: t('accept-verb'), danger: true,
    more: t('accept-more'),
  })
  if (!yes) return
  await app.engine.acceptIdentity(room, user, newKey)
  app.say({ text: t('accepted', { name }), undo: null })
}

/** One person of a room: role, state, how far she is known, and what may be done. */
export function MemberRow({ member }: { member: Member }): VNode {
  const app = useApp()
  const { detail } = useRoom()
  const [choosing, setChoosing] = useState(false)
  const { room } = detail
  const perform: Record<MemberDeed, () => unknown> = {
    write: () => writeTo(app, member.user, member.name, ''),
    check: async () => app.openCheck(await app.engine.checkStart(member.user)),
    accept: () => accept(app, room, member),
    role: () => setChoosing(true),
    remove: () => remove(app, room, member),
    block: () => block(app, member.user, member.name),
  }
  const entries = deedsWith(member, detail).map(
    (deed): Entry => ({
      key: deed, icon: ICONS[deed], text: t(`member-${deed}`), danger: deed === 'remove' || deed === 'block',
      act: () => void Promise.resolve(perform[deed]()).catch(app.fail),
    }),
  )
  const change = (role: string): void => {
    setChoosing(false)
    app.engine.setRole(room, member.user, role as Role).then(
      () => app.say({ text: t('role-changed', { name: member.name }), undo: () => void app.engine.setRole(room, member.user, member.role).catch(app.fail) }),
      app.fail,
    )
  }
  return (
    <li class="person-row">
      <span class="person-text">
        <bdi class="person-name" dir="auto">
          {member.name || t('someone')}
        </bdi>
        {member.me ? <span class="person-note">{t('you')}</span> : null}
        <span class="person-note">
          {t(`role-${member.role}`)}
          {member.state === 'joined' ? null : ` · ${t(`member-state-${member.state}`)}`}
        </span>
        {member.organisation ? (
          <bdi class="person-note" dir="auto">
            {member.organisation}
          </bdi>
        ) : null}
        {member.history && detail.history === 'shared' ? <span class="person-note">{t('history-given')}</span> : null}
        {isUnsigned(member) ? (
          <span class="person-note message-bad">
            <Icon name="warning" />
            {t('not-signed')}
          </span>
        ) : null}
        {member.me ? null : (
          <span class="trust" data-trust={member.trust}>
            <Icon name={TRUST_ICONS[member.trust]} />
            {t(`trust-${member.trust}`)}
          </span>
        )}
        {choosing ? (
          <span class="role-choice">
            <Select label={t('role-of', { name: member.name })} value={member.role} options={roleOptions()} onChoose={change} />
            <Button kind="quiet" onPress={() => setChoosing(false)}>
              {t('cancel')}
            </Button>
          </span>
        ) : null}
      </span>
      {entries.length > 0 ? <Menu label={t('member-menu', { name: member.name || t('someone') })} entries={entries} /> : null}
    </li>
  )
}
