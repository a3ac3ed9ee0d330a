import type { VNode } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Attachment, Item, Problem } from '../crypto/interface'
import { useApp } from './app-context'
import { Button } from './button'
import { useDeed } from './deed'
import { Icon } from './icon'
import { DeedProblem } from './problem'
import { useRoom } from './room-context'
import { save } from './saving'
import { percent, size, t } from './words'

// Only these are ever shown in the page; an SVG or a document could bring script with it.
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
const isPicture = (type: string): boolean => PICTURES.includes(type)

/** A sealed file of a message: its name and size first; it is fetched and opened when asked for. */
export function AttachmentCard({ item, attachment }: { item: Item; attachment: Attachment }): VNode {
  const { engine } = useApp()
  const { detail } = useRoom()
  const [picture, setPicture] = useState('')
  const [hash, setHash] = useState('')
  const deed = useDeed()
  useEffect(() => () => {
    if (picture) URL.revokeObjectURL(picture)
  }, [picture])
  const open = (show: boolean): void =>
    void deed.run(async () => {
      const file = await engine.open(detail.room, item.key, attachment.media)
      setHash(file.sha256)
      if (!show) return save(file.blob, file.name)
      // Its type is what its bytes are, not what the message calls it.
      if (!isPicture(file.blob.type)) throw { code: 'damaged' } satisfies Problem
      setPicture(URL.createObjectURL(file.blob))
    })
  const ready = attachment.state === 'ready'
  return (
    <div class="attachment">
      <Icon name={isPicture(attachment.type) ? 'image' : 'document'} />
      <div class="attachment-text">
        <p class="attachment-name">
          <bdi dir="auto">{attachment.name}</bdi>
        </p>
        <p class="attachment-note">
          {size(attachment.size)} · {stateText(attachment, deed.busy)}
        </p>
        {hash ? (
          <details class="chat-details">
            <summary>{t('file-hash')}</summary>
            <code class="chat-hash">{hash}</code>
          </details>
        ) : null}
        <DeedProblem problem={deed.problem} room={detail.room} item={item} retry={() => open(picture !== '')} />
        {picture ? (
          <figure class="attachment-picture">
            <img src={picture} alt={attachment.name} />
            <span class="image-text">{attachment.name}</span>
          </figure>
        ) : null}
        {ready ? (
          <div class="button-row">
            {isPicture(attachment.type) && !picture ? (
              <Button kind="secondary" busy={deed.busy} label={t('file-show-label', { name: attachment.name })} onPress={() => open(true)}>
                {t('file-show')}
              </Button>
            ) : null}
            <Button kind="secondary" icon="download" busy={deed.busy} label={t('file-save-label', { name: attachment.name })} onPress={() => open(false)}>
              {t('file-save')}
            </Button>
          </div>
        ) : null}
      </div>
    </div>
  )
}

export function stateText(attachment: Attachment, opening = false): string {
  if (opening) return t('file-opening')
  if (attachment.state === 'sealing' || attachment.state === 'sending') {
    return t(`file-${attachment.state}`, { percent: percent(attachment.progress) })
  }
  return t(`file-${attachment.state}`)
}
