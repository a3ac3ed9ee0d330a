import type { VNode } from 'preact'
import type { Tlp } from '../crypto/interface'
import { t } from './words'

const CLASS: Record<Tlp, string> = {
  CLEAR: 'clear', GREEN: 'green', AMBER: 'amber', 'AMBER+STRICT': 'amber', RED: 'red',
}

/** A handling label. Its text is never translated. */
export function Chip({ label }: { label: Tlp }): VNode {
  return (
    <span class={`tlp tlp-${CLASS[label]}`} dir="ltr" translate={false}>
      TLP:{label}
    </span>
  )
}

/** The label of what is shown, above and below it, with what it permits. */
export function Banner({ label, about }: { label: Tlp; about: string }): VNode {
  return (
    <div class="chat-tlp">
      <Chip label={label} />
      <p>
        {about} {t(`tlp-${label}`)}
      </p>
    </div>
  )
}
