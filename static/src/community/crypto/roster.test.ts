import { expect, test } from 'vitest'
import { Seeded } from '../testing/seeded'
import { base64, sha256, utf8 } from './encode'
import { cleanName as fileName } from '../chat/names'
import type { Role } from './interface'
import {
  BadRoster, changeOf, type Checked, cleanName, DOMAIN, firstRoster, follows, isSigned, nextRoster, opens, parseRoster,
  type RosterMember, type RosterPart, type RosterText, type SignedRoster,
} from './roster'

const ROOM = '!00000000-0000-4000-8000-000000000002:members.invalid'
const HASH = 'lxbH/xdjDvveSSpIbB+RnspHv7QzelJ87iOGWBWLq1I='
const bare = (bytes: ArrayBuffer): string => base64(new Uint8Array(bytes)).replace(/=+$/, '')

/** A person with a real master key. */
class Person {
  readonly user = `@${crypto.randomUUID()}:members.invalid`
  private pair!: CryptoKeyPair
  master = ''

  static async make(): Promise<Person> {
    const person = new Person()
    await person.reset()
    return person
  }
  async reset(): Promise<void> {
    this.pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, true, ['sign', 'verify'])) as CryptoKeyPair
    this.master = bare(await crypto.subtle.exportKey('raw', this.pair.publicKey))
  }
  entry(role: Role = 'member'): RosterMember {
    return { user: this.user, name: 'Someone', role, master: this.master, history: false }
  }
  async sign(text: string, seq: number): Promise<SignedRoster> {
    const made = bare(await crypto.subtle.sign({ name: 'Ed25519' }, this.pair.privateKey, utf8(`${DOMAIN}\n${text}`)))
    const version = (JSON.parse(text) as RosterText).version
    return { version, seq, text, signatures: { [this.user]: { [`ed25519:${this.master}`]: made } } }
  }
}

async function begin(people: Person[], hosts = 1, part: Partial<RosterPart> = {}): Promise<Checked> {
  const members = people.map((one, at) => one.entry(at < hosts ? 'host' : 'member'))
  const text = firstRoster(ROOM, 'case', people[0]!.user, { history: 'shared', charter: HASH, members, ...part })
  return opens(ROOM, await people[0]!.sign(text, 1), people[0]!.master)
}

const bad = (work: Promise<unknown>): Promise<string> =>
  work.then(() => 'accepted', (error: unknown) =>
    error instanceof BadRoster ? error.message : `other: ${String(error)}`)

/** The next version with anything changed by hand, signed by anyone. */
async function forge(
  last: Checked, signer: Person, change: (roster: RosterText) => void, seq = last.seq + 1,
): Promise<SignedRoster> {
  const roster = structuredClone(last.roster)
  Object.assign(roster, { version: roster.version + 1, prev: last.sha256, signer: signer.user, ts: 5 })
  change(roster)
  return signer.sign(JSON.stringify(roster), seq)
}

test('the vector of 10.2: a key from seed 00…1f signs {"version":1}', async () => {
  const user = '@00000000-0000-4000-8000-000000000001:members.invalid'
  const master = 'A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg'
  const signature = 'Z/CATbv51n7d1M2PTlgbUZDgDon8CfCvLAnVQq2ajuL4GkQHonkSTLxypK+9eNeVrNP1OfvRvIG2ZtV6rNZaCQ'
  const signatures = { [user]: { [`ed25519:${master}`]: signature } }
  expect(await isSigned(DOMAIN, '{"version":1}', signatures, user, master)).toBe(true)
  expect(await isSigned(DOMAIN, '{"version":2}', signatures, user, master)).toBe(false)
  expect(await isSigned('community.backup.v1', '{"version":1}', signatures, user, master)).toBe(false)
  expect(await isSigned(DOMAIN, '{"version":1}', signatures, user.replace('1:', '2:'), master)).toBe(false)
  for (const at of [0, 20, 85]) {
    const letter = signature[at] === 'A' ? 'B' : 'A'
    const flipped = { [user]: { [`ed25519:${master}`]: signature.slice(0, at) + letter + signature.slice(at + 1) } }
    expect(await isSigned(DOMAIN, '{"version":1}', flipped, user, master)).toBe(false)
  }
  for (const nothing of [null, {}, { [user]: null }, { [user]: { [`ed25519:${master}`]: `${signature}==` } }]) {
    expect(await isSigned(DOMAIN, '{"version":1}', nothing, user, master)).toBe(false)
  }
})

