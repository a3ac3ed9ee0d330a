// What runs in the worker of a tab: finds out who is signed in, then leads or follows.

import type { Config, Core } from './core'
import { LocalEngine, type Rooms } from './engine'
import { SiteHttp } from './http'
import type { Engine, EngineEvent, EngineState, FromWorker, Problem, ToWorker } from './interface'
import { BrowserKeystore, type Keystore } from './keystore'
import { Leader, type Surroundings } from './leader'
import { isPanic } from './machine'
import { asProblem, problem } from './refuse'
import { loadLibrary, missingFeature } from './wasm'

const FIRST_PAUSE = 2000
const LONGEST_PAUSE = 60_000

type Init = Extract<ToWorker, { t: 'init' }>

/** What tests put in place of the browser's own. */
export interface TabParts {
  http?: (api: string) => SiteHttp | (Core['http'] & { config(): Promise<Config> })
  keystore?: Keystore
  surroundings?: (name: string) => Surroundings
  missing?: () => Promise<string | null>
  makeRooms(core: Core): Rooms
}

export class Tab {
  private init: Init | null = null
  private leader: Leader | null = null
  private engine: LocalEngine | null = null
  private booting: Promise<void> | null = null
  private pause = FIRST_PAUSE
  private state: EngineState = {
    phase: 'starting', problem: null, me: '', name: '', deviceId: '', connection: 'connecting', backup: 'not-protected',
    backupDue: 0, outbox: 0, leader: false,
  }

  constructor(
    private readonly post: (message: FromWorker) => void,
    private readonly parts: TabParts,
  ) {}

  receive(message: ToWorker): void {
    if (message.t === 'init') {
      this.init = message
      this.set({ name: message.name })
      void this.boot()
      return
    }
    const { id, method, args } = message
    this.call(method, args).then(
      (value) => this.post({ t: 'result', id, value }),
      (error: unknown) => this.post({ t: 'problem', id, problem: asProblem(error) }),
    )
  }

  /** The browser says the network is back: nobody waits for the end of a pause. */
  online(): void {
    if (this.engine) this.engine.hurry()
    else if (!this.leader) void this.boot()
  }

  /** Errors that no promise has: a panic of the library is one. */
  uncaught(error: unknown): boolean {
    const machine = this.engine?.host?.library
    if (!isPanic(error) || !machine) return false
    machine.panicked(String(error))
    return true
  }

  private async call(method: keyof Engine, args: unknown[]): Promise<unknown> {
    if (method === 'state' && !this.leader) return this.state
    if (method === 'retry' && !this.leader) return this.boot()
    await this.booting
    if (!this.leader) throw this.state.problem ?? problem('failed', { detail: 'not started' })
    return this.leader.call(method, args)
  }

  private boot(): Promise<void> {
    this.booting ??= this.begin().finally(() => {
      this.booting = null
    })
    return this.booting
  }

  private async begin(): Promise<void> {
    const { init } = this
    if (!init || this.leader) return
    const feature = await (this.parts.missing ?? missingFeature)()
    if (feature) return this.set({ phase: 'stopped', problem: problem('browser-too-old', { feature }) })
    try {
      const http = (this.parts.http ?? ((api: string) => new SiteHttp(api)))(init.api)
      const config = await http.config()
      this.set({ me: config.user_id, problem: null })
      this.join(init, http, config.user_id)
    } catch (error) {
      const why = asProblem(error)
      this.failed(why.detail === 'forbidden' ? problem('role-lost') : why)
    }
  }

  private failed(why: Problem): void {
    if (why.code !== 'offline' && why.code !== 'too-fast') return this.set({ phase: 'stopped', problem: why })
    this.set({ problem: why, connection: 'offline' })
    setTimeout(() => void this.boot(), this.pause)
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE)
  }

  private join(init: Init, http: Core['http'] & { config(): Promise<Config> }, me: string): void {
    const name = `community-e2ee:${me}`
    const leader = new Leader(name, (this.parts.surroundings ?? browserSurroundings)(name), {
      lead: () => this.lead(init, http),
      call: (method, args, once) => this.engine?.call(method, args, once) ?? Promise.reject(problem('failed')),
      event: (event) => this.emit(event),
    }, this.state)
    this.leader = leader
    leader.start()
  }

  private async lead(init: Init, http: Core['http'] & { config(): Promise<Config> }): Promise<void> {
    this.engine = new LocalEngine({
      http, name: init.name, socketUrl: init.socket, app: init.app,
      keystore: this.parts.keystore ?? new BrowserKeystore(),
      makeRooms: this.parts.makeRooms,
      load: () => loadLibrary(init.wasm || undefined),
      emit: (event) => this.leader?.publish(event),
    })
    await this.engine.start()
  }

  private set(part: Partial<EngineState>): void {
    this.state = { ...this.state, ...part }
    this.emit({ t: 'state', state: this.state })
  }

  private emit(event: EngineEvent): void {
    this.post({ t: 'event', event })
  }
}

const browserSurroundings = (name: string): Surroundings => ({
  channel: new BroadcastChannel(name), locks: navigator.locks, tab: crypto.randomUUID(),
})
