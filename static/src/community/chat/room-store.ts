// One room in the sealed cache: its record, its marks in segments of 1,000 and its rows in chunks
// of 100, so that opening a long room reads the marks and the last rows, never everything.

import type { Sealed, Table } from '../crypto/core'
import { isWhole } from '../crypto/encode'
import type { Charter, RoomId, UserId } from '../crypto/interface'
import type { ServerRoom } from './parts'
import { type Mark, markOf, missing, type Row, Timeline } from './timeline-data'

export const CHUNK = 100
const SEGMENT = 1000
const KEPT = 40 // chunks held in memory per room

export interface RoomRecord {
  server: ServerRoom
  known: [number, number][] // numbers accounted for, ascending, apart from each other
  charters: { seq: number; text: string }[] // newest first; the signed hash chooses
  charter: Charter | null
  invitedBy: UserId
  names: Record<UserId, string> // as last seen in the signed list, for when there is no network
  receipts: Record<UserId, number>
  readWanted: number // told by the page, not yet by the server
  firstVisibleAt: number
  waiting: boolean // something waits for its key
  opened: boolean // the page has shown it: older messages are fetched too
  unread: { unread: number; byTopic: Record<string, number>; mentions: number }
  lastAt: number
}

export interface SealedRow {
  table: Table
  key: string
  value: unknown
}

type Packed = [number, ...unknown[]]
interface Segment {
  words: string[] // ids that come again and again, by number
  marks: Packed[]
}

const pad = (number: number): string => String(number).padStart(8, '0')
const FIELDS = [
  'cls', 'ts', 'kind', 'id', 'thread', 'target', 'note', 'about', 'expires', 'gone', 'by', 'problem',
  'session', 'mentionsMe',
] as const

export function newRecord(server: ServerRoom): RoomRecord {
  return {
    server, known: [], charters: [], charter: null, invitedBy: '', names: {}, receipts: {},
    readWanted: 0, firstVisibleAt: 0, waiting: false, opened: false,
    unread: { unread: server.unread, byTopic: {}, mentions: 0 }, lastAt: 0,
  }
}

/** Where the room begins for this person. In one stay hosts may give more of it, nobody takes away: a
 *  number that rises would hide what is missing before it. */
export const firstVisible = (known: ServerRoom, told: number): number =>
  isWhole(told, 1) ? Math.min(known.first_visible_seq, told) : known.first_visible_seq

export class RoomStore {
  readonly timeline = new Timeline()
  private readonly chunks = new Map<number, Map<number, Row>>() // the most recently used last
  private opening: Promise<void> | null = null
  private writing: Promise<unknown> = Promise.resolve()
  private wiped = false
  /** Brings the record in step with the marks; called before every write. */
  beforeWrite: () => void = () => undefined

  constructor(
    private readonly sealed: Sealed,
    readonly room: RoomId,
    private readonly me: UserId,
    public record: RoomRecord,
  ) {}

  static recordKey = (room: RoomId): string => `talk/${room}`

  /** All records there are, for the room list. */
  static async records(sealed: Sealed): Promise<RoomRecord[]> {
    return (await sealed.list<RoomRecord>('rooms', 'talk/')).map((row) => row.value)
  }

  /** Read the marks; rows come when they are asked for. */
  open(): Promise<void> {
    this.opening ??= this.readMarks()
    return this.opening
  }

  get isOpen(): boolean {
    return this.opening !== null
  }

  private async readMarks(): Promise<void> {
    for (const { value } of await this.sealed.list<Uint8Array>('events', `${this.room}/s/`)) {
      const { marks, words } = fromBytes<Segment>(value)
      for (const packed of marks) this.timeline.put(unpack(packed, words))
    }
  }

  /** The row if it is in memory. */
  row(seq: number): Row | undefined {
    return this.chunks.get(Math.floor(seq / CHUNK))?.get(seq)
  }

  /** The numbers whose rows are in memory. */
  inMemory(): number[] {
    return [...this.chunks.values()].flatMap((rows) => [...rows.keys()])
  }

  /** Bring the rows of these numbers into memory. */
  async load(seqs: Iterable<number>): Promise<void> {
    const wanted = new Set<number>()
    for (const seq of seqs) wanted.add(Math.floor(seq / CHUNK))
    await Promise.all([...wanted].map((chunk) => this.chunk(chunk)))
  }

  /** Every chunk in turn, without keeping them: for the index and the transcript. */
  async *everyRow(): AsyncGenerator<Row> {
    await this.open()
    const numbers = new Set(this.timeline.seqs().map((seq) => Math.floor(seq / CHUNK)))
    for (const number of numbers) {
      const rows = this.chunks.get(number)?.values() ?? await this.read(number)
      yield* [...rows].sort((a, b) => a.event.seq - b.event.seq)
    }
  }

