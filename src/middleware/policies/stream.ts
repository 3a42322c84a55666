import { streamDropped, streamOpened, woke } from '../../actions'
import type { Policy } from '../types'

/** Has the stream opened anew when it is down, or cannot be trusted any more after a sleep. */
export const streamPolicy: Policy = (context) => {
  const { openStream } = context.options.ports
  context.listen(streamOpened, () => context.lookUps.renew())
  if (!openStream) return
  const open = (why: 'dropped' | 'wake') => {
    void context.request(
      async () => openStream({ why }, { signal: context.signal }),
      () => undefined,
      (error) => context.raise(error, 'openStream'),
    )
  }
  context.listen(streamDropped, () => open('dropped'))
  context.listen(woke, () => open('wake'))
}
