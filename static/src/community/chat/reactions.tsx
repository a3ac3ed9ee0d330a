import type { VNode } from 'preact'
import type { Item } from '../crypto/interface'
import { useApp } from './app-context'
import { nameOf, useRoom } from './room-context'
import { roam } from './roving'
import { REACTIONS, reactionKey, whyNoWriting } from './row-menu-data'
import { list, t, tn } from './words'

const word = (emoji: string): string => (reactionKey(emoji) ? t(reactionKey(emoji)) : emoji)

/** Reactions of a message. Pressing one gives it, pressing it again takes it back. */
export function Reactions({ item }: { item: Item }): VNode | null {
  const { engine, fail } = useApp()
  const { detail } = useRoom()
  if (item.reactions.length === 0) return null
  const fixed = whyNoWriting(detail) !== ''
  return (
    <ul class="reactions" role="list" aria-label={t('reactions')}>
      {item.reactions.map(({ emoji, users, mine }) => {
        const who = list(users.map((user) => nameOf(detail, user)))
        return (
          <li key={emoji}>
            <button
              class="reaction"
              type="button"
              aria-pressed={mine}
              aria-disabled={fixed ? 'true' : undefined}
              aria-label={tn('reaction-given', users.length, { word: word(emoji), who })}
              title={who}
              onClick={() => {
                if (!fixed) engine.react(detail.room, item.key, emoji).catch(fail)
              }}
            >
              <span aria-hidden="true">{emoji}</span> <span aria-hidden="true">{users.length}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/** The row of emoji to react with, below the message. */
export function ReactionPicker({ item, onClose }: { item: Item; onClose: () => void }): VNode {
  const { engine, fail } = useApp()
  const { detail } = useRoom()
  const give = (emoji: string): void => {
    onClose()
    engine.react(detail.room, item.key, emoji).catch(fail)
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation()
      onClose()
    } else roam(event, 'button', true)
    event.stopPropagation()
  }
  return (
    <div class="reaction-picker" role="group" aria-label={t('react')} onKeyDown={keys}>
      {REACTIONS.map(([emoji, name], index) => (
        <button
          key={emoji}
          class="icon-button"
          type="button"
          aria-label={t(`reaction-${name}`)}
          title={t(`reaction-${name}`)}
          ref={index === 0 ? (button) => button?.focus() : undefined}
          onClick={() => give(emoji)}
        >
          <span aria-hidden="true">{emoji}</span>
        </button>
      ))}
      <button class="icon-button" type="button" onClick={onClose}>
        {t('cancel')}
      </button>
    </div>
  )
}
