// Which one thing a person can do about each problem (messaging.md 4.4). The sentences and the words
// on the buttons stand in community/sealed/words_errors.py under the same codes.
import type { ProblemCode } from '../crypto/interface'

export type Action =
  | 'retry' | 'enter-key' | 'ask-hosts' | 'ask-again' | 'confirm-device' | 'ask-why' | 'restore' | 'report'
  | 'check' | 'fetch-again' | 'tell-hosts' | 'restart' | 'browsers' | 'sign-in' | 'contact' | 'rooms'
  | 'ask-setup' | 'set-up' | 'confirm' | 'reload' | 'wait'

export const ACTIONS: Record<ProblemCode, Action> = {
  'waiting-for-key': 'retry',
  'key-in-locked-backup': 'enter-key',
  'before-joining': 'ask-hosts',
  'key-missing': 'ask-again',
  'withheld-unverified': 'confirm-device',
  'withheld-other': 'ask-why',
  'device-added-later': 'restore',
  'mismatched-sender': 'report',
  'unsigned-device': 'check',
  'identity-changed': 'check',
  damaged: 'fetch-again',
  copy: 'report',
  hole: 'fetch-again',
  'member-unsigned': 'tell-hosts',
  'roster-conflict': 'report',
  'store-lost': 'restart',
  'key-reused': 'restart',
  panic: 'retry',
  'leader-asleep': 'retry',
  'browser-too-old': 'browsers',
  offline: 'retry',
  'wrong-recovery-key': 'retry',
  'signed-out': 'sign-in',
  'role-lost': 'contact',
  removed: 'rooms',
  'contact-refused': 'retry',
  'room-closed': 'rooms',
  'read-only': 'ask-hosts',
  'no-identity': 'ask-setup',
  'device-unconfirmed': 'confirm-device',
  'setup-incomplete': 'set-up',
  'confirm-again': 'confirm',
  'device-removed': 'restart',
  'update-needed': 'reload',
  'too-fast': 'wait',
  failed: 'retry',
}

/** Whether a problem is only information and not a warning. */
export const isQuiet = (code: ProblemCode): boolean =>
  code === 'waiting-for-key' || code === 'before-joining' || code === 'offline' || code === 'read-only'
