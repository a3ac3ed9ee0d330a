import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Hit, RoomId } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { TextField } from './field'
import { ItemCard } from './item-card'
import { Empty } from './notice'
import { DeedProblem } from './problem'
import { t, tn } from './words'

/** Looks through the messages kept on this device; what is looked for leaves it never. */
export function SearchForm({ room, panel }: { room?: RoomId; panel: string }): VNode {
  const { engine, announce } = useApp()
  const [query, setQuery] = useState('')
  const [hits, setHits] = useState<Hit[] | null>(null)
  const [short, setShort] = useState(false)
  const deed = useDeed()
  const search = async (): Promise<void> => {
    setShort([...query.trim()].length < 2)
    if ([...query.trim()].length < 2) return
    await deed.run(async () => {
      const found = await engine.search(query.trim(), room ? { room } : {})
      setHits(found)
      announce(tn('hits', found.length))
    })
  }
  return (
    <div class="search-messages">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault()
          void search()
        }}
      >
        <TextField
          id="message-search"
          type="search"
          label={room ? t('search-room') : t('search-all')}
          hint={t('search-hint')}
          value={query}
          onText={setQuery}
          error={short ? t('search-short') : undefined}
        />
        <Button kind={room ? 'secondary' : 'primary'} submit busy={deed.busy} icon="search">
          {t('search-verb')}
        </Button>
      </form>
      <DeedProblem problem={deed.problem} retry={() => void search()} />
      {hits?.length === 0 ? (
        <Empty title={t('search-none')}>
          <p>{t('search-none-text')}</p>
        </Empty>
      ) : null}
      {hits && hits.length > 0 ? (
        <>
          <p class="muted">{tn('hits', hits.length)}</p>
          <ul class="panel-list" role="list">
            {hits.map((hit) => (
              <li key={hit.room + hit.item.key}>
                <ItemCard room={hit.room} item={hit.item} text={hit.snippet} panel={panel} {...(room ? {} : { roomName: hit.roomName })} />
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  )
}
