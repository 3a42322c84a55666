/** A stream that begins with what was sent before: read until it ends, or until nothing more comes. */
import type { Clock } from '../types'
import { isEventStream, readEvents } from './bodies'
import { discard } from './http'

/** What a replayed stream has told so far. */
export interface Replay<Event> {
  /** `open`: it goes on. `failed`: not answered, not with success, or cut. `none`: answered with 204. */
  readonly state: 'open' | 'ended' | 'failed' | 'none'
  readonly events: readonly Event[]
  /** Hands on what comes from here on, what has come meanwhile first. Resolves when the stream ends, with whether it ended as it should. */
  follow(onEvent: (event: Event) => void): Promise<'clean_end' | 'failed'>
}

export interface ReplayOptions {
  readonly clock: Clock
  /** A stream that goes on tells nothing for this long, ms. */
  readonly quietTime: number
  /** It is not waited for longer than this, ms. */
  readonly timeLimit: number
}

/**
 * Opens such a stream, and reads what is there.
 *
 * @param open Makes the request. What it rejects with counts as `failed`.
 */
export function readReplay<Event>(
  open: () => Promise<Response>,
  { clock, quietTime, timeLimit }: ReplayOptions,
): Promise<Replay<Event>> {
  const { setTimeout, clearTimeout } = clock
  const events: Event[] = []
  let onEvent = (event: Event): void => void events.push(event)
  let isAnswered = false
  let quiet: unknown

  return new Promise((resolve) => {
    let limit: unknown = undefined
    let ended!: (how: 'clean_end' | 'failed') => void
    const end = new Promise<'clean_end' | 'failed'>((settle) => (ended = settle))
    let isDecided = false

    const decide = (state: Replay<Event>['state']): void => {
      if (isDecided) return
      isDecided = true
      clearTimeout(limit)
      clearTimeout(quiet)
      const late: Event[] = []
      onEvent = (event) => void late.push(event)
      resolve({
        state,
        events: [...events],
        follow(listener) {
          late.splice(0).forEach(listener)
          onEvent = listener
          return end
        },
      })
    }
    const awaitQuiet = (): void => {
      clearTimeout(quiet)
      quiet = isDecided ? undefined : setTimeout(() => decide('open'), quietTime)
    }
    limit = setTimeout(() => decide(isAnswered ? 'open' : 'failed'), timeLimit)

    const read = async (): Promise<void> => {
      const response = await open()
      if (!response.ok || !isEventStream(response) || response.status === 204) {
        discard(response)
        return decide(response.status === 204 ? 'none' : 'failed')
      }
      isAnswered = true
      awaitQuiet()
      const how = await readEvents<Event>(response, (event) => {
        awaitQuiet()
        onEvent(event)
      })
      decide(how === 'clean_end' ? 'ended' : 'failed')
      ended(how === 'clean_end' ? 'clean_end' : 'failed')
    }
    read().catch(() => {
      decide('failed')
      ended('failed')
    })
  })
}
