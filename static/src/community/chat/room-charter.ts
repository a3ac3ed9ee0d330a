// The charter of a room: sent sealed after creation, each change and each list that adds someone.

import { bare, sha256 } from '../crypto/encode'
import type { Charter, RoomId } from '../crypto/interface'
import { problem } from '../crypto/refuse'
import type { Trust } from '../crypto/room-trust'
import { charterKey } from '../crypto/seals'
import { charterText } from './charter'
import { type DeedParts, post } from './deed-parts'

export class CharterDeeds {
  constructor(private readonly parts: DeedParts) {}

  async setCharter(room: RoomId, charter: Charter): Promise<void> {
    const { core, rosters, talk } = this.parts
    const text = charterText(room, charter)
    const hash = await sha256(text)
    await rosters.change(room, (now) => (now.charterHash === hash ? null : { charter: hash }))
    await this.send(room, text, charter)
    if (talk.server(room)?.ends_at !== charter.ends_on) await this.setRoom(room, { ends_at: charter.ends_on })
    core.emit({ t: 'room', room })
  }

  /** The server wants all three; what is not named stays as it is. */
  async setRoom(room: RoomId, set: { retention_days?: number; ends_at?: string; receipts?: boolean }): Promise<void> {
    const { core, talk } = this.parts
    const { retention_days, ends_at, receipts } = await talk.reload(room)
    await post(core, `rooms/${bare(room)}/settings`, { retention_days, ends_at, receipts, ...set }, true)
    await talk.reload(room)
  }

  async send(room: RoomId, text: string, charter: Charter): Promise<void> {
    const { core, talk } = this.parts
    await core.sealed.put('rooms', charterKey(room), text)
    await talk.rememberCharter(room, text)
    await talk.sendContent(room, 'room_meta', text, { tlp: charter.tlp_default })
  }

  /** The charter whose hash the signed list has: read in the room, or come by invitation. */
  async inUse(room: RoomId, trust: Trust): Promise<{ text: string; charter: Charter }> {
    const { core, inner, seals } = this.parts
    const invitations = await inner.rosters.invitations(room)
    const texts = [await core.sealed.get<string>('rooms', charterKey(room)), ...invitations.map((one) => one.charter)]
    for (const text of texts) {
      const charter = text && (await sha256(text)) === trust.charterHash ? await seals.charter(room, text) : null
      if (charter) return { text: text!, charter }
    }
    throw problem('failed', { detail: 'charter-unknown' })
  }
}
