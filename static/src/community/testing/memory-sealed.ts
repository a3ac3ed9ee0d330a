// Local storage of tests: in memory, nothing sealed.

import type { Sealed, Table } from '../crypto/core'

export class MemorySealed implements Sealed {
  readonly rows = new Map<string, unknown>()

  async get<T>(table: Table, key: string): Promise<T | undefined> {
    return structuredClone(this.rows.get(`${table}/${key}`)) as T | undefined
  }
  async put(table: Table, key: string, value: unknown): Promise<void> {
    await this.putAll([{ table, key, value }])
  }
  async putAll(rows: { table: Table; key: string; value: unknown }[]): Promise<void> {
    for (const { table, key, value } of rows) {
      if (value === undefined) this.rows.delete(`${table}/${key}`)
      else this.rows.set(`${table}/${key}`, structuredClone(value))
    }
  }
  async delete(table: Table, key: string): Promise<void> {
    this.rows.delete(`${table}/${key}`)
  }
  async list<T>(table: Table, prefix: string): Promise<{ key: string; value: T }[]> {
    const start = `${table}/${prefix}`
    const keys = [...this.rows.keys()].filter((key) => key.startsWith(start)).sort()
    return keys.map((key) => ({ key: key.slice(table.length + 1), value: structuredClone(this.rows.get(key)) as T }))
  }
}
