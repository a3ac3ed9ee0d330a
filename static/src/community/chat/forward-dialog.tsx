import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Item, RoomDetail, RoomSummary } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { Radios } from './choices'
import { useAnswer, useDeed } from './deed'
import { Dialog } from './dialog'
import { forwardTargets, type ForwardTarget } from './forward-data'
import { Empty, Loading } from './notice'
import { DeedProblem } from './problem'
import { roomName } from './room-row'
import { inRoom } from './route-data'
import { whyNoWriting } from './row-menu-data'
import { Chip } from './tlp-chip'
import { t } from './words'

interface Props {
  from: RoomDetail
  item: Item
  onClose: () => void
}

/** Where a message may be passed on to; rooms its label does not reach are listed with the reason. */
export function ForwardDialog({ from, item, onClose }: Props): VNode {
  const { engine, rooms, say, go } = useApp()
  const [to, setTo] = useState('')
  const [asked, setAsked] = useState(false)
  const deed = useDeed()
  const open = (rooms ?? []).filter((room) => room.room !== from.room && room.membership === 'joined' && whyNoWriting(room) === '')
  const { value: targets } = useAnswer(async () => {
    const details = await Promise.all(open.map((room) => engine.room(room.room)))
    return forwardTargets(item, from, details)
  }, [item.key])
  const send = async (): Promise<void> => {
    setAsked(true)
    if (!to || !(await deed.run(() => engine.forward(from.room, item.key, to)))) return
    say({ text: t('forwarded'), undo: null })
    onClose()
    go(inRoom(to))
  }
  return (
    <Dialog title={t('forward-title')} onClose={onClose} wide>
      <p>
        {t('forward-text')} <Chip label={item.tlp} />
      </p>
      {targets === null ? <Loading text={t('rooms-loading')} lines={3} /> : <Targets targets={targets} rooms={open} to={to} onChoose={setTo} />}
      {asked && !to ? (
        <p class="field-error" role="alert">
          {t('forward-choose')}
        </p>
      ) : null}
      <DeedProblem problem={deed.problem} room={to} retry={() => void send()} />
      <div class="button-row">
        <Button busy={deed.busy} onPress={() => void send()}>
          {t('forward-verb')}
        </Button>
        <Button kind="secondary" onPress={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </Dialog>
  )
}

interface TargetsProps {
  targets: ForwardTarget[]
  rooms: RoomSummary[]
  to: string
  onChoose: (room: string) => void
}

function Targets({ targets, rooms, to, onChoose }: TargetsProps): VNode {
  if (targets.length === 0) return <Empty title={t('forward-none')} />
  const options = targets.flatMap(({ room, reason }) => {
    const summary = rooms.find((one) => one.room === room)
    if (!summary) return []
    return {
      value: room,
      text: <bdi dir="auto">{roomName(summary)}</bdi>,
      disabled: reason !== '',
      ...(reason ? { hint: t(reason) } : {}),
    }
  })
  return <Radios legend={t('forward-to')} value={to} options={options} onChoose={onChoose} />
}
