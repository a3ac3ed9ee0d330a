import type { VNode } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import type { Item } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { DeedProblem } from './problem'
import { nameOf, useRoom } from './room-context'
import { whyNoWriting } from './row-menu-data'
import { tidy } from './text-data'
import { list, t, tn } from './words'

/** A poll: choose one or more, vote, change it later. Everybody sees who voted how, and is told so. */
export function PollCard({ item }: { item: Item }): VNode | null {
  const { engine } = useApp()
  const { detail } = useRoom()
  const [chosen, setChosen] = useState<number[]>(item.poll?.mine ?? [])
  const deed = useDeed()
  const id = useId()
  const mine = (item.poll?.mine ?? []).join()
  useEffect(() => setChosen(item.poll?.mine ?? []), [mine])
  const { poll } = item
  if (!poll) return null
  const voters = new Set(poll.options.flatMap((option) => option.votes)).size
  const fixed = whyNoWriting(detail)
  const changed = [...chosen].sort().join() !== [...poll.mine].sort().join()
  const toggle = (index: number, on: boolean): void =>
    setChosen(on ? [...chosen, index] : chosen.filter((one) => one !== index))
  const vote = (): void => void deed.run(() => engine.vote(detail.room, item.key, [...chosen].sort((a, b) => a - b)))
  return (
    <form
      class="poll"
      onSubmit={(event) => {
        event.preventDefault()
        vote()
      }}
    >
      <fieldset>
        <legend class="poll-question" dir="auto">
          {tidy(poll.question)}
        </legend>
        <p class="poll-hint">{t('poll-hint')}</p>
        {poll.options.map((option, index) => (
          <div class="poll-option" key={index}>
            <label class="field-choice">
              <input
                type="checkbox"
                checked={chosen.includes(index)}
                disabled={fixed !== ''}
                aria-describedby={`${id}-${index}`}
                onChange={(event) => toggle(index, event.currentTarget.checked)}
              />
              <span dir="auto">{tidy(option.text)}</span>
            </label>
            <span class="poll-votes" id={`${id}-${index}`}>
              <progress max={Math.max(1, voters)} value={option.votes.length} aria-hidden="true" />
              {tn('votes', option.votes.length)}
              {option.votes.length > 0 ? <span class="poll-voters"> {list(option.votes.map((user) => nameOf(detail, user)))}</span> : null}
            </span>
          </div>
        ))}
      </fieldset>
      <DeedProblem problem={deed.problem} room={detail.room} item={item} retry={vote} />
      {fixed === '' && (changed || poll.mine.length === 0) ? (
        <Button kind="secondary" submit busy={deed.busy} disabled={chosen.length === 0 && poll.mine.length === 0 ? t('poll-choose') : undefined}>
          {poll.mine.length > 0 ? t('poll-change') : t('poll-vote')}
        </Button>
      ) : null}
    </form>
  )
}
