/** What each answer of a status check is, as actions. */
import type { StatusAnswer } from 'redux-turnkeeper'
import * as internal from '../../src/actions'
import { HALF_A_MINUTE, one } from './happening'
import type { Happening } from './happening'
import type { Need, Scene } from './scene'
import type { CHECKS, OLD_CHECKS } from './types'

/** The answer of a check that leaves, and arrives, now; or of the one that has just left. */
const check = (answer: (scene: Scene) => StatusAnswer, after = HALF_A_MINUTE, need?: Need): Happening => ({
  ...(need && { need }),
  after,
  actions: (scene) => {
    const { key, checkInFlight, now } = scene
    const nonce = checkInFlight ?? `fresh-${now}`
    const leaves = internal.statusCheckStarted({ nonce, conversationIds: [key], explicit: true })
    const arrives = internal.statusAnswered({ nonce, conversationId: key, answer: answer(scene) })
    return checkInFlight === null ? [leaves, arrives] : [arrives]
  },
})
/** The answer of a check that had left before the newest evidence. */
const oldCheck = (answer: (scene: Scene) => StatusAnswer): Happening =>
  one(
    (scene) => internal.statusAnswered({ nonce: 'old', conversationId: scene.key, answer: answer(scene) }),
    'old check',
    1_000,
  )

const itRuns = ({ named }: Scene): StatusAnswer => ({ status: 'running', ...named })
const otherRuns = ({ other }: Scene): StatusAnswer => ({ status: 'running', ...other })
const unknownRuns = (): StatusAnswer => ({ status: 'running', runId: 'unknown-run' })
const somebodyRuns = (): StatusAnswer => ({ status: 'running' })
const itWaits = ({ named }: Scene): StatusAnswer => ({ status: 'awaiting_input', inputId: 'q1', ...named })
const noQuestion = ({ turnId }: Scene): StatusAnswer => ({ status: 'running', turnId, questions: [] })
const idle = (): StatusAnswer => ({ status: 'idle' })
const absent = (): StatusAnswer => ({ status: 'absent' })
const itIsOver = ({ named }: Scene): StatusAnswer => ({
  status: 'idle',
  last: { ...named, outcome: 'complete' },
})
const otherRunsItIsOver = (scene: Scene): StatusAnswer => ({
  ...otherRuns(scene),
  last: { ...scene.named, outcome: 'complete' },
})

export const CHECK_HAPPENINGS: Readonly<
  Record<(typeof CHECKS)[number] | (typeof OLD_CHECKS)[number], Happening>
> = {
  'check: it runs': check(itRuns),
  'check: its guess runs': check(
    ({ guess }) => ({ status: 'running', runId: guess }),
    HALF_A_MINUTE,
    'guess',
  ),
  'check: another turn runs': check(otherRuns),
  'check: another turn runs, late': check(otherRuns, 90_000),
  'check: unknown run runs': check(unknownRuns),
  'check: somebody runs': check(somebodyRuns),
  'check: it waits': check(itWaits),
  'check: no question': check(noQuestion),
  'check: idle early': check(idle, 3_000),
  'check: idle': check(idle),
  'check: idle late': check(idle, 90_000),
  'check: absent': check(absent),
  'check: it is over': check(itIsOver),
  'check: its guess is over': check(
    ({ guess }) => ({ status: 'idle', last: { runId: guess, outcome: 'complete' } }),
    HALF_A_MINUTE,
    'guess',
  ),
  'check: another runs, it is over': check(otherRunsItIsOver),
  'check: failed': {
    after: HALF_A_MINUTE,
    actions: ({ key, checkInFlight, now }) => {
      const nonce = checkInFlight ?? `fresh-${now}`
      const leaves = internal.statusCheckStarted({ nonce, conversationIds: [key], explicit: true })
      const fails = internal.statusCheckEnded({ nonce, failed: true, nextAt: now + 7_000 })
      return checkInFlight === null ? [leaves, fails] : [fails]
    },
  },
  'old check: it runs': oldCheck(itRuns),
  'old check: another turn runs': oldCheck(otherRuns),
  'old check: unknown run runs': oldCheck(unknownRuns),
  'old check: somebody runs': oldCheck(somebodyRuns),
  'old check: it waits': oldCheck(itWaits),
  'old check: no question': oldCheck(noQuestion),
  'old check: idle': oldCheck(idle),
  'old check: absent': oldCheck(absent),
  'old check: it is over': oldCheck(itIsOver),
  'old check: another runs, it is over': oldCheck(otherRunsItIsOver),
}
