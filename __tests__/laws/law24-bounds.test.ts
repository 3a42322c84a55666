/** Law 24: what others can make the keeper remember is bounded, and the ten-thousandth costs what the first did. */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  createTurnkeeper,
  endTurn,
  sendAccepted,
  sessionStatusChanged,
  signals,
  turnSubmitted,
} from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { createCountedStore } from './law24-store'

const meta = { at: 1_000_000 }
const c1 = { conversationId: 'c1' }

/** A conversation with a turn of our own at work, and whatever a wire may say beside it. */
const working: readonly UnknownAction[] = [
  turnSubmitted({ ...c1, turnId: 't1', input: 'x' }, meta),
  sendAccepted({ turnId: 't1', runId: 'r1' }, meta),
  signals.turnStarted({ ...c1, runId: 'r1' }, meta),
]

/** What is said again and again, each time of somebody else, by what it is called. */
const FLOODS: Readonly<Record<string, (i: number) => UnknownAction>> = {
  'starts in unknown conversations': (i) =>
    signals.turnStarted({ conversationId: `x${i}`, runId: `r${i}` }, meta),
  'progress in unknown conversations': (i) =>
    signals.turnProgressed({ conversationId: `x${i}`, runId: `r${i}`, kind: 'output' }, meta),
  'unnamed progress in unknown conversations': (i) =>
    signals.turnProgressed({ conversationId: `x${i}`, kind: 'output' }, meta),
  'ends in unknown conversations': (i) =>
    signals.turnEnded({ conversationId: `x${i}`, runId: `r${i}`, reason: 'complete' }, meta),
  'starts and ends in unknown conversations': (i) =>
    i % 2 === 0
      ? signals.turnStarted({ conversationId: `x${i}`, turnId: `t${i}` }, meta)
      : signals.turnEnded({ conversationId: `x${i - 1}`, turnId: `t${i - 1}`, reason: 'complete' }, meta),
  'questions in unknown conversations': (i) =>
    signals.inputRequested({ conversationId: `x${i}`, runId: `r${i}`, requestId: 'q' }, meta),
  'errors in unknown conversations': (i) =>
    signals.errorReported({ conversationId: `x${i}`, error: { message: 'bad' } }, meta),
  'histories of unknown conversations': (i) =>
    signals.historyLoaded({ conversationId: `x${i}`, last: { turnId: `t${i}`, state: 'incomplete' } }, meta),
  'starts of unknown runs': (i) => signals.turnStarted({ ...c1, runId: `x${i}` }, meta),
  'starts of unknown turns': (i) => signals.turnStarted({ ...c1, turnId: `x${i}` }, meta),
  'ends of unknown runs': (i) => signals.turnEnded({ ...c1, runId: `x${i}`, reason: 'complete' }, meta),
  'starts of helpers': (i) => signals.turnStarted({ ...c1, runId: `x${i}`, role: 'child' }, meta),
  'starts and ends of helpers': (i) =>
    i % 2 === 0
      ? signals.turnStarted({ ...c1, runId: `x${i}`, role: 'child' }, meta)
      : signals.turnEnded({ ...c1, runId: `x${i - 1}`, role: 'child', reason: 'complete' }, meta),
  'helpers in unknown conversations': (i) =>
    signals.turnStarted({ conversationId: `x${i}`, runId: `r${i}`, role: 'child' }, meta),
  'helper conversations': (i) => signals.childOpened({ child: `x${i}`, parent: 'c1' }, meta),
  'helper conversations of unknown ones': (i) =>
    signals.childOpened({ child: `x${i}`, parent: `y${i}` }, meta),
  'words about unknown sessions': (i) =>
    signals.sessionReported({ conversationId: `x${i}`, status: i % 2 === 0 ? 'running' : 'idle' }, meta),
  'runs of one turn': (i) => signals.turnStarted({ ...c1, turnId: 't1', runId: `x${i}` }, meta),
  'questions of one run': (i) => signals.inputRequested({ ...c1, runId: 'r1', requestId: `q${i}` }, meta),
  'questions that are closed at once': (i) =>
    i % 2 === 0
      ? signals.inputRequested({ ...c1, runId: 'r1', requestId: `q${i}` }, meta)
      : signals.inputResolved({ ...c1, runId: 'r1', requestId: `q${i - 1}` }, meta),
  'tools of one run': (i) =>
    signals.turnProgressed({ ...c1, runId: 'r1', kind: 'tool_open', callId: `x${i}` }, meta),
  'errors of one run': (i) => signals.errorReported({ ...c1, runId: 'r1', error: { message: `${i}` } }, meta),
  'process generations of one backend': (i) => signals.streamOpened({ boot: `b${i}` }, meta),
  backends: (i) => signals.streamOpened({ source: `x${i}`, boot: 'b' }, meta),
}

