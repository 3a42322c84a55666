import type { AssistantConnection, ConnectionDetails } from './types'

/**
 * The token of a connection is kept beside the connection object, never in it: it is in no state, action, DevTools log or
 * persisted copy, and goes with the object. A copy (after a reload, an import) has none, and is checked anew.
 */
const tokens = new WeakMap<AssistantConnection, string>()

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** The part of a connection that may enter an action. Anything but an object counts as none. */
export function withoutToken(given: unknown): AssistantConnection | null {
  if (typeof given !== 'object' || given === null) return null
  const { url, token } = given as { readonly url?: unknown; readonly token?: unknown }
  const connection: AssistantConnection = { url: text(url) }
  const secret = text(token)
  if (secret !== null) tokens.set(connection, secret)
  return connection
}

/** The token that came with this very connection; `null` without one. */
export const tokenOf = (connection: AssistantConnection | null): string | null =>
  (connection && tokens.get(connection)) ?? null

/** The same connection was given again with another token. */
export function renewToken(kept: AssistantConnection, given: AssistantConnection): void {
  const token = tokenOf(given)
  if (token === null) tokens.delete(kept)
  else tokens.set(kept, token)
}

/** A connection with its token, for a port. */
export const withToken = (connection: AssistantConnection | null): ConnectionDetails | null =>
  connection && { url: connection.url, token: tokenOf(connection) }
