/** Law 5: a status answer that something runs, and that is not the turn in front; nor is one known at all. */
import { lastEnded, patchEntry } from '../../src/state/turns'
import { endOf, inferredEnd, settle } from '../../src/turns/ends'
import { running } from '../../src/turns/statusRunning'
import type { ConversationTurns, StatusAnswer, StopIntent, Turn, UnplacedRun } from '../../src/types'
import { ofQuestions, question } from '../conversations/parts'
import { NOW, context, entryIn, stopOf, turnOf, turnsOf } from './parts'

const check = { nonce: 'n', conversationIds: ['c'], seq: 5, at: NOW }
const answer = (named: object): StatusAnswer => ({ status: 'running', ...named })
const run = (runId: string, startedAt: number, change: Partial<UnplacedRun> = {}): UnplacedRun => ({
  runId,
  turnId: null,
  source: null,
  startedAt,
  createdSeq: 3,
  evidenceSeq: 3,
  lastEvidenceAt: 1,
  checkAt: NOW,
  ...change,
})
/** The turns that are there after an answer, that in front first, each with its runs. */
const shown = (entry: Partial<ConversationTurns>, named: object): readonly string[] => {
  const { active, queue } = entryIn(running(context(), turnsOf(entry), 'c', answer(named), check))
  return [active, ...queue].map((turn) =>
    turn
      ? [turn.turnId, ...turn.runs, ...(turn.guessedRun ? [`${turn.guessedRun}?`] : [])].join(' ')
      : 'nobody',
  )
}

describe('another run is at work than the turn in front is known by. The turn', () => {
  const unstarted = { started: 'no', lastEvidenceAt: 1_002 } as const
  const fresh = { ...unstarted, acceptedAt: NOW - 39 }
  const sending = { ...fresh, sendState: 'sending' } as const
  const NEW = { runId: 'new' }
  const X = { turnId: 'x', runId: 'new' }
  test.each<[string, readonly string[], Partial<Turn>, object]>([
    ['goes on as that run, which carries it on', ['t r new'], { runs: ['r'] }, { ...NEW, continues: 'r' }],
    ['is over, where that carries on another', ['run:new new'], { runs: ['r'] }, { ...NEW, continues: 'o' }],
    ['has that as its first run', ['t new'], {}, NEW],
    ['has it by guess, while its request is open', ['t new?'], { ...sending, sentAt: NOW }, NEW],
    ['is over, where it had another by guess', ['run:new new'], { guessedRun: 'g' }, NEW],
    ['is over, where another turn is named', ['x new'], {}, X],
    ['goes on, where it was made since', ['t'], { createdSeq: 6, evidenceSeq: 6 }, NEW],
    ['goes on, where it has shown since', ['t r'], { runs: ['r'], evidenceSeq: 6 }, NEW],
    ['is over, where it showed as the check left', ['run:new new'], { runs: ['r'], evidenceSeq: 5 }, NEW],
    ['goes on, where it may not be registered yet', ['t'], fresh, X],
    ['is over after that', ['x new'], { ...fresh, acceptedAt: NOW - 40 }, X],
    ['is over, at work, whatever would be believed of an idle', ['x new'], { revocations: 1 }, X],
    ['goes on, while its request is open', ['t'], { ...sending, started: 'unnamed', sentAt: NOW - 299 }, X],
  ])('%s: %j', (_what, expected, change, named) => {
    expect(shown({ active: turnOf('t', { lastEvidenceAt: NOW, ...change }) }, named)).toEqual(expected)
  })

  test.each([
    [NOW - 300, 'unconfirmed'],
    [NOW - 299, 'sending'],
  ])('whose request was opened at %d is: %s', (sentAt, sendState) => {
    const before = turnsOf({ active: turnOf('t', { ...sending, sentAt }) })
    const { active } = entryIn(running(context(), before, 'c', answer(X), check))
    expect(active).toMatchObject({ turnId: 't', sendState })
  })

  const LONG = { startedMsAgo: 9_500 }
  const long = run('new', 500)
  test.each<[string, readonly string[], Partial<Turn>, object, readonly UnplacedRun[]]>([
    ['waits behind one that is said to be older', ['run:new new', 't'], {}, { ...NEW, ...LONG }, []],
    ['waits behind one that was seen before', ['run:new new', 't'], {}, NEW, [long]],
    [
      'waits behind a turn that was seen before',
      ['x', 't'],
      {},
      { turnId: 'x' },
      [run('x', 500, { turnId: 'x' })],
    ],
    [
      'waits behind it, made as the check left',
      ['run:new new', 't'],
      { createdSeq: 5 },
      { ...NEW, ...LONG },
      [],
    ],
    ['goes on, made since', ['t'], { createdSeq: 6, evidenceSeq: 6 }, { ...NEW, ...LONG }, []],
    ['has one that was seen since', ['t new'], {}, NEW, [run('older', 500), run('new', NOW - 5)]],
    ['is over, where it had started', ['run:new new'], { started: 'named' }, { ...NEW, ...LONG }, []],
    ['from elsewhere has it, however old it is', ['t new'], { origin: 'remote' }, { ...NEW, ...LONG }, []],
  ])('%s: %j', (_what, expected, change, named, unplacedRuns) => {
    expect(shown({ active: turnOf('t', { ...fresh, ...change }), unplacedRuns }, named)).toEqual(expected)
  })

  test.each([
    ['accepted', 'server_queued'],
    ['unconfirmed', 'unconfirmed'],
  ] as const)('that was %s waits behind an older one: it is %s, and not stalled', (sendState, expected) => {
    const before = turnsOf({ active: turnOf('t', { ...fresh, sendState, isStalled: true }) })
    const { queue } = entryIn(running(context(), before, 'c', answer({ ...NEW, ...LONG }), check))
    expect(queue).toMatchObject([{ turnId: 't', sendState: expected, isStalled: false, checkAt: null }])
  })
})

