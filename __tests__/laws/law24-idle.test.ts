/** Law 24: what is idle or waits costs nothing: what an action copies and looks at does not grow with it. Told in counts. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, sessionStatusChanged, signals, stateRestored } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { mapRows, rowsOf } from '../../src/state/table'
import { createCountedStore } from './law24-store'

/** The rows of a few buckets, each looked at several times. */
const A_FEW_LOOKS = 2_000

const reduce = (actions: readonly UnknownAction[]): KeeperState => {
  const { reducer } = createTurnkeeper()
  return actions.reduce<KeeperState | undefined>(reducer, undefined)!
}
const many = (count: number) => Array.from({ length: count }, (_, i) => `idle-${i}`)
const meta = { at: 1_000_000 }

/** What fills a store, by what it is called. */
const FULL: Readonly<Record<string, (count: number) => KeeperState>> = {
  'idle sessions': (count) =>
    reduce(
      many(count).map((conversationId) => sessionStatusChanged({ conversationId, status: 'ready' }, meta)),
    ),
  drafts: (count) => {
    const drafts = many(count).map((id) => ({ conversationId: id, turnId: `draft of ${id}`, input: 'x' }))
    return reduce([stateRestored({ drafts }, meta)])
  },
  /** Each waits for a person. */
  'queued conversations': (count) => {
    const queued = many(count).map((id) => ({
      conversationId: id,
      turnId: `turn of ${id}`,
      input: 'x',
      hidden: false,
    }))
    const { turns, conversations } = reduce([stateRestored({ queued }, meta)])
    const byId = mapRows(conversations.byId, (row) => ({
      ...row,
      queueHold: { why: 'person' as const, until: null },
    }))
    return { turns, conversations: { ...conversations, byId } }
  },
}

/** What each step of a turn's life takes beside what stands there already. */
async function lifeOfATurn(left: KeeperState) {
  const lab = createCountedStore({}, left)
  const { keeper, backend } = lab
  const c = { conversationId: 'c1' }
  // The index of turns is made when it is first asked.
  await lab.work(endTurn({ turnId: 'nobody', reason: 'complete' }))
  const steps = {
    'start of a turn from elsewhere': await lab.work(signals.turnStarted({ ...c, runId: 'r0' })),
    progress: await lab.work(signals.turnProgressed({ ...c, runId: 'r0', kind: 'tool_open' })),
    'end, named': await lab.work(signals.turnEnded({ ...c, runId: 'r0', reason: 'complete' })),
    submit: await lab.work(keeper.submitTurn({ ...c, turnId: 't1', input: 'x' })),
    'second submit': await lab.work(keeper.submitTurn({ ...c, turnId: 't2', input: 'x' })),
    'answer to a send': await lab.work(() => backend.accept('send', { runId: 'r1' })),
    question: await lab.work(signals.inputRequested({ ...c, runId: 'r1', requestId: 'q' })),
    'session statement': await lab.work(sessionStatusChanged({ ...c, status: 'running' })),
    'error of a run': await lab.work(signals.errorReported({ ...c, runId: 'r1' })),
    stop: await lab.work(keeper.stopTurn(c)),
    'end by the app': await lab.work(endTurn({ ...c, reason: 'cancelled' })),
    'signal that names nobody': await lab.work(signals.turnStarted({ runId: 'nobody' })),
    'start in an unknown conversation': await lab.work(
      signals.turnStarted({ conversationId: 'new', runId: 'n1' }),
    ),
    'another one': await lab.work(signals.turnStarted({ conversationId: 'newer', runId: 'n2' })),
    'end with the turn’s id alone': await lab.work(endTurn({ turnId: 't2', reason: 'complete' })),
  }
  keeper.dispose()
  return steps
}

/** After it a status check leaves, which looks at everything that goes on or waits, a few times each. */
const CHECKS = 'error of a run'

describe.each([
  ['idle sessions', 5_000],
  ['drafts', 10_000],
  ['queued conversations', 10_000],
] as const)('law 24: with %s, %d of them', (what, count) => {
  test('each step of a turn copies as many rows and buckets as with one, and looks at a few', async () => {
    const alone = await lifeOfATurn(FULL[what]!(1))
    const full = await lifeOfATurn(FULL[what]!(count))
    for (const [step, took] of Object.entries(full)) {
      const { turns, conversations } = alone[step as keyof typeof alone]
      expect({ step, turns: took.turns, conversations: took.conversations }).toEqual({
        step,
        turns,
        conversations,
      })
      const most = step === CHECKS ? 10 * count : A_FEW_LOOKS
      expect({ step, tooMany: took.looks > most && took.looks }).toEqual({ step, tooMany: false })
    }
  }, 60_000)
})

test('the counting counts', async () => {
  const left = FULL['idle sessions']!(100)
  const lab = createCountedStore({}, left)
  await lab.work(endTurn({ turnId: 'nobody', reason: 'complete' }))
  const { looks, conversations } = await lab.work(
    sessionStatusChanged({ conversationId: 'idle-7', status: 'error' }),
  )
  expect(looks).toBeGreaterThan(0)
  expect(conversations).toEqual({ buckets: 1, rows: 1 })
  const ids = lab.keeper.selectors.selectReapableSessions(lab.store.getState(), {
    idleFor: 0,
    now: 2_000_000,
  })
  expect(ids).toHaveLength(100)
  expect((await lab.work(() => rowsOf(lab.state().conversations.byId).map((row) => row.session))).looks).toBe(
    99,
  )
  lab.keeper.dispose()
})
