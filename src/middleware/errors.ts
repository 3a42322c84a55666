import type { TurnError } from '../types'

/** Whatever was thrown, as something that may stand in an action: serialisable, with a message a person can read. */
export function toError(thrown: unknown): TurnError {
  if (thrown instanceof Error) return { message: thrown.message || thrown.name }
  return { message: typeof thrown === 'string' ? thrown : 'The request failed.' }
}
