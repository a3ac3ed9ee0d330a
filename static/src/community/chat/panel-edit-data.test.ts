import { expect, test } from 'vitest'
import type { RoomDetail } from '../crypto/interface'
import { changesOf, formOf } from './panel-edit-data'

const detail = {
  charter: {
    name: 'North', topic: '', purpose: 'Trace', legal_basis: 'Article 19', states: ['HR'], tlp_default: 'AMBER',
    tlp_max: 'RED', ends_on: '2027-05-31',
  },
  history: 'joined', retentionDays: 90, endsAt: '2027-05-31', receipts: false,
} as unknown as RoomDetail
const form = formOf(detail, 0)

test('a form that was only opened changes nothing', () => {
  expect(changesOf(detail, form, false)).toEqual({ charter: null, history: null, set: null, shorter: false })
})

test('only what differs is changed', () => {
  expect(changesOf(detail, { ...form, purpose: 'Other' }, false)).toMatchObject({ charter: { purpose: 'Other' }, set: null, history: null })
  expect(changesOf(detail, { ...form, history: 'shared' }, true)).toMatchObject({ charter: null, history: 'shared', set: { receipts: true } })
})

test('another end stands in the charter and in the room', () => {
  const changes = changesOf(detail, { ...form, ends_on: '2027-06-30' }, false)
  expect(changes.charter?.ends_on).toBe('2027-06-30')
  expect(changes.set).toEqual({ ends_at: '2027-06-30' })
})

test('a shorter retention deletes sooner, and that is seen', () => {
  expect(changesOf(detail, { ...form, retentionDays: 30 }, false)).toMatchObject({ shorter: true, set: { retention_days: 30 } })
  expect(changesOf(detail, { ...form, retentionDays: 180 }, false).shorter).toBe(false)
})
