import type { KeeperState } from 'redux-turnkeeper'
import { copiesIn } from './fingerprint'

/** A name, and what was seen: JSON, of which the recording keeps a fingerprint. */
export type Part = readonly [name: string, seen: unknown]

/** What is played, and recorded in one line. */
export interface Recorded {
  readonly title: string
  readonly play: () => Promise<readonly Part[]>
}

/** What is left of a step: nothing, where it changed nothing. */
export const changeOf = (before: KeeperState, after: KeeperState): unknown =>
  before === after ? null : { after, copies: copiesIn(before, after) }
