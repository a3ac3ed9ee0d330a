// "Sign out" in a browser that holds keys of sealed messages leads to the page of the devices: it says
// what goes, finishes the backup and removes the device, then signs out (messaging.md 6.4). Without
// keys, or if the browser does not say within a moment, the form goes as it is.

const KEYS = 'community-keys' // where crypto/keystore.ts has one row a person
const PATIENCE = 1500

/** The ids of people whose keys this browser has; none if it cannot be told. */
function keptFor(): Promise<string[]> {
  return new Promise((resolve) => {
    const request = indexedDB.open(KEYS)
    // There was none, and looking must not make one.
    request.onupgradeneeded = () => request.transaction?.abort()
    request.onerror = () => resolve([])
    request.onsuccess = () => {
      const database = request.result
      if (!database.objectStoreNames.contains('keys')) return resolve([])
      const keys = database.transaction('keys').objectStore('keys').getAllKeys()
      keys.onsuccess = () => resolve(keys.result.map(String))
      keys.onerror = () => resolve([])
      keys.transaction?.addEventListener('complete', () => database.close())
    }
  })
}

/** Whether this browser has the keys of a person, by the number in her messaging id. */
export async function hasKeys(person: string): Promise<boolean> {
  const late = new Promise<string[]>((resolve) => setTimeout(() => resolve([]), PATIENCE))
  const kept = await Promise.race([keptFor().catch(() => []), late])
  return kept.some((id) => id.startsWith(`@${person}:`))
}

export function startSignOut(go: (address: string) => void = (address) => location.assign(address)): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-keys-of]')) {
    const { keysOf = '', warnAt = '' } = form.dataset
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      void hasKeys(keysOf).then((warn) => (warn ? go(`${warnAt}#p=sign-out`) : form.submit()))
    })
  }
}
