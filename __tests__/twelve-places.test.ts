/**
 * The twelve places that end a turn, and what belongs to them.
 *
 * An app that keeps a flag for the turn and a mark for its conversation has to clear both in every one of them. Here each
 * is one dispatch: whoever looks, at whatever notification, sees the turn live and its conversation processing, or neither.
 */
import {
  conversationRekeyed,
  conversationViewed,
  endTurn,
  sessionStatusChanged,
  signals,
  workStarted,
} from 'redux-turnkeeper'
import type { EndPayload, KeeperState } from 'redux-turnkeeper'
import { inputCancelled } from '../src/actions'
import { conversationOf } from '../src/state/conversations'
import { entryOf, findTurn } from '../src/state/turns'
import { createLab } from './laws/lab'
import type { Lab } from './laws/lab'

const { errorReported, inputRequested, sessionReported, turnEnded, turnProgressed, turnStarted } = signals

const isLive = ({ turns }: KeeperState, turnId: string): boolean => findTurn(turns, turnId) !== undefined
/** Whether the conversations slice holds the text of a turn. */
const hasText = ({ conversations }: KeeperState, turnId: string, id: string): boolean =>
  conversationOf(conversations, id)?.texts.some((text) => text.turnId === turnId) ?? false
/** What stands of a conversation in both slices. */
const of = ({ turns, conversations }: KeeperState, id: string) => [
  entryOf(turns, id),
  conversationOf(conversations, id),
]

/** Does it, and sees that the turn and its conversation's mark moved in one dispatch that left the neighbour alone. */
async function endsOnce(lab: Lab, done: () => unknown, turnId = 't1', id = 'c1') {
  let before = lab.state()
  const hadText = hasText(before, turnId, id)
  const moves: string[] = []
  const unsubscribe = lab.store.subscribe(() => {
    const after = lab.state()
    expect(lab.busy(id)).toBe(isLive(after, turnId))
    expect(hasText(after, turnId, id)).toBe(hadText && isLive(after, turnId))
    if (isLive(before, turnId) && !isLive(after, turnId)) {
      moves.push(`${lab.phase(id)}, ${lab.history().length} ended`)
      for (const [i, was] of of(before, 'neighbour').entries()) expect(of(after, 'neighbour')[i]).toBe(was)
    }
    before = after
  })
  expect(isLive(before, turnId)).toBe(true)
  expect(hadText).toBe(lab.turn(turnId)?.origin === 'local')
  await done()
  await lab.dispatch()
  unsubscribe()
  expect(moves).toEqual(['idle, 1 ended'])
  expect(lab.phase('neighbour')).toBe('thinking')
  return lab.last(id)
}

/** A conversation at work, and a neighbour that is at work too. */
async function working() {
  const lab = createLab()
  await lab.start('n1', 'neighbour')
  await lab.start()
  return lab
}

const ends = (lab: Lab, payload: EndPayload) => () => lab.dispatch(endTurn(payload))

