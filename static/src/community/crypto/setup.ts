// Identity, recovery key and confirmation of this device (messaging.md 4.1 steps 2, 3 and 5).
//
// The recovery key lives in memory between being shown and being re-typed, and nowhere else. What has
// to reach the server after that is written down here first, sealed under it, so that a crash in
// between leaves no account whose backup and secrets belong to different recovery keys.

import {
  type CrossSigningBootstrapRequests, type CrossSigningKeyExport, DeviceId, OwnUserIdentity, UserId as LibraryUser,
} from '@matrix-org/matrix-sdk-crypto-wasm'
import { ALGORITHM, BACKUP_DOMAIN, type OldVersion } from './backup'
import { base64 } from './encode'
import { type Host, keyOf } from './host'
import { isRefusal, problem } from './refuse'
import {
  backupKey, fromText, keyCheck, newRecoveryKey, seal, SECRET_NAMES, type SealedText, secretKey, secretPlace,
  type SecretName, toGroups, unseal,
} from './secrets'

const DUE = 'setup-due'
const ASKED = 3
const MASTER_CHECK = 'community.check.v1'

type Mode = 'first' | 'reset' | 'renew'

/** What still has to reach the server; nothing in it is readable without the recovery key but B. */
interface Due {
  version: string | null
  auth: { text: string; signatures: Record<string, unknown> }
  secrets: Record<string, SealedText>
  backup: string // B, as the library keeps it
  old: OldVersion | null
}

interface Pending {
  mode: Mode
  recovery: Uint8Array
  groups: string[]
  ask: number[]
  made: boolean // the new identity exists in the library, perhaps not at the server
}

export interface ShownKey {
  recoveryKey: string[]
  ask: number[]
}

export class Setup {
  private pending: Pending | null = null

  constructor(private readonly host: Host) {}

  /** A new recovery key to be shown; `ask` are the groups (0–11) to be typed again, in that order. */
  begin(mode: Mode): ShownKey {
    const recovery = newRecoveryKey()
    const groups = toGroups(recovery)
    const order = groups.map((_, at) => at)
    const ask = Array.from({ length: ASKED }, () => order.splice(random(order.length), 1)[0] ?? 0)
    this.pending?.recovery.fill(0)
    this.pending = { mode, recovery, groups, ask, made: false }
    return { recoveryKey: groups, ask }
  }

  /** A reset wants a fresh second factor: ask before anything is shown, by publishing what is published. */
  async probe(): Promise<void> {
    const { http, me } = this.host
    const answer = await http.json<Record<string, Record<string, unknown>>>('POST', 'keys/query', { device_keys: { [me]: [] } })
    const kinds = ['master_key', 'self_signing_key', 'user_signing_key'] as const
    const keys = Object.fromEntries(kinds.map((kind) => [kind, answer[`${kind}s`]?.[me]]))
    if (kinds.every((kind) => keys[kind])) await http.json('POST', 'keys/signing', keys)
  }

  /** Rejects with 'wrong-recovery-key' for a wrong group and with 'confirm-again' where the site wants
   *  a fresh second factor; both may be tried again with the same key. */
  async finish(groups: string[]): Promise<void> {
    const { pending } = this
    if (!pending) throw problem('failed', { detail: 'no recovery key was shown' })
    const right = pending.ask.every((at, turn) => groups[turn]?.trim() === pending.groups[at])
    if (!right || groups.length !== ASKED) throw problem('wrong-recovery-key')
    if (pending.mode === 'first') await this.bootstrapOnce(pending)
    if (pending.mode === 'reset') await this.bootstrap(pending)
    await this.confirmOwnDevice()
    await this.write(pending)
    await this.settle()
    pending.recovery.fill(0)
    this.pending = null
  }

  // -- identity ------------------------------------------------------------------------------------------

  /** A second device never makes an identity: it would reset the first one's. */
  private async bootstrapOnce(pending: Pending): Promise<void> {
    await this.host.track([this.host.me], true)
    const published = await this.host.masterKey(this.host.me)
    if (published === null) return this.bootstrap(pending)
    if ((await this.privateMaster()) !== published) throw problem('identity-changed', { user: this.host.me })
  }

