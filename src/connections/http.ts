/** Requests over HTTP, as connections make them. */
import type { createOptionChecks } from '../options/optionChecks'

/** `fetch`, as far as a connection uses it. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** Headers that go with every request: as they are, or asked for before each one, for a token that changes. */
export type RequestHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>)

type HeadersCheck = Pick<
  ReturnType<typeof createOptionChecks<{ readonly headers?: RequestHeaders | undefined }>>,
  'take'
>

/** The option `headers` of a connection. */
export const takeHeaders = (check: HeadersCheck): RequestHeaders | undefined =>
  check.take<RequestHeaders | undefined>(
    'headers',
    undefined,
    'an object of headers, or a function that gives one',
    (given) => typeof given === 'function' || (typeof given === 'object' && given !== null),
  )

export interface HttpOptions {
  /** Where the server is, without a slash at the end. `''`: the page's own server. */
  readonly baseUrl: string
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  readonly headers?: RequestHeaders | undefined
}

export interface HttpRequest {
  /** Default `GET`, or `POST` with a body. */
  readonly method?: string | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly signal: AbortSignal
}

/**
 * Sends a request to a path of the server.
 *
 * @returns The response, whatever its status below 500.
 * @throws Where nobody knows what became of the request: there is no response, or (5xx) a gateway may have answered in the
 *   server's place.
 */
export type Http = (path: string, request: HttpRequest) => Promise<Response>

export function createHttp({ baseUrl, fetch, headers }: HttpOptions): Http {
  const base = baseUrl.replace(/\/+$/, '')
  return async (path, { body, method = body === undefined ? 'GET' : 'POST', signal, headers: own }) => {
    const common = await headersOf(headers)
    const response = await (fetch ?? globalThis.fetch)(base + path, {
      method,
      signal,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...common,
        ...own,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (response.status >= 500) {
      discard(response)
      throw new Error(`${method} ${path} was answered with HTTP ${response.status}.`)
    }
    return response
  }
}

const headersOf = async (headers: RequestHeaders | undefined): Promise<Readonly<Record<string, string>>> =>
  typeof headers === 'function' ? headers() : (headers ?? {})

/** Frees the connection of a response that nobody reads. */
export const discard = (response: Response): void => void response.body?.cancel().catch(() => undefined)

/** What a body holds; `undefined` where it is not JSON. Rejects where the body is cut. */
export async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text()
  return parseJson(text)
}

/** The value of a text; `undefined` where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
