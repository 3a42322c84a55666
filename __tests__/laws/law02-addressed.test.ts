/** Law 2: a signal scoped to turn X never changes turn Y. */
import {
  endTurn,
  sendAccepted,
  sendLost,
  sendRefused,
  signals,
  stopAcknowledged,
  stopLost,
  stopRefused,
  stopRequested,
} from 'redux-turnkeeper'
import { answerAccepted, turnOverdue, queuedRemoved, sendClaimed, stopClaimed } from '../../src/actions'
import { REASONS, createLab } from './lab'

/** Everything that may be said of the turn `x`, whose run was `r-x`. */
const SIGNALS: readonly [string, { type: string }][] = [
  ...REASONS.flatMap((reason): [string, { type: string }][] => [
    [`endTurn ${reason}`, endTurn({ turnId: 'x', reason })],
    [`endTurn ${reason}, with the conversation`, endTurn({ conversationId: 'c1', turnId: 'x', reason })],
    [
      `a signal of the end ${reason} of its run`,
      signals.turnEnded({ conversationId: 'c1', runId: 'r-x', reason }),
    ],
  ]),
  ['turnProgressed', signals.turnProgressed({ conversationId: 'c1', turnId: 'x', kind: 'output' })],
  [
    'turnProgressed of its run',
    signals.turnProgressed({ conversationId: 'c1', runId: 'r-x', kind: 'tool_open', callId: 'call' }),
  ],
  ['turnStarted', signals.turnStarted({ conversationId: 'c1', turnId: 'x', runId: 'r-x' })],
  ['turnRetrying', signals.turnRetrying({ conversationId: 'c1', runId: 'r-x' })],
  ['inputRequested', signals.inputRequested({ conversationId: 'c1', runId: 'r-x', requestId: 'q' })],
  ['inputResolved', signals.inputResolved({ conversationId: 'c1', requestId: 'nobody asked' })],
  ['answerAccepted', answerAccepted({ conversationId: 'c1', requestId: 'nobody asked' })],
  ['requestEnded', signals.requestEnded({ conversationId: 'c1', turnId: 'x', how: 'failed' })],
  ['stopRequested', stopRequested({ turnId: 'x' })],
  ['stopRequested, with the conversation', stopRequested({ conversationId: 'c1', turnId: 'x' })],
  ['stopClaimed', stopClaimed({ turnId: 'x', conversationId: 'c1', nonce: 'n' })],
  ['stopAcknowledged', stopAcknowledged({ turnId: 'x' })],
  ['stopRefused', stopRefused({ turnId: 'x', reason: 'unreachable' })],
  ['stopLost', stopLost({ turnId: 'x' })],
  ['sendClaimed', sendClaimed({ turnId: 'x', conversationId: 'c1', nonce: 'n' })],
  ['sendAccepted', sendAccepted({ turnId: 'x', runId: 'r-other' })],
  ['sendRefused', sendRefused({ turnId: 'x', reason: 'error' })],
  ['sendLost', sendLost({ turnId: 'x' })],
  ['queuedRemoved', queuedRemoved({ turnId: 'x' })],
  ['turnOverdue', turnOverdue({ turnId: 'x', conversationId: 'c1', evidenceSeq: 1 })],
]

describe('law 2: said of a turn that is over, it leaves the active turn of the same conversation as it is', () => {
  test.each(SIGNALS)('%s', async (_name, signal) => {
    const lab = createLab()
    await lab.start('x')
    await lab.end({ turnId: 'x', reason: 'complete' })
    await lab.start('y')
    const y = lab.live()
    await lab.dispatch(signal)
    expect(lab.live()).toBe(y)
    expect(lab.ends()).toEqual(['x complete complete witnessed'])
  })
})

describe('law 2: said of the active turn of another conversation, it leaves this one as it is', () => {
  test.each(SIGNALS.filter(([, { type }]) => type !== signals.inputResolved.type))(
    '%s',
    async (_name, signal) => {
      const lab = createLab()
      await lab.start('x', 'c1')
      await lab.start('y', 'c2')
      await lab.submit('z', 'c2')
      const [y, entry, conversation] = [lab.live('c2'), lab.entry('c2'), lab.conversation('c2')]
      lab.store.dispatch(signal)
      expect(lab.live('c2')).toBe(y)
      expect([lab.entry('c2'), lab.conversation('c2')]).toEqual([entry, conversation])
      expect(lab.entry('c2') === entry && lab.conversation('c2') === conversation).toBe(true)
      expect(lab.queue('c2')).toEqual(['z'])
    },
  )
})

describe('law 2: said of a turn or run that nobody has heard of, it ends nothing and is nobody’s evidence', () => {
  test.each(SIGNALS)('%s', async (_name, signal) => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.start('y')
    await lab.progress('y')
    const { activity, evidenceSeq, lastEvidenceAt, runs, stop } = lab.live()!
    const questions = () => lab.conversation()?.questions.filter(({ askerId }) => askerId === 'y')
    const shown = [lab.phase(), questions()]
    await lab.advance(2_000)
    await lab.dispatch(signal)
    expect(lab.live()).toMatchObject({ turnId: 'y', activity, evidenceSeq, lastEvidenceAt, runs, stop })
    expect([lab.phase(), questions()]).toEqual(shown)
    expect(lab.history()).toEqual([])
  })
})

describe('law 2: a rescue', () => {
  const rescue = (turnId: string, conversationId = 'c1') =>
    endTurn({ conversationId, turnId, reason: 'rescued' })

  test('of its own turn ends it', async () => {
    const lab = createLab()
    await lab.start('x')
    lab.store.dispatch(rescue('x'))
    expect(lab.ends()).toEqual(['x rescued unknown inferred'])
  })

  test('mirror: is a no-op in both slices when a newer turn is active', async () => {
    const lab = createLab()
    await lab.start('x')
    await lab.end({ turnId: 'x', reason: 'complete' })
    await lab.start('y')
    expect(lab.leaves(rescue('x'))).toBe(true)
    expect(lab.leaves(rescue('never seen'))).toBe(true)
  })

  test('mirror: is a no-op in both slices when none is active', async () => {
    const lab = createLab()
    await lab.dispatch()
    expect(lab.leaves(rescue('x'))).toBe(true)
    expect(lab.leaves(endTurn({ conversationId: 'c1', reason: 'rescued' }))).toBe(true)
    await lab.start('x')
    await lab.end({ turnId: 'x', reason: 'complete' })
    expect(lab.leaves(rescue('x'))).toBe(true)
    expect(lab.leaves(endTurn({ conversationId: 'c1', reason: 'rescued' }))).toBe(true)
  })
})

describe('law 2: a child run', () => {
  test.each([
    ['by its role', { conversationId: 'c1', runId: 'sub', role: 'child' as const }],
    ['by its role, with a turn', { conversationId: 'c1', turnId: 'sub', role: 'auxiliary' as const }],
  ])('told %s does not end, feed or start the main turn', async (_how, address) => {
    const lab = createLab()
    await lab.start('y')
    const y = lab.live()
    await lab.advance(2_000)
    await lab.dispatch(
      signals.turnStarted(address),
      signals.turnProgressed({ ...address, kind: 'output' }),
      signals.turnEnded({ ...address, reason: 'error' }),
      endTurn({ ...address, reason: 'complete' }),
    )
    expect(lab.live()).toBe(y)
  })
})
