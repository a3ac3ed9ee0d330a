import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { CharterFacts, MayNotBePosted } from './charter-facts'
import { useAnswer, useDeed } from './deed'
import { Loading, Notice } from './notice'
import { DeedProblem, ProblemNotice } from './problem'
import { roomName } from './room-row'
import { home, inRoom } from './route-data'
import { Banner } from './tlp-chip'
import { t, tn } from './words'

/** An invitation: what the room is for, who is in it, and then the choice. */
export function Join(): VNode {
  const { engine, route, roomId, go, ask, say } = useApp()
  const room = roomId(route.room)
  const { value: detail, problem, reload } = useAnswer(() => engine.room(room), [room])
  const deed = useDeed()
  const joined = detail?.membership === 'joined'
  useEffect(() => {
    if (joined) go(inRoom(room), true)
  }, [joined])
  if (problem) return <ProblemNotice problem={problem} room={room} retry={reload} />
  if (!detail || joined) return <Loading text={t('room-loading')} lines={6} />
  const accept = async (): Promise<void> => {
    if (await deed.run(() => engine.join(room))) go(inRoom(room), true)
  }
  const decline = async (): Promise<void> => {
    const yes = await ask({ title: t('decline-title'), text: t('decline-text'), verb: t('decline'), danger: true })
    if (yes && (await deed.run(() => engine.decline(room)))) {
      say({ text: t('declined'), undo: null })
      go(home, true)
    }
  }
  const inside = detail.members.filter((member) => member.state === 'joined' && member.rostered)
  const max = detail.charter?.tlp_max
  return (
    <section class="setup">
      {max ? <Banner label={max} about={t('room-max')} /> : null}
      <p class="step-place">{t('invitation')}</p>
      <h1 tabIndex={-1}>
        <bdi dir="auto">{roomName(detail)}</bdi>
      </h1>
      <p class="lead">
        {t('invited-by', { name: detail.invitedBy || t('someone') })} {t(`role-${detail.role}-text`)}
      </p>
      {detail.charter ? <CharterFacts charter={detail.charter} /> : <Notice kind="info"><p>{t('charter-coming')}</p></Notice>}
      <h2>{tn('people-in-room', inside.length)}</h2>
      <ul class="chat-names" role="list">
        {inside.map((member) => (
          <li key={member.user}>
            <bdi dir="auto">{member.name}</bdi> <span class="muted">{t(`role-${member.role}`)}</span>
          </li>
        ))}
      </ul>
      <MayNotBePosted />
      <p>{t('join-consequence')}</p>
      <DeedProblem problem={deed.problem} room={room} retry={() => void accept()} />
      <div class="button-row">
        <Button busy={deed.busy} onPress={() => void accept()}>
          {t('accept-invitation')}
        </Button>
        <Button kind="secondary" onPress={() => void decline()}>
          {t('decline')}
        </Button>
      </div>
      {max ? <Banner label={max} about={t('room-max')} /> : null}
    </section>
  )
}
