/** What happens to a server and its client. Each case comes to rest by itself; the judge does the rest. */
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import type { Lab } from '../lab'

export interface Case {
  readonly name: string
  readonly options?: Pick<TurnkeeperOptions<string>, 'sendWhileBusy' | 'queuePolicy'>
  run(lab: Lab): Promise<void>
}

export const must = (isSo: boolean, what: string): void => {
  if (!isSo) throw new Error(what)
}
