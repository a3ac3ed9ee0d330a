// The one OlmMachine of a device: opened with gossip off, called with a limit, opened anew when the
// library panicked or hangs (messaging.md pitfall 2), and one lock per room.

import {
  DeviceId, OlmMachine, type RoomKeyInfo, type RoomKeyWithheldInfo, UserId,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import type { RoomId } from './interface'
import type { Profile } from './keystore'
import { problem, Queues } from './refuse'

const LIMIT_MS = 20_000

/** What the library tells by itself. */
export interface Callbacks {
  roomKeys(rooms: { room: RoomId; sessionId: string }[]): void
  withheld(infos: { room: RoomId; sessionId: string; code: string; sender: string }[]): void
  people(users: string[]): void
  secret(name: string, value: string): void
}

export class Machine {
  private current: OlmMachine | null = null
  private opening: Promise<void> | null = null
  private readonly rooms = new Queues()
  private readonly waiting = new Set<(error: unknown) => void>() // calls under way
  /** Counts how often the library had to be opened anew. */
  restarts = 0

  constructor(
    readonly user: string,
    private readonly profile: Profile,
    private readonly callbacks: Callbacks,
  ) {}

  /** Rejects with Problem 'store-lost' if the store cannot be opened with this key and device. */
  open(): Promise<void> {
    this.opening ??= this.begin().catch((error: unknown) => {
      this.opening = null
      throw problem('store-lost', { detail: String(error) })
    })
    return this.opening
  }

  private async begin(): Promise<void> {
    const handle = await this.profile.open()
    const machine = await OlmMachine
      .initFromStore(new UserId(this.user), new DeviceId(this.profile.device), handle)
      .finally(() => this.profile.release(handle))
    machine.roomKeyRequestsEnabled = false
    machine.roomKeyForwardingEnabled = false
    this.listen(machine)
    this.current = machine
  }

  get(): OlmMachine {
    if (!this.current) throw problem('panic', { detail: 'the library is being opened' })
    return this.current
  }

  inRoom<T>(room: RoomId, work: () => Promise<T>): Promise<T> {
    return this.rooms.run(room, work)
  }

  /** A call into the library, never one that waits for the network. */
  async guarded<T>(work: () => Promise<T>, milliseconds = LIMIT_MS): Promise<T> {
    await this.open()
    return new Promise<T>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer)
        this.waiting.delete(broken)
        settle()
      }
      const broken = (error: unknown): void => end(() => reject(error))
      const timer = setTimeout(() => this.panicked(`${milliseconds} ms passed`), milliseconds)
      this.waiting.add(broken)
      work().then((value) => end(() => resolve(value)), (error: unknown) => {
        if (isPanic(error)) this.panicked(String(error))
        else broken(error)
      })
    })
  }

  /** The library cannot be used any more: every call under way fails, the next one has a new machine.
   *  The old one is closed first: two on one store would use a place of the ratchet twice. */
  panicked(detail: string): void {
    this.restarts += 1
    this.close()
    for (const broken of [...this.waiting]) broken(problem('panic', { detail }))
  }

  close(): void {
    const old = this.current
    this.current = null
    this.opening = null
    try {
      old?.close()
    } catch {
      // What panicked may refuse even this.
    }
  }

  private listen(machine: OlmMachine): void {
    const { roomKeys, withheld, people, secret } = this.callbacks
    machine.registerRoomKeyUpdatedCallback(async (infos: RoomKeyInfo[]) => {
      roomKeys(infos.map((info) => ({ room: info.roomId.toString(), sessionId: info.sessionId })))
    })
    machine.registerRoomKeysWithheldCallback(async (infos: RoomKeyWithheldInfo[]) => {
      withheld(infos.map((info) => ({
        room: info.roomId.toString(), sessionId: info.sessionId, code: info.withheldCode, sender: info.sender.toString(),
      })))
    })
    machine.registerUserIdentityUpdatedCallback(async (user: UserId) => people([user.toString()]))
    machine.registerDevicesUpdatedCallback(async (users: string[]) => people(users))
    machine.registerReceiveSecretCallback(async (name: string, value: string) => secret(name, value))
  }
}

/** A panic of the library, as it reaches the worker's `error` event. */
export const isPanic = (error: unknown): boolean => error instanceof WebAssembly.RuntimeError
