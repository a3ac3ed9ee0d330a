/** One name and value of a form. */
export type Field = [name: string, value: string]

/** The token that must go with every POST, from any form of this page; empty if there is none. */
export function csrfToken(): string {
  return document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value ?? ''
}

/**
 * Sends fields as an ordinary form to an address of this site.
 *
 * `keepalive` lets the browser finish it after the page is left. Rejects when there is no
 * connection; an answer with an error status is returned like any other.
 */
export function post(url: string, fields: readonly Field[], keepalive = false): Promise<Response> {
  const body = new URLSearchParams()
  for (const [name, value] of fields) {
    if (name !== 'csrfmiddlewaretoken') body.append(name, value)
  }
  body.append('csrfmiddlewaretoken', csrfToken())
  return fetch(url, {
    method: 'POST',
    body,
    keepalive,
    mode: 'same-origin',
    credentials: 'same-origin',
    redirect: 'manual',
    headers: { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
  })
}
