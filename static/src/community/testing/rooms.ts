// Rooms for tests of seals and deeds.

import type { MegolmContent, ServerEvent } from '../chat/parts'
import type { Problem, RoomForm, RoomId } from '../crypto/interface'
import { Bench } from './bench'
import { FakeServer } from './fake-server'
import type { Json } from './fake-state'

export const FORM: Omit<RoomForm, 'people'> = {
  name: 'Parts by post', topic: 'Parcels', purpose: 'Agree who asks whom', legal_basis: 'Article 1 of an invented act',
  states: ['XA', 'XB'], tlp_default: 'AMBER', tlp_max: 'RED', ends_on: '2030-01-01', history: 'joined',
  retentionDays: 90,
}

export const guest = (one: Bench, more: Partial<RoomForm['people'][number]> = {}): RoomForm['people'][number] =>
  ({ user: one.user, name: one.name, role: 'member', history: false, ...more })

export async function makeRoom(host: Bench, guests: Bench[], form: Partial<RoomForm> = {}): Promise<RoomId> {
  const room = await host.deeds.createRoom({ ...FORM, people: guests.map((one) => guest(one)), ...form })
  for (const one of guests) {
    await one.sync()
    await one.deeds.join(room)
  }
  for (const one of [host, ...guests]) await one.sync()
  return room
}

export async function three(): Promise<[FakeServer, Bench, Bench, Bench]> {
  const server = new FakeServer()
  return [server, await Bench.person(server, 'Ana'), await Bench.person(server, 'Bo'), await Bench.person(server, 'Cy')]
}

/** The Problem a deed is refused with. */
export const refused = (work: Promise<unknown>): Promise<Problem> =>
  work.then(() => Promise.reject(new Error('was not refused')), (error: Problem) => error)

export const sessionOf = (event: ServerEvent): string => (event.content as MegolmContent).session_id

/** What was sent to a person's devices since a mark: the types of the messages. */
export function toDevices(server: FakeServer, one: Bench, since = 0): string[] {
  return server.calls.slice(since).flatMap((call) => {
    const to = (call.body['messages'] as Record<string, Json> | undefined)?.[one.user]?.[one.deviceId]
    return call.path.startsWith('to-device/') && to ? [call.path.split('/')[1]!] : []
  })
}
