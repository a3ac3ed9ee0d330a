import { beforeEach, describe, expect, it, vi } from 'vitest'
import { eventually, measured } from '../../shared/testing/patience'
import { anotherDevice, type Browser, browser, newcomer, settle } from '../testing/browsers'
import { FakeServer } from '../testing/fake-server'
import { type FakeBackup, type Json, Refused } from '../testing/fake-state'
import { newRoom, open, type RawEvent, seal } from '../testing/raw-room'

const realTimeout = setTimeout
const reallyPass = (ms: number): Promise<void> => new Promise((resolve) => void realTimeout(resolve, ms))
let server: FakeServer
let ana: Browser

beforeEach(async () => {
  server = new FakeServer()
  ana = await newcomer(server, 'Ana')
})

const stored = (): FakeBackup => server.state.user(ana.user).backups.at(-1)!
const reads = (): string[] => server.calls.filter((call) => /^backup\/.*\/rooms/.test(call.path)).map((call) => call.path)

/** Makes a room exist for the fake server, so that it is listed. */
function list(room: string): void {
  server.state.rooms.set(room.slice(1).split(':')[0]!, {
    id: room, kind: 'case', state: 'open', lastSeq: 0, membersSeq: 0, rosters: [], events: [], txns: new Map(),
    endsAt: null, retentionDays: 90, receipts: false, exports: [],
    members: new Map([[ana.user, {
      user: ana.user, state: 'joined', role: 'host', joinedSeq: 1, firstVisible: 1, lastRead: 0, muted: false, pinned: false,
    }]]),
  })
}

async function twoRooms(): Promise<[RawEvent, RawEvent]> {
  const [one, two] = [newRoom(), newRoom()]
  list(one)
  list(two)
  const events: [RawEvent, RawEvent] = [
    await seal(ana.host, one, [ana.user], 'in the first room'), await seal(ana.host, two, [ana.user], 'in the second room'),
  ]
  await ana.host.backup.finish()
  return events
}

describe('backup', () => {
  it('holds every room key, sealed, never in the form of the library', async () => {
    const [first] = await twoRooms()
    expect(stored().keys.size).toBe(2)
    expect(await ana.engine.state()).toMatchObject({ backup: 'protected', backupDue: 0 })
    const sent = JSON.stringify(server.calls)
    for (const word of ['session_data', 'ephemeral', 'session_key', 'm.megolm_backup']) expect(sent).not.toContain(word)
    const row = stored().keys.get(`${first.room} ${first.content.session_id}`)!
    expect(Object.keys(row).sort()).toEqual(['data', 'first_index', 'forwarded', 'iv', 'room', 'session_id'])
    expect(JSON.stringify(row).length).toBeLessThanOrEqual(850)
  })

  it('of a room that gets a key is made by itself', async () => {
    await seal(ana.host, newRoom(), [ana.user], 'hello')
    await eventually(() => expect(stored().keys.size).toBe(1))
  })

  it('waits and tries again while the server is away or wants a pause', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      let away = 3
      server.before = (method, path) => {
        if (method !== 'PUT' || !path.startsWith('backup') || away-- <= 0) return
        throw away > 1 ? new TypeError('away') : new Refused(429, 'rate_limited', { retry_after: 7 })
      }
      await seal(ana.host, newRoom(), [ana.user], 'hello')
      await ana.host.backup.finish().catch(() => undefined)
      // A second goes by, then what is really under way may end: sealing has its own threads.
      for (let turn = 0; turn < 60 && stored().keys.size === 0; turn++) {
        await vi.advanceTimersByTimeAsync(1000)
        await reallyPass(20)
      }
    } finally {
      vi.useRealTimers()
    }
    expect(stored().keys.size).toBe(1)
  })

  it('is not put into a version one did not sign oneself', async () => {
    const evil = await newcomer(server, 'Evil')
    const auth = server.state.user(evil.user).backups[0]!.auth
    server.tamper = (call) => (call.method === 'GET' && call.path === 'backup/version' && call.user === ana.user
      ? { ...call.answer, version: '9', auth } : call.answer)
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    await expect(phone.engine.restore(ana.recoveryKey)).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    await expect(ana.host.backup.published()).rejects.toMatchObject({ code: 'failed' })
  })
})

