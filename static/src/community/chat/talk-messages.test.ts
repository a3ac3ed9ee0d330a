// Messages and what is said about them: two people over the fake server, without the library.

import { beforeEach, describe, expect, test } from 'vitest'
import type { RoomId } from '../crypto/interface'
import type { FakeClock } from '../testing/fake-clock'
import { draftOf, giveCharter, makeRoom, type Tiny } from '../testing/tiny'
import { keptText, twoPeople, type TwoPeople } from '../testing/two-people'

let two: TwoPeople
let clock: FakeClock
let ana: Tiny
let ben: Tiny
let room: RoomId
let items: TwoPeople['items']
let last: TwoPeople['last']
let say: TwoPeople['say']

beforeEach(async () => {
  two = await twoPeople()
  ;({ clock, ana, ben, room, items, last, say } = two)
})

describe('messages', () => {
  test('a message is shown to both, once, under the same key', async () => {
    const waiting = await say(ana, 'good morning')
    expect(waiting).toMatch(/^txn:/)
    const [mine, hers] = [await last(ana), await last(ben)]
    expect(mine).toMatchObject({ body: 'good morning', mine: true, state: 'sent', name: 'Ana' })
    expect(hers).toMatchObject({ body: 'good morning', mine: false, key: mine.key, seq: mine.seq })
    expect(await ana.reads(room)).toEqual(['good morning'])
    expect(ana.events.some((event) => event.t === 'items' && event.removed.includes(waiting))).toBe(true)
    expect(ana.state.outbox).toBe(0)
  })

  test('the page hears of a new message by itself', async () => {
    await say(ana, 'hello')
    expect(items(ben).map((item) => item.body)).toContain('hello')
  })

  test('each message names the one before it', async () => {
    await say(ana, 'one')
    await say(ben, 'two')
    await say(ana, 'three')
    expect((await ben.api.timeline(room, {})).items.map((item) => item.key).filter((key) => key.startsWith('hole'))).toEqual([])
    const prevs = await Promise.all(['one', 'two', 'three'].map(async (body) => {
      const { items: all } = await ben.api.timeline(room, {})
      const found = await ben.engine.inside.event(room, all.find((item) => item.body === body)!.key)
      return found?.opened?.ok && found.opened.content.prev?.seq
    }))
    expect(prevs).toEqual([undefined, 2, 3])
  })

  test('an edit, reactions, a reply and a removal reach the other', async () => {
    await say(ana, 'one')
    const { key } = await last(ben)
    await ana.api.edit(room, key, 'One')
    await ben.api.react(room, key, '👍')
    await clock.pass(50)
    expect(await last(ana)).toMatchObject({ body: 'One', reactions: [{ emoji: '👍', users: [ben.user] }] })
    await say(ben, 'answer', { replyTo: key })
    expect(await last(ana)).toMatchObject({ body: 'answer', replyTo: { key, name: 'Ana', body: 'One' } })
    await ben.api.react(room, key, '👍')
    await ana.api.remove(room, key)
    await clock.pass(50)
    expect(await ben.reads(room)).toEqual(['† gone', 'answer'])
    expect(await ben.api.item(room, key)).toMatchObject({ kind: 'gone', gone: { why: 'redacted', by: ana.user }, reactions: [], body: '' })
  })

  test('who removed a message is asked for where the notice does not say it', async () => {
    await say(ana, 'one')
    const { key, seq } = await last(ben)
    const event = two.found().events.find((one) => one.seq === seq)!
    Object.assign(event, { content: null, gone: { why: 'redacted', by: ana.user, ts: 1 } })
    two.found().events.push({
      ...event, seq: ++two.found().lastSeq, event_id: '$notice', sender: null, device_id: null, class: 'x', gone: null,
      content: { change: 'redacted', target_seq: seq! },
    })
    two.server.state.poke({ t: 'room', room, seq: two.found().lastSeq })
    await clock.pass(50)
    expect(await ben.api.item(room, key)).toMatchObject({ kind: 'gone', gone: { why: 'redacted', by: ana.user } })
  })

  test('nobody edits or removes what somebody else wrote, unless a host', async () => {
    await say(ana, 'one')
    two.found().members.get(ben.user)!.role = 'member'
    await ben.engine.inside.reload(room)
    const { key } = await last(ben)
    await expect(ben.api.edit(room, key, 'x')).rejects.toMatchObject({ code: 'failed' })
    await expect(ben.api.remove(room, key)).rejects.toMatchObject({ code: 'failed' })
    expect(await ana.reads(room)).toEqual(['one'])
  })

  test('a removed text is on no device any more, its edits neither', async () => {
    await say(ana, 'secret one')
    const { key } = await last(ana)
    await ana.api.edit(room, key, 'secret two')
    await clock.pass(50)
    await ana.api.remove(room, key)
    await clock.pass(50)
    for (const person of [ana, ben]) {
      expect(await keptText(person)).not.toContain('secret')
    }
    const events = two.found().events
    expect(events.filter((event) => event.gone).length).toBe(2)
  })

  test('a poll is answered by both', async () => {
    await say(ana, '', { poll: ['When?', 'Monday', 'Tuesday'] })
    const { key } = await last(ben)
    await ben.api.vote(room, key, [1])
    await ana.api.vote(room, key, [0, 1])
    await ben.api.vote(room, key, [0])
    await clock.pass(50)
    expect((await last(ana)).poll).toEqual({
      question: 'When?', mine: [0, 1], options: [{ text: 'Monday', votes: [ben.user, ana.user] }, { text: 'Tuesday', votes: [ana.user] }],
    })
    await expect(ben.api.vote(room, key, [2])).rejects.toMatchObject({ code: 'failed' })
  })

  test('a topic has its own page; outside of it only what opened it is shown', async () => {
    await say(ana, 'The boat')
    const { key } = await last(ben)
    await say(ben, 'in the topic', { thread: key })
    await say(ana, 'elsewhere')
    expect(await ana.reads(room, key)).toEqual(['The boat', 'in the topic'])
    expect(await ana.reads(room, null)).toEqual(['The boat', 'elsewhere'])
    expect(await ana.reads(room)).toEqual(['The boat', 'in the topic', 'elsewhere'])
    const detail = await ana.api.room(room)
    expect(detail.topics).toMatchObject([{ id: key, title: 'The boat', count: 2 }])
    expect(detail.unreadByTopic[key]).toBe(1)
  })

  test('a pin is told to both', async () => {
    await say(ana, 'one')
    const { key } = await last(ben)
    await ben.api.pin(room, key, true)
    await clock.pass(50)
    expect((await ana.api.room(room)).pins).toEqual([key])
    expect(await last(ana)).toMatchObject({ pinned: true })
    await ana.api.pin(room, key, false)
    await clock.pass(50)
    expect((await ben.api.room(room)).pins).toEqual([])
  })

  test('a reply and a topic inherit the stricter label', async () => {
    await say(ana, 'red', { tlp: 'RED' })
    const { key } = await last(ben)
    await say(ben, 'answer', { tlp: 'GREEN', replyTo: key })
    expect((await last(ana)).tlp).toBe('RED')
    await say(ben, 'deeper', { tlp: 'CLEAR', thread: key })
    expect((await last(ana)).tlp).toBe('RED')
  })

  test('what is too long, empty or answers nothing is refused at once', async () => {
    const tries = [draftOf('x'.repeat(70_000)), draftOf('  '), draftOf('a', { replyTo: 'nothing' }), draftOf('', { poll: ['q', 'one'] })]
    for (const draft of tries) await expect(ana.api.send(room, draft)).rejects.toMatchObject({ code: 'failed' })
    expect(ana.state.outbox).toBe(0)
  })

  test('a label says where a text may be forwarded to', async () => {
    const other = await makeRoom(ana, [{ user: ben.user, role: 'member' }])
    await clock.pass(50)
    await giveCharter(ana, other)
    const keys: Record<string, string> = {}
    for (const tlp of ['GREEN', 'AMBER', 'AMBER+STRICT', 'RED'] as const) {
      await say(ben, `about ${tlp}`, { tlp })
      keys[tlp] = (await last(ana)).key
    }
    await ana.api.forward(room, keys['GREEN']!, other)
    await ana.api.forward(room, keys['AMBER']!, other)
    await expect(ana.api.forward(room, keys['RED']!, other)).rejects.toMatchObject({ code: 'failed', detail: 'label' })
    // Nobody knows here which organisation anybody belongs to.
    await expect(ana.api.forward(room, keys['AMBER+STRICT']!, other)).rejects.toMatchObject({ code: 'failed', detail: 'label' })
    await clock.pass(50)
    const there = (await ana.api.timeline(other, {})).items.filter((item) => item.kind === 'message')
    expect(there.map(({ body, tlp, mine }) => [body, tlp, mine])).toEqual([['about GREEN', 'GREEN', true], ['about AMBER', 'AMBER', true]])
  })
})
