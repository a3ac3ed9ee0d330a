// The life of the engine in the leading worker: start, phases, end; one `Host` per device.

import { wait } from './clock'
import type { Config, Core, CoreApi, Http, RoomsHalf, SyncBody } from './core'
import { Devices, UNBOUND } from './devices'
import { SecretsWanted } from './gossip'
import { Host, keyOf } from './host'
import type { Engine, EngineEvent, EngineState, Problem } from './interface'
import type { Keystore, Profile } from './keystore'
import { asProblem, problem, Queues } from './refuse'
import { Setup } from './setup'
import { assess } from './standing'
import { Checks } from './verify'

const CURSOR = 'cursor' // the same as the rooms half uses
const REGISTERED = 'registered' // the device's own key, as the server got it
const POLL_SECONDS = 25
const [FIRST_PAUSE, DOUBT_PAUSE, LONGEST_PAUSE] = [2000, 10_000, 60_000]

export type Rooms = RoomsHalf & { api: Omit<Engine, keyof CoreApi> }

export interface EngineOptions {
  http: Http & { config?(): Promise<Config> }
  keystore: Keystore
  name: string
  socketUrl: string
  app: string
  makeRooms(core: Core): Rooms
  /** Loads the library; nothing of it is touched before. */
  load(): Promise<void>
  emit(event: EngineEvent): void
}

export class Life {
  host: Host | null = null
  setup: Setup | null = null
  protected checksNow: Checks | null = null
  protected devicesNow: Devices | null = null
  private wanted: SecretsWanted | null = null
  protected rooms: Rooms | null = null
  protected now: EngineState
  protected starting: Promise<void> = Promise.resolve()
  private polling: { stop: AbortController; ended: Promise<void> } | null = null
  protected readonly steps = new Queues() // set-up and looking where it stands, one after the other
  private pause = FIRST_PAUSE
  private doubting = false
  private doubtedAt = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(protected readonly options: EngineOptions) {
    this.now = {
      phase: 'starting', problem: null, me: '', name: options.name, deviceId: '', connection: 'connecting',
      backup: 'not-protected', backupDue: 0, outbox: 0, leader: true,
    }
  }

  // -- start and stop ----------------------------------------------------------------------------------

  start(): Promise<void> {
    this.doubting = false
    this.starting = this.startNow()
    return this.starting
  }

  private async startNow(): Promise<void> {
    this.set({ phase: 'starting', problem: null })
    try {
      await this.begin()
      this.pause = FIRST_PAUSE
    } catch (error) {
      const why = asProblem(error)
      await this.failed(why.detail === 'forbidden' ? problem('role-lost') : why)
    }
  }

  private async begin(): Promise<void> {
    const [config] = await Promise.all([this.config(), this.options.load()])
    this.set({ me: config.user_id })
    const profile = await this.options.keystore.find(config.user_id)
    if (config.device_id !== null && profile?.device !== config.device_id) return this.lost(config)
    await this.open(config, profile ?? (await this.options.keystore.make(config.user_id)))
  }

  /** Rejects when somebody else has signed in meanwhile: that account's device is not this one. */
  protected async config(): Promise<Config> {
    const { http } = this.options
    const config = await (http.config ? http.config() : http.json<Config>('GET', 'config'))
    if (this.now.me && config.user_id !== this.now.me) throw problem('signed-out', { detail: 'somebody else' })
    return config
  }

  /** The server knows a device of this sign-in whose keys are not here: a new one takes its place as
   *  soon as the person acts, never by itself. */
  private lost(config: Config): void {
    this.set({ phase: config.setup.identity ? 'new-device' : 'new-person', problem: problem('store-lost') })
  }

  protected async open(config: Config, profile: Profile): Promise<void> {
    const host = this.make(config, profile)
    await host.library.open()
    const key = host.machine().identityKeys.ed25519.toBase64()
    const registered = await host.sealed.get<string>('meta', REGISTERED)
    if (registered !== undefined && registered !== key) throw problem('store-lost', { detail: 'the store is empty' })
    if (registered && config.device_id === null) await this.devicesNow?.bind()
    await host.flush()
    await host.sealed.put('meta', REGISTERED, key)
    if (!(await host.sealed.get('meta', CURSOR))) {
      // A first sync tells no changes: whatever is asked for after it is followed by the next ones.
      await this.pull(host, 0)
      await host.guarded(() => host.machine().markAllTrackedUsersAsDirty())
    }
    await host.track([host.me], true)
    await this.steps.run('', async () => this.setup?.settle())
    if (registered === undefined) await this.devicesNow?.nameNew()
    await this.judge()
  }

  private make(config: Config, profile: Profile): Host {
    this.close()
    const host = new Host({
      ...this.options, config, profile,
      state: () => this.now,
      setState: (part) => this.set(part),
      stopped: (refusal) => void this.refused(refusal),
      learned: (users) => {
        if (users.includes(config.user_id)) void this.judge().catch(() => undefined)
      },
    })
    const checks = new Checks(host, (user) => this.checkPassed(host, user))
    host.before = (body) => checks.before(body)
    host.holds = (request) => checks.holds(request)
    host.seen = async (body) => {
      await checks.seen(body)
      // Signing keys come from another device as ordinary messages, and the library says nothing.
      const waiting = this.now.phase !== 'ready' && body.to_device.length > 0
      if (waiting || body.device_lists.changed.includes(host.me)) void this.judge().catch(() => undefined)
    }
    this.host = host
    this.setup = new Setup(host)
    this.checksNow = checks
    this.devicesNow = new Devices(host)
    this.wanted = new SecretsWanted(host)
    this.set({ deviceId: host.deviceId })
    return host
  }

