/** Laws 2, 7 and 14: runs that are not the active turn's, on both sides of each limit. */
import {
  demoteUnplacedRun,
  expireBackgroundRuns,
  listedRuns,
  newestEvidenceOf,
  seeAsker,
  seeBackgroundRun,
  seeUnplacedRun,
} from '../../src/turns/runs'
import { RUNS_PER_CONVERSATION } from '../../src/state/config'
import { endedRunKey } from '../../src/state/turns'
import type { BackgroundRun, ConversationTurns, Question } from '../../src/types'
import { conversation, question, stateOf } from '../conversations/parts'
import { NOW, context, entryIn, helper, turnOf, turnsOf, unchecked, unplaced } from './parts'

const EXPIRY = 900
const asking = (...questions: readonly Question[]) =>
  context({ conversations: stateOf([conversation({ questions })]) })
const seen = { runId: 'r', turnId: null, source: null, startedAt: 1 }

describe('a run of unknown origin that shows that it runs', () => {
  test.each<[string, number, number, Partial<ConversationTurns>]>([
    ['alone: at once', NOW + 5, NOW, {}],
    ['alone, overdue: as it is', NOW - 5, NOW - 5, {}],
    ['beside a turn: as it is', NOW + 5, NOW + 5, { active: turnOf('t') }],
  ])('%s, its check that was due at %d is due at %d', (_where, checkAt, expected, entry) => {
    const before = turnsOf({ ...entry, unplacedRuns: [unplaced({ checkAt })] })
    const after = entryIn(seeUnplacedRun(context(), before, 'c', seen))
    expect(after.unplacedRuns).toEqual([
      unplaced({ checkAt: expected, lastEvidenceAt: NOW, evidenceSeq: before.seq + 1 }),
    ])
  })
  test.each<[string, Partial<ConversationTurns>]>([
    ['a helper', { backgroundRuns: [helper({ runId: 'r' })] }],
    ['that of a turn', { active: turnOf('t', { runs: ['r'] }) }],
    ['that of a turn by guess', { active: turnOf('t', { guessedRun: 'r' }) }],
  ])('is %s: it is not remembered twice', (_what, entry) => {
    const before = turnsOf(entry)
    expect(seeUnplacedRun(context(), before, 'c', seen)).toBe(before)
  })
})

test('a run of unknown origin that no check knows is remembered beside the turn, and the others as what they are', () => {
  const [one, other] = [unplaced({ runId: 'one' }), unplaced({ runId: 'other' })]
  const after = demoteUnplacedRun(context(), turnsOf({ unplacedRuns: [one, other] }), 'c', one)
  expect(entryIn(after)).toMatchObject({
    unplacedRuns: [other],
    backgroundRuns: [helper({ runId: 'one', role: 'unlabelled', name: null })],
  })
})

test.each<[string, number, readonly Question[]]>([
  ['nobody asks', 3, []],
  ['it asks', 5, [question('q', { askerId: 'r' })]],
  ['it had asked before', 3, [question('q', { askerId: 'r', seq: 2 })]],
  ['another asks', 3, [question('q', { askerId: 'another' })]],
])('the newest evidence of a run, where %s, has the number %d', (_what, seq, questions) => {
  expect(newestEvidenceOf(asking(...questions), 'c', unplaced())).toBe(seq)
})

describe('a background run that shows that it is there', () => {
  const see = (known: BackgroundRun | null, told: object, entry: Partial<ConversationTurns> = {}) => {
    const before = turnsOf({ checkAt: 5, ...entry, backgroundRuns: known ? [known] : [] })
    const signal = { runId: 'h', role: 'child', parent: null, ...told } as const
    const after = seeBackgroundRun(context(), before, 'c', signal)
    return after === before ? 'the same' : entryIn(after)
  }
  const stopped = (change: object) =>
    helper({ stop: { state: 'acknowledged', nonce: null, at: NOW, ...change } })
  test.each<[string, BackgroundRun, object, object | 'the same']>([
    ['nothing new', helper(), {}, 'the same'],
    ['its own name', helper(), { name: 'helper' }, 'the same'],
    ['another name', helper(), { name: 'other' }, { name: 'other' }],
    ['another role', helper(), { role: 'auxiliary' }, 'the same'],
    ['a role where it had none', helper({ role: 'unlabelled' }), {}, { role: 'child' }],
    ['that it is paused', helper(), { isPaused: true }, { isPaused: true }],
    ['that it goes on', helper({ isPaused: true }), {}, { isPaused: false }],
    ['life, nine tenths of its time left', helper({ expiresAt: NOW + 811 }), {}, 'the same'],
    ['life, a tenth of its time gone', helper({ expiresAt: NOW + 810 }), {}, { expiresAt: NOW + EXPIRY }],
    ['life, its stop heeded just now', stopped({ at: NOW - 6 }), {}, 'the same'],
    ['life, its stop not heeded', stopped({ at: NOW - 7 }), {}, { stop: { state: 'unheeded' } }],
    ['life, its stop under way', stopped({ state: 'requested', at: 1 }), {}, 'the same'],
    ['a pause, its stop heeded', stopped({ at: 1 }), { isPaused: true }, { stop: { state: 'acknowledged' } }],
  ])('tells %s', (_what, known, told, expected) => {
    const after = see(known, told)
    if (expected === 'the same') expect(after).toBe('the same')
    else expect(after).toMatchObject({ backgroundRuns: [expected] })
  })
  test('is not one that a turn has for certain; what was guessed gives way', () => {
    expect(see(null, {}, { active: turnOf('t', { runs: ['h'] }) })).toBe('the same')
    const guessed = see(null, {}, { active: turnOf('t', { guessedRun: 'h' }) })
    expect(guessed).toMatchObject({ active: { guessedRun: null }, backgroundRuns: [{ runId: 'h' }] })
  })
  test('is of unknown origin no more', () => {
    const unplacedRuns = [unplaced({ runId: 'h' }), unplaced()]
    expect(see(null, {}, { unplacedRuns })).toMatchObject({ unplacedRuns: [{ runId: 'r' }] })
  })
  test.each([
    [RUNS_PER_CONVERSATION - 1, RUNS_PER_CONVERSATION],
    [RUNS_PER_CONVERSATION, RUNS_PER_CONVERSATION],
  ])('beside %d others: then %d are remembered', (count, expected) => {
    const backgroundRuns = Array.from({ length: count }, (_, i) => helper({ runId: `h${i}` }))
    const told = { runId: 'new', role: 'child', parent: null } as const
    const after = seeBackgroundRun(context(), turnsOf({ backgroundRuns }), 'c', told)
    expect(entryIn(after).backgroundRuns).toHaveLength(expected)
  })
})

