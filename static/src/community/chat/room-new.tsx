import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { RoomForm } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { CharterFields, faultText } from './charter-fields'
import { MayNotBePosted } from './charter-facts'
import { Radios } from './choices'
import { useDeed } from './deed'
import { ErrorSummary, Select } from './field'
import { Notice } from './notice'
import { PeopleChosen, RolesExplained } from './people-chosen'
import { PeopleSearch } from './people-search'
import { DeedProblem } from './problem'
import { charterOf, emptyForm, type Fault, faultsOf, hasSecondHost, RETENTION } from './room-form-data'
import { home, inRoom } from './route-data'
import { t, tn } from './words'

/** A new case room: its charter, what newcomers see, how long messages stay, and who is asked in. */
export function RoomNew(): VNode {
  const { engine, go, say } = useApp()
  const [form, setForm] = useState<RoomForm>(() => emptyForm(Date.now()))
  const [faults, setFaults] = useState<Fault[]>([])
  const deed = useDeed()
  const send = async (): Promise<void> => {
    const found = faultsOf(charterOf(form), Date.now())
    setFaults(found)
    if (found.length > 0) return
    let room = ''
    const made = { ...form, ...charterOf(form) }
    if (!(await deed.run(async () => (room = await engine.createRoom(made))))) return
    say({ text: t('room-made'), undo: null })
    go(inRoom(room), true)
  }
  return (
    <section class="setup">
      <h1 tabIndex={-1}>{t('new-room')}</h1>
      <p class="lead">{t('new-room-lead')}</p>
      <ErrorSummary faults={faults.map((fault) => ({ id: fault.id, text: faultText(fault) }))} />
      <form
        class="form"
        novalidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <CharterFields form={form} faults={faults} onChange={setForm} />
        <Radios
          legend={t('form-history')}
          hint={t('form-history-hint')}
          value={form.history}
          options={[
            { value: 'joined', text: t('history-joined') },
            { value: 'shared', text: t('history-shared') },
          ]}
          onChoose={(history) => setForm({ ...form, history: history as RoomForm['history'] })}
        />
        <Select
          label={t('form-retention')}
          hint={t('form-retention-hint')}
          value={String(form.retentionDays)}
          options={RETENTION.map((days) => ({ value: String(days), text: tn('days', days) }))}
          onChoose={(days) => setForm({ ...form, retentionDays: Number(days) })}
        />
        <h2>{t('form-people')}</h2>
        <RolesExplained />
        <PeopleSearch
          id="room-people"
          label={t('form-people-find')}
          verb={t('add')}
          without={form.people.map((person) => person.user)}
          onPick={({ user, name }) =>
            setForm({ ...form, people: [...form.people, { user, name, role: 'member', history: false }] })
          }
        />
        <PeopleChosen people={form.people} mayGiveHistory={false} onChange={(people) => setForm({ ...form, people })} />
        {hasSecondHost(form) ? null : (
          <Notice kind="info">
            <p>{t('second-host')}</p>
          </Notice>
        )}
        <MayNotBePosted />
        <DeedProblem problem={deed.problem} retry={() => void send()} />
        <div class="button-row">
          <Button submit busy={deed.busy}>
            {t('make-room')}
          </Button>
          <Button kind="quiet" onPress={() => go(home)}>
            {t('cancel')}
          </Button>
        </div>
      </form>
    </section>
  )
}
