import { describe, expect, test } from 'vitest'
import type { Item, Role } from '../crypto/interface'
import { seeded } from '../testing/fake-clock'
import { makeContent } from './content'
import type { Content, ServerChange, ServerEvent } from './parts'
import { type Mark, markOf, missing, type Row, Timeline } from './timeline-data'
import { itemsOf, type Look } from './timeline-items'
import {
  isEmoji, nextExpiry, pinsOf, reactionsOf, readVote, shows, topicsOf, unreadOf, votesOf, writeVote,
} from './timeline-rules'

const ME = '@me:x'
const ANA = '@ana:x'
const BEN = '@ben:x'
const HOST = '@host:x'
const NOW = 1_000_000
const id = (word: string): string => word.padEnd(22, '0')

function sealed(seq: number, sender: string, kind: Content['kind'], body: string, more: Partial<Content> = {}): Row {
  const content = makeContent(kind, body, 'AMBER', { id: id(`m${seq}`), ...more })
  return rowOf({ seq, sender, class: ['message', 'poll'].includes(kind) ? 'm' : 's' }, content)
}

function rowOf(part: Partial<ServerEvent> & { seq: number }, content: Content): Row {
  return {
    event: {
      event_id: `$${part.seq}`, room_id: '!r:x', sender: ANA, device_id: `${part.sender ?? ANA}-D`, ts: part.seq * 1000, class: 'm',
      content: { algorithm: 'm.megolm.v1.aes-sha2', ciphertext: '', session_id: 's' }, expires_at: null, media: [], gone: null, ...part,
    },
    h: `h${part.seq}`, since: 0,
    opened: { ok: true, content, trust: 'not-checked', sharedBy: null, sessionId: 's', index: part.seq },
  }
}

function server(seq: number, change: ServerChange): Row {
  return {
    event: {
      seq, event_id: `$${seq}`, room_id: '!r:x', sender: null, device_id: null, ts: seq * 1000, class: 'x', content: change,
      expires_at: null, media: [], gone: null,
    },
    h: null, opened: null, since: 0,
  }
}

const emptied = (row: Row, by: string | null = HOST): Row => ({
  ...row, opened: null, event: { ...row.event, content: null, gone: { why: 'redacted', by, ts: 1 } },
})

const unreadable = (row: Row): Row => ({
  ...row, opened: { ok: false, problem: { code: 'waiting-for-key' }, sessionId: 's', waiting: true },
})

interface View {
  line: Timeline
  look: Look
}

function view(rows: Row[], absent: number[] = [], more: Partial<Look> = {}): View {
  const line = new Timeline()
  const kept = new Map<number, Row>()
  for (const row of rows) {
    line.put(markOf(row, ME))
    const before = kept.get(row.event.seq)
    if (!before || row.event.gone || (!before.event.gone && (row.opened?.ok || !before.opened?.ok))) kept.set(row.event.seq, row)
  }
  for (const seq of absent) line.put(missing(seq))
  const role = (user: string): Role | null => (user === HOST ? 'host' : 'member')
  const look: Look = {
    me: ME, now: NOW, role, row: (seq) => kept.get(seq), name: (user) => user, change: () => null, badge: () => undefined, firstVisible: 1,
    receipts: null, sha: () => '', lost: () => false, pins: new Set(), ...more,
  }
  return { line, look: { ...look, pins: new Set(pinsOf(line, look)) } }
}

const marks = ({ line }: View): Mark[] => line.seqs().map((seq) => line.get(seq)!)
const items = (seen: View): Item[] =>
  marks(seen).filter((mark) => shows(seen.line, mark, seen.look)).flatMap((mark) => itemsOf(seen.line, mark, seen.look))
const bodies = (seen: View): string[] => items(seen).map((item) => item.body || item.problem?.code || item.gone?.why || item.notice?.change || '')

