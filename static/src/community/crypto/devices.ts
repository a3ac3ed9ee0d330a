// One's own devices: list, name, remove, and binding this one to a new sign-in (messaging.md 10.3).

import { UserId } from '@matrix-org/matrix-sdk-crypto-wasm'
import { browserName } from './browser-name'
import type { Host } from './host'
import type { DeviceRow } from './interface'
import { isRefusal, problem } from './refuse'

const BIND_DOMAIN = 'community.bind.v1'
/** The detail of 'device-removed' when the server knows the device no more, asked by its own key. */
export const UNBOUND = 'unbound'
const NONCE = /^[A-Za-z0-9_-]{1,128}$/

export class Devices {
  constructor(private readonly host: Host) {}

  /** As the server lists them, `confirmed` as this device itself sees their signatures. */
  async list(): Promise<DeviceRow[]> {
    const { devices } = await this.host.http.json<{ devices: DeviceRow[] }>('GET', 'devices')
    const confirmed = await this.confirmed()
    return devices.map((row) => ({
      ...row, current: row.device_id === this.host.deviceId, confirmed: confirmed.has(row.device_id),
    }))
  }

  private async confirmed(): Promise<Set<string>> {
    const found = await this.host.guarded(() => this.host.machine().getUserDevices(new UserId(this.host.me)))
    return new Set(found.devices().filter((one) => one.isCrossSignedByOwner()).map((one) => one.deviceId.toString()))
  }

  /** A name at first: two devices without one cannot be told apart when one of them is lost. */
  async nameNew(name = browserName()): Promise<void> {
    if (name) await this.rename(this.host.deviceId, name).catch(() => undefined)
  }

  async rename(device: string, name: string): Promise<void> {
    await this.host.http.json('POST', `devices/${device}/rename`, { name })
    this.host.emit({ t: 'devices' })
  }

  async remove(device: string): Promise<void> {
    await this.host.http.json('DELETE', `devices/${device}`).catch((error: unknown) => {
      if (!isRefusal(error, 'not_found')) throw error // gone already is as it should be
    })
    await this.host.track([this.host.me], true)
    this.host.emit({ t: 'devices' })
  }

  /** After a new sign-in: prove with the device's own key that this is still the same device. Only
   *  that key's signature goes out. Rejects with Problem 'device-removed' if the server dropped it. */
  async bind(): Promise<void> {
    const { host } = this
    const path = `devices/${host.deviceId}`
    const { nonce } = await host.http.json<{ nonce: string }>('POST', `${path}/challenge`, {}).catch(removed)
    if (!NONCE.test(nonce)) throw problem('failed', { detail: 'nonce' })
    const { signatures } = await host.sign(BIND_DOMAIN, `${nonce} ${host.deviceId}`)
    const own = (signatures as Record<string, Record<string, string>>)[host.me] ?? {}
    const signature = own[`ed25519:${host.deviceId}`]
    await host.http.json('POST', `${path}/bind`, { nonce, signature }).catch(removed)
  }
}

function removed(error: unknown): never {
  if (isRefusal(error, 'not_found') || isRefusal(error, 'device_revoked')) throw problem('device-removed', { detail: UNBOUND })
  throw error
}
