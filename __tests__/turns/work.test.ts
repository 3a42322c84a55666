/** What a turn is doing, whose a run is, and the order of what waits: each with several of a kind, so that the right one is meant. */
import { bindRun, forgetRun, isTaken } from '../../src/turns/bindings'
import { moveQueued } from '../../src/turns/queue'
import { closeStops, mayStop } from '../../src/turns/stops'
import { followRetry, followWork, isAboutWork } from '../../src/turns/work'
import { RUNS_PER_TURN, TOOLS_PER_TURN } from '../../src/state/config'
import type { ProgressPayload } from '../../src/actions'
import type { Turn } from '../../src/types'
import { NOW, context, entryIn, stopOf, turnOf, turnsOf, unsent } from './parts'

const progress = (kind: string, more: object = {}) =>
  ({ conversationId: 'c', turnId: 't', kind, ...more }) as unknown as ProgressPayload

test.each<[string, object, boolean]>([
  ['tool_open', {}, true],
  ['tool_closed', {}, true],
  ['compaction_open', {}, true],
  ['compaction_closed', {}, true],
  ['status', { text: 'busy' }, true],
  ['status', {}, false],
  ['output', { text: 'busy' }, false],
  ['tool_open', { replayed: true }, false],
])('%s %j is about work: %p', (kind, more, isAbout) => {
  expect(isAboutWork(progress(kind, more))).toBe(isAbout)
})

describe('the work of a turn', () => {
  const tools = ['k1', 'k2', 'k3'].map((callId) => ({ callId, text: null }))
  const turns = turnsOf({ active: turnOf('t', { openTools: tools, statusText: 'busy' }) })
  const follow = (kind: string, more: object = {}) => followWork(context(), turns, progress(kind, more))
  const toolsAfter = (kind: string, more: object = {}) =>
    entryIn(follow(kind, more)).active!.openTools.map(({ callId }) => callId)

  test('a tool opens once, and closes alone', () => {
    expect(toolsAfter('tool_open', { callId: 'k4' })).toEqual(['k1', 'k2', 'k3', 'k4'])
    expect(toolsAfter('tool_closed', { callId: 'k2' })).toEqual(['k1', 'k3'])
    expect(follow('tool_open', { callId: 'k2' })).toBe(turns)
    expect(follow('tool_closed', { callId: 'k9' })).toBe(turns)
  })
  test('a tool keeps its text; one without an id goes by its kind', () => {
    const { openTools } = entryIn(follow('tool_open', { callId: 'k4', text: 'find' })).active!
    expect(openTools.at(-1)).toEqual({ callId: 'k4', text: 'find' })
    expect(toolsAfter('compaction_open')).toEqual(['k1', 'k2', 'k3', 'compaction'])
    expect(toolsAfter('tool_open')).toEqual(['k1', 'k2', 'k3', 'tool'])
    const compacting = follow('compaction_open')
    const done = followWork(context(), compacting, progress('compaction_closed'))
    expect(entryIn(done).active!.openTools).toEqual(tools)
  })
  test('so many tools are open at a time', () => {
    const many = (count: number) => Array.from({ length: count }, (_, i) => ({ callId: `${i}`, text: null }))
    const opened = (count: number) => {
      const full = turnsOf({ active: turnOf('t', { openTools: many(count) }) })
      return entryIn(followWork(context(), full, progress('tool_open', { callId: 'new' }))).active!.openTools
        .length
    }
    expect([opened(TOOLS_PER_TURN - 1), opened(TOOLS_PER_TURN)]).toEqual([TOOLS_PER_TURN, TOOLS_PER_TURN])
  })
  test('a status text that is new is shown, and the same again changes nothing', () => {
    expect(entryIn(follow('status', { text: 'other' })).active).toEqual(
      turnOf('t', { openTools: tools, statusText: 'other' }),
    )
    expect(follow('status', { text: 'busy' })).toBe(turns)
  })
  test('a signal that names only the conversation is about its active turn; one of nobody about none', () => {
    expect(entryIn(follow('status', { turnId: undefined, text: 'x' })).active!.statusText).toBe('x')
    expect(follow('status', { turnId: 'nobody', text: 'x' })).toBe(turns)
  })
  test('a retry tells its attempt, and when it goes on', () => {
    const retry = (more: object) => {
      const payload = { conversationId: 'c', turnId: 't', ...more }
      const { retry: told, resumesAt } = entryIn(followRetry(context(), turns, payload as never)).active!
      return [told, resumesAt]
    }
    const none = { attempt: null, limit: null, error: null }
    expect(retry({})).toEqual([none, null])
    expect(retry({ attempt: 2, limit: 5, inMs: 30 })).toEqual([{ ...none, attempt: 2, limit: 5 }, NOW + 30])
    expect(retry({ inMs: -30 })).toEqual([none, NOW])
    expect(retry({ attemptAt: 77, error: { message: 'x' } })).toEqual([
      { ...none, error: { message: 'x' } },
      77,
    ])
    expect(followRetry(context(), turns, { conversationId: 'c', turnId: 't', replayed: true } as never)).toBe(
      turns,
    )
  })
})