describe('restore', () => {
  it('of one room of two brings that room and asks for no other', async () => {
    const [first, second] = await twoRooms()
    const phone = await anotherDevice(server, ana, 'phone')
    expect(await open(phone.host, first)).toBe(0)
    server.calls.length = 0
    expect(await phone.host.restoreRoom(first.room)).toBe(true)
    expect(await open(phone.host, first)).toBe('in the first room')
    expect(await open(phone.host, second)).toBe(0)
    expect(reads()).toEqual([expect.stringContaining(first.room.slice(1, 37))])
  })

  it('of one room of fifty, 10,000 keys in all: the new device and the opened room read that room and no more', async () => {
    const [first] = await twoRooms()
    const row = [...stored().keys.values()].find((key) => key['room'] === first.room)!
    for (let at = 0; at < 10_000; at++) {
      const room = at % 50 === 0 ? first.room : `!00000000-0000-4000-8000-${String(at % 50).padStart(12, '0')}:members.invalid`
      stored().keys.set(`x ${at}`, { ...row, room, session_id: `A${String(at).padStart(5, '0')}` })
    }
    server.calls.length = 0
    const phone = await anotherDevice(server, ana, 'phone')
    expect(reads()).toEqual([]) // confirmed and ready without one of the 10,002
    const [found, took] = await measured(() => phone.host.restoreRoom(first.room))
    expect(found).toBe(true)
    expect(took).toBeLessThan(3000)
    expect(await open(phone.host, first)).toBe('in the first room')
    const given = server.calls.filter((call) => /^backup\/.*\/rooms/.test(call.path)).flatMap((call) => call.answer!['keys'] as Json[])
    expect(given).toHaveLength(201)
    expect(new Set(given.map((key) => key['room']))).toEqual(new Set([first.room]))
  })

  it('of one session fetches that session only', async () => {
    const [first] = await twoRooms()
    const phone = await anotherDevice(server, ana, 'phone')
    server.calls.length = 0
    expect(await phone.host.restoreRoom(first.room, first.content.session_id)).toBe(true)
    expect(reads()).toHaveLength(1)
    expect(reads()[0]).toContain('session_id=')
    expect(await open(phone.host, first)).toBe('in the first room')
    expect(await phone.host.restoreRoom(first.room, 'unknown')).toBe(false)
  })

  it('goes through all pages, but not round in circles', async () => {
    const [first] = await twoRooms()
    const row = [...stored().keys.values()].find((key) => key['room'] === first.room)!
    for (let at = 0; at < 1200; at++) stored().keys.set(`x ${at}`, { ...row, session_id: `A${String(at).padStart(5, '0')}` })
    const phone = await anotherDevice(server, ana, 'phone')
    server.calls.length = 0
    expect(await phone.host.restoreRoom(first.room)).toBe(true) // 1,200 others do not open in their place
    expect(reads()).toHaveLength(3)
    server.tamper = (call) => (/^backup\/.*\/rooms/.test(call.path) ? { keys: [], next: 'same' } : call.answer)
    server.calls.length = 0
    expect(await phone.host.restoreRoom(newRoom())).toBe(false)
    expect(reads().length).toBeLessThanOrEqual(2)
  })

  it('takes nothing the server moved to another room, session or index', async () => {
    const [first, second] = await twoRooms()
    const phone = await anotherDevice(server, ana, 'phone')
    const rows = [...stored().keys.values()]
    const row = rows.find((key) => key['room'] === first.room)!
    const lies: Json[] = [
      { ...row, room: second.room }, { ...row, first_index: 1 }, { ...row, forwarded: 1 },
      { ...row, session_id: second.content.session_id }, { ...row, data: `A${String(row['data']).slice(1)}` },
    ]
    for (const lie of lies) {
      server.tamper = (call) => (/^backup\/.*\/rooms/.test(call.path) ? { keys: [lie], next: null } : call.answer)
      expect(await phone.host.restoreRoom(String(lie['room']))).toBe(false)
    }
    expect(await open(phone.host, first)).toBe(0)
  })

  it('on a device without the backup key says that the backup is locked', async () => {
    const [first] = await twoRooms()
    const phone = await browser(server, ana.user, { signIn: 'phone' })
    await phone.engine.start()
    await expect(phone.host.restoreRoom(first.room)).rejects.toMatchObject({ code: 'key-in-locked-backup' })
    await expect(phone.host.anchors()).rejects.toMatchObject({ code: 'key-in-locked-backup' })
  })
})

