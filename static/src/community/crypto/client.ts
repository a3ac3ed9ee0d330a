// The page's side: starts the worker and gives its calls as an Engine. No key ever comes here.

import wasmUrl from '../../../node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm?url'
import workerUrl from './worker?worker&url'
import type { Engine, EngineEvent, FromWorker, ToWorker } from './interface'

const POLICY = 'community' // named in the content policy of these pages

interface TrustedScriptUrls {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string }
}

export interface Client {
  engine: Engine
  listen(callback: (event: EngineEvent) => void): void
}

/** Worker, as far as it is used. */
export interface Port {
  postMessage(message: ToWorker): void
  addEventListener(type: 'message', listener: (event: { data: FromWorker }) => void): void
}

/** Reads data-api, data-socket, data-name and data-app of the element; starts this tab's worker. */
export function startEngine(root: HTMLElement): Client {
  const { api = '', socket = '', name = '', app = '' } = root.dataset
  const worker = new Worker(trusted(workerUrl), { type: 'module', name: 'community-e2ee' })
  const socketUrl = new URL(socket, location.href)
  socketUrl.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const client = connect(worker as Port)
  worker.postMessage({
    t: 'init', wasm: new URL(wasmUrl, location.href).href, api, socket: socketUrl.href, name, app,
  } satisfies ToWorker)
  keepStorage(client)
  return client
}

/** The one address from which a worker may be started. */
function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedScriptUrls }
  if (!trustedTypes) return url
  const policy = trustedTypes.createPolicy(POLICY, {
    createScriptURL(asked) {
      if (asked !== workerUrl) throw new TypeError('not the address of the worker')
      return asked
    },
  })
  return policy.createScriptURL(url)
}

/** Once there are keys, the browser is asked not to drop them when it needs room. */
function keepStorage({ listen }: Client): void {
  let asked = false
  listen((event) => {
    if (asked || event.t !== 'state' || event.state.phase !== 'ready') return
    asked = true
    void navigator.storage?.persist?.().catch(() => undefined)
  })
}

/** The calls of Engine over a port: one message there, one back. */
export function connect(port: Port): Client {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(problem: unknown): void }>()
  const listeners = new Set<(event: EngineEvent) => void>()
  let next = 1
  port.addEventListener('message', ({ data }) => {
    if (data.t === 'event') {
      for (const listener of [...listeners]) listener(data.event)
      return
    }
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.t === 'result') call?.resolve(data.value)
    else call?.reject(data.problem)
  })
  const call = (method: keyof Engine, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = next++
      waiting.set(id, { resolve, reject })
      port.postMessage({ t: 'call', id, method, args })
    })
  // `then` is asked for by await; everything else that is a word is a call.
  const engine = new Proxy({} as Engine, {
    get: (_target, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: unknown[]) => call(name as keyof Engine, args) : undefined,
  })
  return { engine, listen: (callback) => void listeners.add(callback) }
}
