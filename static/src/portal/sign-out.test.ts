// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { beforeEach, expect, test, vi } from 'vitest'
import { BrowserKeystore } from '../community/crypto/keystore'
import { eventually } from '../shared/testing/patience'
import { hasKeys, startSignOut } from './sign-out'

const PERSON = '00000000-0000-4000-8000-000000000001'
const OTHER = '00000000-0000-4000-8000-000000000009'
const id = (person: string): string => `@${person}:members.invalid`

let went: string[]
let sent: number

function page(person = PERSON): HTMLFormElement {
  document.body.innerHTML = `
    <form method="post" action="/en/account/sign-out/" data-sign-out data-keys-of="${person}" data-warn-at="/en/account/devices/">
      <button type="submit">x</button></form>`
  const form = document.querySelector('form')!
  form.submit = () => void (sent += 1)
  startSignOut((address) => went.push(address))
  return form
}

const press = (form: HTMLFormElement): Event => {
  const event = new SubmitEvent('submit', { bubbles: true, cancelable: true })
  form.dispatchEvent(event)
  return event
}

beforeEach(async () => {
  went = []
  sent = 0
  await Promise.all((await indexedDB.databases()).map(({ name }) => new Promise((done) => {
    indexedDB.deleteDatabase(name!).onsuccess = done
  })))
})

test('a browser without keys signs out at once, and looking for keys leaves nothing behind', async () => {
  const event = press(page())
  expect(event.defaultPrevented).toBe(true)
  await eventually(() => expect(sent).toBe(1))
  expect(went).toEqual([])
  expect(await indexedDB.databases()).toEqual([])
  // What the messages make later is whole.
  await new BrowserKeystore().make(id(PERSON))
  expect(await hasKeys(PERSON)).toBe(true)
})

test('a browser that holds keys of this person is led to the warning first', async () => {
  await new BrowserKeystore().make(id(PERSON))
  press(page())
  await eventually(() => expect(went).toEqual(['/en/account/devices/#p=sign-out']))
  expect(sent).toBe(0)
})

test('keys of somebody else, or keys that are gone, ask for no warning', async () => {
  const keystore = new BrowserKeystore()
  await keystore.make(id(OTHER))
  await keystore.make(id(PERSON))
  await keystore.wipe(id(PERSON))
  expect([await hasKeys(PERSON), await hasKeys(OTHER)]).toEqual([false, true])
  press(page())
  await eventually(() => expect(sent).toBe(1))
  expect(went).toEqual([])
})

test('a browser that does not answer does not keep anybody signed in', async () => {
  const open = vi.spyOn(indexedDB, 'open').mockReturnValue({} as IDBOpenDBRequest)
  vi.useFakeTimers()
  try {
    press(page())
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent).toBe(1)
  } finally {
    vi.useRealTimers()
    open.mockRestore()
  }
})

test('a form without marks is left alone', () => {
  document.body.innerHTML = '<form data-sign-out></form>'
  startSignOut()
  expect(press(document.querySelector('form')!).defaultPrevented).toBe(false)
})
