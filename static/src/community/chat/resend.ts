// "Ask … to send it again": community.resend (messaging.md 10.2, pitfall 14). The next message gets a
// new key, so that the one who asks reads on; keys of the past come from the backup only.

import { domainOf, hasExactly, isRoom } from '../crypto/encode'
import type { UserId } from '../crypto/interface'
import type { DeedParts } from './deed-parts'

export const RESEND = 'community.resend'
const MOST_SESSION = 100

export class Resend {
  private readonly obeyed = new Set<string>()

  constructor(private readonly parts: DeedParts) {}

  /** Obeyed for rostered, joined people only, and once per key and person. */
  async asked(sender: UserId, content: Record<string, unknown>): Promise<void> {
    const { core, inner, rosters } = this.parts
    const { room, session_id: session } = content
    const good = hasExactly(content, ['room', 'session_id']) && isRoom(room, domainOf(core.me)) &&
      typeof session === 'string' && session.length <= MOST_SESSION
    if (!good || this.obeyed.has(`${room} ${session} ${sender}`)) return
    if ((await inner.sharer.sessionInUse(room)) !== session) return // an older key, or somebody else's
    const { server, trust } = await rosters.room(room)
    const joined = server.members?.some((one) => one.user === sender && one.state === 'joined')
    if (!joined || !trust.entry(sender)) return
    this.obeyed.add(`${room} ${session} ${sender}`)
    await inner.sharer.rotate(room)
  }
}
