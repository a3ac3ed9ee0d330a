import type { ComponentChildren, VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { Empty, Loading } from './notice'
import { toEnd } from './place'
import { ProblemNotice } from './problem'
import { useRoom } from './room-context'
import { moved } from './roving-data'
import { TimelineRow } from './row'
import { onlyTopic } from './rooms-data'
import { useReading } from './use-reading'
import { useSight } from './use-sight'
import { useWindow } from './use-window'
import { beginsWithJoining, firstSeq, rowsOf } from './window-data'
import { t, tn } from './words'

interface Props {
  after: ComponentChildren // stands below the last message
  children: ComponentChildren // the foot of the room
}

/** The messages of a room or topic. Arrows go from message to message, Tab into the one in focus. */
export function Timeline({ after, children }: Props): VNode {
  const { engine, route, announce, fail } = useApp()
  const { detail, topic } = useRoom()
  const list = useRef<HTMLOListElement>(null)
  const [active, setActive] = useState('')
  const [target, setTarget] = useState('')
  const [below, setBelow] = useState(0)
  // The line between read and unread stays where it was when the room was opened.
  const [readTo] = useState(() => (detail.unread > 0 ? detail.lastRead : null))
  const shown = useWindow({
    room: detail.room,
    topic,
    list,
    onNew: (items, there) => {
      if (!there) setBelow((before) => before + items.length)
      const names = [...new Set(items.map((item) => item.name))]
      announce(names.length === 1 ? tn('said-new-by', items.length, { name: names[0] ?? '' }) : tn('said-new', items.length))
    },
    onShown: (key) => {
      setTarget(key)
      setActive(key)
      articleOf(list.current, key)?.focus({ preventScroll: true })
    },
  })
  const { window: part } = shown
  const reading = useReading(detail.room, detail.lastRead, topic === null || onlyTopic(detail, topic))
  const atEnd = useSight(list, shown, reading.seen)
  const toUnread = (): void => shown.open(readTo ? { around: readTo } : 'end', { kind: 'unread' })
  useEffect(() => {
    if (route.at) shown.open({ around: route.at })
    else if (readTo !== null && topic === null) toUnread()
    else shown.open('end')
  }, [route.at])
  useEffect(() => {
    if (atEnd) setBelow(0)
  }, [atEnd])
  const rows = rowsOf(part?.items ?? [], readTo)
  const jump = async (key: string): Promise<void> => {
    const item = part?.items.find((one) => one.key === key) ?? (await engine.item(detail.room, key))
    if (item?.seq) shown.open({ around: item.seq })
    else announce(t('quote-not-here'))
  }
  const latest = (): void => {
    if (part?.newer) shown.open('end')
    else if (list.current) toEnd(list.current)
  }
  const stop = rows.some((row) => row.item.key === active) ? active : rows.at(-1)?.item.key
  const unreadAway = readTo !== null && part !== null && (firstSeq(part) ?? 0) > readTo + 1
  if (shown.problem && !part) return <ProblemNotice problem={shown.problem} room={detail.room} retry={() => shown.open('end')} />
  return (
    <>
      <div class="timeline-box">
        <ol
          class="timeline"
          role="list"
          ref={list}
          aria-label={t('timeline')}
          aria-busy={shown.loading}
          onKeyDown={(event) => walk(event, list.current)}
          onCopy={(event) => guardCopy(event, () => announce(t('reason-copy-red')))}
        >
          {part?.more ? (
            <li class="timeline-more">
              <Button kind="quiet" busy={shown.loading} onPress={shown.older}>
                {t('load-older')}
              </Button>
            </li>
          ) : null}
          {part === null ? <li><Loading text={t('messages-loading')} lines={6} /></li> : null}
          {part?.items.length === 0 ? (
            <li>
              <Empty title={t('room-empty')}>
                <p>{t('room-empty-text')}</p>
              </Empty>
            </li>
          ) : null}
          {part && beginsWithJoining(part, detail.members) ? (
            <li>
              <ProblemNotice problem={{ code: 'before-joining', at: detail.firstVisibleAt }} room={detail.room} />
            </li>
          ) : null}
          {rows.map((row) => (
            <TimelineRow
              key={row.item.key}
              row={row}
              active={row.item.key === stop}
              target={row.item.key === target}
              onActive={setActive}
              onJump={(key) => void jump(key).catch(fail)}
            />
          ))}
        </ol>
        {after}
      </div>
      <div class="room-foot">
        <div class="timeline-latest">
          {unreadAway ? <Button kind="secondary" icon="up" onPress={toUnread}>{t('to-unread')}</Button> : null}
          {part && (!atEnd || part.newer) ? (
            <Button kind="secondary" icon="down" onPress={latest}>
              {below > 0 ? tn('new-below', below) : t('to-latest')}
            </Button>
          ) : null}
        </div>
        {children}
      </div>
    </>
  )
}

const articleOf = (list: HTMLElement | null, key: string): HTMLElement | null | undefined =>
  [...(list?.querySelectorAll<HTMLElement>('[data-key]') ?? [])].find((row) => row.dataset.key === key)?.querySelector('article')

/** Arrows, Home, End and Page keys go from message to message. */
function walk(event: KeyboardEvent, list: HTMLElement | null): void {
  const articles = [...(list?.querySelectorAll<HTMLElement>('article.message') ?? [])]
  const index = articles.findIndex((article) => article === event.target)
  const next = index < 0 ? null : moved(event.key, index, articles.length)
  if (next === null) return
  event.preventDefault()
  articles[next]?.focus()
}

/** What bears TLP:RED is not copied, not even as a part of a larger selection. */
function guardCopy(event: ClipboardEvent, refused: () => void): void {
  const selection = document.getSelection()
  const red = [...(event.currentTarget as HTMLElement).querySelectorAll('[data-label="RED"]')]
  if (!selection || !red.some((article) => selection.containsNode(article, true))) return
  event.preventDefault()
  refused()
}
