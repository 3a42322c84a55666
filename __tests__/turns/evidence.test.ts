/** Laws 1 and 2: which turn a sign of life belongs to, where several come into question. */
import { bindStarted, confirmRunning, showsRunning } from '../../src/turns/evidence'
import type { Turn, UnplacedRun } from '../../src/types'
import { NOW, context, entryIn, turnOf, turnsOf, unchecked } from './parts'

const run = (runId: string, change: Partial<UnplacedRun> = {}): UnplacedRun => ({
  runId,
  turnId: null,
  source: null,
  startedAt: 2_000,
  createdSeq: 9,
  evidenceSeq: 9,
  lastEvidenceAt: 2_000,
  checkAt: NOW,
  ...change,
})
const withoutChecks = context({ config: unchecked })

test.each([
  ['x', undefined, 'x'],
  [null, 'x', 'x'],
  [null, undefined, 'run:r'],
])('a run that named its turn %p, and shows now with %p, is the turn %s', (known, told, turnId) => {
  const turns = turnsOf({ unplacedRuns: [run('r', { turnId: known })] })
  const after = showsRunning(withoutChecks, turns, { conversationId: 'c', runId: 'r', turnId: told }, null)
  expect(entryIn(after).active?.turnId).toBe(turnId)
})

test('a turn that nobody knows, under the run of another: it is remembered by its own name', () => {
  const turns = turnsOf({ active: turnOf('t', { runs: ['r'] }) })
  const after = showsRunning(context(), turns, { conversationId: 'c', turnId: 'x', runId: 'r' }, null)
  expect(entryIn(after).unplacedRuns).toMatchObject([{ runId: 'x', turnId: 'x' }])
  expect(entryIn(after).active?.runs).toEqual(['r'])
})

test.each<[string, Partial<Turn>, readonly string[]]>([
  ['is over', {}, []],
  ['is over, its request still open, where it has named itself', { sendState: 'sending' }, []],
  ['waits behind, where its request is open', { sendState: 'sending', started: 'unnamed' }, ['front']],
])('the turn behind shows that it runs: the one in front %s', (_what, change, waiting) => {
  const next = turnOf('next', { started: 'no', createdSeq: 2 })
  const turns = turnsOf({ active: turnOf('front', change), queue: [next] })
  const { active, queue } = entryIn(confirmRunning(context(), turns, next, null, 'named'))
  expect([active?.turnId, queue.map(({ turnId }) => turnId)]).toEqual(['next', waiting])
})

test.each<[string, readonly UnplacedRun[], string, readonly string[]]>([
  ['no run', [], 'next', []],
  ['another run by guess', [run('guess')], 'run:new', ['next']],
])(
  'a new run follows one that ends; the prompt held behind it has %s',
  (_what, unplacedRuns, is, waiting) => {
    const next = turnOf('next', { started: 'no', createdSeq: 2, sendState: 'server_queued' })
    const turns = turnsOf({ active: turnOf('front', { runs: ['r'] }), queue: [next], unplacedRuns })
    const after = showsRunning(withoutChecks, turns, { conversationId: 'c', runId: 'new' }, null)
    const { active, queue } = entryIn(after)
    expect([active?.turnId, queue.map(({ turnId }) => turnId)]).toEqual([is, waiting])
  },
)

test.each<[string, Partial<Turn>, readonly string[], string | null]>([
  ['that was accepted: for certain', {}, ['r'], null],
  ['whose answer is not known: by guess', { sendState: 'unconfirmed' }, [], 'r'],
  ['from elsewhere: for certain', { sendState: 'unconfirmed', origin: 'remote' }, ['r'], null],
])('the first run is bound to a turn %s', (_what, change, runs, guessedRun) => {
  const turn = turnOf('t', { started: 'no', ...change })
  const bound = entryIn(bindStarted(context(), turnsOf({ active: turn }), turn, 'r', null, false)).active
  expect(bound).toMatchObject({ runs, guessedRun })
})

test.each([
  [undefined, ['r'], []],
  [0, [], ['r']],
])(
  'a run by a clock that is behind the prompt’s: told to have begun %p ms ago it is bound to %p, and %p is beside it',
  (startedMsAgo, runs, beside) => {
    const turn = turnOf('t', { started: 'no', runs: [], sentAt: NOW + 1_000 })
    const signal = { conversationId: 'c', runId: 'r', ...(startedMsAgo !== undefined && { startedMsAgo }) }
    const { active, unplacedRuns } = entryIn(showsRunning(context(), turnsOf({ active: turn }), signal, null))
    expect([active?.runs, unplacedRuns.map(({ runId }) => runId)]).toEqual([runs, beside])
  },
)
