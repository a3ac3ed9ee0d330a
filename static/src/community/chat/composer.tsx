import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Draft, Item, Tlp } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { ComposeAbout } from './compose-about'
import { ComposeOptions } from './compose-options'
import { ComposeText } from './compose-text'
import { ComposerTools } from './composer-tools'
import { isEmpty, labelAfter, labelForReply, mentionedIn, pollLines, strictestOf, together, whyNotSend } from './composer-data'
import { PollFields } from './poll-fields'
import { tellsTyping } from './preferences'
import { DeedProblem } from './problem'
import { useRoom } from './room-context'
import { UploadList, useUploads } from './upload-list'
import { useDraft } from './use-draft'
import { t } from './words'

interface Props {
  answering: Item | null
  opener: Tlp | null // label of the message that opened the topic
  returned: Draft | null // a draft that was taken back from the outbox
  onAnswering: (item: Item | null) => void
}

const TYPING_PAUSE = 4000

/** Writing: text, label, files, poll. What is written is kept; sending works without a connection. */
export function Composer({ answering, opener, returned, onAnswering }: Props): VNode {
  const { engine, announce, say } = useApp()
  const { detail, topic } = useRoom()
  const { draft, set, change, replace, clear } = useDraft(detail, topic)
  const uploads = useUploads(detail.room, draft.attachments, (ids) =>
    change((now) => ({ attachments: ids(now.attachments) })),
  )
  const [asked, setAsked] = useState(false)
  const [options, setOptions] = useState(false)
  const deed = useDeed()
  const typed = useRef(0)
  const line = useRef(Promise.resolve(true)) // one after the other, however quickly they are sent
  const answered = strictestOf(answering?.tlp ?? null, opener)
  useEffect(() => {
    if (answering?.key && answering.key !== draft.replyTo) {
      set({ replyTo: answering.key })
      document.getElementById('composer-text')?.focus()
    }
  }, [answering?.key])
  useEffect(() => {
    // A kept draft may be an answer: the message it answers is looked for again.
    if (draft.replyTo && !answering) engine.item(detail.room, draft.replyTo).then(onAnswering, () => undefined)
  }, [draft.replyTo])
  useEffect(() => {
    if (answered !== null) set({ tlp: labelForReply(draft.tlp, answered) })
  }, [answered])
  const form = useRef<HTMLFormElement>(null)
  const high = options || draft.poll !== null || uploads.shown.length > 0
  useEffect(() => {
    // On a phone it does not stay in sight by itself when it is as high as the screen.
    if (high) form.current?.scrollIntoView?.({ block: 'nearest' })
  }, [high])
  useEffect(() => {
    if (returned) change((now) => together(returned, now))
  }, [returned])
  const why = detail.stopped ? 'compose-stopped' : whyNotSend(draft, uploads.shown, detail, answered)
  const write = (body: string): void => {
    set({ body })
    setAsked(false)
    if (!tellsTyping() || Date.now() - typed.current < TYPING_PAUSE) return
    typed.current = Date.now()
    engine.typing(detail.room).catch(() => undefined)
  }
  const send = async (): Promise<void> => {
    if (why) {
      setAsked(true)
      announce(t(why))
      if (why.startsWith('label')) document.getElementById('composer-label')?.focus()
      return
    }
    // Empty at once: what is typed while this one goes to the outbox belongs to the next message, and
    // a key that was pressed twice finds nothing more to send.
    const before = clear()
    if (isEmpty(before)) return void replace(before)
    const sent: Draft = {
      ...before,
      thread: topic,
      body: before.poll ? '' : before.body,
      poll: before.poll ? pollLines(before.poll) : null,
      mentions: mentionedIn(before.body, detail.members),
    }
    set({ tlp: labelAfter(detail, opener, sent.tlp) })
    setAsked(false)
    onAnswering(null)
    document.getElementById('composer-text')?.focus()
    const went = line.current.then(() => deed.run(() => engine.send(detail.room, sent)))
    line.current = went
    if (!(await went)) change((now) => together(before, now))
  }
  const empty = (): void => {
    const before = clear()
    onAnswering(null)
    say({ text: t('draft-cleared'), undo: () => void replace(before) })
  }
  const stopAnswer = (): void => {
    set({ replyTo: null })
    onAnswering(null)
  }
  return (
    <form
      class="composer"
      ref={form}
      aria-label={t('composer')}
      novalidate
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <ComposeAbout answering={answering} onStop={stopAnswer} />
      {draft.poll ? (
        <PollFields poll={draft.poll} onChange={(poll) => set({ poll })} onStop={() => set({ poll: null })} />
      ) : (
        <ComposeText
          id="composer-text"
          label={topic ? t('write-in-topic') : t('write-here')}
          value={draft.body}
          members={detail.members}
          onText={write}
          onSend={() => void send()}
          onEscape={() => answering && stopAnswer()}
          onFiles={uploads.add}
        />
      )}
      <span class="composer-send">
        <Button submit icon="send" busy={deed.busy}>
          {t('send')}
        </Button>
      </span>
      <UploadList uploads={uploads} />
      {options ? <ComposeOptions draft={draft} onChange={set} /> : null}
      <ComposerTools
        draft={draft}
        answered={answered}
        open={options}
        onChange={set}
        onFiles={uploads.add}
        onOptions={() => setOptions(!options)}
        onClear={empty}
      />
      {(asked || detail.stopped) && why ? (
        <p class="field-error" role="alert">
          {t(why)}
        </p>
      ) : null}
      <DeedProblem problem={deed.problem} room={detail.room} retry={() => void send()} dismiss={deed.clear} />
    </form>
  )
}
