import type { VNode } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from './app-context'
import { Icon } from './icon'
import { Link } from './link'
import { ClosingPanel } from './panel-closing'
import { EditPanel } from './panel-edit'
import { FactsPanel } from './panel-facts'
import { InvitePanel } from './panel-invite'
import { MembersPanel } from './panel-members'
import { PinsPanel } from './panel-pins'
import { SearchPanel } from './panel-search'
import { TopicsPanel } from './panel-topics'
import { useRoom } from './room-context'
import { roomName } from './room-row'
import { inRoom } from './route-data'
import { BESIDE, useMedia } from './use-media'
import { t } from './words'

const PANELS: Record<string, () => VNode> = {
  topics: TopicsPanel, members: MembersPanel, invite: InvitePanel, pins: PinsPanel, search: SearchPanel,
  facts: FactsPanel, edit: EditPanel, closing: ClosingPanel,
}

/** What stands beside the messages: members, topics, facts and the like. Escape closes it. */
export function Panel(): VNode | null {
  const { route, go, moved } = useApp()
  const { detail, topic } = useRoom()
  const Content = PANELS[route.panel]
  // Alone on the screen, the panel bears the heading of the page.
  const beside = useMedia(BESIDE)
  const Title = beside ? 'h2' : 'h1'
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (Content && moved) heading.current?.focus()
  }, [route.panel])
  if (!Content) return null
  const close = inRoom(detail.room, { topic })
  return (
    <aside
      class="chat-panel"
      aria-labelledby="panel-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) go(close)
      }}
    >
      <header class="panel-head">
        <div class="room-titles">
          {beside ? null : (
            <p class="room-of">
              <bdi dir="auto">{roomName(detail)}</bdi>
            </p>
          )}
          <Title id="panel-title" ref={heading} tabIndex={-1}>
            {t(`panel-${route.panel}`)}
          </Title>
        </div>
        <Link class="icon-button" to={close} label={t('close-panel')}>
          <Icon name="cross" />
        </Link>
      </header>
      <Content />
    </aside>
  )
}