test.each<[string, string[], Partial<ConversationTurns>]>([
  ['nobody knows', ['asker'], { checkAt: 5 }],
  ['is a helper', ['asker'], { backgroundRuns: [helper({ runId: 'asker' })] }],
  ['is a turn', [], { active: turnOf('asker') }],
])('who asks %s: background runs after it: %j', (_what, runs, entry) => {
  const { backgroundRuns } = entryIn(seeAsker(context(), turnsOf(entry), 'c', 'asker'))
  expect(backgroundRuns.map(({ runId }) => runId)).toEqual(runs)
})

test('who asked and has ended is not opened again', () => {
  const before = { ...turnsOf({ checkAt: 5 }), endedRuns: [endedRunKey('c', 'asker')] }
  expect(seeAsker(context(), before, 'c', 'asker')).toBe(before)
})

describe('a status answer lists background runs', () => {
  const check = { nonce: 'n', conversationIds: ['c'], seq: 5, at: NOW }
  const left = (known: BackgroundRun, answer: object, ctx = context(), endedRuns: readonly string[] = []) => {
    const before = { ...turnsOf({ checkAt: 5, backgroundRuns: [known] }), endedRuns }
    const after = listedRuns(ctx, before, 'c', { status: 'idle', ...answer }, check)
    return entryIn(after).backgroundRuns.map(({ runId, role }) => `${runId} ${role}`)
  }
  const none = { backgroundRuns: [] }
  test.each<[string, string[], BackgroundRun, object]>([
    ['none, and it is older than the check', [], helper({ evidenceSeq: 5 }), none],
    ['none, and it has shown since', ['h child'], helper({ evidenceSeq: 6 }), none],
    [
      'none, but a question of its',
      ['h child'],
      helper(),
      { ...none, questions: [{ asker: 'h', requestId: 'q' }] },
    ],
    [
      'none, and the question of another',
      [],
      helper(),
      { ...none, questions: [{ asker: 'x', requestId: 'q' }] },
    ],
    ['it', ['h child'], helper(), { backgroundRuns: [{ runId: 'h' }] }],
    [
      'it, which had no label',
      ['h child'],
      helper({ role: 'unlabelled' }),
      { backgroundRuns: [{ runId: 'h' }] },
    ],
    [
      'it, which keeps its label',
      ['h auxiliary'],
      helper({ role: 'auxiliary' }),
      { backgroundRuns: [{ runId: 'h' }] },
    ],
    ['another', ['new child'], helper(), { backgroundRuns: [{ runId: 'new' }] }],
    ['nothing about them', ['h child'], helper(), {}],
  ])('%s: there are %j', (_what, expected, known, answer) => {
    expect(left(known, answer)).toEqual(expected)
  })
  test('one that has ended is not opened by it', () => {
    expect(left(helper(), { backgroundRuns: [{ runId: 'x' }] }, context(), [endedRunKey('c', 'x')])).toEqual(
      [],
    )
  })
  test('none, but an open question that is known to be its', () => {
    const answer = { ...none, questions: [{ requestId: 'q' }] }
    expect(left(helper(), answer, asking(question('q', { askerId: 'h', seq: 2 })))).toEqual(['h child'])
    expect(left(helper(), answer, asking(question('other', { askerId: 'h', seq: 2 })))).toEqual([])
    expect(left(helper(), answer, asking(question('q', { askerId: 'x', seq: 2 })))).toEqual([])
  })
})

test.each<[string, number | 'gone', number | null, BackgroundRun, boolean, boolean]>([
  ['has time left', NOW + 1, null, helper({ expiresAt: NOW + 1 }), false, true],
  ['is silent', 'gone', null, helper({ expiresAt: NOW }), false, true],
  ['is paused', NOW + EXPIRY, NOW, helper({ expiresAt: NOW, isPaused: true }), false, true],
  ['asks', NOW + EXPIRY, NOW, helper({ expiresAt: NOW }), true, true],
  ['asks, without a status check', NOW + EXPIRY, null, helper({ expiresAt: NOW }), true, false],
])('a helper that %s is there until %p, and checked at %p', (_what, until, checkAt, run, asks, isChecked) => {
  const { conversations } = asking(...(asks ? [question('q', { askerId: 'h' })] : []))
  const ctx = context({ conversations, ...(!isChecked && { config: unchecked }) })
  const after = entryIn(
    expireBackgroundRuns(ctx, turnsOf({ active: turnOf('t'), backgroundRuns: [run] }), 'c'),
  )
  expect([after.backgroundRuns[0]?.expiresAt ?? 'gone', after.checkAt]).toEqual([until, checkAt])
})
