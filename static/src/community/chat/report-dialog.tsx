import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Item, RoomId } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { Checkbox } from './choices'
import { useDeed } from './deed'
import { Dialog } from './dialog'
import { TextField } from './field'
import { DeedProblem } from './problem'
import { t } from './words'

interface Props {
  room: RoomId
  item: Item | null // null: the newest message stands for the room
  onClose: () => void
}

/** A report to the operators. They cannot read the message: a copy goes along only if one wants that. */
export function ReportDialog({ room, item, onClose }: Props): VNode {
  const { engine, say } = useApp()
  const [reason, setReason] = useState('')
  const [copy, setCopy] = useState(false)
  const [asked, setAsked] = useState(false)
  const deed = useDeed()
  const readable = item !== null && (item.kind === 'message' || item.kind === 'poll')
  const send = async (): Promise<void> => {
    setAsked(true)
    if (!reason.trim()) return document.getElementById('report-reason')?.focus()
    const done = await deed.run(async () => {
      const key = item?.key ?? (await engine.timeline(room, { limit: 1 })).items.at(-1)?.key ?? ''
      await engine.report(room, key, reason.trim(), copy && readable)
    })
    if (!done) return
    say({ text: t('reported'), undo: null })
    onClose()
  }
  return (
    <Dialog title={t('report-title')} onClose={onClose} wide>
      <p>{t('report-text')}</p>
      <TextField
        id="report-reason"
        label={t('report-reason')}
        lines
        max={2000}
        value={reason}
        onText={setReason}
        error={asked && !reason.trim() ? t('report-reason-missing') : undefined}
      />
      {readable ? (
        <Checkbox checked={copy} onCheck={setCopy} hint={t('report-copy-hint')}>
          {t('report-copy')}
        </Checkbox>
      ) : null}
      <DeedProblem problem={deed.problem} retry={() => void send()} />
      <div class="button-row">
        <Button busy={deed.busy} onPress={() => void send()}>
          {t('report-verb')}
        </Button>
        <Button kind="secondary" onPress={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </Dialog>
  )
}
