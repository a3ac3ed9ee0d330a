// Where the keys of this browser profile lie, and how they are wiped (messaging.md 4.1, D9).
//
// `community-keys` holds, per person, a key nobody can read out. From it come the 32-byte key of the
// library's store and the AES key of everything else kept here. Wiping deletes that key first: what
// a database in use cannot give back at once is unreadable from then on.

import { StoreHandle } from '@matrix-org/matrix-sdk-crypto-wasm'
import type { Sealed } from './core'
import { utf8 } from './encode'
import { closed, deleteDatabase, done, openDatabase } from './idb'
import { SealedDatabase } from './sealed'

const DEVICE_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const SUFFIXES = ['::matrix-sdk-crypto', '::matrix-sdk-crypto-meta'] // of the library's own databases

/** The keys of one person's device in this browser profile. */
export interface Profile {
  readonly device: string
  readonly sealed: Sealed
  /** A connection to the library's store; rejects if it is gone, damaged or of another device. */
  open(): Promise<StoreHandle>
  /** The machine has taken the store: what is not given back keeps its database open. */
  release(handle: StoreHandle): void
}

export interface Keystore {
  /** What this browser has of a person; null if nothing. */
  find(user: string): Promise<Profile | null>
  /** A new device with new keys, in place of what was there. */
  make(user: string): Promise<Profile>
  wipe(user: string): Promise<void>
}

interface Row {
  device: string
  key: CryptoKey // HKDF, not extractable
}

/** A device id: 10 of A–Z and 0–9, each equally likely. */
export function newDeviceId(): string {
  let id = ''
  while (id.length < 10) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (byte < 252) id += DEVICE_LETTERS[byte % 36]
  }
  return id
}

export class BrowserKeystore implements Keystore {
  private readonly sealed = new Map<string, SealedDatabase>()

  /** `prefix` lets tests have several browser profiles in one process. */
  constructor(private readonly prefix = '') {}

  async find(user: string): Promise<Profile | null> {
    void this.sweep().catch(() => undefined)
    const row = await this.withKeys('readonly', (store) => store.get(user) as IDBRequest<Row | undefined>)
    return row ? this.profile(user, row) : null
  }

  async make(user: string): Promise<Profile> {
    await this.wipe(user)
    const random = crypto.getRandomValues(new Uint8Array(32))
    const key = await crypto.subtle.importKey('raw', random, 'HKDF', false, ['deriveBits', 'deriveKey'])
    random.fill(0)
    const row: Row = { device: newDeviceId(), key }
    await this.withKeys('readwrite', (store) => store.put(row, user))
    return this.profile(user, row)
  }

  async wipe(user: string): Promise<void> {
    const row = await this.withKeys('readonly', (store) => store.get(user) as IDBRequest<Row | undefined>)
    if (!row) return
    const names = this.databases(user, row.device)
    await this.remember(names)
    await this.withKeys('readwrite', (store) => store.delete(user))
    this.sealed.get(row.device)?.close()
    this.sealed.delete(row.device)
    await this.sweep()
  }

  private databases(user: string, device: string): string[] {
    const name = this.storeName(user, device)
    return [...SUFFIXES.map((suffix) => name + suffix), this.sealedName(user, device)]
  }

  private storeName(user: string, device: string): string {
    return `${this.prefix}community:${user}:${device}`
  }

  private sealedName(user: string, device: string): string {
    return `${this.prefix}community-sealed:${user}:${device}`
  }

  private async profile(user: string, row: Row): Promise<Profile> {
    let sealed = this.sealed.get(row.device)
    if (!sealed) {
      const usage: KeyUsage[] = ['encrypt', 'decrypt']
      const key = await crypto.subtle.deriveKey(
        hkdf(`community.e2ee/sealed/v1 ${user} ${row.device}`), row.key, { name: 'AES-GCM', length: 256 }, false, usage,
      )
      sealed = new SealedDatabase(this.sealedName(user, row.device), key)
      this.sealed.set(row.device, sealed)
    }
    return { device: row.device, sealed, open: () => this.openStore(user, row), release: (handle) => handle.free() }
  }

  private async openStore(user: string, row: Row): Promise<StoreHandle> {
    const bits = await crypto.subtle.deriveBits(hkdf(`community.e2ee/store/v1 ${user} ${row.device}`), row.key, 256)
    const key = new Uint8Array(bits)
    try {
      return await StoreHandle.openWithKey(this.storeName(user, row.device), key)
    } finally {
      key.fill(0)
    }
  }

  // -- what is still to be deleted -----------------------------------------------------------------

  private remember(names: string[]): Promise<unknown> {
    return this.withDatabase('wiped', 'readwrite', (store) => {
      for (const name of names) store.put(1, name)
    })
  }

  /** Databases that are still to be deleted; their key is gone already. */
  async leftovers(): Promise<string[]> {
    return (await this.withDatabase('wiped', 'readonly', (store) => store.getAllKeys())).map(String)
  }

  /** Delete what an earlier wipe could not, because a connection was open. */
  private async sweep(): Promise<void> {
    for (const name of await this.leftovers()) {
      if (!(await deleteDatabase(name))) continue
      await this.withDatabase('wiped', 'readwrite', (store) => store.delete(name))
    }
  }

  private withKeys<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return this.withDatabase('keys', mode, work)
  }

  private async withDatabase<T>(
    table: 'keys' | 'wiped', mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T> | void,
  ): Promise<T> {
    const database = await openDatabase(`${this.prefix}community-keys`, ['keys', 'wiped'])
    try {
      const transaction = database.transaction(table, mode)
      const request = work(transaction.objectStore(table))
      await closed(transaction)
      return request ? await done(request) : (undefined as T)
    } finally {
      database.close()
    }
  }
}

const hkdf = (info: string): HkdfParams => ({
  name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8(info),
})
