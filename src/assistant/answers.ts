import type { AssistantAnswer, AssistantConnection, AssistantData } from './types'

/** What a rejected, aborted or malformed answer counts as. */
export const NO_ANSWER: AssistantAnswer = { ok: false, status: null, message: null, code: null }

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/**
 * Keeps of a port's result what the rules read, so that nothing else (a response, an `Error`, a class) enters an action.
 *
 * @param status What an answer that says `ok` without a status word means.
 */
export function readAnswer(result: unknown, status = ''): AssistantAnswer {
  if (typeof result !== 'object' || result === null) return NO_ANSWER
  const { ok, data, status: http, error } = result as Record<string, unknown>
  if (ok === true) {
    const said = (data ?? {}) as Partial<AssistantData>
    return {
      ok,
      id: text(said.id) ?? '',
      status: text(said.status) ?? status,
      isLocal: said.isLocal === true,
      connection: readConnection(said.connection),
    }
  }
  const { message, code } = (
    typeof error === 'object' && error !== null ? error : { message: error }
  ) as Record<string, unknown>
  return {
    ok: false,
    status: typeof http === 'number' ? http : null,
    message: text(message),
    code: text(code),
  }
}

const readConnection = (said: AssistantConnection | null | undefined): AssistantConnection | null =>
  said ? { url: text(said.url), token: text(said.token) } : null
