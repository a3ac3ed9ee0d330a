import type { VNode } from 'preact'
import type { Member } from '../crypto/interface'
import { t } from './words'

interface Props {
  id: string
  people: Member[]
  index: number
  onPick: (member: Member) => void
}

/** People to mention, above the text. The keyboard stays in the text; this shows which one is meant. */
export function MentionList({ id, people, index, onPick }: Props): VNode | null {
  if (people.length === 0) return null
  return (
    <ul class="mention-list" id={id} role="listbox" aria-label={t('mention-list')}>
      {people.map((member, place) => (
        <li
          key={member.user}
          id={`${id}-${place}`}
          class="mention-option"
          role="option"
          aria-selected={place === index}
          onPointerDown={(event) => {
            event.preventDefault() // the text keeps the focus
            onPick(member)
          }}
        >
          <bdi dir="auto">{member.name}</bdi>
          {member.organisation ? <span class="person-note">{member.organisation}</span> : null}
        </li>
      ))}
    </ul>
  )
}
