/** Law 1: one door. However a turn ends, one dispatch moves both slices, for the turn that was meant. */
import {
  conversationClosed,
  conversationRekeyed,
  conversationViewed,
  endTurn,
  sessionStatusChanged,
  signals,
} from 'redux-turnkeeper'
import { inputCancelled } from '../../src/actions'
import type { EndReason } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const REASONS: Readonly<Record<EndReason, string>> = {
  complete: 'complete',
  cancelled: 'cancelled',
  error: 'error',
  session_error: 'error',
  timeout: 'unknown',
  rescued: 'unknown',
  interrupted: 'interrupted',
  superseded: 'interrupted',
  undelivered: 'undelivered',
}

/** Each notification sees the turn active and its conversation busy, or its record there and the conversation free. */
const expectOneMove = (seen: readonly string[]): void => {
  expect(seen.filter((line) => !/^(idle 1|(?!idle)\w+ 0)$/.test(line))).toEqual([])
  expect(seen.at(-1)).toBe('idle 1')
}

describe('law 1: a turn ends in both slices at once', () => {
  test.each(Object.entries(REASONS) as [EndReason, string][])(
    'by endTurn with reason %s',
    async (reason, outcome) => {
      const lab = createLab()
      await lab.start()
      const seen = await lab.watch(() => lab.store.dispatch(endTurn({ conversationId: 'c1', reason })))
      expect(seen).toEqual(['idle 1'])
      expect(lab.last()).toMatchObject({ turnId: 't1', conversationId: 'c1', reason, outcome })
    },
  )

  const WAYS: readonly [string, (lab: Lab) => Promise<unknown>][] = [
    [
      'a signal that names its run',
      (lab) => lab.dispatch(signals.turnEnded({ runId: 'r-t1', reason: 'complete' })),
    ],
    [
      'a session that became inactive',
      (lab) => lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'stopped' })),
    ],
    [
      'a prompt that was cancelled',
      (lab) =>
        lab.dispatch(
          signals.inputRequested({ runId: 'r-t1', requestId: 'q' }),
          inputCancelled({ conversationId: 'c1', requestId: 'q' }),
        ),
    ],
    ['a conversation that was closed', (lab) => lab.dispatch(conversationClosed({ conversationId: 'c1' }))],
    [
      'a status check that found it over',
      async (lab) => {
        lab.backend.world('c1', { status: 'idle', last: { runId: 'r-t1', outcome: 'complete' } })
        await lab.dispatch(lab.keeper.checkStatus('c1'))
      },
    ],
    [
      'silence, and then a status check that found nothing',
      async (lab) => {
        lab.backend.world('c1', { status: 'idle' })
        await lab.advance(60_000)
      },
    ],
    [
      'a backend that came back without it',
      async (lab) => {
        lab.backend.world('c1', { status: 'absent' })
        await lab.dispatch(signals.backendRestarted({ boot: 'b2' }))
        await lab.advance(10_000)
      },
    ],
  ]
  test.each(WAYS)('by %s', async (_way, end) => {
    const lab = createLab()
    await lab.start()
    expectOneMove(await lab.watch(() => end(lab)))
    expect(lab.told).toHaveLength(1)
  })

  test('by a send that was refused, one that was never delivered, the hard limit, a newer turn, and its request (without status checks)', async () => {
    const refused = createLab()
    await refused.submit()
    expectOneMove(
      await refused.watch(async () => {
        refused.backend.refuse('send')
        await refused.dispatch()
      }),
    )

    const lost = createLab()
    await lost.submit()
    lost.backend.lose('send')
    lost.backend.world('c1', { status: 'idle' })
    expectOneMove(await lost.watch(() => lost.advance(60_000)))
    expect(lost.last()).toMatchObject({ outcome: 'undelivered' })

    const limited = createLab({ hardLimit: 30_000 })
    await limited.start()
    expectOneMove(await limited.watch(() => limited.advance(60_000)))
    expect(limited.last()).toMatchObject({ reason: 'timeout' })

    const blind = createLab({ ports: {} })
    await blind.submit()
    expectOneMove(
      await blind.watch(() => blind.dispatch(signals.requestEnded({ turnId: 't1', how: 'failed' }))),
    )

    const superseded = createLab({ ports: {} })
    await superseded.submit()
    await superseded.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    const seen = await superseded.watch(() =>
      superseded.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't2' })),
    )
    expect(seen).toEqual(['thinking 1'])
    expect(superseded.live()?.turnId).toBe('t2')
  })
})