describe('the twelve places that end a turn', () => {
  test('1 the activity becomes "idle" in the stream: the app’s own word for it', async () => {
    const lab = await working()
    const ended = await endsOnce(lab, ends(lab, { conversationId: 'c1', reason: 'complete' }))
    expect(ended).toMatchObject({ turnId: 't1', reason: 'complete', grade: 'witnessed' })
  })

  test('1 the same as a signal, which names no turn: the status check that it leads to', async () => {
    const lab = await working()
    lab.backend.world('c1', { status: 'idle' })
    const ended = await endsOnce(lab, async () => {
      await lab.dispatch(sessionReported({ conversationId: 'c1', status: 'idle' }))
      await lab.clock.advanceAsync(250)
    })
    expect(ended).toMatchObject({ turnId: 't1', reason: 'rescued', grade: 'inferred' })
  })

  test('2 the message is complete', async () => {
    const lab = await working()
    const ended = await endsOnce(lab, () => lab.signalEnd({ runId: 'r-t1', reason: 'complete' }))
    expect(ended).toMatchObject({ outcome: 'complete', error: null })
  })

  test('3 the generation was cancelled', async () => {
    const lab = await working()
    const ended = await endsOnce(lab, () => lab.signalEnd({ turnId: 't1', reason: 'cancelled' }))
    expect(ended).toMatchObject({ outcome: 'cancelled' })
  })

  test('4 the stream reports an error', async () => {
    const lab = await working()
    const error = { message: 'out of tokens' }
    await endsOnce(lab, ends(lab, { conversationId: 'c1', reason: 'error', error }))
    expect(lab.error()).toBe('out of tokens')
    expect(lab.error('neighbour')).toBeNull()
  })

  test.each([
    ['its own conversation first', 'c1', 'neighbour'],
    ['the stream’s where it names none', null, 'c1'],
  ])('5 a conversation reports an error: %s', async (_which, own, streams) => {
    const lab = await working()
    await lab.dispatch(conversationViewed({ conversationId: streams }))
    const error = { message: 'no such model' }
    const ended = await endsOnce(lab, ends(lab, { conversationId: own, reason: 'error', error }))
    expect(ended).toMatchObject({ turnId: 't1', outcome: 'error' })
    expect([lab.error('c1'), lab.error('neighbour')]).toEqual(['no such model', null])
  })

  test('5 one that the wire does not classify: the status check that it leads to', async () => {
    const lab = await working()
    lab.backend.world('c1', { status: 'idle' })
    const error = { message: 'no such model' }
    const ended = await endsOnce(lab, async () => {
      await lab.dispatch(errorReported({ conversationId: 'c1', error }))
      await lab.clock.advanceAsync(250)
    })
    expect(ended).toMatchObject({ outcome: 'error', error })
  })

  test('6 the session has failed', async () => {
    const lab = await working()
    const error = { message: 'the process died' }
    const ended = await endsOnce(lab, () =>
      lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'error', error })),
    )
    expect(ended).toMatchObject({ reason: 'session_error', grade: 'inferred', error })
    expect(lab.error()).toBe('the process died')
  })

  test('7 the send failed', async () => {
    const lab = createLab()
    await lab.start('n1', 'neighbour')
    await lab.submit()
    const ended = await endsOnce(lab, () => lab.backend.refuse('send', {}, 't1'))
    expect(ended).toMatchObject({ turnId: 't1', outcome: 'error', grade: 'inferred' })
    expect(lab.drafts()).toEqual(['text of t1'])
  })

  test('8 the `finally` of a send, while its own turn is live', async () => {
    const lab = await working()
    const ended = await endsOnce(lab, ends(lab, { turnId: 't1', reason: 'rescued' }))
    expect(ended).toMatchObject({ reason: 'rescued', grade: 'inferred' })
  })

  test('9 the user presses Stop, and the server says that it stopped', async () => {
    const lab = await working()
    const ended = await endsOnce(lab, async () => {
      await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
      expect(lab.phase()).toBe('stopping')
      lab.backend.accept('stop')
      await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    })
    expect(ended).toMatchObject({ outcome: 'cancelled', grade: 'witnessed' })
  })

  test.each([
    [10, 'secret'],
    [11, 'contact'],
  ])('%d the user cancels the prompt for a %s', async (_place, kind) => {
    const lab = await working()
    await lab.dispatch(inputRequested({ runId: 'r-t1', requestId: 'q', kind }))
    const ended = await endsOnce(lab, () =>
      lab.dispatch(lab.keeper.cancelInput({ conversationId: 'c1', requestId: 'q' })),
    )
    expect(ended).toMatchObject({ turnId: 't1', outcome: 'cancelled' })
    expect(lab.keeper.selectors.selectPendingInput(lab.store.getState(), 'c1')).toBeNull()
    expect(lab.leaves(inputCancelled({ conversationId: 'c1', requestId: 'q' }))).toBe(true)
  })

  test('12 the rescue after silence', async () => {
    const lab = await working()
    lab.backend.world('c1', { status: 'idle' })
    const ended = await endsOnce(lab, () => lab.advance(60_000))
    expect(ended).toMatchObject({ turnId: 't1', reason: 'rescued', outcome: 'unknown' })
  })
})