  /** Strictly keys, signing keys, signatures. */
  private async bootstrap(pending: Pending): Promise<void> {
    const { host } = this
    await host.flush()
    const before = pending.made ? undefined : await host.guarded(() => host.machine().exportCrossSigningKeys())
    const requests: CrossSigningBootstrapRequests =
      await host.guarded(() => host.machine().bootstrapCrossSigning(!pending.made))
    pending.made = true
    if (requests.uploadKeysRequest) await host.send(requests.uploadKeysRequest)
    try {
      await host.http.text('POST', 'keys/signing', requests.uploadSigningKeysRequest.body)
    } catch (error) {
      if (before && isRefusal(error)) await this.takeBack(pending, before)
      throw error
    }
    await host.send(requests.uploadSignaturesRequest)
    await host.track([host.me], true)
    if ((await this.privateMaster()) !== (await host.masterKey(host.me))) {
      throw problem('identity-changed', { user: host.me })
    }
  }

  /** The site did not want the new identity: a reset that goes no further must not cost the old one. */
  private async takeBack(pending: Pending, before: CrossSigningKeyExport): Promise<void> {
    const { host } = this
    pending.made = false
    await host.track([host.me], true)
    await host.guarded(() =>
      host.machine().importCrossSigningKeys(before.masterKey, before.self_signing_key, before.userSigningKey))
  }

  /** The public half of the master key this device can sign with; null if it has none. */
  async privateMaster(): Promise<string | null> {
    const { host } = this
    const { signatures } = await host.sign(MASTER_CHECK, '')
    const own = Object.keys((signatures[host.me] ?? {}) as Record<string, string>)
    return own.map((id) => id.replace('ed25519:', '')).find((id) => id !== host.deviceId) ?? null
  }

  /** Sign one's own identity, then the own device; both only where it is not so already. */
  async confirmOwnDevice(): Promise<void> {
    const { host } = this
    const identity = await host.identity(host.me)
    if (!(identity instanceof OwnUserIdentity)) throw problem('no-identity', { user: host.me })
    if ((await this.privateMaster()) !== keyOf(identity.masterKey)) {
      throw problem('identity-changed', { user: host.me })
    }
    if (await this.isConfirmed(identity)) return
    await host.send(await host.guarded(() => identity.verify()))
    const device = await host.guarded(() =>
      host.machine().getDevice(new LibraryUser(host.me), new DeviceId(host.deviceId)))
    if (!device) throw problem('failed', { detail: 'own device unknown' })
    await host.send(await host.guarded(() => device.verify()))
    await host.track([host.me], true)
  }

  private async isConfirmed(identity: OwnUserIdentity): Promise<boolean> {
    return identity.isVerified() && (await this.host.guarded(() => identity.trustsOurOwnDevice()))
  }

  // -- recovery key → server -------------------------------------------------------------------------------

  private async write({ recovery, mode }: Pending): Promise<void> {
    const { host } = this
    const seeds = await host.guarded(() => host.machine().exportCrossSigningKeys())
    const values = [seeds?.masterKey, seeds?.self_signing_key, seeds?.userSigningKey]
    const secrets: Record<string, SealedText> = {}
    for (const [at, name] of SECRET_NAMES.entries()) {
      const value = values[at]
      if (!value) throw problem('failed', { detail: 'signing keys are not on this device' })
      secrets[name] = await seal(await secretKey(recovery, name), secretPlace(host.me, name), value)
    }
    const text = JSON.stringify({ user: host.me, check: await keyCheck(recovery) })
    const auth = await host.sign(BACKUP_DOMAIN, text)
    const backup = base64(await backupKey(recovery)).replace(/=+$/, '')
    const due: Due = { version: null, auth, secrets, backup, old: await this.oldVersion(mode) }
    await host.sealed.put('meta', DUE, due)
  }

