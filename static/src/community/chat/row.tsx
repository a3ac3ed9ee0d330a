import { Component, type VNode } from 'preact'
import { useId, useState } from 'preact/hooks'
import type { Item } from '../crypto/interface'
import { AttachmentCard } from './attachment-card'
import { MessageText } from './message-text'
import { GoneLine, NoticeLine } from './notice-row'
import { PollCard } from './poll-card'
import { ProblemNotice } from './problem'
import { ReactionPicker, Reactions } from './reactions'
import { nameOf, useRoom } from './room-context'
import { RowFoot } from './row-foot'
import { RowHead } from './row-head'
import { RowMenu } from './row-menu'
import { beginning } from './text-data'
import type { Row } from './window-data'
import { day, t } from './words'

interface Props {
  row: Row
  active: boolean // the one row that the Tab key stops at
  target: boolean // the message a link led to
  onActive: (key: string) => void
  onJump: (key: string) => void
}

/** A row is drawn again only when something about it changed: there may be 150 of them. One that cannot
 *  be drawn says so in its own place and takes no other with it. */
export class TimelineRow extends Component<Props, { broken: Item | null }> {
  override state = { broken: null }

  override componentDidCatch(): void {
    this.setState({ broken: this.props.row.item })
  }

  override shouldComponentUpdate(next: Props, { broken }: { broken: Item | null }): boolean {
    const { row, active, target } = this.props
    return (
      broken !== this.state.broken || next.active !== active || next.target !== target || next.row.item !== row.item || next.row.day !== row.day ||
      next.row.unread !== row.unread || next.row.follows !== row.follows
    )
  }

  render({ row, ...rest }: Props, { broken }: { broken: Item | null }): VNode {
    const { item } = row
    return (
      <li class="row" data-key={item.key} data-seq={item.seq ?? undefined}>
        {row.day ? (
          <p class="row-day">
            <span>{day(item.at)}</span>
          </p>
        ) : null}
        {row.unread ? (
          <p class="row-unread" data-unread-line>
            <span>{t('new-messages')}</span>
          </p>
        ) : null}
        {broken === item ? (
          <Broken item={item} />
        ) : item.kind === 'notice' ? (
          <NoticeLine item={item} />
        ) : (
          <Message row={row} {...rest} />
        )}
      </li>
    )
  }
}

function Broken({ item }: { item: Item }): VNode {
  const { detail } = useRoom()
  return <ProblemNotice problem={{ code: 'damaged' }} room={detail.room} item={item} />
}

function Message({ row, active, target, onActive, onJump }: Props): VNode {
  const { item } = row
  const id = useId()
  const [reacting, setReacting] = useState(false)
  return (
    <article
      class="message"
      aria-labelledby={id}
      tabIndex={active ? 0 : -1}
      data-mine={item.mine ? '' : undefined}
      data-follows={row.follows ? '' : undefined}
      data-target={target ? '' : undefined}
      data-mention={item.mentionsMe ? '' : undefined}
      data-label={item.tlp}
      onFocus={(event) => {
        if (event.target === event.currentTarget) onActive(item.key)
      }}
    >
      <div class="message-main">
        {item.kind === 'gone' ? (
          <GoneLine item={item} />
        ) : (
          <>
            <RowHead item={item} id={id} follows={row.follows} />
            <Content item={item} onJump={onJump} />
          </>
        )}
        {reacting ? <ReactionPicker item={item} onClose={() => setReacting(false)} /> : null}
        <Reactions item={item} />
        <RowFoot item={item} />
      </div>
      <RowMenu item={item} tab={active} onReact={() => setReacting(true)} />
    </article>
  )
}

function Content({ item, onJump }: { item: Item; onJump: (key: string) => void }): VNode {
  const { detail } = useRoom()
  if (item.kind === 'problem' && item.problem) {
    return <ProblemNotice problem={item.problem} room={detail.room} item={item} />
  }
  const names = item.mentions.map((user) => nameOf(detail, user))
  return (
    <>
      {item.replyTo ? <Quote item={item} onJump={onJump} /> : null}
      {item.kind === 'poll' ? <PollCard item={item} /> : item.body ? <MessageText body={item.body} names={names} /> : null}
      {item.attachments.map((attachment) => (
        <AttachmentCard key={attachment.media} item={item} attachment={attachment} />
      ))}
    </>
  )
}

function Quote({ item, onJump }: { item: Item; onJump: (key: string) => void }): VNode {
  const quoted = item.replyTo
  return (
    <button class="message-quote" type="button" onClick={() => onJump(quoted?.key ?? '')}>
      <span class="visually-hidden">{t('answers-to')} </span>
      <strong>
        <bdi dir="auto">{quoted?.name || t('someone')}</bdi>
      </strong>{' '}
      <span dir="auto">{quoted?.body ? beginning(quoted.body, 100) : t('quote-not-here')}</span>
    </button>
  )
}
