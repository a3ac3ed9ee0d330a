// Signed rosters: build, sign, check; the charter and invitations (messaging.md 10.2).


import { sha256, sign, signedBy } from './forms.mjs'

export const DOMAIN = 'community.roster.v1'

/** One person's line. */
export const entry = (person, role, history) => ({
  user: person.user, name: person.fullName, role, master: person.master, history,
})

export function charterText(room, name, endsOn) {
  return JSON.stringify({
    type: 'community.charter.v1', room, name, topic: 'Parcels from Westmark',
    purpose: 'Agree who asks whom.', legal_basis: 'Article 19 of an invented convention.',
    states: ['HR', 'BA'], tlp_default: 'AMBER', tlp_max: 'RED', ends_on: endsOn,
  })
}

/** The text of a roster; `before` is the text of the one it follows. */
export function rosterText(signer, room, members, options) {
  const { before = null, kind = 'case', history = 'shared', charter } = options
  return JSON.stringify({
    type: DOMAIN, room, kind, version: before === null ? 1 : JSON.parse(before).version + 1,
    prev: before === null ? null : sha256(before), history,
    charter: charter ? sha256(charter) : null, signer, ts: Date.now(), members,
  })
}

export const signRoster = (client, text) => sign(client.machine, DOMAIN, text)

// -- checking ------------------------------------------------------------------------------------

const byUser = (roster) => new Map(roster.members.map((each) => [each.user, each]))

/** The kinds of change between two versions. */
export function changes(before, after) {
  const old = byUser(before)
  const now = byUser(after)
  const kinds = new Set()
  for (const user of now.keys()) if (!old.has(user)) kinds.add('invite')
  for (const [user, was] of old) {
    const is = now.get(user)
    if (!is) kinds.add('remove')
    else {
      if (is.role !== was.role) kinds.add('role')
      if (is.master !== was.master || is.name !== was.name) kinds.add('identity')
      if (is.history !== was.history) kinds.add('history')
    }
  }
  if (before.history !== after.history) kinds.add('history')
  if (before.charter !== after.charter) kinds.add('charter')
  return kinds
}

function fault(room, signed, before, published) {
  const roster = JSON.parse(signed.text)
  const old = before && JSON.parse(before)
  const signer = (old ?? roster).members.find((each) => each.user === roster.signer)
  if (roster.type !== DOMAIN || roster.room !== room) return 'of another room'
  if (roster.version !== (old ? old.version + 1 : 1)) return 'not the next version'
  if (roster.prev !== (before ? sha256(before) : null)) return 'does not follow'
  if (signer?.role !== 'host') return 'not signed by a host'
  if (!old && signer.master !== published) return 'the signer has another key'
  if (!signedBy(DOMAIN, signed, roster.signer, signer.master)) return 'wrong signature'
  if (old && changes(old, roster).size > 1) return 'more than one kind of change'
  if (old && old.kind !== roster.kind) return 'another kind of room'
  return null
}

/** Follow a chain from what is held (null: from its beginning); the newest text, or an error. */
export async function follow(room, held, list, publishedMaster) {
  let text = held
  for (const signed of list) {
    const { signer } = JSON.parse(signed.text)
    const wrong = fault(room, signed, text, text === null ? await publishedMaster(signer) : null)
    if (wrong) throw new Error(`roster ${signed.version}: ${wrong}`)
    text = signed.text
  }
  return text
}

// -- invitations ---------------------------------------------------------------------------------

export const invitation = (room, text, charter, user) => ({
  room, roster_version: JSON.parse(text).version, roster_sha256: sha256(text), charter,
  history: JSON.parse(text).members.find((each) => each.user === user).history,
})

/** An invitation fits the chain the server shows: same text under that version, same charter. */
export function fits(invite, list) {
  const named = list.find((each) => each.version === invite.roster_version)
  return Boolean(named) && sha256(named.text) === invite.roster_sha256 &&
    JSON.parse(named.text).charter === sha256(invite.charter)
}
