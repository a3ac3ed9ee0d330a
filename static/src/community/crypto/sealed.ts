// Sealed local storage: AES-GCM under a key nobody can read out. Keys of rows are in clear (ids only);
// a row opens only in its own place. Values are what JSON has, and Uint8Array anywhere inside.

import type { Sealed, Table } from './core'
import { base64, type Bytes, utf8 } from './encode'
import { closed, done, openDatabase } from './idb'

const TABLES: readonly Table[] = ['meta', 'rooms', 'events', 'outbox', 'drafts', 'uploads']
const IV_BYTES = 12
const AS_JSON = 0
const AS_BYTES = 1
const MARK = '\u0000bytes:' // before base64 of bytes inside JSON
const TEXT = '\u0000text:' // before a text that looks like a mark itself

type Row = { table: Table; key: string; value: unknown }

export class SealedDatabase implements Sealed {
  private opening: Promise<IDBDatabase> | null = null

  constructor(
    private readonly name: string,
    private readonly key: CryptoKey,
  ) {}

  async get<T>(table: Table, key: string): Promise<T | undefined> {
    const store = (await this.database()).transaction(table).objectStore(table)
    const row = await done(store.get(key) as IDBRequest<Bytes | undefined>)
    return row && ((await this.unseal(table, key, row)) as T)
  }

  put(table: Table, key: string, value: unknown): Promise<void> {
    return this.putAll([{ table, key, value }])
  }

  delete(table: Table, key: string): Promise<void> {
    return this.putAll([{ table, key, value: undefined }])
  }

  async putAll(rows: Row[]): Promise<void> {
    if (rows.length === 0) return
    const sealed = await Promise.all(rows.map((row) => this.seal(row)))
    const tables = [...new Set(rows.map((row) => row.table))]
    const transaction = (await this.database()).transaction(tables, 'readwrite')
    const finished = closed(transaction)
    rows.forEach(({ table, key }, at) => {
      const bytes = sealed[at]
      if (bytes) transaction.objectStore(table).put(bytes, key)
      else transaction.objectStore(table).delete(key)
    })
    await finished
  }

  async list<T>(table: Table, prefix: string): Promise<{ key: string; value: T }[]> {
    const range = prefix ? IDBKeyRange.bound(prefix, `${prefix}\uffff`) : undefined
    const store = (await this.database()).transaction(table).objectStore(table)
    const [keys, rows] = await Promise.all([
      done(store.getAllKeys(range)), done(store.getAll(range) as IDBRequest<Bytes[]>),
    ])
    const values = await Promise.all(rows.map((row, at) => this.unseal(table, String(keys[at]), row)))
    return values.map((value, at) => ({ key: String(keys[at]), value: value as T }))
  }

  /** Ends the connection, so that the database can be deleted. */
  close(): void {
    void this.opening?.then((database) => database.close(), () => {})
    this.opening = null
  }

  private database(): Promise<IDBDatabase> {
    this.opening ??= openDatabase(this.name, TABLES)
    return this.opening
  }

  private async seal({ table, key, value }: Row): Promise<Bytes | null> {
    if (value === undefined) return null
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
    const parameters = { name: 'AES-GCM', iv, additionalData: utf8(`${table} ${key}`) }
    const ct = new Uint8Array(await crypto.subtle.encrypt(parameters, this.key, encode(value)))
    const row = new Uint8Array(IV_BYTES + ct.length)
    row.set(iv)
    row.set(ct, IV_BYTES)
    return row
  }

  private async unseal(table: Table, key: string, row: Bytes): Promise<unknown> {
    const parameters = { name: 'AES-GCM', iv: row.slice(0, IV_BYTES), additionalData: utf8(`${table} ${key}`) }
    return decode(new Uint8Array(await crypto.subtle.decrypt(parameters, this.key, row.slice(IV_BYTES))))
  }
}

function encode(value: unknown): Bytes {
  const whole = value instanceof Uint8Array
  const body = whole ? value : utf8(JSON.stringify(value, (_name, part: unknown) => mark(part)))
  const bytes = new Uint8Array(body.length + 1)
  bytes[0] = whole ? AS_BYTES : AS_JSON
  bytes.set(body, 1)
  return bytes
}

function decode(bytes: Bytes): unknown {
  const body = bytes.slice(1)
  if (bytes[0] === AS_BYTES) return body
  return JSON.parse(new TextDecoder().decode(body), (_name, part: unknown) => unmark(part))
}

function mark(part: unknown): unknown {
  if (part instanceof Uint8Array) return MARK + base64(part)
  return typeof part === 'string' && part.startsWith('\u0000') ? TEXT + part : part
}

function unmark(part: unknown): unknown {
  if (typeof part !== 'string') return part
  if (part.startsWith(TEXT)) return part.slice(TEXT.length)
  if (!part.startsWith(MARK)) return part
  return Uint8Array.from(atob(part.slice(MARK.length)), (letter) => letter.charCodeAt(0))
}
