// The library, from the packages of the front end; the program is started in their folder.

import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.cwd(), 'package.json'))

export const library = require('@matrix-org/matrix-sdk-crypto-wasm')

export const gossipOff = (machine) => {
  machine.roomKeyRequestsEnabled = false
  machine.roomKeyForwardingEnabled = false
  return machine
}