describe('law 1: endTurn means', () => {
  test('with a conversation alone: its active turn, whatever that turn is doing, and is obeyed', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.end({ conversationId: 'c1', reason: 'complete' })
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
  })

  test('with a turn: that turn only, in its own conversation', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('t2', 'c2')
    await lab.dispatch(conversationViewed({ conversationId: 'c2' }))
    const other = lab.live('c2')
    await lab.end({ turnId: 't1', reason: 'cancelled' })
    expect([lab.busy('c1'), lab.live('c2')]).toEqual([false, other])
  })

  test('with neither: the active turn of the conversation that is viewed', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('t2', 'c2')
    await lab.dispatch(conversationViewed({ conversationId: 'c2' }))
    const other = lab.live('c1')
    await lab.end({ reason: 'complete' })
    expect([lab.live('c1'), lab.busy('c2')]).toEqual([other, false])
  })

  test('mirror: with neither, and no conversation viewed, nobody: both slices stay, to the reference', async () => {
    const lab = createLab()
    await lab.start()
    expect(lab.leaves(endTurn({ reason: 'complete' }))).toBe(true)
    await lab.dispatch(conversationViewed({ conversationId: 'c9' }))
    expect(lab.leaves(endTurn({ reason: 'complete' }))).toBe(true)
  })

  test('mirror: a conversation that has only a queue behind it ends nothing that waits', async () => {
    const lab = createLab()
    await lab.start()
    await lab.submit('t2')
    lab.store.dispatch(endTurn({ conversationId: 'c1', reason: 'complete' }))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.live()?.turnId).toBe('t2')
  })

  test('a turn known under several keys (a send that was re-targeted): one endTurn by any of them clears them all', async () => {
    for (const key of ['draft', 'c1']) {
      const lab = createLab()
      await lab.start('t1', 'draft')
      await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'c1', turnId: 't1' }))
      expect([lab.busy('draft'), lab.busy('c1')]).toEqual([true, true])
      await lab.end({ conversationId: key, reason: 'complete' })
      expect([lab.busy('draft'), lab.busy('c1')]).toEqual([false, false])
      expect(lab.history()).toHaveLength(1)
    }
  })

  test('and what waits under any of its keys goes on', async () => {
    const lab = createLab()
    await lab.start('t1', 'draft')
    await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'c1', turnId: 't1' }))
    await lab.submit('t2', 'draft')
    await lab.submit('t3', 'c1')
    expect([lab.queue('draft'), lab.queue('c1'), lab.sent()]).toEqual([['t2'], ['t3'], ['t1']])
    await lab.end({ conversationId: 'c1', reason: 'complete' })
    expect(lab.sent()).toEqual(expect.arrayContaining(['t1', 't2', 't3']))
    expect([lab.live('draft')?.turnId, lab.live('c1')?.turnId]).toEqual(['t2', 't3'])
  })

  test('an app’s own reducer can join in: endTurn is told apart by its creator', () => {
    expect(endTurn.type).toBe('turnkeeper/endTurn')
    expect(endTurn.match(endTurn({ runId: 'r', reason: 'complete' }))).toBe(true)
    expect(endTurn.match(signals.turnEnded({ runId: 'r', reason: 'complete' }))).toBe(false)
    expect(signals.turnEnded.match(signals.turnEnded({ runId: 'r', reason: 'complete' }))).toBe(true)
  })
})