describe('another run is at work, and the turn in front is over. The prompt that the server holds behind it', () => {
  const active = turnOf('t', { runs: ['r'], lastEvidenceAt: NOW })
  const held = (sendState: Turn['sendState']) =>
    turnOf('next', { started: 'no', createdSeq: 2, sentAt: NOW - 100, sendState })
  test.each<[string, string, Turn['sendState'], object, readonly UnplacedRun[]]>([
    ['has it', 'next new', 'server_queued', { runId: 'new' }, []],
    ['has it by guess, where its answer was lost', 'next new?', 'unconfirmed', { runId: 'new' }, []],
    [
      'has it, where it was seen and guessed before',
      'next new',
      'unconfirmed',
      { runId: 'new' },
      [run('new', NOW - 50)],
    ],
    ['does not have one that is older', 'next', 'server_queued', { runId: 'new', startedMsAgo: 101 }, []],
    ['does not have one of another turn', 'next', 'server_queued', { runId: 'new', turnId: 'x' }, []],
  ])('%s: %s', (_what, expected, sendState, named, unplacedRuns) => {
    expect(shown({ active, queue: [held(sendState)], unplacedRuns }, named)).toEqual([expected])
  })
})

describe('something runs, and the turn was to be stopped. Its stop', () => {
  const verified = (stop: StopIntent, named: object, at = NOW, asks = false) => {
    const conversations = asks ? ofQuestions([question('q', { askerId: 't' })]) : ofQuestions([])
    const before = turnsOf({ active: turnOf('t', { runs: ['r'], stop }) })
    const left = { ...check, at }
    const after = running(context({ conversations }), before, 'c', answer(named), left)
    return lastEnded(after, 'c')?.reason ?? entryIn(after).active?.stop?.state
  }
  const ITS = { runId: 'r' }
  const ack = (ago: number, change: Partial<StopIntent> = {}) =>
    stopOf('acknowledged', { at: NOW - ago, ...change })
  const early = { turnHadStarted: false }
  test.each<[string, string, StopIntent, object, number]>([
    ['is waited for, as long as that was before the check', 'acknowledged', ack(8), ITS, NOW - 3],
    ['was not heeded then', 'unheeded', ack(10), ITS, NOW - 3],
    ['counts by now, where the clock was set back since', 'acknowledged', ack(5), ITS, NOW + 100],
    ['stands as acknowledged, where nobody is named', 'acknowledged', ack(100), {}, NOW],
    ['whose answer was lost is wanted again', 'wanted', stopOf('unconfirmed'), {}, NOW],
    [
      'for which nothing ran is wanted again',
      'wanted',
      stopOf('deferred', { at: NOW - 1, refusals: 1 }),
      {},
      NOW,
    ],
    [
      'for which nothing ran is wanted again by its name',
      'wanted',
      stopOf('deferred', { at: NOW - 1, refusals: 1 }),
      ITS,
      NOW,
    ],
    ['that came too early is not, where nobody is named', 'deferred', stopOf('deferred', early), {}, NOW],
  ])('%s: %s', (_what, expected, stop, named, at) => {
    expect(verified(stop, named, at)).toBe(expected)
  })
  const WAITS = { status: 'awaiting_input' }
  test.each<[string, string, StopIntent, object, boolean]>([
    ['ends a wait that the answer tells of', 'cancelled', ack(7), { ...ITS, ...WAITS }, false],
    ['ends a wait that it tells of without a name', 'cancelled', ack(7), WAITS, false],
    ['ends a wait that is known', 'cancelled', ack(7), ITS, true],
    ['ends a wait that is known, where nobody is named', 'cancelled', ack(7), {}, true],
    ['ends none just after it', 'acknowledged', ack(6), { ...ITS, ...WAITS }, false],
    ['ends none where nothing waits', 'unheeded', ack(7), ITS, false],
    ['ends none of a turn that had not started', 'wanted', ack(7, early), { ...ITS, ...WAITS }, false],
    ['ends none before it is acknowledged', 'requested', stopOf('requested'), { ...ITS, ...WAITS }, false],
  ])('%s: %s', (_what, expected, stop, named, asks) => {
    expect(verified(stop, named, NOW, asks)).toBe(expected)
  })
})