  /** Everything ends; the keys stay. */
  close(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.polling?.stop.abort()
    this.polling = null
    this.stopRooms()
    this.checksNow?.stop()
    this.wanted?.stop()
    this.host?.close()
    this.host = null
  }

  protected stopRooms(): void {
    this.rooms?.stop()
    this.rooms = null
    if (this.host) this.host.rooms = null
  }

  private async failed(why: Problem): Promise<void> {
    if (why.code === 'device-removed' && why.detail === UNBOUND) return this.removedHere()
    if (why.code === 'device-removed' || why.code === 'device-unconfirmed') return this.doubt()
    if (why.code === 'store-lost') {
      this.close()
      return this.set({ phase: 'new-device', problem: why })
    }
    if (why.code !== 'offline' && why.code !== 'too-fast') return this.set({ phase: 'stopped', problem: why })
    this.set({ phase: 'starting', problem: why, connection: 'offline' })
    this.timer = setTimeout(() => void this.start(), why.until ? Math.max(why.until - Date.now(), FIRST_PAUSE) : this.pause)
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE)
  }

  private async refused(code: string): Promise<void> {
    if (code === 'key_id_reused' || code === 'device_keys_changed') {
      this.end(problem('key-reused', { detail: code }))
    } else if (code === 'device_revoked' || code === 'device_required') this.doubt()
    else this.end(problem('signed-out'))
  }

  private end(why: Problem): void {
    this.close()
    this.set({ phase: 'stopped', problem: why })
  }

  /** The server does not take this device for that of the sign-in: removed, signed in anew, or another
   *  person's. Starting again tells; only a device refused by its own key loses what it has. */
  private doubt(): void {
    if (this.doubting) return
    this.close()
    this.set({ phase: 'starting', problem: null, connection: 'offline' })
    const soon = Date.now() - this.doubtedAt > LONGEST_PAUSE // a server that goes on so is not asked without end
    ;[this.doubting, this.doubtedAt] = [true, Date.now()]
    this.timer = setTimeout(() => void this.start(), soon ? 0 : DOUBT_PAUSE)
  }

  /** The server dropped this device: its messages are deleted here too. */
  protected async removedHere(): Promise<void> {
    const me = this.now.me
    this.end(problem('device-removed'))
    await this.options.keystore.wipe(me)
  }

  // -- phases ------------------------------------------------------------------------------------------

  /** What may this device do now? Never in the middle of a set-up, which is several steps. */
  judge(): Promise<void> {
    return this.steps.run('', () => this.judgeNow())
  }

  private async judgeNow(): Promise<void> {
    const { host, setup } = this
    if (!host || !setup || this.now.phase === 'stopped') return
    const standing = await assess(host, setup, this.rooms !== null)
    if (host !== this.host) return
    if (standing.phase !== 'new-device') this.wanted?.stop()
    if (standing.phase === 'ready') return this.ready(host)
    this.stopRooms()
    this.set(standing)
    if (standing.phase !== 'new-device') return
    this.poll(host)
    this.wanted?.start()
  }

  private async ready(host: Host): Promise<void> {
    const { polling } = this
    polling?.stop.abort()
    await polling?.ended // two who take the same messages would count them twice
    this.polling = null
    if (this.rooms) return
    await host.backup.open().catch(() => undefined) // not protected for now; the state says so
    const rooms = this.options.makeRooms(host)
    this.rooms = rooms
    host.rooms = rooms
    this.set({ phase: 'ready', problem: null })
    await rooms.start()
  }

  /** While the device is not confirmed the rooms half sleeps: checks by emoji need their messages. */
  private poll(host: Host): void {
    if (this.polling) return
    const stop = new AbortController()
    this.polling = { stop, ended: this.pollUntil(host, stop.signal) }
  }

  /** This engine takes its messages by itself at present. */
  get polls(): boolean { return this.polling !== null }

  private async pollUntil(host: Host, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.pull(host, POLL_SECONDS, signal)
        this.set({ connection: 'online' })
      } catch (error) {
        if (signal.aborted) return
        const why = asProblem(error)
        if (why.code !== 'offline' && why.code !== 'too-fast' && why.code !== 'failed') return this.failed(why)
        this.set({ connection: 'offline' })
        await wait(FIRST_PAUSE, signal)
      }
    }
  }

  /** One GET sync into the library, acknowledged once it is there. */
  async pull(host: Host, seconds: number, signal?: AbortSignal): Promise<void> {
    const cursor = (await host.sealed.get<string>('meta', CURSOR)) ?? ''
    const query = `sync?cursor=${encodeURIComponent(cursor)}&wait=${seconds}`
    const body = await host.http.json<SyncBody>('GET', query, undefined, signal)
    await host.received(body)
    await host.http.json('POST', 'sync/ack', { cursor: body.cursor })
    await host.sealed.put('meta', CURSOR, body.cursor)
  }

  /** What was signed counts once the server has given it back. Pinned is the key that bears this
   *  signature: the server may have put another one in its place since the pictures were compared. */
  private async checkPassed(host: Host, user: string): Promise<boolean> {
    await host.track([user], true)
    if (user === host.me) {
      void this.judge().catch(() => undefined) // the library has asked for the secrets by itself
      return true
    }
    const identity = await host.identity(user)
    const master = identity?.isVerified() ? keyOf(identity.masterKey) : null
    if (master) await host.saveAnchors({ rooms: {}, pins: { [user]: master } }).catch(() => undefined)
    host.rooms?.peopleChanged([user])
    return master !== null
  }

  protected set(part: Partial<EngineState>): void {
    if (part.problem?.code === 'device-removed' && this.host) return this.doubt() // as the socket says
    const before = this.now
    this.now = { ...before, ...part }
    if (JSON.stringify(before) !== JSON.stringify(this.now)) this.options.emit({ t: 'state', state: this.now })
  }
}
