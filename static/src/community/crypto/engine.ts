// What pages call of the core half, and the way of every call to the half that answers it.

import type { Once } from './again'
import type { CoreApi } from './core'
import type { Engine, EngineState } from './interface'
import { Life } from './life'
import { asProblem, problem } from './refuse'
import type { Setup, ShownKey } from './setup'

export type { EngineOptions, Rooms } from './life'

export class LocalEngine extends Life implements CoreApi {
  /** A method of Engine by its name, whichever half has it; `once` goes to what writes into a room. */
  async call(method: keyof Engine, args: unknown[], once?: Once): Promise<unknown> {
    const mine = Object.hasOwn(OWN, method)
    if (!mine) await this.starting
    const own = mine ? this : this.rooms?.api
    if (!own) throw this.now.problem ?? problem(this.now.phase === 'new-device' ? 'device-unconfirmed' : 'setup-incomplete')
    const deed = mine || Object.hasOwn(own, method) ? (own as unknown as Record<string, unknown>)[method] : null
    if (typeof deed !== 'function') throw problem('failed', { detail: `no ${String(method)}` })
    try {
      return await (deed as (...args: unknown[]) => Promise<unknown>).apply(own, once ? [...args, once] : args)
    } catch (error) {
      throw asProblem(error)
    }
  }

  async state(): Promise<EngineState> {
    return this.now
  }

  /** The network is back. */
  hurry(): void {
    const { phase, problem: why } = this.now
    if (phase === 'starting' && why?.code === 'offline') void this.retry().catch(() => undefined)
  }

  async retry(): Promise<void> {
    const { me, problem: why } = this.now
    this.close()
    if (why?.code === 'key-reused') {
      const config = await this.config()
      if (config.device_id) await this.options.http.json('DELETE', `devices/${config.device_id}`)
      await this.options.keystore.wipe(me)
    }
    await this.start()
  }

  /** Everything into the backup, then the device goes at the server, then here. While the keys cannot
   *  be opened nothing is deleted: what is not in the backup yet would be lost. */
  async signOut(): Promise<void> {
    await this.starting
    const { host, now } = this
    const nothing = now.phase === 'new-device' || now.phase === 'new-person' || (now.phase === 'stopped' && !now.problem)
    if (!host && !nothing) throw now.problem ?? problem('offline')
    if (host) {
      await host.backup.finish()
      this.stopRooms()
      await host.http.json('DELETE', `devices/${host.deviceId}`)
    }
    const me = this.now.me
    this.close()
    await this.options.keystore.wipe(me)
    this.set({ phase: 'stopped', problem: null })
  }

  async setupBegin(): Promise<ShownKey> {
    return (await this.opened()).begin('first')
  }

  async setupFinish(groups: string[]): Promise<void> {
    const setup = await this.opened()
    await this.steps.run('', () => setup.finish(groups))
    await this.judge()
  }

  async restore(recoveryKey: string): Promise<{ keys: number }> {
    const setup = await this.opened()
    const result = await this.steps.run('', () => setup.restore(recoveryKey))
    await this.judge()
    return result
  }

  async resetIdentity(): Promise<ShownKey> {
    const setup = await this.opened()
    await setup.probe()
    return setup.begin('reset')
  }

  async newRecoveryKey(): Promise<ShownKey> {
    return (await this.opened()).begin('renew')
  }

  /** The set-up of this device; a device whose keys are lost is replaced by a new one first. */
  private async opened(): Promise<Setup> {
    if (this.setup && this.host) return this.setup
    const config = await this.config()
    if (config.device_id) await this.options.http.json('DELETE', `devices/${config.device_id}`)
    await this.open({ ...config, device_id: null }, await this.options.keystore.make(config.user_id))
    if (!this.setup) throw this.now.problem ?? problem('failed')
    return this.setup
  }

  private part<T>(found: T | null): T {
    if (!found || !this.host) throw this.now.problem ?? problem('setup-incomplete')
    return found
  }

  devices = async (): ReturnType<Engine['devices']> => this.part(this.devicesNow).list()
  renameDevice = async (device: string, name: string): Promise<void> => this.part(this.devicesNow).rename(device, name)
  removeDevice = async (device: string): Promise<void> =>
    device === this.host?.deviceId ? this.signOut() : this.part(this.devicesNow).remove(device)

  checks = async (): ReturnType<Engine['checks']> => this.checksNow?.list() ?? []
  checkStart = async (user: string): Promise<string> => {
    await this.opened()
    return this.part(this.checksNow).start(user)
  }
  checkAccept = async (id: string): Promise<void> => this.part(this.checksNow).accept(id)
  checkConfirm = async (id: string): Promise<void> => this.part(this.checksNow).agree(id)
  checkMismatch = async (id: string): Promise<void> => this.part(this.checksNow).mismatch(id)
  checkCancel = async (id: string): Promise<void> => this.part(this.checksNow).cancel(id)
}

/** The methods this half answers; everything else is the rooms half's. */
const OWN: Record<keyof CoreApi, true> = {
  state: true, retry: true, signOut: true, setupBegin: true, setupFinish: true, restore: true, resetIdentity: true,
  newRecoveryKey: true, devices: true, renameDevice: true, removeDevice: true, checks: true, checkStart: true,
  checkAccept: true, checkConfirm: true, checkMismatch: true, checkCancel: true,
}