describe('something runs where no turn is shown', () => {
  const before = { ...turnsOf({ active: turnOf('t', { runs: ['r'] }), queue: [] }), seq: 1 }
  const over = (end = endOf({ reason: 'complete' }), seq = 1, endedAt = NOW - 100) =>
    patchEntry(settle(context({ at: endedAt }), { ...before, seq }, turnOf('t', { runs: ['r'] }), end), 'c', {
      checkAt: NOW,
    })
  const rescued = inferredEnd('rescued')
  test.each<[string, object, string | null, ReturnType<typeof over>]>([
    ['an end that was inferred before the check is taken back', { runId: 'r' }, 't', over(rescued)],
    ['one that was inferred since is not', { runId: 'r' }, null, over(rescued, 5)],
    ['one that was witnessed is not', { runId: 'r' }, null, over()],
    ['nobody is named: the last one goes on, where its end was inferred', {}, 't', over(rescued)],
    ['nobody is named, and the last one was over since', {}, null, over(rescued, 5)],
    ['somebody new is named, just after a certain end', { runId: 'new' }, 'run', over(undefined, 1, NOW - 1)],
    ['nobody is named, long after a certain end: a turn from elsewhere', {}, 'remote', over()],
  ])('%s (%j): %p is in front', (_what, named, turnId, turns) => {
    const active = entryIn(running(context(), turns, 'c', answer(named), check)).active
    expect(active?.turnId.replace(/:.*/, '') ?? null).toBe(turnId)
  })
  test.each([
    [NOW - 39, null, NOW + 7],
    [NOW - 40, 'remote', null],
  ])(
    'nobody is named, and a turn ended for certain at %d: %p is in front, a check is due at %p',
    (at, origin, checkAt) => {
      const { active, ...left } = entryIn(running(context(), over(undefined, 1, at), 'c', answer({}), check))
      expect([active?.origin ?? null, left.checkAt]).toEqual([origin, checkAt])
    },
  )
  test('nobody is named: the run that is known to be at work is the turn, by the name that it gave', () => {
    expect(shown({ unplacedRuns: [run('u', 500, { turnId: 'y' }), run('v', 600)] }, {})).toEqual(['y u'])
  })
  test('a prompt that was merged into the turn runs as that', () => {
    const active = turnOf('t', { isUnverified: true, mergedTurnIds: ['m'] })
    const after = entryIn(running(context(), turnsOf({ active }), 'c', answer({ turnId: 'm' }), check))
    expect(after.active).toMatchObject({ turnId: 't', isUnverified: false })
  })
})
