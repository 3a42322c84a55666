/** Law 14: what runs beside a turn never starts or ends it. Questions belong to their asker. Secrets go to their port alone. */
import { signals } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab } from './lab'

const beside = (lab: Lab, id = 'c1') => lab.keeper.selectors.selectBackgroundCount(lab.store.getState(), id)
const pending = (lab: Lab, id = 'c1') =>
  lab.keeper.selectors.selectPendingInput(lab.store.getState(), id)?.requestId ?? null

const RUNS_BESIDE = [
  ['a subagent', { conversationId: 'c1', runId: 'sub', role: 'child' as const }],
  ['a title run', { conversationId: 'c1', runId: 'title', role: 'auxiliary' as const }],
  [
    'a subagent that names its parent',
    { conversationId: 'c1', runId: 'sub', role: 'child' as const, parent: 'r-t1' },
  ],
  ['a child conversation', { conversationId: 'child' }],
  ['a child conversation’s own run', { conversationId: 'child', runId: 'r-child' }],
] as const

describe.each(RUNS_BESIDE)('law 14: %s', (_who, address) => {
  const open = async () => {
    const lab = createLab()
    await lab.start()
    if (address.conversationId === 'child')
      await lab.dispatch(signals.childOpened({ child: 'child', parent: 'c1' }))
    return lab
  }

  test('never ends the main turn, nor feeds it', async () => {
    const lab = await open()
    const main = lab.live()
    await lab.advance(2_000)
    await lab.dispatch(
      signals.turnStarted(address),
      signals.turnProgressed({ ...address, kind: 'output' }),
      signals.turnEnded({ ...address, reason: 'error' }),
    )
    expect([lab.live(), lab.history()]).toEqual([main, []])
    expect(lab.live()).toBe(main)
  })

  test('never starts one', async () => {
    const lab = await open()
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    await lab.dispatch(signals.turnStarted(address), signals.turnProgressed({ ...address, kind: 'output' }))
    expect([lab.busy('c1'), lab.busy('child')]).toEqual([false, false])
    expect(lab.history()).toHaveLength(1)
  })

  test('is counted while it runs', async () => {
    const lab = await open()
    await lab.dispatch(signals.turnStarted(address))
    expect(beside(lab)).toBe(1)
    await lab.dispatch(signals.turnEnded({ ...address, reason: 'complete' }))
    expect(beside(lab)).toBe(0)
  })

  test('is forgotten when it was silent for ten minutes, and only then', async () => {
    const lab = await open()
    await lab.dispatch(signals.turnStarted(address))
    await lab.advance(300_000, 10_000)
    await lab.dispatch(signals.turnProgressed({ ...address, kind: 'output' }))
    await lab.advance(590_000, 10_000)
    expect(beside(lab)).toBe(1)
    await lab.advance(10_000)
    expect(beside(lab)).toBe(0)
  })
})

test('law 14: a child conversation that goes idle says nothing of its parent', async () => {
  const lab = createLab()
  await lab.start()
  await lab.dispatch(signals.childOpened({ child: 'child', parent: 'c1' }))
  const main = lab.live()
  await lab.dispatch(signals.sessionReported({ conversationId: 'child', status: 'idle' }))
  expect(lab.live()).toBe(main)
  expect(beside(lab)).toBe(0)
})

describe('law 14: mirrors', () => {
  test('a main run does start and end the main turn', async () => {
    const lab = createLab()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1', role: 'main' }))
    expect(lab.busy()).toBe(true)
    await lab.dispatch(
      signals.turnEnded({ conversationId: 'c1', runId: 'r1', role: 'main', reason: 'complete' }),
    )
    expect(lab.busy()).toBe(false)
  })

  test('a run that nobody has heard of, beside a bound turn, is a reason to check, not a turn', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'helper' }))
    await lab.dispatch(signals.turnEnded({ conversationId: 'c1', runId: 'helper', reason: 'complete' }))
    expect([lab.live()?.turnId, lab.live()?.runs]).toEqual(['t1', ['r-t1']])
    expect(lab.history()).toEqual([])
  })
})

