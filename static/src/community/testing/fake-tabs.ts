// Tabs of one browser: one lock, one channel, and pages that close or are frozen. For tests of who leads.

import type { Once } from '../crypto/again'
import type { Engine, EngineEvent, EngineState } from '../crypto/interface'
import { type Channel, Leader, type Locks, type TabMessage } from '../crypto/leader'

const FIRST: EngineState = {
  phase: 'starting', problem: null, me: '@ana', name: 'Ana', deviceId: '', connection: 'connecting', backup: 'working',
  backupDue: 0, outbox: 0, leader: false,
}

/** One lock, waited for in turn; a closed tab gives it back. */
export class FakeLocks {
  readonly asked: { tab: string; options: object }[] = []
  private readonly queue: { tab: string; held: () => Promise<void> }[] = []
  holder: string | null = null

  for(tab: string): Locks {
    return {
      request: (_name, options, held) => {
        this.asked.push({ tab, options })
        this.queue.push({ tab, held })
        this.grant()
        return new Promise(() => {})
      },
    }
  }

  closed(tab: string): void {
    const at = this.queue.findIndex((one) => one.tab === tab)
    if (at >= 0) this.queue.splice(at, 1)
    if (this.holder === tab) this.holder = null
    this.grant()
  }

  private grant(): void {
    const next = this.holder === null ? this.queue.shift() : undefined
    if (!next) return
    this.holder = next.tab
    void next.held()
  }
}

/** BroadcastChannel: everybody but the sender; `frozen` tabs neither send nor hear, what `sleeping`
 *  ones are sent waits for them. */
export class Bus {
  readonly tabs = new Map<string, (event: { data: TabMessage }) => void>()
  readonly frozen = new Set<string>()
  readonly sleeping = new Map<string, (() => void)[]>()

  for(tab: string): Channel {
    return {
      postMessage: (message) => {
        if (this.frozen.has(tab) || !this.tabs.has(tab)) return
        for (const [other, listener] of [...this.tabs]) {
          const hear = (): void => listener({ data: structuredClone(message) })
          if (other !== tab && !this.frozen.has(other)) (this.sleeping.get(other)?.push(hear) ?? 0) || hear()
        }
      },
      addEventListener: (_type, listener) => void this.tabs.set(tab, listener),
      close: () => void this.tabs.delete(tab),
    }
  }
}

export class FakeTab {
  readonly events: EngineEvent[] = []
  readonly calls: [string, unknown[]][] = []
  readonly once: (Once | undefined)[] = [] // of the same calls
  engineState: EngineState | null = null // not null once it leads
  answer: (method: string) => Promise<unknown> = async (method) => `${method} by ${this.name}`
  readonly leader: Leader

  constructor(readonly name: string, private readonly locks: FakeLocks, private readonly bus: Bus) {
    this.leader = new Leader('community-e2ee:@ana', { channel: bus.for(name), locks: locks.for(name), tab: name }, {
      lead: async () => {
        this.engineState = { ...FIRST, phase: 'ready', deviceId: 'DEVICE', leader: true }
        this.leader.publish({ t: 'state', state: this.engineState })
      },
      call: async (method, args, once) => {
        this.calls.push([method, args])
        this.once.push(once)
        return method === 'state' ? this.engineState : this.answer(method)
      },
      event: (event) => this.events.push(event),
    }, FIRST)
    this.leader.start()
  }

  call(method: keyof Engine, ...args: unknown[]): Promise<unknown> {
    return this.leader.call(method, args)
  }

  async phase(): Promise<string> {
    const { phase, problem } = (await this.call('state')) as EngineState
    return problem ? `${phase} ${problem.code}` : phase
  }

  /** The browser freezes the page: nothing runs, and what it is sent waits. */
  sleep(): void {
    this.bus.sleeping.set(this.name, [])
    clearInterval((this.leader as unknown as { timer: ReturnType<typeof setInterval> }).timer)
  }

  /** What waited is heard, oldest first. */
  wake(): void {
    const waited = this.bus.sleeping.get(this.name) ?? []
    this.bus.sleeping.delete(this.name)
    for (const hear of waited) hear()
  }

  /** The page goes away, with its worker. */
  close(): void {
    this.bus.tabs.delete(this.name)
    this.leader.stop()
    this.locks.closed(this.name)
  }
}
