// IndexedDB as promises.

const BLOCKED_MS = 1000

/** Open a database of version 1 with these tables, out-of-line keys. */
export function openDatabase(name: string, tables: readonly string[]): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1)
    request.onupgradeneeded = () => {
      for (const table of tables) request.result.createObjectStore(table)
    }
    request.onsuccess = () => {
      // Somebody wants to delete it: let go, or both wait for ever.
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
    request.onerror = () => reject(request.error)
  })
}

export function done<T>(request: IDBRequest<T>): Promise<T> {
  if (request.readyState === 'done') {
    return request.error ? Promise.reject(request.error) : Promise.resolve(request.result)
  }
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Resolves when a transaction is on the disk. */
export function closed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    transaction.onerror = () => reject(transaction.error)
  })
}

/** False if a connection is still open; the browser then deletes it when that one ends. */
export function deleteDatabase(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(name)
    const timer = setTimeout(() => resolve(false), BLOCKED_MS)
    const end = (deleted: boolean): void => {
      clearTimeout(timer)
      resolve(deleted)
    }
    request.onsuccess = () => end(true)
    request.onerror = () => end(false)
  })
}