describe('whose a run is', () => {
  const run = (runId: string, more: object = {}) =>
    ({ runId, turnId: null, createdSeq: 1, startedAt: 1, ...more }) as never
  const helper = (runId: string, role: string) => run(runId, { role, conversationId: 'c', key: 'c' })
  const one = turnOf('one', { runs: ['r1', 'r2'], guessedRun: null })
  const other = turnOf('other', { guessedRun: 'r3' })
  const turns = turnsOf({
    active: one,
    queue: [other],
    unplacedRuns: [run('u1'), run('u2')],
    backgroundRuns: [helper('h1', 'child'), helper('n1', 'unlabelled'), helper('n2', 'unlabelled')],
  })
  const unconfirmedEnd = (runId: string | null) =>
    ({ reason: 'complete', outcome: 'complete', runId }) as never

  test('it is taken where it is another turn’s, or a helper’s', () => {
    const taken = (turn: Turn, runId: string) => isTaken(turns, turn, runId)
    expect([taken(one, 'r1'), taken(other, 'r1'), taken(one, 'r3'), taken(other, 'r3')]).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect([taken(one, 'h1'), taken(one, 'new')]).toEqual([true, false])
  })
  test('what is placed is neither of unknown origin nor an unlabelled helper’s any more', () => {
    const left = (runId: string) => {
      const { unplacedRuns, backgroundRuns } = entryIn(forgetRun(turns, 'c', runId))
      return [...unplacedRuns, ...backgroundRuns].map((each) => each.runId).join(' ')
    }
    expect(left('u1')).toBe('u2 h1 n1 n2')
    expect(left('n1')).toBe('u1 u2 h1 n2')
    expect(left('h1')).toBe('u1 u2 h1 n1 n2')
    expect(forgetRun(turns, 'c', 'h1')).toBe(turns)
    expect(forgetRun(turns, 'c', 'new')).toBe(turns)
    expect(forgetRun(turns, 'nowhere', 'u1')).toBe(turns)
  })
  test('a run is given to one turn, and taken from the other', () => {
    const bound = bindRun(turns, other, 'r1')
    const { active, queue } = entryIn(bound)
    expect([active!.runs, queue[0]!.runs, queue[0]!.guessedRun]).toEqual([['r2'], ['r1'], null])
    const guess = entryIn(bindRun(turns, one, 'r3'))
    expect([guess.active!.runs, guess.queue[0]!.guessedRun]).toEqual([['r1', 'r2', 'r3'], null])
    expect(entryIn(bindRun(turns, one, 'u1')).unplacedRuns).toHaveLength(1)
    expect(bindRun(turns, one, 'h1')).toBe(turns)
    expect(entryIn(bindRun(turns, one, 'r1')).active!.runs).toEqual(['r1', 'r2'])
  })
  test('the newest runs of a turn are known', () => {
    const runs = Array.from({ length: RUNS_PER_TURN }, (_, i) => `r${i}`)
    const full = turnOf('t', { runs })
    expect(entryIn(bindRun(turnsOf({ active: full }), full, 'new')).active!.runs).toEqual([
      ...runs.slice(1),
      'new',
    ])
  })
  test.each<[string, Partial<Turn>, boolean]>([
    [
      'of the guess that proves right is kept',
      { guessedRun: 'r', unconfirmedEnd: unconfirmedEnd('r') },
      true,
    ],
    ['that named nobody is kept', { unconfirmedEnd: unconfirmedEnd(null) }, true],
    ['of another run is forgotten', { guessedRun: 'x', unconfirmedEnd: unconfirmedEnd('x') }, false],
  ])('an unconfirmed end %s', (_what, change, isKept) => {
    const turn = turnOf('t', change)
    expect(entryIn(bindRun(turnsOf({ active: turn }), turn, 'r')).active!.unconfirmedEnd !== null).toBe(
      isKept,
    )
  })
})

