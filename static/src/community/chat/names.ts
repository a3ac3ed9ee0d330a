// Names of files and topics as they may be shown: no controls that turn text around, no paths.

import { withoutUnseen } from '../crypto/encode'

const CONTROL = /[\u0000-\u001F\u007F-\u009F]/g

/** NFC, without what is unseen, control characters and path separators. */
export function cleanName(name: string): string {
  const clean = withoutUnseen(name).normalize('NFC').replace(CONTROL, '').replace(/[/\\]/g, '_')
  return clean.trim().slice(0, 200) || 'file'
}

/** The first line of a text, short enough for a list. */
export function firstLine(text: string): string {
  const line = text.trimStart().split('\n')[0] ?? ''
  const short = [...line].slice(0, 80).join('')
  return short.length < line.length ? `${short}…` : short
}