describe('edits and removals', () => {
  test('the last edit of the author counts, with its label and its mentions', () => {
    const [item] = items(view([
      sealed(1, ANA, 'message', 'one'), sealed(2, ANA, 'edit', 'two', { target: id('m1') }),
      sealed(3, ANA, 'edit', 'three', { target: id('m1'), tlp: 'GREEN', mentions: [ME] }),
    ]))
    expect(item).toMatchObject({ body: 'three', edited: 3000, tlp: 'GREEN', mentionsMe: true, key: id('m1') })
  })

  test('an edit by somebody else changes nothing', () => {
    const [item] = items(view([sealed(1, ANA, 'message', 'one'), sealed(2, BEN, 'edit', 'two', { target: id('m1') })]))
    expect(item).toMatchObject({ body: 'one', edited: null })
  })

  test('a message whose id another one bears is edited by its own author only', () => {
    const same = { id: id('same') }
    const seen = view([
      sealed(1, BEN, 'message', 'first', same), sealed(2, ANA, 'message', 'second', same),
      sealed(3, ANA, 'edit', 'changed', { target: id('same') }),
    ])
    expect(items(seen).map(({ key, body }) => [key, body])).toEqual([[id('same'), 'first'], ['seq:2', 'changed']])
  })

  test('an edit that was removed no longer counts', () => {
    const [item] = items(view([
      sealed(1, ANA, 'message', 'one'), sealed(2, ANA, 'edit', 'two', { target: id('m1') }), server(3, { change: 'redacted', target_seq: 2 }),
    ]))
    expect(item).toMatchObject({ body: 'one', edited: null })
  })

  test.each([[ANA, true], [HOST, true], [BEN, false]])('a wish of %s to remove a message of Ana: %s', (by, obeyed) => {
    const [item] = items(view([sealed(1, ANA, 'message', 'one'), sealed(2, by, 'delete_request', '', { target: id('m1') })]))
    expect(item?.kind).toBe(obeyed ? 'gone' : 'message')
    if (obeyed) expect(item).toMatchObject({ gone: { why: 'redacted', by }, body: '' })
  })

  test('the notice of the server leaves a tombstone in the place of the message', () => {
    expect(items(view([sealed(1, ANA, 'message', 'one'), server(2, { change: 'redacted', target_seq: 1, user: ANA })])))
      .toMatchObject([{ key: id('m1'), kind: 'gone', seq: 1 }])
  })

  test('what was purged has no place; its notice has', () => {
    expect(bodies(view([sealed(1, ANA, 'message', 'one'), sealed(2, ANA, 'message', 'two'), server(3, { change: 'purged', up_to_seq: 1 })])))
      .toEqual(['two', 'purged'])
  })

  test('what has expired is gone at its time, by the sealed wish or the date of the server', () => {
    const wish = sealed(1, ANA, 'message', 'one', { expires_after: 10 }) // 1000 + 10 000
    const both = sealed(2, ANA, 'message', 'two', { expires_after: 900 })
    both.event.expires_at = new Date(5000).toISOString()
    const at = (now: number): string[] => bodies(view([wish, both], [], { now }))
    expect([at(4999), at(5000), at(11_000)]).toEqual([['one', 'two'], ['one', 'expired'], ['expired', 'expired']])
    const { line, look } = view([wish, both], [], { now: 1 })
    expect([nextExpiry(line, look), nextExpiry(line, { ...look, now: 5000 }), nextExpiry(line, { ...look, now: 11_000 })])
      .toEqual([5000, 11_000, 0])
  })
})

describe('copies and holes', () => {
  test('a copy is refused and says from when it is', () => {
    const copy = sealed(2, ANA, 'message', 'one', { id: id('m1') })
    expect(items(view([sealed(1, ANA, 'message', 'one'), copy]))).toMatchObject([
      { body: 'one', key: id('m1') }, { kind: 'problem', key: 'seq:2', body: '', problem: { code: 'copy', at: 1000 } },
    ])
  })

  test('a copy is known as one when the original was removed', () => {
    const copy = sealed(3, ANA, 'message', 'one', { id: id('m1') })
    const seen = [sealed(1, ANA, 'message', 'one'), server(2, { change: 'redacted', target_seq: 1 }), copy, emptied(sealed(1, ANA, 'message', ''))]
    expect(items(view(seen)).map((item) => item.kind)).toEqual(['gone', 'problem'])
  })

  test('a copied reaction is shown as a copy and does not count', () => {
    const copy = sealed(3, BEN, 'reaction', '👍', { target: id('m1'), id: id('m2') })
    const seen = items(view([sealed(1, ANA, 'message', 'one'), sealed(2, BEN, 'reaction', '👍', { target: id('m1') }), copy]))
    expect(seen).toMatchObject([{ reactions: [{ emoji: '👍', users: [BEN] }] }, { problem: { code: 'copy' } }])
  })

  test('numbers that did not come are one place per run', () => {
    expect(items(view([sealed(1, ANA, 'message', 'one'), sealed(5, ANA, 'message', 'five')], [2, 3, 4])).map((item) => [item.key, item.problem?.code]))
      .toEqual([[id('m1'), undefined], ['seq:2', 'hole'], [id('m5'), undefined]])
  })

  test.each([
    ['the message before as it is here', { seq: 1, h: 'h1' }, false], ['another text there', { seq: 1, h: 'other' }, true],
    ['a number not yet come', { seq: 3, h: 'h3' }, true], ['a notice of the server', { seq: 2, h: 'h2' }, true],
    ['nothing before it', null, false],
  ])('prev names %s', (_what, prev, bad) => {
    const seen = items(view([sealed(1, ANA, 'message', 'one'), server(2, { change: 'joined', user: BEN }), sealed(3, BEN, 'message', 'two', { prev })]))
    expect(seen.map((item) => item.key)).toEqual([id('m1'), 'seq:2', ...(bad ? ['hole:3'] : []), id('m3')])
  })

  test('prev is not judged where the room begins for this person', () => {
    const seen = items(view([sealed(5, BEN, 'message', 'two', { prev: { seq: 4, h: 'x' } })], [], { firstVisible: 5 }))
    expect(seen.map((item) => item.key)).toEqual([id('m5')])
  })
})

