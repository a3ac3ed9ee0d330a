import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Draft, Item, RoomDetail } from '../crypto/interface'
import { useApp, useEvents } from './app-context'
import { Composer } from './composer'
import { useAnswer } from './deed'
import { Editor } from './editor'
import { Icon } from './icon'
import { Loading } from './notice'
import { Panel } from './panel'
import { ProblemNotice } from './problem'
import { RoomContext, type RowDeeds } from './room-context'
import { readers } from './room-data'
import { RoomHead } from './room-head'
import { home } from './route-data'
import { whyNoWriting } from './row-menu-data'
import { ConnectionLine, SecurityLine } from './status-line'
import { beginning } from './text-data'
import { Timeline } from './timeline'
import { Chip } from './tlp-chip'
import { TypingLine } from './typing-line'
import { isoDay, t, tn } from './words'

/** One room, or one topic of it: head, seal, messages, composer, and a panel beside them. */
export function RoomView(): VNode {
  const { engine, route, roomId, go, state } = useApp()
  const room = roomId(route.room)
  const { value: detail, problem, reload } = useAnswer(() => engine.room(room), [room])
  useEvents((event) => {
    if (event.t === 'room' && event.room === room) reload()
    if (event.t === 'rooms') reload()
  })
  const invited = detail?.membership === 'invited'
  useEffect(() => {
    if (invited) go({ ...home, view: 'join', room: route.room }, true)
  }, [invited])
  // What is known of a room one is no longer in was deleted here: nothing of it stays on the screen.
  const out = problem?.code === 'removed'
  // The browser keeps titles in its history, after signing out too: the sealed name is none of them.
  const title = detail?.kind === 'direct' && !out ? t('direct-unnamed') : t('room')
  useEffect(() => {
    document.title = title
  }, [title, room])
  if (problem && (!detail || out)) {
    return (
      <section class="chat-main setup">
        <h1 tabIndex={-1}>{t('room')}</h1>
        <ProblemNotice problem={problem} room={room} retry={reload} />
      </section>
    )
  }
  if (!detail || detail.room !== room || invited) {
    return (
      <section class="chat-main setup">
        <Loading text={t('room-loading')} lines={8} />
      </section>
    )
  }
  return <Inside key={room} detail={detail} me={state.me} />
}

function Inside({ detail, me }: { detail: RoomDetail; me: string }): VNode {
  const { engine, route, say, fail } = useApp()
  const { topic } = route
  const [answering, setAnswering] = useState<Item | null>(null)
  const [editing, setEditing] = useState<Item | null>(null)
  const [returned, setReturned] = useState<Draft | null>(null)
  const deeds: RowDeeds = {
    reply: setAnswering,
    edit: setEditing,
    discard: (item) => {
      engine.discard(detail.room, item.key).then((draft) => {
        setReturned(draft)
        say({ text: t('taken-back'), undo: null })
      }, fail)
    },
  }
  const { value: opener } = useAnswer(() => (topic ? engine.item(detail.room, topic) : Promise.resolve(null)), [topic])
  const title = topic ? (detail.topics.find((one) => one.id === topic)?.title || t('topic')) : null
  const why = whyNoWriting(detail)
  const writes = why === '' || why === 'stopped'
  const warns = writes && detail.kind === 'case'
  return (
    <RoomContext.Provider value={{ detail, topic, me, deeds }}>
      <section class="chat-main room" aria-label={t('room')}>
        <RoomHead detail={detail} title={title && beginning(title, 200)} />
        <Seal detail={detail} />
        <Notices detail={detail} />
        <Timeline key={topic ?? ''} after={warns ? <p class="room-warning room-warning-inside">{t('may-not-be-posted')}</p> : null}>
          {warns ? <p class="room-warning room-warning-fixed">{t('may-not-be-posted')}</p> : null}
          <TypingLine room={detail.room} />
          <ConnectionLine />
          {!writes ? (
            <NoWriting detail={detail} why={why} />
          ) : editing ? (
            <Editor key={editing.key} item={editing} onDone={() => setEditing(null)} />
          ) : (
            <Composer key={topic ?? ''} answering={answering} opener={opener?.tlp ?? null} returned={returned} onAnswering={setAnswering} />
          )}
          <div class="room-end">
            {detail.charter ? <Chip label={detail.charter.tlp_max} /> : null}
            <SecurityLine />
          </div>
        </Timeline>
      </section>
      <Panel />
    </RoomContext.Provider>
  )
}

function Seal({ detail }: { detail: RoomDetail }): VNode {
  return (
    <div class="room-seal">
      {detail.charter ? (
        <p class="room-max">
          <Chip label={detail.charter.tlp_max} /> {t('room-max')}
        </p>
      ) : null}
      <p>
        <Icon name="lock" />
        <span>{tn('sealed-room', readers(detail.members).length)}</span>
      </p>
      {detail.holdUntil ? (
        <p>
          <Icon name="info" />
          <span>{t('on-hold', { date: isoDay(detail.holdUntil) })}</span>
        </p>
      ) : null}
    </div>
  )
}

/** What stops or endangers the room, above everything that is read in it. */
function Notices({ detail }: { detail: RoomDetail }): VNode | null {
  const problems = [...(detail.stopped ? [detail.stopped] : []), ...detail.notices]
  if (problems.length === 0) return null
  return (
    <div class="room-notices">
      {problems.map((problem, index) => (
        <ProblemNotice key={index} problem={problem} room={detail.room} />
      ))}
    </div>
  )
}

function NoWriting({ detail, why }: { detail: RoomDetail; why: string }): VNode {
  if (why === 'closing') return <p class="room-reason">{t('closing-reason')}</p>
  return <ProblemNotice problem={{ code: why === 'closed' ? 'room-closed' : 'read-only' }} room={detail.room} />
}
