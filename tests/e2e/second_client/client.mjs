// One device: the library's machine, its requests (10.3, rows marked L) and its inbox (10.5.1, 2).

import { randomInt, randomUUID } from 'node:crypto'

import { SignIn } from './http.mjs'
import { gossipOff, library } from './library.mjs'
import { same } from './same.mjs'

const { DeviceId, DeviceLists, OlmMachine, RequestType, RoomId, UserId } = library
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const DECRYPTED = library.ProcessedToDeviceEventType.Decrypted

const newDeviceId = () => Array.from({ length: 10 }, () => LETTERS[randomInt(36)]).join('')
export const bare = (name) => name.slice(1).split(':')[0]
export const roomId = (name) => new RoomId(name)
export const userId = (name) => new UserId(name)
export const userIds = (names) => names.map(userId) // made anew each time: the library takes them

export class Client {
  constructor(name, base, cookies, seen) {
    Object.assign(this, { name, seen, web: new SignIn(base, cookies, seen), rooms: new Map() })
    Object.assign(this, { cursor: '', devicesPos: 0, heads: {}, inbox: [], backup: null })
  }

  /** GET config, and take over what later calls need. */
  async config() {
    const config = await this.web.call('config')
    this.web.token = config.csrf_token
    Object.assign(this, { user: config.user_id, domain: config.domain })
    return config
  }

  async startMachine(device = newDeviceId()) {
    this.device = device
    this.machine = gossipOff(await OlmMachine.initialize(userId(this.user), new DeviceId(device)))
  }

  // -- requests of the library ------------------------------------------------------------------

  async post(request) {
    const body = JSON.parse(request.body)
    switch (request.type) {
      case RequestType.KeysUpload: return this.web.call('upload', { body })
      case RequestType.KeysQuery: return this.query(body)
      case RequestType.KeysClaim: return this.web.call('claim', { body })
      case RequestType.SignatureUpload: return this.web.call('signatures', { body })
      case RequestType.ToDevice:
        return this.web.call('toDevice', { type: request.event_type, t: request.txn_id, body })
      default: throw new Error(`a request of type ${request.type} has no address`)
    }
  }

  /** Keys of people; the key with which she signs others is shown to nobody else. */
  async query(body) {
    const answer = await this.web.call('query', { body })
    const others = Object.keys(answer.user_signing_keys).filter((user) => user !== this.user)
    same(others, [], 'user-signing keys of others')
    return answer
  }

  /** Send one request and tell the machine what was answered. */
  async settle(request) {
    const answer = await this.post(request)
    if (request.id) await this.machine.markRequestAsSent(request.id, request.type, JSON.stringify(answer))
    return answer
  }

  /** Send until the machine has nothing to send. */
  async pump() {
    for (;;) {
      const requests = await this.machine.outgoingRequests()
      if (!requests.length) return
      for (const request of requests) await this.settle(request)
    }
  }

  /** Track people and learn their keys now. */
  async know(names) {
    await this.machine.updateTrackedUsers(userIds(names))
    await this.pump()
  }

  /** Ask for the keys of people again, whatever is known. */
  async queryAgain(names) {
    await this.settle(this.machine.queryKeysForUsers(userIds(names)))
  }

  async claim(names) {
    const request = await this.machine.getMissingSessions(userIds(names))
    if (request) await this.settle(request)
  }

  // -- inbox ------------------------------------------------------------------------------------

  /** Hand one sync (call or frame) to the machine. */
  async receive(sync) {
    const { changed, left } = sync.device_lists
    const taken = await this.machine.receiveSyncChanges(
      JSON.stringify(sync.to_device), new DeviceLists(userIds(changed), userIds(left)),
      new Map(Object.entries(sync.otk_counts)), new Set(sync.unused_fallback),
    )
    for (const each of taken) {
      if (each.type === DECRYPTED) this.inbox.push(JSON.parse(each.rawEvent))
      else this.seen.notes.push(`${this.name}: kind ${each.type}: ${each.rawEvent.slice(0, 200)}`)
    }
    Object.assign(this, { cursor: sync.cursor, devicesPos: sync.devices_pos, heads: sync.heads })
  }

  /** GET sync until there is no more: receive, acknowledge, answer. */
  async sync(wait = 0) {
    for (;;) {
      const sync = await this.web.call('sync', { query: { cursor: this.cursor, wait } })
      if (!this.cursor) same(sync.device_lists.changed, [], 'changes before the first cursor')
      await this.receive(sync)
      await this.web.call('ack', { body: { cursor: this.cursor } })
      await this.pump()
      if (!sync.more) return sync
    }
  }

  /** Messages of one type that arrived sealed for this device, taken out of the inbox. */
  take(type) {
    const found = this.inbox.filter((each) => each.type === type)
    this.inbox = this.inbox.filter((each) => each.type !== type)
    return found
  }

  /** Seal one of our own to-device messages for every device of a person, and send it. */
  async whisper(user, type, content) {
    await this.claim([user])
    const devices = (await this.machine.getUserDevices(userId(user))).devices()
    const messages = { [user]: {} }
    for (const device of devices) {
      const strategy = library.CollectStrategy.identityBasedStrategy()
      const sealed = await device.encryptToDeviceEvent(type, content, strategy)
      messages[user][device.deviceId.toString()] = JSON.parse(sealed)
    }
    const t = randomUUID()
    await this.web.call('toDevice', { type: 'm.room.encrypted', t, body: { messages } })
    return devices.length
  }
}
