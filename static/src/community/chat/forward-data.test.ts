import { expect, test } from 'vitest'
import type { Charter, Item, RoomDetail, Tlp } from '../crypto/interface'
import { forwardTargets } from './forward-data'

const room = (name: string, organisations: string[], max: Tlp | null = 'AMBER+STRICT'): RoomDetail =>
  ({
    room: `!${name}`, kind: max === null ? 'direct' : 'case',
    charter: max === null ? null : ({ tlp_max: max } as Charter),
    members: organisations.map((organisation, index) => ({ user: `@${name}${index}`, state: 'joined', organisation })),
  }) as unknown as RoomDetail
const from = room('from', ['Customs', 'Police'])
const item = (tlp: Tlp): Item => ({ tlp, sender: '@from0' }) as Item
const reasons = (tlp: Tlp, rooms: RoomDetail[]): string[] => forwardTargets(item(tlp), from, rooms).map((one) => `${one.room} ${one.reason}`)

test('strict amber goes only where everybody is of the author’s organisation', () => {
  expect(reasons('AMBER+STRICT', [room('mixed', ['Customs', 'Police']), room('own', ['Customs', 'Customs'])])).toEqual([
    '!own ', '!mixed forward-organisation',
  ])
})

test('an organisation that is not known is never the same one', () => {
  expect(reasons('AMBER+STRICT', [room('unknown', ['Customs', ''])])).toEqual(['!unknown forward-organisation'])
})

test('a room whose maximum is looser does not take it', () => {
  expect(reasons('AMBER', [room('green', ['Customs'], 'GREEN'), room('direct', ['Police'], null)])).toEqual([
    '!direct ', '!green forward-max',
  ])
})

test('a case room whose charter has not come takes nothing', () => {
  expect(reasons('CLEAR', [{ ...room('new', ['Customs']), charter: null }])).toEqual(['!new charter-coming'])
})

test('red goes nowhere', () => {
  expect(reasons('RED', [room('own', ['Customs'], 'RED')])).toEqual(['!own reason-forward-red'])
})
