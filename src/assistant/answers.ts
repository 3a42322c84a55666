import { withoutToken } from './connectionTokens'
import type { AssistantAnswer } from './types'

/** What a rejected, aborted or malformed answer counts as. */
export const NO_ANSWER: AssistantAnswer = { ok: false, status: null, message: null, code: null }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/**
 * Keeps of a port's result what the rules read, so that nothing else (a response, an `Error`, a class, a secret) enters an
 * action. Never throws: what cannot be read counts as no answer.
 */
export function readAnswer(result: unknown): AssistantAnswer {
  try {
    return isObject(result) ? read(result) : NO_ANSWER
  } catch {
    return NO_ANSWER
  }
}

function read(result: Readonly<Record<string, unknown>>): AssistantAnswer {
  if (result['ok'] === true) {
    const said = isObject(result['data']) ? result['data'] : {}
    return {
      ok: true,
      id: text(said['id']),
      status: text(said['status']) ?? '',
      isLocal: said['isLocal'] === true,
      connection: withoutToken(said['connection']),
    }
  }
  const { status: http, error } = result
  const { message, code } = isObject(error) ? error : { message: error, code: null }
  return {
    ok: false,
    status: typeof http === 'number' ? http : null,
    message: text(message),
    code: text(code),
  }
}

/** Nothing wrong with the request that a second one could not mend: no answer, 408, 425, 429, or trouble on the server's side. */
export const mayRecover = (answer: AssistantAnswer): boolean =>
  !answer.ok && (answer.status === null || answer.status >= 500 || [408, 425, 429].includes(answer.status))

export const isNotFound = (answer: AssistantAnswer): boolean => !answer.ok && answer.status === 404
