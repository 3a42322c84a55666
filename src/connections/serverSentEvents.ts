/** Server-sent events of a response body. Needs the optional peer `eventsource-parser`. */
import { createParser } from 'eventsource-parser'

/** One event, as it came. */
export interface ServerSentEvent {
  readonly data: string
  /** Its type, where it has one. */
  readonly event?: string | undefined
  readonly id?: string | undefined
}

/**
 * Reads a body to its end.
 *
 * @param onEvent Called with each event. It must not throw.
 * @param onChunk Called with every piece that comes, also one that holds no event: a comment keeps a connection alive.
 * @returns When the body has ended as it should. Rejects where it is cut, or its request is aborted.
 */
export async function readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: ServerSentEvent) => void,
  onChunk: () => void = () => undefined,
): Promise<void> {
  const parser = createParser({ onEvent })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    parser.feed(decoder.decode(value, { stream: true }))
    onChunk()
  }
}