/** Floods that are told in full. */
const LARGE: ReadonlySet<string> = new Set([
  'starts in unknown conversations',
  'ends in unknown conversations',
  'starts of unknown runs',
  'ends of unknown runs',
  'words about unknown sessions',
])
/** The rows of a few buckets, each looked at several times. */
const A_FEW_LOOKS = 2_000

/** The most that any list in the state may hold: 2,000 conversations that others speak of, and our own. */
const BOUND = 2_001

/** How long each list in a state is, by where it stands; only the longest of each place. */
function lists(value: unknown, place: string, found: Map<string, number> = new Map()): Map<string, number> {
  if (Array.isArray(value)) {
    found.set(place, Math.max(found.get(place) ?? 0, value.length))
    for (const item of value) lists(item, `${place}[]`, found)
  } else if (typeof value === 'object' && value !== null) {
    const { size } = value as { readonly size?: unknown }
    if (typeof size === 'number') found.set(`${place} rows`, size)
    for (const [name, inner] of Object.entries(value)) lists(inner, `${place}.${name}`, found)
  }
  return found
}

const flood = (make: (i: number) => UnknownAction, count: number): KeeperState => {
  const { reducer } = createTurnkeeper({ ports: { fetchStatus: async () => ({}) } })
  let state: KeeperState | undefined
  for (const action of working) state = reducer(state, action)
  for (let i = 0; i < count; i++) state = reducer(state, make(i))
  return state!
}

/** To freeze a state costs more than to make it. */
const { NODE_ENV } = process.env
beforeAll(() => void (process.env['NODE_ENV'] = 'production'))
afterAll(() => void (process.env['NODE_ENV'] = NODE_ENV))

describe('law 24: what is told again and again, each time of somebody else,', () => {
  test.each(Object.entries(FLOODS))(
    '%s, is remembered only so far, and our own turn is none the worse for it',
    (what, make) => {
      const state = flood(make, LARGE.has(what) ? 50_000 : 5_000)
      const tooLong = [...lists(state, 'state')].filter(([, length]) => length > BOUND)
      expect(tooLong).toEqual([])
      const { reducer } = createTurnkeeper()
      const { turns } = reducer(state, endTurn({ turnId: 't1', reason: 'complete' }, meta))
      expect(turns.ended.at(-1)).toMatchObject({ turnId: 't1', outcome: 'complete', grade: 'witnessed' })
    },
    60_000,
  )

  test('the app’s own word on sessions is remembered as it stands; what is to be checked for it is bounded', () => {
    const state = flood(
      (i) => sessionStatusChanged({ conversationId: `x${i}`, status: 'running' }, meta),
      50_000,
    )
    expect(state.conversations.byId.size).toBe(50_001)
    expect(state.turns.byConversation.size).toBeLessThanOrEqual(BOUND)
  }, 60_000)
})

describe('law 24: after a flood', () => {
  test.each(['starts in unknown conversations', 'starts of unknown runs', 'words about unknown sessions'])(
    'of %s: one status check asks for so many at most, and what comes next costs what the first did',
    async (what) => {
      const took = async (count: number) => {
        const lab = createCountedStore({}, flood(FLOODS[what]!, count))
        await lab.clock.advanceAsync(10_000)
        // The index of turns follows a status check, which concerns them all, when it is asked again.
        await lab.work(endTurn({ turnId: 'nobody', reason: 'complete' }))
        const asked = lab.backend.of('status').map(({ request }) => request.length)
        const steps = [
          await lab.work(FLOODS[what]!(1_000_000)),
          await lab.work(FLOODS[what]!(1_000_001)),
          await lab.work(signals.turnProgressed({ ...c1, runId: 'r1', kind: 'tool_open' })),
          await lab.work(endTurn({ turnId: 't1', reason: 'complete' })),
          await lab.work(lab.keeper.submitTurn({ ...c1, turnId: 't2', input: 'x' })),
        ]
        lab.keeper.dispose()
        return { asked, steps }
      }
      const first = await took(0)
      const late = await took(20_000)
      expect(late.asked).toHaveLength(1)
      expect(late.asked[0]).toBeLessThanOrEqual(BOUND)
      for (const [i, { turns, conversations, looks }] of late.steps.entries()) {
        const alone = first.steps[i]!
        expect(turns.buckets).toBeLessThanOrEqual(alone.turns.buckets)
        expect(turns.rows).toBeLessThanOrEqual(alone.turns.rows)
        expect(conversations).toEqual(alone.conversations)
        expect(looks).toBeLessThanOrEqual(A_FEW_LOOKS)
      }
    },
    60_000,
  )
})
