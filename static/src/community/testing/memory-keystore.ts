// A browser profile in memory, for tests with the library in Node: several people, several browsers.
// The store survives a new machine, but for the private signing keys, which the library's memory store
// forgets: for tests with restarts take BrowserKeystore('<profile>') over 'fake-indexeddb/auto'.

import { StoreHandle } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Sealed, Table } from '../crypto/core'
import { type Keystore, newDeviceId, type Profile } from '../crypto/keystore'

export class MemorySealed implements Sealed {
  private readonly rows = new Map<string, unknown>()

  async get<T>(table: Table, key: string): Promise<T | undefined> {
    return structuredClone(this.rows.get(`${table} ${key}`)) as T | undefined
  }

  put(table: Table, key: string, value: unknown): Promise<void> {
    return this.putAll([{ table, key, value }])
  }

  delete(table: Table, key: string): Promise<void> {
    return this.putAll([{ table, key, value: undefined }])
  }

  async putAll(rows: { table: Table; key: string; value: unknown }[]): Promise<void> {
    for (const { table, key, value } of rows) {
      if (value === undefined) this.rows.delete(`${table} ${key}`)
      else this.rows.set(`${table} ${key}`, structuredClone(value))
    }
  }

  async list<T>(table: Table, prefix: string): Promise<{ key: string; value: T }[]> {
    const found = [...this.rows].filter(([key]) => key.startsWith(`${table} ${prefix}`)).sort(([a], [b]) => (a < b ? -1 : 1))
    return found.map(([key, value]) => ({ key: key.slice(table.length + 1), value: structuredClone(value) as T }))
  }
}

export class MemoryKeystore implements Keystore {
  readonly profiles = new Map<string, Profile>()

  async find(user: string): Promise<Profile | null> {
    return this.profiles.get(user) ?? null
  }

  async make(user: string): Promise<Profile> {
    const handle = StoreHandle.open(null, null)
    const profile: Profile = { device: newDeviceId(), sealed: new MemorySealed(), open: () => handle, release: () => {} }
    this.profiles.set(user, profile)
    return profile
  }

  async wipe(user: string): Promise<void> {
    this.profiles.delete(user)
  }
}
