/** What a response that is no success says of a prompt. */
import type { SendResult, TurnError } from '../types'
import { jsonOf } from './http'

type Refusal = Extract<SendResult, { readonly status: 'refused' }>

/** How much of an error's text is shown. */
const MAX_TEXT = 500

/**
 * Reads a refusal. 409, and 429 with a time to wait, are `busy`; 410 is `gone`.
 *
 * @param response Of a status below 500: above it nobody knows what became of the prompt.
 */
export async function refusalOf(response: Response): Promise<Refusal> {
  const { status } = response
  const error = await errorOf(response)
  const retryAfterMs = retryAfterOf(response)
  if (status === 409 || (status === 429 && retryAfterMs !== undefined))
    return { status: 'refused', reason: 'busy', error, retryAfterMs }
  return { status: 'refused', reason: status === 410 ? 'gone' : 'error', error }
}

/** In the server's own words, where it has any. */
async function errorOf(response: Response): Promise<TurnError> {
  const code = `http_${response.status}`
  const body = await jsonOf(response).catch(() => undefined)
  const told = [
    body,
    fieldOf(body, 'message'),
    fieldOf(fieldOf(body, 'error'), 'message'),
    fieldOf(body, 'error'),
  ]
  const message = told.find((text): text is string => typeof text === 'string' && text !== '')
  return { message: message?.slice(0, MAX_TEXT) ?? `The server answered with HTTP ${response.status}.`, code }
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[field]
    : undefined

/** The header `Retry-After`, where it gives seconds; ms. */
function retryAfterOf({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined
}
