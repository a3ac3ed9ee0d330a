/** The passkey ceremony without a page: what goes over the wire, and what an outcome is called. */

/** A credential as the browser gives it, as far as it is used here. */
export interface Given {
  id: string
  rawId: ArrayBuffer
  type: string
  authenticatorAttachment?: string | null
  response: {
    clientDataJSON: ArrayBuffer
    attestationObject?: ArrayBuffer
    getTransports?: () => string[]
    authenticatorData?: ArrayBuffer
    signature?: ArrayBuffer
    userHandle?: ArrayBuffer | null
  }
  getClientExtensionResults?: () => AuthenticationExtensionsClientOutputs
}

/** What the page says about a ceremony. */
export type State =
  | 'ready' | 'busy' | 'done' | 'unsupported' | 'cancelled' | 'none' | 'known' | 'refused' | 'wait'
  | 'failed' | 'said'

interface Descriptor { id: string; type: 'public-key'; transports?: AuthenticatorTransport[] }

/** Options as the server sends them: JSON, bytes as base64url. */
export interface Options {
  challenge: string
  user?: { id: string; name: string; displayName: string }
  allowCredentials?: Descriptor[]
  excludeCredentials?: Descriptor[]
  [name: string]: unknown
}

/** Bytes of base64url text (RFC 4648 section 5, without padding). */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** Base64url text of bytes, without padding. */
export function textOf(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** The server's options as the browser wants them: the same, with bytes for text. */
export function optionsOf(sent: Options): Record<string, unknown> {
  const options: Record<string, unknown> = { ...sent, challenge: bytesOf(sent.challenge) }
  if (sent.user) options.user = { ...sent.user, id: bytesOf(sent.user.id) }
  for (const name of ['allowCredentials', 'excludeCredentials'] as const) {
    const list = sent[name]
    if (list) options[name] = list.map((row) => ({ ...row, id: bytesOf(row.id) }))
  }
  return options
}

/** A credential as the server wants it: JSON, bytes as base64url. */
export function jsonOf(given: Given): Record<string, unknown> {
  const from = given.response
  const response: Record<string, unknown> = { clientDataJSON: textOf(from.clientDataJSON) }
  if (from.attestationObject) {
    response.attestationObject = textOf(from.attestationObject)
    response.transports = from.getTransports?.() ?? []
  }
  if (from.authenticatorData) response.authenticatorData = textOf(from.authenticatorData)
  if (from.signature) response.signature = textOf(from.signature)
  if (from.userHandle) response.userHandle = textOf(from.userHandle)
  return {
    id: given.id,
    rawId: textOf(given.rawId),
    type: given.type,
    authenticatorAttachment: given.authenticatorAttachment ?? null,
    clientExtensionResults: given.getClientExtensionResults?.() ?? {},
    response,
  }
}

const OF_BROWSER: Record<string, State> = {
  // Browsers give one name to "cancelled", "too slow" and "no passkey here", so that no site learns more.
  NotAllowedError: 'cancelled',
  AbortError: 'cancelled',
  InvalidStateError: 'known',
  NotSupportedError: 'unsupported',
  SecurityError: 'unsupported',
  ConstraintError: 'unsupported',
}
const OF_SERVER: Record<string, State> = {
  credential_not_found: 'none',
  credential_known: 'known',
  too_many: 'wait',
  said: 'said',
}

/** What an error of the browser means to the person. */
export function stateOfError(name: string): State {
  return OF_BROWSER[name] ?? 'failed'
}

/** What a refusal of the server means to the person. */
export function stateOfCode(code: string): State {
  return OF_SERVER[code] ?? 'refused'
}
