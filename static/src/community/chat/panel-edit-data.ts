// What a host changed in the form of a room. Pure.
import type { Charter, RoomDetail, RoomForm } from '../crypto/interface'
import { charterOf, emptyForm } from './room-form-data'

/** The form of a room that exists. */
export function formOf(detail: RoomDetail, now: number): RoomForm {
  return {
    ...emptyForm(now), ...detail.charter, history: detail.history, retentionDays: detail.retentionDays, people: [],
    ...(detail.endsAt ? { ends_on: detail.endsAt.slice(0, 10) } : {}),
  }
}

export interface Changes {
  charter: Charter | null
  history: RoomDetail['history'] | null
  set: { retention_days?: number; ends_at?: string; receipts?: boolean } | null
  shorter: boolean // messages are deleted sooner than people were told
}

/** Only what differs from the room as it is; nothing is signed again for nothing. */
export function changesOf(detail: RoomDetail, form: RoomForm, receipts: boolean): Changes {
  const charter = charterOf(form)
  const same = detail.charter !== null && JSON.stringify(charterOf({ ...form, ...detail.charter })) === JSON.stringify(charter)
  const set: NonNullable<Changes['set']> = {}
  if (form.retentionDays !== detail.retentionDays) set.retention_days = form.retentionDays
  if (form.ends_on !== detail.endsAt?.slice(0, 10)) set.ends_at = form.ends_on
  if (receipts !== detail.receipts) set.receipts = receipts
  return {
    charter: same ? null : charter,
    history: form.history === detail.history ? null : form.history,
    set: Object.keys(set).length > 0 ? set : null,
    shorter: form.retentionDays < detail.retentionDays,
  }
}
