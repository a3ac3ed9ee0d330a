import type { VNode } from 'preact'
import { useApp } from './app-context'
import { Button } from './button'
import { MemberRow } from './member-row'
import { Notice } from './notice'
import { RolesExplained } from './people-chosen'
import { Part } from './panel-part'
import { useRoom } from './room-context'
import { hosts, inOrder } from './room-data'
import { inRoom } from './route-data'
import { compare, t, tn } from './words'

/** Everybody in a room, and for hosts the way to ask somebody in. */
export function MembersPanel(): VNode {
  const { go } = useApp()
  const { detail, topic } = useRoom()
  const people = inOrder(detail.members, compare)
  const inside = people.filter((member) => member.state === 'joined' || member.state === 'invited')
  const before = people.filter((member) => !inside.includes(member))
  const host = detail.role === 'host' && detail.kind === 'case' && detail.state === 'open'
  return (
    <>
      {host ? (
        <Button kind="secondary" icon="plus" onPress={() => go(inRoom(detail.room, { topic, panel: 'invite' }))}>
          {t('invite')}
        </Button>
      ) : null}
      {host && hosts(detail.members).length === 1 ? (
        <Notice kind="info">
          <p>{t('second-host')}</p>
        </Notice>
      ) : null}
      <p>{t('check-why')}</p>
      <ul class="panel-list" role="list" aria-label={tn('people-in-room', inside.length)}>
        {inside.map((member) => (
          <MemberRow key={member.user} member={member} />
        ))}
      </ul>
      {before.length > 0 ? (
        <Part title={t('members-before')}>
          <ul class="panel-list" role="list">
            {before.map((member) => (
              <MemberRow key={member.user} member={member} />
            ))}
          </ul>
        </Part>
      ) : null}
      {detail.kind === 'case' ? <RolesExplained /> : null}
    </>
  )
}
