// People outside rooms: searching, blocking. Everything here is what the server says; only a signed
// roster makes a name count.

import type { Core } from '../crypto/core'
import { bare, domainOf, isUser } from '../crypto/encode'
import type { Person, UserId } from '../crypto/interface'
import { asProblem } from '../crypto/refuse'

export class People {
  constructor(private readonly core: Core) {}

  search(query: string): Promise<Person[]> {
    return this.ask('people/search', { q: query })
  }

  cards(users: UserId[]): Promise<Person[]> {
    return users.length === 0 ? Promise.resolve([]) : this.ask('people/cards', { users })
  }

  async blocked(): Promise<{ user: UserId; name: string }[]> {
    const { blocks } = await this.call<{ blocks: { user: UserId; name: string }[] }>('GET', 'blocks')
    return blocks.map(({ user, name }) => ({ user, name: String(name) })).filter((one) => this.isOurs(one.user))
  }

  async block(user: UserId, on: boolean): Promise<void> {
    await this.call(on ? 'PUT' : 'DELETE', `blocks/${bare(user)}`, on ? {} : undefined)
  }

  private async ask(path: string, body: unknown): Promise<Person[]> {
    const { people } = await this.call<{ people: Person[] }>('POST', path, body)
    return people.filter((one) => this.isOurs(one.user)).map(({ user, name, organisation, country, ready }) => ({
      user, name: String(name ?? ''), organisation: String(organisation ?? ''), country: String(country ?? ''),
      ready: ready === true,
    }))
  }

  private isOurs(user: unknown): boolean {
    return isUser(user, domainOf(this.core.me))
  }

  private call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.core.http.json<T>(method, path, body).catch((error: unknown) => {
      throw asProblem(error)
    })
  }
}
