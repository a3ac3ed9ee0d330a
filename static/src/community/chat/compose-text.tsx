import type { VNode } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { Member } from '../crypto/interface'
import { useApp } from './app-context'
import { candidates, mentionAt, withMention } from './composer-data'
import { MentionList } from './mention-list'
import { enterSends } from './preferences'
import { t, tn } from './words'

interface Props {
  id: string
  label: string
  value: string
  members: Member[]
  onText: (text: string) => void
  onSend: () => void
  onEscape: () => void
  onFiles: (files: File[]) => void
}

/** The text of a message: sends by key, offers people after '@', takes pasted files. */
export function ComposeText({ id, label, value, members, onText, onSend, onEscape, onFiles }: Props): VNode {
  const { announce } = useApp()
  const field = useRef<HTMLTextAreaElement>(null)
  const listId = useId()
  const [mention, setMention] = useState<{ from: number; query: string } | null>(null)
  const [index, setIndex] = useState(0)
  const caretTo = useRef<number | null>(null)
  const people = mention ? candidates(members, mention.query) : []
  const shown = people.length > 0
  useEffect(() => {
    if (shown) announce(tn('mention-offered', people.length))
  }, [shown])
  useEffect(() => {
    if (caretTo.current === null) return
    field.current?.setSelectionRange(caretTo.current, caretTo.current)
    caretTo.current = null
  }, [value])
  const look = (): void => {
    const text = field.current
    if (!text) return
    setMention(mentionAt(text.value, text.selectionStart))
    setIndex(0)
  }
  const pick = (member: Member): void => {
    if (!mention || !field.current) return
    const put = withMention(value, mention.from, field.current.selectionStart, member.name)
    caretTo.current = put.caret
    setMention(null)
    onText(put.text)
  }
  const inList = (event: KeyboardEvent): boolean => {
    const chosen = people[index]
    if (!chosen) return false
    if (event.key === 'ArrowDown') setIndex((index + 1) % people.length)
    else if (event.key === 'ArrowUp') setIndex((index + people.length - 1) % people.length)
    else if (event.key === 'Enter' || event.key === 'Tab') pick(chosen)
    else if (event.key === 'Escape') setMention(null)
    else return false
    return true
  }
  const keys = (event: KeyboardEvent): void => {
    if (event.isComposing) return // an input method is choosing characters
    const sends = event.key === 'Enter' && !event.shiftKey && (event.ctrlKey || event.metaKey || enterSends())
    if (inList(event)) event.preventDefault()
    else if (sends) {
      event.preventDefault()
      onSend()
    } else if (event.key === 'Escape') onEscape()
  }
  const paste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    onFiles(files)
  }
  return (
    <div class="compose-text">
      <MentionList id={listId} people={people} index={index} onPick={pick} />
      <label class="visually-hidden" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        class="input"
        ref={field}
        dir="auto"
        rows={2}
        value={value}
        placeholder={label}
        aria-autocomplete="list"
        aria-controls={shown ? listId : undefined}
        aria-activedescendant={shown ? `${listId}-${index}` : undefined}
        aria-describedby="composer-keys"
        onInput={(event) => {
          onText(event.currentTarget.value)
          look()
        }}
        onClick={look}
        onBlur={() => setMention(null)}
        onKeyDown={keys}
        onPaste={paste}
      />
      <p class="visually-hidden" id="composer-keys">
        {enterSends() ? t('keys-enter') : t('keys-ctrl-enter')}
      </p>
    </div>
  )
}
