/** Ids of JSON-RPC requests as ids of questions: each connection, and each process, begins them again at 0. */
import { attempt } from './wire'

/** The id of the question that a request asks, with the process in front. `undefined` where the request has none. */
export const questionIdOf = (
  raw: unknown,
  { source, boot }: { readonly source?: string | undefined; readonly boot?: string | undefined },
): string | undefined =>
  typeof raw === 'string' || typeof raw === 'number'
    ? [source, boot, JSON.stringify(raw)].filter((part) => part !== undefined).join(':')
    : undefined

/**
 * The server's own id of a request, from the id of its question: a number stays a number. An answer to `"0"` in place of `0`
 * is ignored by the server.
 */
export const rawRequestId = (questionId: string): string | number | undefined =>
  attempt(() => JSON.parse(/("(\\.|[^"\\])*"|[^:]*)$/.exec(questionId)![0]) as string | number, undefined)