describe('reactions, polls, pins', () => {
  const target = { target: id('m1') }

  test('the same emoji again takes it back', () => {
    const twice = [sealed(2, BEN, 'reaction', '👍', target), sealed(3, ME, 'reaction', '👍', target), sealed(4, BEN, 'reaction', '👍', target)]
    expect(items(view([sealed(1, ANA, 'message', 'one'), ...twice]))[0]?.reactions).toEqual([{ emoji: '👍', users: [ME], mine: true }])
    const { line } = view([sealed(1, ANA, 'message', 'one'), ...twice, sealed(5, ME, 'reaction', '', target)])
    expect(reactionsOf(line, line.get(1)!)).toEqual([])
  })

  test('a text is not a reaction', () => {
    expect(['👍', '❤️', '❤', '👩‍⚖️', '🇭🇷', '1️⃣'].map(isEmoji)).toEqual([true, true, true, true, true, true])
    expect(['', 'a', '👍👍', 'ok', '<', '1'].map(isEmoji)).toEqual([false, false, false, false, false, false])
  })

  test('the last vote of a person counts, an empty one takes it back', () => {
    const poll = sealed(1, ANA, 'poll', 'When?\nMonday\nTuesday')
    const seen = view([poll, sealed(2, BEN, 'vote', '0', target), sealed(3, ME, 'vote', '0,1', target), sealed(4, BEN, 'vote', '1,7', target)])
    expect(items(seen)[0]?.poll).toEqual({
      question: 'When?', mine: [0, 1], options: [{ text: 'Monday', votes: [ME] }, { text: 'Tuesday', votes: [BEN, ME] }],
    })
    const { line } = view([poll, sealed(2, BEN, 'vote', '1', target), sealed(3, BEN, 'vote', '', target)])
    expect(votesOf(line, line.get(1)!).get(BEN)).toEqual([])
    expect([writeVote([2, 0, 2]), readVote('2, 0\n2 x')]).toEqual(['0,2', [2, 0]])
  })

  test('pins of hosts and members stand in their order; the last word counts', () => {
    const rows = [
      sealed(1, ANA, 'message', 'one'), sealed(2, ANA, 'message', 'two'), sealed(3, BEN, 'pin', 'on', target),
      sealed(4, BEN, 'pin', 'on', { target: id('m2') }), sealed(5, ANA, 'pin', 'off', { target: id('m2') }),
      sealed(6, ANA, 'pin', 'on', { target: id('m2') }), sealed(7, '@observer:x', 'pin', 'off', target),
    ]
    const role = (user: string): Role => (user === '@observer:x' ? 'observer' : 'member')
    const { line, look } = view(rows, [], { role })
    expect(pinsOf(line, look)).toEqual([id('m1'), id('m2')])
    expect(items({ line, look: { ...look, pins: new Set(pinsOf(line, look)) } }).map((item) => item.pinned)).toEqual([true, true])
  })
})

