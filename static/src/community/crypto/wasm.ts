// Loads the library from the address the page gives, and no other version than the pinned one.

import { getVersions, initAsync } from '@matrix-org/matrix-sdk-crypto-wasm'

export const LIBRARY_VERSION = 'v18.9.0'

let loading: Promise<void> | null = null

/** `url` is the hashed address of the wasm file; without it (tests) the library finds its own. */
export function loadLibrary(url?: string): Promise<void> {
  loading ??= load(url).catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function load(url?: string): Promise<void> {
  await initAsync(url)
  const found = getVersions().git_description
  if (found !== LIBRARY_VERSION) throw new Error(`library ${found} in place of ${LIBRARY_VERSION}`)
}

/** What a browser must have; the name of the first thing that is missing, or null. */
export async function missingFeature(): Promise<string | null> {
  if (typeof WebAssembly === 'undefined' || !WebAssembly.instantiateStreaming) return 'WebAssembly'
  if (typeof indexedDB === 'undefined') return 'IndexedDB'
  if (!navigator.locks) return 'navigator.locks'
  if (typeof BroadcastChannel === 'undefined') return 'BroadcastChannel'
  if (!crypto?.subtle) return 'WebCrypto'
  try {
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])
  } catch {
    return 'Ed25519'
  }
  return null
}