  /** The version the new one replaces. After a reset nobody can open it any more. */
  private async oldVersion(mode: Mode): Promise<OldVersion | null> {
    const { backup } = this.host
    const found = await backup.latest()
    if (!found) return null
    const key = mode === 'renew' ? await backup.key() : null
    return { version: found.version, key: key && base64(key).replace(/=+$/, ''), count: found.count }
  }

  /** Bring what is written down to the server, also after a crash in between. */
  async settle(): Promise<void> {
    const { host } = this
    const due = await host.sealed.get<Due>('meta', DUE)
    if (!due) return
    if (due.version === null) {
      const body = { algorithm: ALGORITHM, auth: due.auth }
      due.version = (await host.http.json<{ version: string }>('POST', 'backup/version', body)).version
      await host.sealed.put('meta', DUE, due)
    }
    for (const [name, sealed] of Object.entries(due.secrets)) {
      await host.http.json('PUT', `secrets/${name}`, { v: 1, ...sealed })
    }
    await host.backup.replace(due.backup, due.version, due.old)
    await host.resealAnchors()
    await this.pushBackupKey().catch(() => undefined) // other devices can also ask for it
    await host.sealed.delete('meta', DUE)
  }

  private async pushBackupKey(): Promise<void> {
    const { host } = this
    const claim = await host.guarded(() => host.machine().getMissingSessions([new LibraryUser(host.me)]))
    if (claim) await host.send(claim)
    await host.guarded(() => host.machine().pushSecretToVerifiedDevices('m.megolm_backup.v1'))
    await host.flush()
  }

  // -- a further device, by recovery key ---------------------------------------------------------------------

  /** Opens the secrets, compares, signs own identity and device. Returns how many keys the backup has. */
  async restore(text: string): Promise<{ keys: number }> {
    const { host } = this
    const recovery = fromText(text)
    if (!recovery) throw problem('wrong-recovery-key')
    await host.track([host.me], true)
    const named = await host.backup.latest()
    if (!named) throw problem('failed', { detail: 'there is no backup' })
    if (checkOf(named.auth.text) !== (await keyCheck(recovery))) throw problem('wrong-recovery-key')
    await this.importKeys(recovery)
    const found = await host.backup.published()
    if (!found) throw problem('failed', { detail: 'there is no backup' })
    await this.confirmOwnDevice()
    const backup = base64(await backupKey(recovery)).replace(/=+$/, '')
    recovery.fill(0)
    await host.backup.adopt(backup, found.version)
    return { keys: found.count }
  }

  private async importKeys(recovery: Uint8Array): Promise<void> {
    const { host } = this
    const seeds = await Promise.all(SECRET_NAMES.map((name) => this.openSecret(recovery, name)))
    const published = await host.masterKey(host.me)
    if (published === null) throw problem('no-identity', { user: host.me })
    const [master, own, others] = seeds
    await host.guarded(() => host.machine().importCrossSigningKeys(master, own, others)).catch((error: unknown) => {
      // The library refuses keys that do not belong to what the server publishes.
      if (error instanceof Error) throw problem('identity-changed', { user: host.me, detail: error.message })
      throw error
    })
    if ((await this.privateMaster()) !== published) throw problem('identity-changed', { user: host.me })
  }

  private async openSecret(recovery: Uint8Array, name: SecretName): Promise<string> {
    const { host } = this
    const sealed = await host.http.json<SealedText>('GET', `secrets/${name}`)
    const value = await unseal(await secretKey(recovery, name), secretPlace(host.me, name), sealed)
    if (value === null) throw problem('failed', { detail: `${name} does not open` })
    return value
  }

  /** Is everything there that has to be before rooms may be opened? */
  async complete(): Promise<boolean> {
    return (await this.host.sealed.get('meta', DUE)) === undefined
  }
}

/** An own number below `most`, each equally likely. */
function random(most: number): number {
  const [value = 0] = crypto.getRandomValues(new Uint32Array(1))
  return value % most // 2^32 over at most 12: the bias does not matter for which groups are asked
}

function checkOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { check?: unknown }).check
  } catch {
    return null
  }
}

