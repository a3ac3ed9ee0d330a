import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from './app-context'
import { Button } from './button'
import { Checkbox } from './choices'
import { useDeed } from './deed'
import { Notice } from './notice'
import { Part } from './panel-part'
import { DeedProblem } from './problem'
import { useRoom } from './room-context'
import { mayExport } from './room-data'
import { home } from './route-data'
import { save } from './saving'
import { exportWords, size, t } from './words'

interface Made {
  file: Blob
  name: string
  exportId: string
}

/** The orderly end of a room: read only, a transcript that is kept, then closed and deleted. */
export function ClosingPanel(): VNode {
  const { engine, ask, go, say, urls } = useApp()
  const { detail } = useRoom()
  const [made, setMade] = useState<Made | null>(null)
  const [saved, setSaved] = useState(false)
  const deed = useDeed()
  const host = detail.role === 'host'
  const begin = async (): Promise<void> => {
    const yes = await ask({ title: t('closing-title'), text: t('closing-text'), verb: t('closing-verb'), danger: true })
    if (yes) await deed.run(() => engine.beginClosing(detail.room))
  }
  const finish = async (): Promise<void> => {
    const yes = await ask({ title: t('close-title'), text: t('close-text'), verb: t('close-verb'), danger: true, more: saved ? t('close-more') : t('close-unsaved') })
    if (!yes || !made || !(await deed.run(() => engine.finishClosing(detail.room, made.exportId)))) return
    say({ text: t('room-closed'), undo: null })
    go(home)
  }
  return (
    <>
      {host ? (
        <Part title={t('closing-one')}>
          <p>{t('closing-one-text')}</p>
          {detail.state === 'open' ? (
            <Button kind="danger" busy={deed.busy} onPress={() => void begin()}>
              {t('closing-verb')}
            </Button>
          ) : (
            <p class="panel-done">{t('completed')}</p>
          )}
        </Part>
      ) : null}
      {mayExport(detail) ? <Transcript made={made} onMade={setMade} onSaved={() => setSaved(true)} /> : null}
      {host ? (
        <Part title={t('closing-three')}>
          <p>{t('closing-three-text')}</p>
          <p>
            <a href={urls.digest}>{t('closing-digest')}</a>
          </p>
          <Button
            kind="danger"
            busy={deed.busy}
            disabled={detail.state === 'open' ? t('closing-first') : made ? undefined : t('closing-transcript-first')}
            onPress={() => void finish()}
          >
            {t('close-verb')}
          </Button>
        </Part>
      ) : null}
      <DeedProblem problem={deed.problem} room={detail.room} />
    </>
  )
}

interface TranscriptProps {
  made: Made | null
  onMade: (made: Made) => void
  onSaved: () => void
}

function Transcript({ made, onMade, onSaved }: TranscriptProps): VNode {
  const { engine } = useApp()
  const { detail } = useRoom()
  const [red, setRed] = useState(false)
  const deed = useDeed()
  const make = (): void =>
    void deed.run(async () => {
      const { lang, dir } = document.documentElement
      onMade(await engine.exportRoom(detail.room, { red, words: exportWords(), lang, dir }))
    })
  return (
    <Part title={t('transcript')}>
      <p>{t('transcript-text')}</p>
      <Notice kind="info">
        <p>{t('transcript-recorded')}</p>
      </Notice>
      {detail.role === 'host' ? (
        <Checkbox checked={red} onCheck={setRed} hint={t('transcript-red-hint')}>
          {t('transcript-red')}
        </Checkbox>
      ) : (
        <p>{t('transcript-no-red')}</p>
      )}
      <DeedProblem problem={deed.problem} room={detail.room} retry={make} />
      <div class="button-row">
        <Button kind="secondary" busy={deed.busy} onPress={make}>
          {made ? t('transcript-again') : t('transcript-verb')}
        </Button>
        {made ? (
          <Button
            kind="secondary"
            icon="download"
            onPress={() => {
              save(made.file, made.name)
              onSaved()
            }}
          >
            {t('transcript-save', { size: size(made.file.size) })}
          </Button>
        ) : null}
      </div>
      {deed.busy ? <p role="status">{t('transcript-working')}</p> : null}
    </Part>
  )
}