test('what is built parses, and nothing but the exact form does', async () => {
  const people = await Promise.all([Person.make(), Person.make()])
  const { text, roster } = await begin(people)
  expect(parseRoster(text, ROOM)).toEqual(roster)
  const wrong = (change: (value: RosterText) => unknown): string => {
    const value = structuredClone(roster)
    return JSON.stringify(change(value) ?? value)
  }
  const texts = [
    '', '[]', 'null', `${text} x`, text.replace('"ts":', '"ts":1,"ts":'),
    text.replace('"role":"member"', '"role":"host","role":"member"'),
    wrong((one) => ({ ...one, more: 1 })), wrong((one) => void (one.version = 0)),
    wrong((one) => void (one.prev = HASH)),
    wrong((one) => void (one.room = ROOM.replace('2:', '3:'))), wrong((one) => void (one.charter = null)),
    wrong((one) => void (one.history = 'all' as 'shared')), wrong((one) => void (one.ts = 1.5)),
    wrong((one) => void (one.members[1] = one.members[0]!)), wrong((one) => void (one.members[0]!.role = 'member')),
    wrong((one) => void (one.members[1]!.master = 'x')), wrong((one) => void (one.members[1]!.name = '')),
    wrong((one) => void (one.members[1]!.name = 'a\u202eb')), wrong((one) => void (one.members[1]!.user = '@bo')),
    wrong((one) => void (one.members[1]!.role = 'admin' as Role)), wrong((one) => void (one.signer = 'ana')),
    text.replace('"Someone"', '"\\ud800"'),
  ]
  for (const one of texts) expect(() => parseRoster(one, ROOM), one.slice(0, 80)).toThrow(BadRoster)
})

test('spaces in the text and a colon in a name are no reason to refuse', async () => {
  const people = [await Person.make()]
  const { roster } = await begin(people)
  roster.members[0]!.name = 'Ana: "x": \\ :'
  expect(parseRoster(JSON.stringify(roster, null, 2), ROOM).members[0]!.name).toBe('Ana: "x": \\ :')
})

test('names are cleaned once and for all', () => {
  const names = ['  Ana\t\u202e B\u0000o \u0301 ', 'e\u0301', 'a \u0001 b', 'x'.repeat(400), '\ud800a', 'محمد', '李 明']
  for (const name of names) {
    const clean = cleanName(name)
    expect(cleanName(clean)).toBe(clean)
    expect([...clean].length).toBeLessThanOrEqual(150)
  }
  expect(cleanName(' Ana \n  Bo\u202e ')).toBe('Ana Bo')
})

test('two names that look alike are alike', () => {
  const unseen = [
    '\u200b', '\u2060', '\u2063', '\ufeff', '\u00ad', '\u3164', '\uffa0', '\u2800', '\u034f', '\u180e', '\u{e0041}', '\ufe0f',
    '\u200c', '\u200d', '\u200e', '\u2066',
  ]
  for (const one of unseen) {
    expect(cleanName(`An${one}na Kovac${one}`)).toBe('Anna Kovac')
    expect(cleanName(one)).toBe('')
    expect(fileName(`invoice${one}.pdf`)).toBe('invoice.pdf')
  }
  // Where they are part of the writing they stay.
  for (const name of ['\u0646\u06cc\u06a9\u200c\u0646\u0627\u0645', '\u0915\u094d\u200d\u0937']) expect(cleanName(name)).toBe(name)
})

test('a list with a name that hides something is none', async () => {
  const ana = await Person.make()
  const members = [ana.entry('host')]
  const text = firstRoster(ROOM, 'case', ana.user, { history: 'joined', charter: HASH, members })
  const { name } = members[0]!
  expect(() => parseRoster(text.replace(`"${name}"`, `"${name}\u2063"`), ROOM)).toThrow(BadRoster)
})

