import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomDetail, RoomForm } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { CharterFields, faultText } from './charter-fields'
import { Checkbox, Radios } from './choices'
import { useDeed } from './deed'
import { ErrorSummary, Select } from './field'
import { changesOf, formOf } from './panel-edit-data'
import { DeedProblem } from './problem'
import { useRoom } from './room-context'
import { charterOf, type Fault, faultsOf, RETENTION } from './room-form-data'
import { inRoom } from './route-data'
import { t, tn } from './words'

/** A host changes what the room is for, its end, how long messages stay, and what newcomers see. */
export function EditPanel(): VNode {
  const { engine, go, say, ask } = useApp()
  const { detail, topic } = useRoom()
  const [form, setForm] = useState<RoomForm>(() => formOf(detail, Date.now()))
  const [receipts, setReceipts] = useState(detail.receipts)
  const [faults, setFaults] = useState<Fault[]>([])
  const deed = useDeed()
  const back = inRoom(detail.room, { topic, panel: 'facts' })
  const save = async (): Promise<void> => {
    const found = faultsOf(charterOf(form), Date.now())
    setFaults(found)
    if (found.length > 0) return
    const changes = changesOf(detail, form, receipts)
    if (changes.shorter) {
      const yes = await ask({ title: t('shorter-title'), text: t('shorter-text', { days: form.retentionDays }), verb: t('shorter-verb'), danger: true })
      if (!yes) return
    }
    const done = await deed.run(async () => {
      // One kind of change at a time: each is signed by itself.
      if (changes.charter) await engine.setCharter(detail.room, changes.charter)
      if (changes.history) await engine.setHistory(detail.room, changes.history)
      if (changes.set) await engine.setRoom(detail.room, changes.set)
    })
    if (!done) return
    say({ text: t('facts-saved'), undo: null })
    go(back)
  }
  return (
    <form
      novalidate
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <ErrorSummary faults={faults.map((fault) => ({ id: fault.id, text: faultText(fault) }))} />
      <CharterFields form={form} faults={faults} onChange={setForm} />
      <Radios
        legend={t('form-history')}
        hint={t('form-history-hint')}
        value={form.history}
        options={[
          { value: 'joined', text: t('history-joined') },
          { value: 'shared', text: t('history-shared') },
        ]}
        onChoose={(history) => setForm({ ...form, history: history as RoomDetail['history'] })}
      />
      <Select
        label={t('form-retention')}
        hint={t('form-retention-hint')}
        value={String(form.retentionDays)}
        options={[...new Set([...RETENTION, detail.retentionDays])].sort((a, b) => a - b).map((days) => ({ value: String(days), text: tn('days', days) }))}
        onChoose={(days) => setForm({ ...form, retentionDays: Number(days) })}
      />
      <Checkbox checked={receipts} onCheck={setReceipts} hint={t('receipts-hint')}>
        {t('receipts-turn-on')}
      </Checkbox>
      <DeedProblem problem={deed.problem} room={detail.room} retry={() => void save()} />
      <div class="button-row">
        <Button kind="secondary" submit busy={deed.busy}>
          {t('save-change')}
        </Button>
        <Button kind="quiet" onPress={() => go(back)}>
          {t('cancel')}
        </Button>
      </div>
    </form>
  )
}