describe('8 the `finally` of a send is scoped to its own turn: nothing changes in either slice', () => {
  const rescue = endTurn({ turnId: 't1', conversationId: 'c1', reason: 'rescued' })

  test('where a newer turn lives', async () => {
    const lab = await working()
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    await lab.start('t2')
    expect(lab.leaves(rescue)).toBe(true)
    expect(lab.live()?.turnId).toBe('t2')
  })

  test('where none does', async () => {
    const lab = await working()
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(lab.leaves(rescue)).toBe(true)
    expect(lab.leaves(endTurn({ turnId: 'never', reason: 'rescued' }))).toBe(true)
  })

  test('where the user has gone to another conversation', async () => {
    const lab = await working()
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    await lab.dispatch(conversationViewed({ conversationId: 'neighbour' }))
    expect(lab.leaves(rescue)).toBe(true)
    expect(lab.leaves(endTurn({ turnId: 't1', reason: 'rescued' }))).toBe(true)
    expect(lab.busy('neighbour')).toBe(true)
  })
})

describe('13 a send that was re-targeted while in flight', () => {
  test.each(['draft', 'c1', 'c9'])(
    'one endTurn by the key %s clears the marks under all of them',
    async (key) => {
      const lab = createLab()
      await lab.start('n1', 'neighbour')
      await lab.submit('t1', 'draft')
      for (const [from, to] of [
        ['draft', 'c1'],
        ['c1', 'c9'],
      ] as const)
        await lab.dispatch(conversationRekeyed({ from, to, turnId: 't1' }))
      const marks = () => ['draft', 'c1', 'c9'].map((id) => lab.busy(id))
      expect(marks()).toEqual([true, true, true])
      await endsOnce(lab, ends(lab, { conversationId: key, reason: 'complete' }), 't1', 'c9')
      expect(marks()).toEqual([false, false, false])
    },
  )

  test('so does the answer to its send', async () => {
    const lab = createLab()
    await lab.start('n1', 'neighbour')
    await lab.submit('t1', 'draft')
    await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'c1' }))
    await endsOnce(lab, () => lab.backend.refuse('send', {}, 't1'))
    expect([lab.busy('draft'), lab.busy('c1')]).toEqual([false, false])
  })
})

describe('14 work that came in from elsewhere', () => {
  test('marks its conversation as processing without a turn of ours, and ends the same way', async () => {
    const lab = createLab()
    await lab.start('n1', 'neighbour')
    const sent = lab.sent().length
    await lab.dispatch(workStarted({ conversationId: 'c1', turnId: 'theirs', startedMsAgo: 5_000 }))
    expect([lab.phase(), lab.live()?.origin, lab.sent().length]).toEqual(['thinking', 'remote', sent])
    const ended = await endsOnce(lab, ends(lab, { conversationId: 'c1', reason: 'complete' }), 'theirs')
    expect(ended).toMatchObject({ turnId: 'theirs', origin: 'remote' })
  })

  test('shown by its signals alone, and ended by a signal', async () => {
    const lab = createLab()
    await lab.start('n1', 'neighbour')
    await lab.dispatch(
      turnStarted({ conversationId: 'c1', turnId: 'theirs' }),
      turnProgressed({ conversationId: 'c1', turnId: 'theirs', kind: 'output' }),
    )
    expect(lab.phase()).toBe('streaming')
    await endsOnce(lab, () => lab.dispatch(turnEnded({ turnId: 'theirs', reason: 'complete' })), 'theirs')
  })
})