describe('numbers', () => {
  const talk = [
    sealed(1, ANA, 'message', 'one'), sealed(2, BEN, 'message', 'reply', { thread: id('m1'), mentions: [ME] }),
    server(3, { change: 'joined', user: BEN }), sealed(4, ANA, 'edit', 'One', { target: id('m1') }),
    sealed(5, ME, 'message', 'mine', { thread: id('m1') }), sealed(6, ANA, 'poll', 'q\na\nb'), unreadable(sealed(7, BEN, 'message', '?')),
  ]

  test('unread are the events of class m above the last read one, as the server counts', () => {
    const { line, look } = view(talk)
    expect(unreadOf(line, 0, look)).toEqual({ unread: 5, byTopic: { '': 3, [id('m1')]: 2 }, mentions: 1 })
    expect(unreadOf(line, 5, look)).toEqual({ unread: 2, byTopic: { '': 2 }, mentions: 0 })
    expect(unreadOf(line, 7, look).unread).toBe(0)
  })

  test('removing does not change the number of unread messages', () => {
    const { line, look } = view([...talk, server(8, { change: 'redacted', target_seq: 2 })])
    expect(unreadOf(line, 0, look)).toMatchObject({ unread: 5, mentions: 0 })
  })

  test('a topic is what is said under a message, with that message', () => {
    const { line, look } = view(talk)
    expect(topicsOf(line, 2, look)).toEqual([{ id: id('m1'), count: 3, lastAt: 5000, unread: 1 }])
  })
})

// -- the same whatever the order
const KINDS: Content['kind'][] = ['message', 'message', 'message', 'poll', 'edit', 'reaction', 'vote', 'pin', 'delete_request']

function history(random: () => number): { rows: Row[]; absent: number[] } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const rows: Row[] = []
  const absent: number[] = []
  for (let seq = 1; seq <= 40; seq++) {
    const target = id(`m${1 + Math.floor(random() * 40)}`)
    const roll = random()
    if (roll < 0.08) absent.push(seq)
    else if (roll < 0.16) rows.push(server(seq, { change: 'redacted', target_seq: 1 + Math.floor(random() * seq) }))
    else if (roll < 0.18) rows.push(server(seq, { change: 'purged', up_to_seq: Math.floor(random() * seq) }))
    else rows.push(oneOf(seq, pick, random, target))
  }
  return { rows, absent }
}

function oneOf(seq: number, pick: <T>(list: readonly T[]) => T, random: () => number, target: string): Row {
  const kind = pick(KINDS)
  const talks = kind === 'message' || kind === 'poll'
  const body = { reaction: pick(['👍', '🙏', '']), vote: pick(['0', '1', '']), pin: pick(['on', 'off']), poll: 'q\na\nb' }[kind as 'vote'] ?? `text ${seq}`
  const row = sealed(seq, pick([ME, ANA, BEN, HOST]), kind, body, {
    target: talks ? null : target, ...(random() < 0.15 && { id: id(`m${1 + Math.floor(random() * 40)}`) }),
    ...(talks && random() < 0.4 && { thread: target }), ...(talks && random() < 0.3 && { reply_to: target }),
    ...(random() < 0.2 && { mentions: [ME] }), ...(random() < 0.1 && { expires_after: pick([900, 990, 5000]) }),
    ...(random() < 0.5 && { prev: { seq: Math.max(1, seq - 1 - Math.floor(random() * 2)), h: pick([`h${seq - 1}`, `h${seq - 2}`]) } }),
  })
  return random() < 0.08 ? unreadable(row) : row
}

function shuffled<T>(list: T[], random: () => number): T[] {
  const copy = [...list]
  for (let at = copy.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[copy[at], copy[other]] = [copy[other]!, copy[at]!]
  }
  return copy
}

test('the same events give the same view in every order, told twice, early or emptied later (300 histories)', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed)
    const { rows, absent } = history(random)
    const told = rows.flatMap((row) => (row.opened?.ok && random() < 0.1 ? [row, emptied(row), emptied(row, null)] : [row]))
    const all = (given: Row[]): unknown => {
      const seen = view(given, absent)
      return {
        items: items(seen), unread: unreadOf(seen.line, 10, seen.look), topics: topicsOf(seen.line, 10, seen.look),
        pins: pinsOf(seen.line, seen.look), expiry: nextExpiry(seen.line, seen.look),
      }
    }
    const expected = all(told)
    const early = told.filter((row) => row.opened?.ok && random() < 0.3).map(unreadable)
    const again = told.filter(() => random() < 0.3)
    expect(all(shuffled([...told, ...early, ...again], random)), `seed ${seed}`).toEqual(expected)
  }
})
