import { mount } from '../shared/mount'

const STORED = 'device'

function random(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** A name of this browser without meaning, so that the server can tell two devices apart. */
export function deviceName(): string {
  try {
    const name = localStorage.getItem(STORED) ?? random()
    localStorage.setItem(STORED, name)
    return name
  } catch {
    return ''
  }
}

export const startDevice = (): void =>
  mount('input[data-device]', (input) => {
    ;(input as HTMLInputElement).value = deviceName()
  })
