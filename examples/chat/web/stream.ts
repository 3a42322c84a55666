/** The one event stream of the page. The keeper has it opened; what does not open is tried again, ever less eagerly. */
import type { Frame } from '../server/protocol'

const FIRST_PAUSE = 500
const LONGEST_PAUSE = 5_000

export interface StreamListener {
  frame(frame: Frame): void
  /** It was open, or should have been, and is not. */
  dropped(): void
}

function createStream() {
  let source: EventSource | null = null
  let listener: StreamListener | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0

  const close = (): void => {
    clearTimeout(timer)
    source?.close()
    source = null
  }
  const open = (): void => {
    close()
    if (!navigator.onLine) return
    const opened = new EventSource('/events')
    source = opened
    opened.onmessage = ({ data }: MessageEvent<string>) => {
      failures = 0
      listener?.frame(JSON.parse(data) as Frame)
    }
    opened.onerror = () => {
      close()
      failures++
      if (failures === 1) listener?.dropped()
      else timer = setTimeout(open, Math.min(FIRST_PAUSE * 2 ** (failures - 2), LONGEST_PAUSE))
    }
  }

  return {
    open,
    listen(to: StreamListener): void {
      listener = to
      window.addEventListener('online', open)
      window.addEventListener('offline', () => {
        close()
        failures = 1
        to.dropped()
      })
    },
  }
}

export const stream = createStream()
