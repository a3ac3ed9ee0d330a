import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { Attachment, RoomId } from '../crypto/interface'
import { problemOf, useApp, useEvents } from './app-context'
import { stateText } from './attachment-card'
import { IconButton } from './button'
import type { Upload } from './composer-data'
import { Icon } from './icon'
import { limitSize, size, t } from './words'

export interface Uploads {
  shown: Upload[]
  faults: string[]
  add(files: File[]): void
  cancel(id: string): void
}

const kept = (): Attachment => ({ media: '', name: t('file-kept'), type: '', size: 0, sha256: '', state: 'ready', progress: 1 })

/** Files on their way into a draft. `onIds` is told the ids that belong to the draft now. */
export function useUploads(room: RoomId, ids: string[], onIds: (change: (ids: string[]) => string[]) => void): Uploads {
  const { engine, fileLimit } = useApp()
  const [known, setKnown] = useState<Record<string, Upload>>({})
  const [faults, setFaults] = useState<string[]>([])
  useEvents((event) => {
    if (event.t !== 'upload' || event.room !== room) return
    setKnown((before) => ({ ...before, [event.id]: { id: event.id, attachment: event.attachment } }))
  })
  const add = (files: File[]): void => {
    setFaults(files.filter((file) => file.size > fileLimit).map((file) => t('file-too-large', { name: file.name, size: size(file.size), max: limitSize(fileLimit) })))
    for (const file of files.filter((each) => each.size <= fileLimit)) {
      engine.attach(room, file).then(
        (id) => onIds((before) => [...before, id]),
        (thrown: unknown) => {
          const { code } = problemOf(thrown)
          setFaults((before) => [...before, t(code === 'offline' ? 'file-offline' : 'file-refused', { name: file.name })])
        },
      )
    }
  }
  const cancel = (id: string): void => {
    onIds((before) => before.filter((one) => one !== id))
    void engine.cancelUpload(id).catch(() => undefined)
  }
  // Of a draft kept from before only the id is known; it is shown, because it would be sent.
  return { shown: ids.map((id) => known[id] ?? { id, attachment: kept() }), faults, add, cancel }
}

/** The files of a draft: how far each is, and how to take it out. */
export function UploadList({ uploads }: { uploads: Uploads }): VNode | null {
  if (uploads.shown.length === 0 && uploads.faults.length === 0) return null
  return (
    <div class="uploads">
      {uploads.faults.map((fault) => (
        <p class="field-error" role="alert" key={fault}>
          <Icon name="cross-circle" />
          {fault}
        </p>
      ))}
      <ul role="list" aria-label={t('files')}>
        {uploads.shown.map(({ id, attachment }) => (
          <li key={id} class="upload">
            <Icon name="document" />
            <span class="person-text">
              <bdi dir="auto">{attachment.name}</bdi>
              <span class="person-note">
                {attachment.size > 0 ? `${size(attachment.size)} · ` : ''}
                {stateText(attachment)}
              </span>
              {attachment.state === 'sealing' || attachment.state === 'sending' ? (
                <progress max={1} value={attachment.progress} aria-label={attachment.name} />
              ) : null}
            </span>
            <IconButton icon="cross" label={t('take-out', { name: attachment.name })} onPress={() => uploads.cancel(id)} />
          </li>
        ))}
      </ul>
    </div>
  )
}
