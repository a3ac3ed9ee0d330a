import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { Notice } from './notice'
import { type Chosen, PeopleChosen, RolesExplained } from './people-chosen'
import { PeopleSearch } from './people-search'
import { DeedProblem } from './problem'
import { useRoom } from './room-context'
import { inRoom } from './route-data'
import { t, tn } from './words'

/** A host asks people in: each with a role and, where the room shares it, with earlier messages. */
export function InvitePanel(): VNode {
  const { engine, go, say } = useApp()
  const { detail, topic } = useRoom()
  const [people, setPeople] = useState<Chosen>([])
  const [asked, setAsked] = useState(false)
  const deed = useDeed()
  const inside = detail.members.filter((member) => member.state === 'joined' || member.state === 'invited')
  const back = inRoom(detail.room, { topic, panel: 'members' })
  const send = async (): Promise<void> => {
    setAsked(true)
    if (people.length === 0) return document.getElementById('invite-people')?.focus()
    if (!(await deed.run(() => engine.invite(detail.room, people)))) return
    say({ text: tn('invited', people.length), undo: null })
    go(back)
  }
  return (
    <>
      <PeopleSearch
        id="invite-people"
        label={t('form-people-find')}
        verb={t('add')}
        without={[...inside.map((member) => member.user), ...people.map((person) => person.user)]}
        onPick={({ user, name }) => setPeople([...people, { user, name, role: 'member', history: false }])}
      />
      <PeopleChosen people={people} mayGiveHistory={detail.history === 'shared'} onChange={setPeople} />
      <Notice kind="info">
        <p>{detail.history === 'shared' ? t('invite-history-shared') : t('invite-history-joined')}</p>
      </Notice>
      <RolesExplained />
      {asked && people.length === 0 ? (
        <p class="field-error" role="alert">
          {t('invite-nobody')}
        </p>
      ) : null}
      <DeedProblem problem={deed.problem} room={detail.room} retry={() => void send()} />
      <div class="button-row">
        <Button kind="secondary" busy={deed.busy} onPress={() => void send()}>
          {t('invite-verb')}
        </Button>
        <Button kind="quiet" onPress={() => go(back)}>
          {t('cancel')}
        </Button>
      </div>
    </>
  )
}
