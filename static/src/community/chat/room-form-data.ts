// The form of a case room: what it starts with and what must be in it. Pure.
import type { Charter, RoomForm, Tlp } from '../crypto/interface'
import { rank } from './tlp'

export const DAY = 86_400_000
export const RETENTION = [30, 90, 180, 365] as const
export const LONGEST = { name: 100, topic: 200, purpose: 1000, legal_basis: 1000 } as const
// The whole charter travels in each invitation; more than this does not fit (charter.ts).
const MOST_BYTES = 4200

/** A date as ISO text, some days from a moment. */
export const isoIn = (now: number, days: number): string => new Date(now + days * DAY).toISOString().slice(0, 10)

export function emptyForm(now: number): RoomForm {
  return {
    name: '', topic: '', purpose: '', legal_basis: '', states: [], tlp_default: 'AMBER', tlp_max: 'AMBER+STRICT',
    ends_on: isoIn(now, 180), history: 'joined', retentionDays: 90, people: [],
  }
}

export const charterOf = (form: RoomForm): Charter => ({
  name: form.name.trim(), topic: form.topic.trim(), purpose: form.purpose.trim(), legal_basis: form.legal_basis.trim(),
  states: form.states, tlp_default: form.tlp_default, tlp_max: form.tlp_max, ends_on: form.ends_on,
})

export interface Fault {
  id: string // of the field
  key: string // of the sentence
  max?: number
}

/** What must be put right before the form may go; empty if nothing. */
export function faultsOf(form: Charter, now: number): Fault[] {
  const faults: Fault[] = []
  for (const field of ['name', 'purpose', 'legal_basis'] as const) {
    if (!form[field].trim()) faults.push({ id: `room-${field}`, key: `form-${field}-missing` })
  }
  for (const [field, max] of Object.entries(LONGEST)) {
    if ([...form[field as keyof typeof LONGEST]].length > max) {
      faults.push({ id: `room-${field}`, key: 'form-too-long', max })
    }
  }
  if (form.states.length === 0) faults.push({ id: 'room-states', key: 'form-states-missing' })
  if (rank(form.tlp_default) > rank(form.tlp_max)) faults.push({ id: 'room-tlp-default', key: 'form-default-too-strict' })
  const ends = Date.parse(`${form.ends_on}T00:00:00Z`)
  if (Number.isNaN(ends)) faults.push({ id: 'room-ends', key: 'form-ends-missing' })
  else if (form.ends_on <= isoIn(now, 0)) faults.push({ id: 'room-ends', key: 'form-ends-past' })
  else if (form.ends_on > isoIn(now, 730)) faults.push({ id: 'room-ends', key: 'form-ends-far' })
  if (faults.length === 0 && new TextEncoder().encode(JSON.stringify(form)).length > MOST_BYTES) {
    faults.push({ id: 'room-purpose', key: 'form-all-too-long' })
  }
  return faults
}

/** A second host is asked for: if the only one is lost, nobody can add or remove people. */
export const hasSecondHost = (form: RoomForm): boolean => form.people.some((person) => person.role === 'host')

/** Choosing a default that is stricter than the maximum raises the maximum with it. */
export function withDefault(form: RoomForm, label: Tlp): RoomForm {
  return { ...form, tlp_default: label, tlp_max: rank(form.tlp_max) < rank(label) ? label : form.tlp_max }
}

/** A maximum that is looser than the default lowers the default with it. */
export function withMax(form: RoomForm, label: Tlp): RoomForm {
  return { ...form, tlp_max: label, tlp_default: rank(form.tlp_default) > rank(label) ? label : form.tlp_default }
}