describe('new recovery key', () => {
  it('takes along what only the old backup had, and only then deletes it', async () => {
    const [first] = await twoRooms()
    const phone = await anotherDevice(server, ana, 'phone') // has none of the room keys
    const deleted: number[] = []
    server.before = (method, path) => {
      if (method === 'DELETE' && path.startsWith('backup')) deleted.push(stored().keys.size)
    }
    const { recoveryKey, ask } = await phone.engine.newRecoveryKey()
    await phone.engine.setupFinish(ask.map((at) => recoveryKey[at]!))
    await phone.host.backup.finish()
    expect(deleted).toEqual([2])
    expect(server.state.user(ana.user).backups.map((one) => [one.version, one.deleted])).toEqual([['1', true], ['2', false]])
    const third = await browser(server, ana.user, { signIn: 'third' })
    await third.engine.start()
    await expect(third.engine.restore(ana.recoveryKey)).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    expect(await third.engine.restore(recoveryKey.join(' '))).toEqual({ keys: 2 })
    await third.host.restoreRoom(first.room)
    expect(await open(third.host, first)).toBe('in the first room')
  })

  it('reaches the other devices by itself, and they go on backing up', async () => {
    const phone = await anotherDevice(server, ana, 'phone')
    await settle(ana, phone)
    await setUpAgain(ana)
    await settle(ana, phone)
    await seal(phone.host, newRoom(), [ana.user], 'from the phone')
    await phone.host.backup.finish().catch(() => undefined)
    await eventually(async () => expect((await phone.engine.state()).backup).toBe('protected'))
    expect(stored().version).toBe('2')
    expect([...stored().keys.values()]).toHaveLength(1)
  })

  it('leaves the old one in force when it is not confirmed', async () => {
    await ana.engine.newRecoveryKey()
    const phone = await anotherDevice(server, ana, 'phone')
    expect((await phone.engine.state()).phase).toBe('ready')
  })
})

describe('anchors', () => {
  it('reach the next device, and a roster version never goes down', async () => {
    const room = newRoom()
    await ana.host.saveAnchors({ rooms: { [room]: [4, 'four'] }, pins: { '@boris:x': 'K1' } })
    const phone = await anotherDevice(server, ana, 'phone')
    expect(await phone.host.anchors()).toEqual({ rooms: { [room]: [4, 'four'] }, pins: { '@boris:x': 'K1' } })
    await phone.host.saveAnchors({ rooms: { [room]: [3, 'three'] }, pins: {} })
    expect((await ana.host.anchors()).rooms[room]).toEqual([4, 'four'])
    await phone.host.saveAnchors({ rooms: { [room]: [4, 'fork'] }, pins: {} })
    expect((await ana.host.anchors()).rooms[room]).toEqual([4, 'four'])
  })

  it('of yesterday, served again, take nothing back', async () => {
    const room = newRoom()
    await ana.host.saveAnchors({ rooms: { [room]: [4, 'four'] }, pins: { '@boris:x': 'K1' } })
    const old = structuredClone(server.state.user(ana.user).secrets.get('anchors')!)
    await ana.host.saveAnchors({ rooms: { [room]: [5, 'five'] }, pins: { '@boris:x': 'K2' } })
    server.state.user(ana.user).secrets.set('anchors', old)
    expect(await ana.host.anchors()).toEqual({ rooms: { [room]: [5, 'five'] }, pins: { '@boris:x': 'K2' } })
  })

  it('that differ from the published key make a person changed', async () => {
    const boris = await newcomer(server, 'Boris')
    await ana.host.track([boris.user], true)
    expect(await ana.host.trust(boris.user)).toBe('not-checked')
    await ana.host.saveAnchors({ rooms: {}, pins: { [boris.user]: 'x'.repeat(43) } })
    expect(await ana.host.trust(boris.user)).toBe('changed')
    expect(ana.rooms.people).toContain(boris.user)
  })
})

async function setUpAgain(one: Browser): Promise<void> {
  const { recoveryKey, ask } = await one.engine.newRecoveryKey()
  await one.engine.setupFinish(ask.map((at) => recoveryKey[at]!))
  await one.host.backup.finish()
}