  private async read(number: number): Promise<Row[]> {
    const bytes = await this.sealed.get<Uint8Array>('events', this.chunkKey(number))
    return bytes ? fromBytes<Row[]>(bytes) : []
  }

  private async chunk(number: number): Promise<Map<number, Row>> {
    let found = this.chunks.get(number)
    if (!found) {
      const rows = await this.read(number)
      found = this.chunks.get(number) ?? new Map(rows.map((row) => [row.event.seq, row]))
    }
    this.chunks.delete(number)
    this.chunks.set(number, found)
    return found
  }

  /** Write rows, numbers that are missing, the record and what goes with them, all at once. */
  save(rows: Row[], absent: number[] = [], also: SealedRow[] = []): Promise<void> {
    const work = this.writing.then(() => this.write(rows, absent, also))
    this.writing = work.catch(() => undefined)
    return work
  }

  private async write(rows: Row[], absent: number[], also: SealedRow[]): Promise<void> {
    if (rows.length || absent.length) await this.open() // a part of the marks must not replace all of them
    if (this.wiped) return
    const chunks = new Set<number>()
    const segments = new Set<number>()
    for (const row of rows) {
      const { seq } = row.event
      const number = Math.floor(seq / CHUNK)
      ;(await this.chunk(number)).set(seq, row)
      this.timeline.put(markOf(row, this.me))
      chunks.add(number)
      segments.add(Math.floor(seq / SEGMENT))
    }
    for (const seq of absent) {
      this.timeline.put(missing(seq))
      segments.add(Math.floor(seq / SEGMENT))
    }
    if (this.isOpen) {
      this.record.waiting = this.timeline.waiting.size > 0
      this.beforeWrite()
    }
    await this.sealed.putAll([
      ...await Promise.all([...chunks].map((number) => this.chunkRow(number))),
      ...[...segments].map((number) => this.segmentRow(number)),
      { table: 'rooms' as const, key: RoomStore.recordKey(this.room), value: this.record },
      ...also,
    ])
    this.forgetOld()
  }

  private async chunkRow(number: number): Promise<SealedRow> {
    return { table: 'events', key: this.chunkKey(number), value: toBytes([...(await this.chunk(number)).values()]) }
  }

  private chunkKey(number: number): string {
    return `${this.room}/e/${pad(number)}`
  }

  private segmentRow(number: number): SealedRow {
    const seqs = this.timeline.seqs()
    const segment: Segment = { words: [], marks: [] }
    const words = new Map<string, number>()
    for (let at = this.timeline.position(number * SEGMENT); at < seqs.length; at++) {
      if (seqs[at]! >= (number + 1) * SEGMENT) break
      segment.marks.push(pack(this.timeline.get(seqs[at]!)!, words))
    }
    segment.words = [...words.keys()]
    return { table: 'events', key: `${this.room}/s/${pad(number)}`, value: toBytes(segment) }
  }

  private forgetOld(): void {
    for (const number of this.chunks.keys()) {
      if (this.chunks.size <= KEPT) return
      this.chunks.delete(number)
    }
  }

  /** Only the record. */
  saveRecord(): Promise<void> {
    return this.save([])
  }

  /** Take everything of the room off this device. */
  async wipe(): Promise<void> {
    this.wiped = true // what is on its way here is written no more
    await this.writing
    const keys = (await this.sealed.list('events', `${this.room}/`)).map((row) => row.key)
    await this.sealed.putAll([
      ...keys.map((key) => ({ table: 'events' as const, key, value: undefined })),
      { table: 'rooms', key: RoomStore.recordKey(this.room), value: undefined },
    ])
    this.chunks.clear()
  }
}

// The sealed store looks into every value of JSON; of bytes it looks at none, which is much faster.
const toBytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
const fromBytes = <T>(bytes: Uint8Array): T => JSON.parse(new TextDecoder().decode(bytes)) as T

// -- marks as they are kept: a list, with the ids of people and devices by number --------------------

function pack(mark: Mark, words: Map<string, number>): Packed {
  const word = (text: string): number => {
    if (!words.has(text)) words.set(text, words.size)
    return words.get(text)!
  }
  return [mark.seq, word(mark.sender), word(mark.device), ...FIELDS.map((field) => mark[field])]
}

function unpack(packed: Packed, words: string[]): Mark {
  const [seq, sender, device, ...values] = packed
  const mark: Record<string, unknown> = { seq, sender: words[sender as number], device: words[device as number] }
  FIELDS.forEach((field, at) => {
    mark[field] = values[at]
  })
  return mark as unknown as Mark
}
