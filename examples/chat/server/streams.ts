/** The open SSE streams: each gets every frame, so that background conversations and work from elsewhere show. */
import { EventType } from '@ag-ui/core'
import { EventEncoder } from '@ag-ui/encoder'
import type { ServerResponse } from 'node:http'
import type { Clock } from './clock'
import type { CustomFrame, Frame } from './protocol'

const MAX_STREAMS = 32
/** A reader that has this much unread is let go, bytes. */
const MAX_UNREAD = 1_000_000
const HEARTBEAT = 10_000
/** No stream lives longer than this; the client opens another. */
const MAX_AGE = 3_600_000

export function createStreams(clock: Clock, boot: () => string) {
  const encoder = new EventEncoder()
  const streams = new Map<ServerResponse, (frame: Frame) => boolean>()
  const custom = (frame: CustomFrame): Frame => ({
    type: EventType.CUSTOM,
    ...frame,
    timestamp: clock.now(),
    metadata: {},
  })

  const publish = (frame: Frame): void => {
    if (streams.size === 0) return
    const text = encoder.encodeSSE(frame)
    for (const [response, wants] of streams) {
      if (!wants(frame)) continue
      response.write(text)
      if (response.writableLength > MAX_UNREAD) response.destroy()
    }
  }

  return {
    publish,
    announce: (frame: CustomFrame): void => publish(custom(frame)),
    /** Opens a stream; false where there are too many. Without `wants` it carries everything, and says hello. */
    open(response: ServerResponse, wants?: (frame: Frame) => boolean): boolean {
      if (streams.size >= MAX_STREAMS) return false
      response.writeHead(200, {
        'content-type': encoder.getContentType(),
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      streams.set(response, wants ?? (() => true))
      if (!wants) response.write(encoder.encodeSSE(custom({ name: 'hello', value: { boot: boot() } })))
      const beat = (): void => {
        response.write(': still here\n\n')
        heartbeat = clock.setTimeout(beat, HEARTBEAT)
      }
      let heartbeat = clock.setTimeout(beat, HEARTBEAT)
      const age = clock.setTimeout(() => response.end(), MAX_AGE)
      response.on('close', () => {
        clock.clearTimeout(heartbeat)
        clock.clearTimeout(age)
        streams.delete(response)
      })
      return true
    },
    /** Cuts all of them, in the middle of whatever they say. */
    cut(): void {
      for (const response of streams.keys()) response.destroy()
      streams.clear()
    },
    close(): void {
      for (const response of streams.keys()) response.end()
    },
  }
}
export type Streams = ReturnType<typeof createStreams>
