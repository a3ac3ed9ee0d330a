// The vectors of messaging.md 10.2, each as it stands there.

import { createPrivateKey, createPublicKey, sign } from 'node:crypto'

import {
  backupAad, keysOf, link, open, recoveryKey, recoveryText, seal, secretAad, unpadded,
} from './forms.mjs'
import { library } from './library.mjs'

const USER = '@00000000-0000-4000-8000-000000000001:members.invalid'
const ROOM = '!00000000-0000-4000-8000-000000000002:members.invalid'
const EVENT = '$00000000-0000-4000-8000-000000000003'
const bytes = (count) => Buffer.from(Array.from({ length: count }, (_, place) => place))
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex') // before an Ed25519 seed

const WANTED = {
  text: 'EsSz ykH7 LCZx 7Cae cmKD wcmY JRXi Ybtu 8iQ3 t8Ez nRwK pUY1',
  backup: 'fed763f21f2162f24bbcb8e11d55a6e56e900d8cbae67e12b0adaca607a84bb8',
  wrap: 'f5e470c8f2a9eefc255477527ec09ad08e1acb3aa3aad11dc5558d62ddf2f5b1',
  anchor: 'a13390e8d2a030065a8c4767fdd451a55647694d13d3ac984fe42a1d058636e7',
  check: '8kqVqE7cH0QC+2dAhx5XfQ==',
  secret: '02fe1f58e4a7f4769a4fb08f6eefb010bf53e66ce6670f09dbe369ab5c4443e9',
  sealedSecret: 'Jh1sRpyV8mDh0QVMK/byiiCebAA=',
  sealedBackup: 'md3mZ8XoukDe4lwfrynsBOGB',
  public: 'A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg',
  signature:
    'Z/CATbv51n7d1M2PTlgbUZDgDon8CfCvLAnVQq2ajuL4GkQHonkSTLxypK+9eNeVrNP1OfvRvIG2ZtV6rNZaCQ',
  link: 'lxbH/xdjDvveSSpIbB+RnspHv7QzelJ87iOGWBWLq1I=',
  library: true,
}

const key = { room: ROOM, session_id: 'S', first_index: 0, forwarded: 0 }
const name = 'cross_signing_master'

function found() {
  const recovery = bytes(32)
  const keys = keysOf(recovery)
  const seed = createPrivateKey({
    key: Buffer.concat([PKCS8, bytes(32)]), format: 'der', type: 'pkcs8',
  })
  const point = createPublicKey(seed).export({ format: 'jwk' }).x
  const signed = sign(null, Buffer.from('community.roster.v1\n{"version":1}'), seed)
  return {
    text: recoveryText(recovery),
    backup: keys.backup.toString('hex'),
    wrap: keys.wrap.toString('hex'),
    anchor: keys.anchor.toString('hex'),
    check: keys.check,
    secret: keys.secret(name).toString('hex'),
    sealedSecret: seal(keys.secret(name), secretAad(USER, name), 'test', bytes(12)).ct,
    sealedBackup: seal(keys.wrap, backupAad(USER, 1, key), '{}', bytes(12)).ct,
    public: unpadded(Buffer.from(point, 'base64url')),
    signature: unpadded(signed),
    link: link({ seq: 1, event_id: EVENT, content: { ciphertext: 'AwgA' } }).h,
    library: library.BackupDecryptionKey.fromBase64(unpadded(keys.backup)).toBase64() ===
      unpadded(keys.backup),
  }
}

const refused = (deed) => {
  try {
    deed()
    return false
  } catch {
    return true
  }
}

/** How many single bits, changed one at a time in iv, text or tag, are refused. */
function flips() {
  const keys = keysOf(bytes(32))
  const sealed = seal(keys.secret(name), secretAad(USER, name), 'test', bytes(12))
  const all = Buffer.concat([Buffer.from(sealed.iv, 'base64'), Buffer.from(sealed.ct, 'base64')])
  let count = 0
  for (let bit = 0; bit < all.length * 8; bit++) {
    const changed = Buffer.from(all)
    changed[bit >> 3] ^= 1 << (bit & 7)
    const iv = changed.subarray(0, 12).toString('base64')
    const ct = changed.subarray(12).toString('base64')
    if (refused(() => open(keys.secret(name), secretAad(USER, name), { iv, ct }))) count++
  }
  return { count, of: all.length * 8 }
}

/** Every vector: name → whether this client found the same. */
export function vectors() {
  const mine = found()
  const same = Object.fromEntries(Object.keys(WANTED).map((each) => [each, mine[each] === WANTED[each]]))
  same.read = recoveryKey(WANTED.text).equals(bytes(32))
  same.mistyped = refused(() => recoveryKey(WANTED.text.replace('EsSz', 'EsSy')))
  const flipped = flips()
  same.flipped = flipped.count === flipped.of
  return same
}
