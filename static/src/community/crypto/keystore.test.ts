import 'fake-indexeddb/auto'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BrowserKeystore, newDeviceId } from './keystore'
import { SealedDatabase } from './sealed'
import { loadLibrary } from './wasm'

const USER = '@00000000-0000-4000-8000-000000000001:members.invalid'
let keystore: BrowserKeystore
let profiles = 0

beforeAll(() => loadLibrary())
beforeEach(() => {
  keystore = new BrowserKeystore(`keys-${profiles++}-`)
})

/** Everything a database holds, as bytes and words somebody with the disk would see. */
async function dump(name: string): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open(name)
    request.onsuccess = () => resolve(request.result)
  })
  const found: unknown[] = []
  for (const table of database.objectStoreNames) {
    const store = database.transaction(table).objectStore(table)
    found.push(await new Promise((resolve) => {
      const request = store.getAll()
      request.onsuccess = () => resolve(request.result)
    }))
  }
  database.close()
  return JSON.stringify(found, (_name, part: unknown) => (part instanceof Uint8Array ? String.fromCharCode(...part) : part))
}

describe('keystore', () => {
  it('finds what it made, and the store opens only with its key', async () => {
    expect(await keystore.find(USER)).toBeNull()
    const made = await keystore.make(USER)
    expect(made.device).toMatch(/^[A-Z0-9]{10}$/)
    made.release(await made.open())
    const found = (await keystore.find(USER))!
    expect(found.device).toBe(made.device)
    found.release(await found.open())
    expect(await new BrowserKeystore('another browser').find(USER)).toBeNull()
  })

  it('keeps a key nobody can read out', async () => {
    await keystore.make(USER)
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(`keys-${profiles - 1}-community-keys`)
      request.onsuccess = () => resolve(request.result)
    })
    const row = await new Promise<{ key: CryptoKey }>((resolve) => {
      const request = database.transaction('keys').objectStore('keys').get(USER)
      request.onsuccess = () => resolve(request.result as { key: CryptoKey })
    })
    database.close()
    expect(row.key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', row.key)).rejects.toThrow()
  })

  it('names the database after person and device', async () => {
    const { device, open, release } = await keystore.make(USER)
    release(await open())
    const names = (await indexedDB.databases()).map(({ name }) => name)
    expect(names).toContain(`keys-${profiles - 1}-community:${USER}:${device}::matrix-sdk-crypto`)
  })

  it('gives device ids of which none comes twice', () => {
    const ids = new Set(Array.from({ length: 500 }, newDeviceId))
    expect(ids.size).toBe(500)
    expect(new Set([...ids].join('')).size).toBe(36)
  })
})

describe('sealed storage', () => {
  it('keeps values, bytes inside them, and order of keys', async () => {
    const { sealed } = await keystore.make(USER)
    const value = { text: 'ä \u0000bytes:x', list: [1, null], deep: { bytes: new Uint8Array([0, 255]) } }
    await sealed.putAll([
      { table: 'outbox', key: 'a:2', value }, { table: 'outbox', key: 'a:1', value: new Uint8Array([1, 2]) },
      { table: 'outbox', key: 'b:1', value: 'other' }, { table: 'meta', key: 'a:1', value: 0 },
    ])
    expect(await sealed.get('outbox', 'a:2')).toEqual(value)
    expect(await sealed.list('outbox', 'a:')).toEqual([
      { key: 'a:1', value: new Uint8Array([1, 2]) }, { key: 'a:2', value },
    ])
    expect(await sealed.get('meta', 'a:1')).toBe(0)
    await sealed.putAll([{ table: 'outbox', key: 'a:1', value: undefined }])
    await sealed.delete('outbox', 'a:2')
    expect(await sealed.list('outbox', '')).toEqual([{ key: 'b:1', value: 'other' }])
    expect(await sealed.get('outbox', 'a:1')).toBeUndefined()
  })

  it('shows nothing but ids to somebody with the disk', async () => {
    const { sealed, device } = await keystore.make(USER)
    await sealed.put('drafts', 'id', { body: 'CANARY in a draft' })
    const seen = await dump(`keys-${profiles - 1}-community-sealed:${USER}:${device}`)
    expect(seen.length).toBeGreaterThan(40)
    expect(seen).not.toContain('CANARY')
  })

  it('opens a row only in its own place and with its own key', async () => {
    const key = (): Promise<CryptoKey> => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    const [own, other] = [await key(), await key()]
    const here = new SealedDatabase('sealed-test', own)
    await here.put('rooms', 'one', 'secret')
    await expect(new SealedDatabase('sealed-test', other).get('rooms', 'one')).rejects.toThrow()
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('sealed-test')
      request.onsuccess = () => resolve(request.result)
    })
    const store = database.transaction('rooms', 'readwrite').objectStore('rooms')
    store.get('one').onsuccess = (event) => store.put((event.target as IDBRequest).result, 'two')
    await new Promise((resolve) => (store.transaction.oncomplete = resolve))
    database.close()
    expect(await here.get('rooms', 'one')).toBe('secret')
    await expect(here.get('rooms', 'two')).rejects.toThrow()
  })
})