describe('the order of what waits', () => {
  const queue = [turnOf('h1'), turnOf('h2'), unsent('u1'), unsent('u2'), unsent('u3')]
  const turns = turnsOf({ active: turnOf('t'), queue })
  const moved = (turnId: string, before: string | null, accepted?: boolean) => {
    const next = moveQueued(turns, { turnId, before, accepted })
    return next === turns
      ? 'the same'
      : entryIn(next)
          .queue.map((turn) => turn.turnId)
          .join(' ')
  }
  test.each<[string, string | null, boolean | undefined, string]>([
    ['u3', 'u1', undefined, 'h1 h2 u3 u1 u2'],
    ['u1', 'u3', false, 'h1 h2 u2 u1 u3'],
    ['u1', null, false, 'h1 h2 u2 u3 u1'],
    ['u3', null, false, 'the same'],
    ['u1', 'u2', false, 'the same'],
    ['u1', 'u1', false, 'the same'],
    ['u1', 'h1', false, 'the same'],
    ['u1', 'nobody', false, 'the same'],
    ['nobody', 'u1', false, 'the same'],
    ['t', 'u1', true, 'the same'],
    ['h1', null, false, 'the same'],
    ['h1', null, true, 'h2 h1 u1 u2 u3'],
    ['h2', 'h1', true, 'h2 h1 u1 u2 u3'],
    ['u1', null, true, 'the same'],
  ])('%s before %s, held by the server %p: %s', (turnId, before, accepted, order) => {
    expect(moved(turnId, before, accepted)).toBe(order)
  })
})

describe('stops', () => {
  test('a stop may be pressed where none stands, or the one that does came to nothing', () => {
    const may = (stop: Turn['stop']) => mayStop(turnOf('t', { stop }))
    expect([may(null), may(stopOf('unconfirmed')), may(stopOf('unheeded'))]).toEqual([true, true, true])
    expect([may(stopOf('wanted')), may(stopOf('requested')), may(stopOf('acknowledged'))]).toEqual([
      false,
      false,
      false,
    ])
    expect([may(stopOf('deferred')), may(stopOf('deferred', { refusals: 1 }))]).toEqual([false, true])
  })
  test('those of one turn are closed, or the one that is named', () => {
    const stop = (turnId: string | null, nonce: string) => ({ turnId, nonce, at: 1 })
    const turns = turnsOf({
      stopsInFlight: [stop('t', 'n1'), stop('t', 'n2'), stop('x', 'n1'), stop(null, 'n3')],
    })
    const left = (turnId: string | null, nonce?: string) => {
      const next = closeStops(turns, 'c', turnId, nonce)
      return next === turns
        ? 'the same'
        : entryIn(next).stopsInFlight.map((each) => `${each.turnId} ${each.nonce}`)
    }
    expect(left('t')).toEqual(['x n1', 'null n3'])
    expect(left('t', 'n1')).toEqual(['t n2', 'x n1', 'null n3'])
    expect(left(null)).toEqual(['t n1', 't n2', 'x n1'])
    expect([left('y'), left('t', 'n9')]).toEqual(['the same', 'the same'])
    expect(closeStops(turns, undefined, 't', undefined)).toBe(turns)
    expect(closeStops(turns, 'nowhere', 't', undefined)).toBe(turns)
  })
})
