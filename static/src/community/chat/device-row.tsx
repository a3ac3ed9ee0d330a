import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { DeviceRow as Row } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { TextField } from './field'
import { Icon } from './icon'
import { DeedProblem } from './problem'
import { isoDay, t } from './words'

/** One device: its name, when it was used, whether it is confirmed, and how to cut it off. */
export function DeviceCard({ device, onChange }: { device: Row; onChange: () => void }): VNode {
  const { engine, ask, say } = useApp()
  const [name, setName] = useState<string | null>(null)
  const deed = useDeed()
  const id = device.device_id
  const label = device.name || t('device-unnamed')
  const rename = async (): Promise<void> => {
    const wanted = (name ?? '').trim()
    const before = device.name
    if (wanted && wanted !== before && !(await deed.run(() => engine.renameDevice(id, wanted)))) return
    setName(null)
    onChange()
  }
  const remove = async (): Promise<void> => {
    const yes = await ask({ title: t('remove-device-title', { name: label }), text: t('remove-device-text'), verb: t('remove-device'), danger: true })
    if (!yes || !(await deed.run(() => engine.removeDevice(id)))) return
    say({ text: t('device-removed', { name: label }), undo: null })
    onChange()
  }
  return (
    <li class="device" data-current={device.current ? '' : undefined}>
      <Icon name="device" />
      <div class="device-text">
        <h3>
          <bdi dir="auto">{label}</bdi>
        </h3>
        <p class="device-states">
          {device.current ? <strong>{t('this-device')}</strong> : null}
          <span class="trust" data-trust={device.confirmed ? 'checked' : 'changed'}>
            <Icon name={device.confirmed ? 'check-circle' : 'warning'} />
            {t(device.confirmed ? 'device-confirmed' : 'device-not-confirmed')}
          </span>
        </p>
        <p class="device-note">
          {t('device-dates', { created: isoDay(device.created), seen: isoDay(device.last_seen_day) })}
        </p>
        {name === null ? null : (
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void rename()
            }}
          >
            <TextField id={`name-${id}`} label={t('device-name')} hint={t('device-name-hint')} value={name} max={60} onText={setName} />
            <div class="button-row">
              <Button kind="secondary" submit busy={deed.busy}>
                {t('save-change')}
              </Button>
              <Button kind="quiet" onPress={() => setName(null)}>
                {t('cancel')}
              </Button>
            </div>
          </form>
        )}
        <DeedProblem problem={deed.problem} retry={() => void remove()} />
        {name === null ? (
          <div class="button-row">
            <Button kind="quiet" icon="edit" label={t('rename-device', { name: label })} onPress={() => setName(device.name)}>
              {t('rename')}
            </Button>
            {device.current ? null : (
              <Button kind="danger" busy={deed.busy} label={t('remove-device-label', { name: label })} onPress={() => void remove()}>
                {t('remove-device')}
              </Button>
            )}
          </div>
        ) : null}
      </div>
    </li>
  )
}