test('version 1 stands on the published key of its signer', async () => {
  const [ana, eve] = [await Person.make(), await Person.make()]
  const members = [ana.entry('host'), eve.entry()]
  const text = firstRoster(ROOM, 'case', ana.user, { history: 'joined', charter: HASH, members })
  const signed = await ana.sign(text, 1)
  expect(await bad(opens(ROOM, signed, eve.master))).toContain('published')
  const { signatures } = await eve.sign(text, 1)
  expect(await bad(opens(ROOM, { ...signed, signatures }, ana.master))).toBe('signature')
  expect(await bad(opens(ROOM, { ...signed, version: 2 }, ana.master))).toContain('version 1')
  const asEve = text.replace(`"signer":"${ana.user}"`, `"signer":"${eve.user}"`)
  expect(await bad(opens(ROOM, await eve.sign(asEve, 1), eve.master))).toContain('no host')
  expect(await bad(opens(ROOM, signed, ana.master))).toBe('accepted')
})

test('what must not follow', async () => {
  const [ana, bo, cy, eve] = await Promise.all([Person.make(), Person.make(), Person.make(), Person.make()])
  const first = await begin([ana!, bo!, cy!], 2)
  const invite = (one: RosterText): void => void one.members.push(eve!.entry())
  const tries: [string, SignedRoster][] = [
    ['version', await forge(first, ana!, (one) => (invite(one), void (one.version = 3)))],
    ['prev', await forge(first, ana!, (one) => (invite(one), void (one.prev = HASH)))],
    ['the signer is no host', await forge(first, cy!, invite)],
    ['the signer is no host', await forge(first, eve!, (one) => void one.members.push(eve!.entry('host')))],
    ['seq', await forge(first, ana!, invite, 1)],
    ['nothing changes', await forge(first, ana!, () => undefined)],
    ['several changes', await forge(first, ana!, (one) => (invite(one), void (one.members[2]!.role = 'observer')))],
    ['several changes', await forge(first, ana!, (one) => (invite(one), void (one.history = 'joined')))],
    ['no host', await forge(first, ana!, (one) => void (one.members = one.members.slice(2)))],
  ]
  for (const [why, signed] of tries) expect(await bad(follows(first, signed)), why).toContain(why)
  expect(await bad(follows(first, await forge(first, ana!, invite)))).toBe('accepted')
})

test('a new key counts only under the old one, and nobody signs in her own', async () => {
  const [ana, bo] = [await Person.make(), await Person.make()]
  const first = await begin([ana, bo], 2)
  const old = ana.entry('host')
  await ana.reset()
  // Signed with the new key, also named as such: the previous version has the old one.
  const own = await forge(first, ana, (one) => void (one.members[0]!.master = ana.master))
  expect(await bad(follows(first, own))).toBe('identity')
  const other = await forge(first, ana, (one) => void (one.members[1]!.role = 'member'))
  expect(await bad(follows(first, other))).toBe('signature')
  const byBo = await forge(first, bo, (one) => void (one.members[0]!.master = ana.master))
  const second = await follows(first, byBo)
  expect(second.change).toEqual({ kind: 'identity', users: [ana.user] })
  expect(second.roster.members[0]!.master).not.toBe(old.master)
  const now = await forge(second, ana, (one) => void (one.members[1]!.role = 'member'))
  expect(await bad(follows(second, now))).toBe('accepted')
})

test('direct: exactly two hosts, and only the key of the other may change', async () => {
  const [ana, bo, cy] = await Promise.all([Person.make(), Person.make(), Person.make()])
  const both = [ana!.entry('host'), bo!.entry('host')]
  const make = (members: RosterMember[], charter: string | null = null): string =>
    firstRoster(ROOM, 'direct', ana!.user, { history: 'joined', charter, members })
  expect(() => make([...both, cy!.entry()])).toThrow(BadRoster)
  expect(() => make([ana!.entry('host'), bo!.entry()])).toThrow(BadRoster)
  expect(() => make(both, HASH)).toThrow(BadRoster)
  const first = await opens(ROOM, await ana!.sign(make(both), 1), ana!.master)
  for (const change of [
    (one: RosterText) => void (one.history = 'shared'),
    (one: RosterText) => void (one.members[1] = cy!.entry('host')),
    (one: RosterText) => void Object.assign(one.members[1]!, { name: 'Another', master: cy!.master }),
  ]) expect(await bad(follows(first, await forge(first, ana!, change)))).not.toBe('accepted')
  await bo!.reset()
  const byAna = await forge(first, ana!, (one) => void (one.members[1]!.master = bo!.master))
  expect(await bad(follows(first, byAna))).toBe('accepted')
})

