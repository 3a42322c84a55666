import type { TurnError } from '../types'

/** Whatever was thrown, as something that may stand in an action: serialisable, with a message a person can read. */
export function toError(thrown: unknown): TurnError {
  if (thrown instanceof Error) return { message: thrown.message || thrown.name }
  if (typeof thrown === 'string' && thrown !== '') return { message: thrown }
  return { message: 'The request failed.', code: 'request_failed' }
}
