/** Law 5: a status answer names what is over. What has shown since the check left is not. */
import { answerCheck } from '../../src/turns/statusAnswers'
import { lastEnded } from '../../src/state/turns'
import type { ConversationTurns, StatusAnswer } from '../../src/types'
import { NOW, context, entryIn, helper, turnOf, turnsOf, unplaced } from './parts'

const LEFT = 5
const check = { nonce: 'n', conversationIds: ['c'], seq: LEFT, at: NOW }
const answered = (entry: Partial<ConversationTurns>, answer: StatusAnswer) =>
  answerCheck(
    context(),
    { ...turnsOf(entry), statusChecks: [check] },
    { nonce: 'n', conversationId: 'c', answer },
  )
const keep = { stopsInFlight: [{ turnId: null, nonce: 's', at: NOW }] }
const SIDES = [
  ['before the check left', LEFT - 1, true],
  ['as the check left', LEFT, true],
  ['since', LEFT + 1, false],
] as const

describe.each(SIDES)('what has shown %s', (_when, evidenceSeq, isOver) => {
  const last: StatusAnswer = { status: 'unreachable', last: { runId: 'r', outcome: 'complete' } }
  test('is a turn that the answer names as over', () => {
    const after = answered({ active: turnOf('t', { runs: ['r'], evidenceSeq }) }, last)
    expect(lastEnded(after, 'c')?.outcome).toBe(isOver ? 'complete' : undefined)
  })
  test('is a run of unknown origin that the answer names as over', () => {
    const { unplacedRuns } = entryIn(answered({ ...keep, unplacedRuns: [unplaced({ evidenceSeq })] }, last))
    expect(unplacedRuns).toHaveLength(isOver ? 0 : 1)
  })
  test('is a run beside the turn that the answer names as over', () => {
    const { backgroundRuns } = entryIn(
      answered({ ...keep, backgroundRuns: [helper({ runId: 'r', evidenceSeq })] }, last),
    )
    expect(backgroundRuns).toHaveLength(isOver ? 0 : 1)
  })
  test('is a run of unknown origin, and nothing runs: it is no turn, but may go on beside one', () => {
    const after = entryIn(
      answered({ ...keep, unplacedRuns: [unplaced({ evidenceSeq })] }, { status: 'idle' }),
    )
    expect([after.unplacedRuns.length, after.backgroundRuns.length]).toEqual(isOver ? [0, 1] : [1, 0])
  })
})

test('a turn is named as over that nobody knows: the runs that name no turn go on', () => {
  const last = { turnId: 'x', outcome: 'complete' } as const
  const entry = {
    unplacedRuns: [unplaced({ evidenceSeq: LEFT })],
    backgroundRuns: [helper({ evidenceSeq: LEFT })],
  }
  expect(entryIn(answered(entry, { status: 'unreachable', last }))).toMatchObject(entry)
})
