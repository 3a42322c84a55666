/** Law 7: the contract as the lab asks it after every action. A state in which something waits for nothing is found out. */
import { queueResumed, sendingGated, signals } from 'redux-turnkeeper'
import type { ConversationTurns, KeeperState } from 'redux-turnkeeper'
import { amendTurn } from '../../src/turns/turn'
import { patchEntry } from '../../src/state/turns'
import { createContract } from './contract'
import { createLab } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }

/** What the contract has to say of the state of a lab, with a change. */
function brokenWith(lab: Lab, change: (entry: ConversationTurns) => Partial<ConversationTurns>) {
  const state = lab.state()
  const turns = patchEntry(state.turns, 'c1', change(lab.entry()!))
  const changed: KeeperState = { ...state, turns }
  return createContract(lab.resolved)(changed, lab.clock.now())
}

async function busy() {
  const lab = createLab()
  await lab.start('t1')
  await lab.submit('t2')
  await lab.dispatch(
    signals.turnStarted({ ...c1, runId: 'r9' }),
    signals.childOpened({ child: 'kid', parent: 'c1' }),
  )
  expect(brokenWith(lab, () => ({}))).toEqual([])
  return lab
}

describe('law 7: the contract finds', () => {
  test('an active turn without a next check', async () => {
    const lab = await busy()
    const broken = brokenWith(lab, ({ active }) => ({ active: amendTurn(active!, { checkAt: null }) }))
    expect(broken).toEqual(['active turn t1 has no next check'])
  })

  test('a queue behind nobody, where nothing holds it back and it may not leave', async () => {
    const lab = await busy()
    const broken = brokenWith(lab, ({ queue }) => ({
      active: null,
      unplacedRuns: [],
      checkAt: null,
      queue: queue.map((turn) => amendTurn(turn, { stop: STOP })),
    }))
    expect(broken).toEqual(['queued turn t2 waits for nothing'])
  })

  test('a turn that the server holds behind nobody', async () => {
    const lab = await busy()
    const broken = brokenWith(lab, ({ queue }) => ({
      active: null,
      queue: queue.map((turn) => amendTurn(turn, { sendState: 'server_queued' })),
    }))
    expect(broken).toEqual(['turn t2 is held by the server behind nobody'])
  })

  test('a run of unknown origin, or a helper, that nothing will ever end', async () => {
    const lab = await busy()
    const broken = brokenWith(lab, ({ unplacedRuns, backgroundRuns }) => ({
      unplacedRuns: unplacedRuns.map((run) => ({ ...run, checkAt: Infinity })),
      backgroundRuns: backgroundRuns.map((run) => ({ ...run, expiresAt: Number.NaN })),
    }))
    expect(broken).toEqual(['unplaced run r9 has no next check', 'background run kid never expires'])
  })

  test('what goes on by itself, and is never looked at', async () => {
    const lab = await busy()
    await lab.dispatch(signals.workScheduled({ ...c1, inMs: 60_000 }))
    const broken = brokenWith(lab, ({ scheduled }) => ({ scheduled: { ...scheduled!, checkAt: Infinity } }))
    expect(broken).toEqual(['what is scheduled has no next check'])
  })

  test('a stop that waits for an answer to no request', async () => {
    const lab = await busy()
    await lab.dispatch(lab.keeper.stopTurn(c1))
    const broken = brokenWith(lab, () => ({ stopsInFlight: [] }))
    expect(broken).toEqual(['the stop of t1 is requested and not in flight'])
  })

  test('mirror: nothing, where a queue is paused, gated, or about to be checked', async () => {
    const paused = createLab({ queuePolicy: { onStop: 'hold' } })
    await paused.start('t1')
    await paused.submit('t2')
    await paused.dispatch(paused.keeper.stopTurn(c1))
    await paused.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect([paused.queue(), brokenWith(paused, () => ({}))]).toEqual([['t2'], []])
    await paused.dispatch(queueResumed(c1))
    expect(paused.sent()).toEqual(['t1', 't2'])

    const gated = createLab()
    await gated.dispatch(sendingGated({ open: false }))
    await gated.submit('t1')
    expect([gated.queue(), brokenWith(gated, () => ({}))]).toEqual([['t1'], []])
  })
})

const STOP = {
  state: 'acknowledged',
  nonce: null,
  at: 0,
  turnHadStarted: false,
  lostAnswers: 0,
  refusals: 0,
} as const
