import type { ComponentChildren, VNode } from 'preact'
import { useId } from 'preact/hooks'
import { Icon } from './icon'

interface Props {
  kind?: 'primary' | 'secondary' | 'quiet' | 'danger'
  icon?: string
  label?: string // for screen readers, where the words alone do not say what is meant
  busy?: boolean
  disabled?: string // the reason, in words
  submit?: boolean
  pressed?: boolean
  expanded?: boolean
  focus?: string // mark by which a dialog or a menu finds it again
  onPress?: (event: MouseEvent) => void
  children?: ComponentChildren
}

/** A button. One that is disabled says why, below it and to screen readers. */
export function Button(props: Props): VNode {
  const reason = useId()
  const kind = props.kind && props.kind !== 'primary' ? `button button-${props.kind}` : 'button'
  const press = (event: MouseEvent): void => {
    if (props.disabled || props.busy) event.preventDefault()
    else props.onPress?.(event)
  }
  const button = (
    <button
      class={kind}
      type={props.submit ? 'submit' : 'button'}
      aria-disabled={props.disabled ? 'true' : undefined}
      aria-describedby={props.disabled ? reason : undefined}
      aria-busy={props.busy ? 'true' : undefined}
      aria-label={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      data-focus={props.focus}
      onClick={press}
    >
      {props.icon ? <Icon name={props.icon} /> : null}
      {props.children ? <span>{props.children}</span> : null}
    </button>
  )
  if (!props.disabled) return button
  return (
    <span class="button-with-reason">
      {button}
      <span class="button-reason" id={reason}>
        {props.disabled}
      </span>
    </span>
  )
}

/** A small button with an icon; its word is read, and shown where there is room. */
export function IconButton({ icon, children, ...rest }: Props & { icon: string }): VNode {
  return (
    <button
      class="icon-button"
      type="button"
      aria-label={rest.label}
      aria-pressed={rest.pressed}
      aria-expanded={rest.expanded}
      data-focus={rest.focus}
      onClick={rest.onPress}
    >
      <Icon name={icon} />
      {children}
    </button>
  )
}