describe('law 14: a question', () => {
  const ask = (address: object, requestId = 'q') =>
    signals.inputRequested({ conversationId: 'c1', requestId, ...address })

  test('belongs to the turn that asked, and closes with it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask({ runId: 'r-t1' }))
    expect([lab.phase(), pending(lab)]).toEqual(['awaiting_input', 'q'])
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect(pending(lab)).toBeNull()
  })

  test('of a run beside it closes with that run, and not with the turn', async () => {
    const lab = createLab()
    await lab.start()
    const sub = { runId: 'sub', role: 'child' as const }
    await lab.dispatch(signals.turnStarted({ conversationId: 'c1', ...sub }), ask(sub))
    expect([lab.phase(), pending(lab)]).toEqual(['thinking', 'q'])
    await lab.signalEnd({ runId: 'r-t1', reason: 'complete' })
    expect(pending(lab)).toBe('q')
    await lab.signalEnd({ conversationId: 'c1', ...sub, reason: 'complete' })
    expect(pending(lab)).toBeNull()
  })

  test('is never swept: a run beside the turn that waits for a person is not forgotten, however silent', async () => {
    const lab = createLab()
    await lab.start()
    const sub = { runId: 'sub', role: 'child' as const }
    await lab.dispatch(ask(sub))
    expect(pending(lab)).toBe('q')
    await lab.advance(3_600_000, 60_000)
    expect([pending(lab), beside(lab)]).toEqual(['q', 1])
    await lab.dispatch(signals.inputResolved({ conversationId: 'c1', ...sub, requestId: 'q' }))
    expect(pending(lab)).toBeNull()
    await lab.advance(1_200_000, 60_000)
    expect(beside(lab)).toBe(0)
  })

  test('does not open again once it is closed, by an answer here or elsewhere', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      ask({ runId: 'r-t1' }),
      signals.inputResolved({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }),
    )
    expect(lab.phase()).toBe('thinking')
    await lab.dispatch(ask({ runId: 'r-t1' }))
    expect([lab.phase(), pending(lab)]).toEqual(['thinking', null])
  })

  test('mirror: the answer to one leaves the other open', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask({ runId: 'r-t1' }, 'q1'), ask({ runId: 'r-t1' }, 'q2'))
    await lab.dispatch(signals.inputResolved({ conversationId: 'c1', runId: 'r-t1', requestId: 'q1' }))
    expect([lab.phase(), pending(lab)]).toEqual(['awaiting_input', 'q2'])
  })

  test('mirror: questions of the same name in two conversations are two', async () => {
    const lab = createLab()
    await lab.start('t1', 'c1')
    await lab.start('u1', 'c2')
    await lab.dispatch(
      ask({ runId: 'r-t1' }),
      signals.inputRequested({ conversationId: 'c2', runId: 'r-u1', requestId: 'q' }),
    )
    await lab.dispatch(signals.inputResolved({ conversationId: 'c1', runId: 'r-t1', requestId: 'q' }))
    expect([pending(lab, 'c1'), pending(lab, 'c2')]).toEqual([null, 'q'])
    expect(lab.phase('c2')).toBe('awaiting_input')
  })
})

describe('law 14: the answer to a question', () => {
  const SECRET = 'correct horse battery staple'
  const asked = async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      signals.inputRequested({
        conversationId: 'c1',
        runId: 'r-t1',
        requestId: 'q',
        kind: 'secret',
        prompt: 'Password?',
      }),
    )
    const answered = lab.store.dispatch(
      lab.keeper.answerInput({ conversationId: 'c1', requestId: 'q', answer: SECRET }),
    )
    await lab.dispatch()
    return { lab, answered }
  }
  const nowhere = (lab: Lab) => {
    expect(JSON.stringify(lab.recorder.actions)).not.toContain('correct horse')
    expect(JSON.stringify(lab.store.getState())).not.toContain('correct horse')
  }

  test('goes to its port alone: it is in no action and in no state', async () => {
    const { lab, answered } = await asked()
    expect(lab.backend.of('answer')[0]?.request.answer).toBe(SECRET)
    nowhere(lab)
    lab.backend.accept('answer')
    expect(await answered).toEqual({ status: 'accepted' })
    await lab.dispatch()
    nowhere(lab)
    expect(pending(lab)).toBeNull()
  })

  test('nor where it is refused, and where its fate is unknown: then the question stays open', async () => {
    for (const fail of ['refuse', 'lose'] as const) {
      const { lab } = await asked()
      lab.backend[fail]('answer')
      await lab.dispatch()
      nowhere(lab)
      expect([pending(lab), lab.error() === null]).toEqual(['q', false])
    }
  })

  test('is given once: a second click, while the first is under way, asks nothing of the port', async () => {
    const { lab } = await asked()
    const second = lab.store.dispatch(
      lab.keeper.answerInput({ conversationId: 'c1', requestId: 'q', answer: SECRET }),
    )
    expect(await second).toBeUndefined()
    expect(lab.backend.of('answer')).toHaveLength(1)
    for (const { message, detail } of lab.problems)
      expect(JSON.stringify([message, detail])).not.toContain('correct horse')
  })
})
