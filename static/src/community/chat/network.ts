// What the browser says of the network.

/** Calls back when the network comes and goes, until the returned function is called. */
export function onNetwork(back: () => void, gone: () => void): () => void {
  globalThis.addEventListener?.('online', back)
  globalThis.addEventListener?.('offline', gone)
  return () => {
    globalThis.removeEventListener?.('online', back)
    globalThis.removeEventListener?.('offline', gone)
  }
}
