/** Law 24: what is remembered of others is bounded, and the newest of it is kept. */
import { FOREIGN_CONVERSATIONS, REMEMBERED, RUNS_PER_CONVERSATION } from '../../src/state/config'
import { initialTurns, patchEntry } from '../../src/state/turns'
import type { Turn, TurnsState } from '../../src/types'
import { backendRestarted, nextOpenPause, wantStream } from '../../src/turns/backends'
import { startCheck } from '../../src/turns/checks'
import { checkConversation, endOf, settle } from '../../src/turns/ends'
import { showsRunning } from '../../src/turns/evidence'
import { seeUnplacedRun } from '../../src/turns/runs'
import { scheduledByAnswer } from '../../src/turns/scheduled'
import { maySend } from '../../src/turns/sends'
import { NOW, config, context, entryIn, turnOf, turnsOf, unsent } from './parts'

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${i}`)

test('status checks in flight: the newest 64', () => {
  const start = (turns: TurnsState, nonce: string) =>
    startCheck(context(), turns, { nonce, conversationIds: ['c'], explicit: true })
  const nonces = names(66)
  const { statusChecks } = nonces.reduce(start, initialTurns)
  expect(statusChecks.map(({ nonce }) => nonce)).toEqual(nonces.slice(-64))
})

describe('generations of backends', () => {
  const boot = (turns: TurnsState, boot: string) => backendRestarted(context(), turns, { boot, source: 's' })
  test(`the newest ${REMEMBERED} earlier ones of each`, () => {
    const boots = names(REMEMBERED + 2)
    const [known] = boots.reduce(boot, initialTurns).backends
    expect(known).toEqual({ source: 's', boot: boots.at(-1), earlierBoots: boots.slice(1, -1) })
  })
  test(`the newest ${REMEMBERED} backends`, () => {
    const sources = names(REMEMBERED + 1)
    const { backends } = sources.reduce<TurnsState>(
      (turns, source) => backendRestarted(context(), turns, { boot: 'b', source }),
      initialTurns,
    )
    expect(backends.map(({ source }) => source)).toEqual(sources.slice(1))
  })
})

test('the pause before a stream is opened again doubles with each failure, up to 30 s', () => {
  const after = (failures: number) =>
    nextOpenPause({ ...initialTurns, stream: { ...initialTurns.stream, failures } })
  expect([0, 1, 2, 3, 4, 5, 9].map(after)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
})

test.each([
  [9_999, 3],
  [10_000, 0],
])('a stream that is dropped after %d ms has failed %d times in a row', (lasted, failures) => {
  const opens = context({ config: { ...config, hasOpenStream: true } })
  const stream = { ...initialTurns.stream, state: 'open', since: NOW - lasted, failures: 2 } as const
  expect(wantStream(opens, { ...initialTurns, stream }, 'dropped').stream.failures).toBe(failures)
})

test.each([
  [NOW, true],
  [NOW + 1, false],
])('a message that is not to leave before %d may leave: %p', (notBefore, may) => {
  const turn = unsent('t', { notBefore })
  expect(maySend(context(), turnsOf({ queue: [turn] }), turn)).toBe(may)
})

test.each([
  [NOW - 1_000, NOW],
  [NOW - 999, NOW - 999],
])(
  'a run that was seen at %d, and shows that it runs now, was seen last at %d',
  (lastEvidenceAt, expected) => {
    const run = { runId: 'r', turnId: null, source: null, startedAt: 1, createdSeq: 1, evidenceSeq: 1 }
    const turns = turnsOf({ unplacedRuns: [{ ...run, lastEvidenceAt, checkAt: NOW }] })
    const after = seeUnplacedRun(context(), turns, 'c', run)
    expect(entryIn(after).unplacedRuns.map((seen) => seen.lastEvidenceAt)).toEqual([expected])
  },
)

test.each([
  [NOW, null],
  [NOW + 1, NOW + 1],
])('what was scheduled for %d, and an answer of now leaves out: %p', (at, expected) => {
  const turns = turnsOf({ scheduled: { at, name: null, seq: 1, checkAt: at + 7 } })
  const check = { nonce: 'n', conversationIds: ['c'], seq: 5, at: NOW }
  const after = scheduledByAnswer(context(), turns, 'c', { status: 'idle' }, check)
  expect(after.byConversation.size === 0 ? null : (entryIn(after).scheduled?.at ?? null)).toBe(expected)
})

test('records of ended turns: as many as the history holds, the newest', () => {
  const few = context({ config: { ...config, historySize: 2 } })
  const end = (turns: TurnsState, turnId: string): TurnsState => {
    const turn = turnOf(turnId)
    const active = { ...turnsOf({ active: turn }), ended: turns.ended }
    return settle(few, active, turn, endOf({ reason: 'complete' }))
  }
  const afterEach = names(3).map((_, i) => names(i + 1).reduce(end, initialTurns).ended)
  expect(afterEach.map((ended) => ended.map(({ turnId }) => turnId))).toEqual([
    ['n0'],
    ['n0', 'n1'],
    ['n1', 'n2'],
  ])
})

describe(`conversations that nobody here has prompted, ${FOREIGN_CONVERSATIONS} of them`, () => {
  const full = (active: Turn | null): TurnsState =>
    names(FOREIGN_CONVERSATIONS).reduce(
      (turns, key) => patchEntry(turns, key, { checkAt: NOW + 5, active }),
      initialTurns,
    )
  test.each([
    ['one more is not followed', null, 'new', false],
    ['one of them goes on to be checked', null, 'n0', true],
    ['mirror: beside as many that were prompted here one more is followed', turnOf('t'), 'new', true],
  ])('%s', (_what, active, key, isFollowed) => {
    const before = full(active)
    expect(checkConversation(context(), before, key) !== before).toBe(isFollowed)
  })
})

test('a run beside the turn, where no more are remembered, is no reason to check each time', () => {
  const run = { turnId: null, source: null, startedAt: 1, createdSeq: 1, evidenceSeq: 1, lastEvidenceAt: NOW }
  const unplacedRuns = names(RUNS_PER_CONVERSATION).map((runId) => ({ ...run, runId, checkAt: NOW + 5 }))
  const active = turnOf('t', { runs: ['r'] })
  const progress = { conversationId: 'c', runId: 'one more' }
  const shown = (turns: TurnsState) => showsRunning(context(), turns, progress, null)
  const full = turnsOf({ active, unplacedRuns })
  expect(shown(full)).toBe(full)
  const roomy = turnsOf({ active, unplacedRuns: unplacedRuns.slice(1) })
  expect(entryIn(shown(roomy)).checkAt).toBe(NOW)
})