// -- any history --------------------------------------------------------------------------------------

type Step = (roster: RosterText, seed: Seeded, pool: Person[]) => void
const STEPS: Record<string, Step> = {
  invite: (roster, seed, pool) => {
    const out = pool.filter((one) => !roster.members.some((member) => member.user === one.user))
    const some = out.slice(0, 1 + seed.below(2))
    roster.members.push(...some.map((one) => one.entry(seed.pick(['host', 'member', 'observer']))))
  },
  remove: (roster, seed) => void roster.members.splice(seed.below(roster.members.length), 1),
  role: (roster, seed) => void (seed.pick(roster.members).role = seed.pick(['host', 'member', 'observer', 'records'])),
  history: (roster, seed) => void (roster.history = seed.pick(['shared', 'joined'])),
  charter: (roster, seed) => void (roster.charter = base64(Uint8Array.from({ length: 32 }, () => seed.below(256)))),
}

test('500 random histories: a chain of valid steps is accepted, every fork, gap and forgery is not', async () => {
  const pool = await Promise.all(Array.from({ length: 6 }, () => Person.make()))
  let accepted = 0
  let refused = 0
  for (let run = 0; run < 500; run++) {
    const seed = new Seeded(run)
    const chain = [await begin(pool.slice(0, 1 + seed.below(4)), 1 + seed.below(2))]
    for (let turn = 0; turn < 4; turn++) {
      const last = chain[chain.length - 1]!
      const kind = seed.pick(Object.keys(STEPS))
      const signer = seed.pick(pool)
      const signed = await forge(last, signer, (one) => STEPS[kind]!(one, seed, pool), last.seq + 1 + seed.below(3))
      const roster = JSON.parse(signed.text) as RosterText
      const host = last.roster.members.find((one) => one.user === signer.user)?.role === 'host'
      const changes = JSON.stringify({ ...roster, version: 0, prev: 0, signer: 0, ts: 0 }) !==
        JSON.stringify({ ...last.roster, version: 0, prev: 0, signer: 0, ts: 0 })
      const valid = host && changes && roster.members.some((one) => one.role === 'host')
      expect(await bad(follows(last, signed)) === 'accepted', `run ${run}: ${kind}`).toBe(valid)
      if (valid) accepted++
      else refused++
      if (!valid) continue
      chain.push(await follows(last, signed))
      const before = chain[seed.below(chain.length - 1)]!
      // The same step on an earlier version is a fork: it does not fit the chain any more.
      const fork = await forge(before, signer, (one) => STEPS[kind]!(one, seed, pool))
      expect(await bad(follows(chain[chain.length - 1]!, fork))).not.toBe('accepted')
      const touched = { ...signed, text: signed.text.replace('"ts":5', '"ts":6') }
      expect(await bad(follows(last, touched))).toBe('signature')
    }
  }
  expect(accepted).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(300)
})

test('building the next version refuses what would not follow', async () => {
  const [ana, bo] = [await Person.make(), await Person.make()]
  const first = await begin([ana, bo])
  expect(() => nextRoster(first, ana.user, {})).toThrow(BadRoster)
  expect(() => nextRoster(first, ana.user, { members: [bo.entry()] })).toThrow(BadRoster)
  const text = nextRoster(first, ana.user, { history: 'joined' })
  const second = await follows(first, await ana.sign(text, 2))
  expect(second.change).toEqual({ kind: 'history', users: [] })
  expect(second.roster.prev).toBe(await sha256(first.text))
  expect(changeOf(first.roster, { ...first.roster, members: [] }).kind).toBe('remove')
})
