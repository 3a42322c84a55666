/** Who may ask what: this machine's own pages, in bounded bodies. */
import type { IncomingMessage } from 'node:http'

/** Largest body, bytes. */
export const MAX_BODY = 64_000

/** An answer other than 200, thrown by what reads a request. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message)
  }
}

/**
 * Refuses whatever was not made by a page of this very server: a foreign `Host` (a name that was pointed at this machine), a
 * foreign `Origin` or `Sec-Fetch-Site`, and a body that a plain form could have sent.
 */
export function checkCaller({ headers, method }: IncomingMessage, port: number): void {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`]
  if (!own.includes(headers.host ?? '')) throw new Refusal(403, 'This server answers on 127.0.0.1 only.')
  if (headers.origin !== undefined && !own.some((host) => headers.origin === `http://${host}`)) {
    throw new Refusal(403, 'Pages of other origins are not served.')
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new Refusal(403, 'Other sites are not served.')
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST')
    throw new Refusal(405, 'Only GET and POST are understood.')
  if (method === 'POST' && !headers['content-type']?.startsWith('application/json')) {
    throw new Refusal(415, 'A body must be application/json.')
  }
}

/** Reads a JSON object of bounded size. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY) throw new Refusal(413, `A body may have ${MAX_BODY} bytes.`)
    parts.push(part)
  }
  let body: unknown
  try {
    body = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}')
  } catch {
    throw new Refusal(400, 'The body is not JSON.')
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal(400, 'The body is not a JSON object.')
  return body as Record<string, unknown>
}

const MAX_ID = 100

/** A field that has to be an id or a short text. */
export function text(body: Record<string, unknown>, field: string, longest = MAX_ID): string {
  const value = body[field]
  if (typeof value !== 'string' || value === '' || value.length > longest) {
    throw new Refusal(400, `"${field}" must be a text of 1 to ${longest} letters.`)
  }
  return value
}
