// An engine without keys and network, for tests and the development page. Never part of a build.
import type { Check, DeviceRow, Engine, EngineEvent, EngineState, Item, Page, RoomDetail, RoomId, RoomSummary } from '../crypto/interface'
import data from './testing-data.json'
import { detail, item, ME, NOW, summaries, talk, userOf, uuid } from './testing-rooms'

export const STATE: EngineState = {
  phase: 'ready', problem: null, me: ME, name: data.me.name, deviceId: 'ABCDEFGHIJ', connection: 'online', backup: 'protected',
  backupDue: 0, outbox: 0, leader: true,
}
const KEY = data.recovery.split(' ')

/** What was called, in order, and what each method answers unless a test says otherwise. */
export class TestingEngine {
  readonly calls: { method: string; args: unknown[] }[] = []
  readonly answers: Partial<Record<keyof Engine, (...args: never[]) => unknown>> = {}
  state: EngineState = STATE
  rooms: RoomSummary[] = summaries()
  items: Item[] = talk()
  more: Partial<RoomDetail> = {}
  checks: Check[] = []
  /** Right after the screens are in the page, before anything is drawn. */
  shown: () => void = () => undefined
  private hear: (event: EngineEvent) => void = () => undefined

  listen = (callback: (event: EngineEvent) => void): void => {
    this.hear = callback
  }

  emit(event: EngineEvent): void {
    if (event.t === 'state') this.state = event.state
    this.hear(event)
  }

  /** Every method of the engine: noted, then answered. */
  readonly engine = new Proxy({} as Engine, {
    get: (_, method: string) =>
      method === 'then' ? undefined : async (...args: unknown[]) => {
        this.calls.push({ method, args })
        const own = this.answers[method as keyof Engine] as ((...args: unknown[]) => unknown) | undefined
        return own ? own(...args) : this.standing(method as keyof Engine, args)
      },
  })

  called = (method: keyof Engine): unknown[][] => this.calls.filter((call) => call.method === method).map((call) => call.args)

  private standing(method: keyof Engine, args: unknown[]): unknown {
    const room = this.rooms.find((one) => one.room === args[0])
    switch (method) {
      case 'state':
        return this.state
      case 'rooms':
        return this.rooms
      case 'room':
        if (!room) throw { code: 'removed' }
        return detail(room, room.kind === 'case' ? this.more : { ...this.more, lastRead: 0 })
      case 'timeline':
        return this.page(args[0] as RoomId, args[1] as Parameters<Engine['timeline']>[1])
      case 'item':
        return this.items.find((one) => one.key === args[1]) ?? null
      case 'setupBegin':
      case 'resetIdentity':
      case 'newRecoveryKey':
        return { recoveryKey: KEY, ask: [1, 6, 11] }
      case 'setupFinish':
        return this.emit({ t: 'state', state: { ...this.state, phase: 'ready' } })
      case 'restore':
        this.emit({ t: 'state', state: { ...this.state, phase: 'ready' } })
        return { keys: 31 }
      case 'devices':
        return this.devices()
      case 'checks':
        return this.checks
      case 'checkStart':
        return this.check({ with: args[0] as string, name: args[0] === ME ? data.me.name : data.people[0]!.name, device: args[0] === ME ? 'X' : null })
      case 'people':
        return data.people.filter((one) => one.name.toLowerCase().includes(String(args[0]).toLowerCase())).map((one) => ({ ...one, user: userOf(one.key) }))
      case 'blocked':
        return [{ user: '@blocked:members.invalid', name: data.people[5]!.name }]
      case 'search':
        return this.items.filter((one) => one.body.includes(String(args[0]))).slice(0, 5).map((one) => ({
          room: this.rooms[0]!.room, roomName: this.rooms[0]!.name, item: one, snippet: one.tlp === 'RED' ? '' : one.body,
        }))
      case 'createRoom':
      case 'openDirect':
        return this.rooms[method === 'createRoom' ? 0 : 1]!.room
      case 'draft':
        return null
      case 'send':
        return this.sent(args[0] as RoomId, args[1] as { body: string; tlp: Item['tlp'] })
      case 'attach':
        return uuid(700)
      case 'open':
        return { blob: new Blob(['x']), name: 'file', sha256: 'ab'.repeat(32) }
      case 'exportRoom':
        return { file: new Blob(['transcript']), name: 'transcript.zip', exportId: uuid(800) }
      default:
        return undefined
    }
  }

  private page(room: RoomId, { before, after, around, thread, limit = 40 }: Parameters<Engine['timeline']>[1]): Page {
    const here = room === this.rooms[0]?.room ? this.items : this.items.slice(-3, -2)
    const all = here.filter((one) => !thread || one.thread === thread || one.key === thread)
    const at = (seq: number): number => all.findIndex((one) => (one.seq ?? Infinity) >= seq)
    const end = before ? at(before) : after ? Math.min(all.length, at(after) + 1 + limit) : around ? Math.min(all.length, at(around) + limit / 2) : all.length
    const start = after ? at(after) + 1 : Math.max(0, end - limit)
    return { items: all.slice(start, end), more: start > 0, newer: end < all.length }
  }

  private sent(room: RoomId, draft: { body: string; tlp: Item['tlp'] }): string {
    const key = `txn:${this.calls.length}`
    const waiting = item(null, { key, body: draft.body, tlp: draft.tlp, state: 'queued', at: NOW })
    this.items = [...this.items, waiting]
    this.emit({ t: 'items', room, items: [waiting], removed: [] })
    return key
  }

  private check(more: Partial<Check>): string {
    const emoji = [0, 8, 63, 34, 46, 52, 20].map((index, place) => ({ index, symbol: [...'🐶🐼📌🔧🔒🚲🌙'][place]! }))
    const check: Check = { id: 'c1', with: ME, name: '', device: null, incoming: false, step: 'emoji', emoji, ...more }
    this.checks = [check]
    this.emit({ t: 'check', check })
    return check.id
  }

  private devices(): DeviceRow[] {
    return data.devices.map((name, index) => ({
      device_id: `DEVICE000${index}`, name, created: '2026-09-0' + (index + 1), last_seen_day: '2026-11-20', current: index === 0, confirmed: index !== 2,
    }))
  }
}
