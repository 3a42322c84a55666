/** Law 14: a question is announced once when it opens, and once when it closes; not for what came back, and not by time travel. */
import { inputClosed, inputOpened, signals, stateRestored } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { LabExtras, LabOptions } from './lab'
import { open } from './law21-lab'

const c1 = { conversationId: 'c1' }
const ask = (requestId: string | null, more: object = {}) =>
  signals.inputRequested({ ...c1, runId: 'r-t1', requestId, ...more })

function announcing(options: LabOptions = {}, extras: LabExtras = {}) {
  const heard: string[] = []
  const lab = createLab(
    {
      onInputOpened: ({ requestId }, { conversationId }) =>
        void heard.push(`${conversationId} ${requestId} opened`),
      onInputClosed: ({ requestId }, { conversationId }) =>
        void heard.push(`${conversationId} ${requestId} closed`),
      ...options,
    },
    extras,
  )
  const actions = () =>
    lab.recorder.actions.flatMap((action) =>
      inputOpened.match(action) || inputClosed.match(action)
        ? [
            `${action.payload.conversationId} ${action.payload.question.requestId} ${inputOpened.match(action) ? 'opened' : 'closed'}`,
          ]
        : [],
    )
  return { ...lab, heard, actions }
}
async function asking(options: LabOptions = {}) {
  const lab = announcing(options)
  await lab.start()
  await lab.dispatch(ask('q1'))
  return lab
}

describe('law 14: a question is announced', () => {
  test('when it opens, once, however often it is told, and when it is resolved', async () => {
    const lab = await asking()
    await lab.dispatch(ask('q1'), ask('q1', { prompt: 'Sure?' }))
    expect(lab.heard).toEqual(['c1 q1 opened'])
    await lab.dispatch(signals.inputResolved({ ...c1, requestId: 'q1' }), ask('q1'))
    expect([lab.heard, lab.actions()]).toEqual([
      ['c1 q1 opened', 'c1 q1 closed'],
      ['c1 q1 opened', 'c1 q1 closed'],
    ])
  })

  test('closed once its answer has arrived, not while that is on its way', async () => {
    const lab = await asking()
    void lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 1 }))
    expect(lab.heard).toEqual(['c1 q1 opened'])
    lab.backend.accept('answer')
    await lab.dispatch()
    expect(lab.heard).toEqual(['c1 q1 opened', 'c1 q1 closed'])
  })

  test('with its turn, of which the end is announced too', async () => {
    const lab = await asking()
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    expect([lab.heard, lab.told.length]).toEqual([['c1 q1 opened', 'c1 q1 closed'], 1])
  })

  test('when its time is over, and again when it waits again', async () => {
    const lab = announcing()
    await lab.start()
    await lab.dispatch(ask('q1', { expiresInMs: 5_000 }))
    await lab.advance(5_000)
    expect(lab.heard).toEqual(['c1 q1 opened', 'c1 q1 closed'])
    await lab.dispatch(ask('q1', { expiresInMs: 5_000 }))
    expect(lab.heard).toEqual(['c1 q1 opened', 'c1 q1 closed', 'c1 q1 opened'])
  })

  test('also where a status check brings it', async () => {
    const lab = announcing()
    await lab.start()
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'awaiting_input', runId: 'r-t1', questions: [{ requestId: 'q1' }] } })
    expect(lab.heard).toEqual(['c1 q1 opened'])
  })

  test('of each asker for itself, also under the same id at the same time', async () => {
    const lab = await asking()
    const child = { ...c1, runId: 'kid', role: 'child' } as const
    await lab.dispatch(signals.turnStarted(child), signals.inputRequested({ ...child, requestId: 'q1' }))
    expect(lab.heard).toEqual(['c1 q1 opened', 'c1 q1 opened'])
    await lab.dispatch(signals.turnEnded({ ...child, reason: 'complete' }))
    expect(lab.heard.slice(2)).toEqual(['c1 q1 closed'])
  })

  test('when it closes, also where 600 others have opened since', async () => {
    const lab = await asking()
    const keys = ['c2', 'c3', 'c4']
    for (const key of keys) await lab.start(`t-${key}`, key)
    const questions = Array.from({ length: 200 }, (_, i) => ({ requestId: `other ${i}` }))
    await lab.checkStatus(...keys)
    await lab.answer(
      Object.fromEntries(
        keys.map((key) => [key, { status: 'awaiting_input', runId: `r-t-${key}`, questions }]),
      ),
    )
    expect(lab.heard).toHaveLength(601)
    await lab.dispatch(signals.inputResolved({ ...c1, requestId: 'q1' }))
    expect(lab.heard.slice(601)).toEqual(['c1 q1 closed'])
  })

  test('mirror: it stays the same where its asker turns out to be the turn', async () => {
    const lab = announcing()
    await lab.start()
    await lab.dispatch(
      ask('q1', { runId: 'r2' }),
      signals.turnProgressed({ ...c1, turnId: 't1', runId: 'r2', kind: 'output' }),
    )
    expect(lab.heard).toEqual(['c1 q1 opened'])
  })

  test('mirror: not where it came back from a reload, and its end is', async () => {
    const before = await asking()
    const kept = before.keeper.selectors.selectPersisted(before.store.getState())
    const lab = announcing()
    await lab.dispatch(stateRestored(kept))
    expect(lab.heard).toEqual([])
    await lab.dispatch(signals.inputResolved({ ...c1, requestId: 'q1' }))
    expect(lab.heard).toEqual(['c1 q1 closed'])
  })

  test('mirror: nor with the state that a page begins with', async () => {
    const before = await asking()
    const lab = announcing({}, { preloadedState: reloaded(before), ids: 'p' })
    await lab.dispatch()
    expect(lab.heard).toEqual([])
  })

  test('what the app throws is told, and breaks nothing', async () => {
    const lab = announcing({
      onInputOpened: () => {
        throw new Error('no')
      },
    })
    await lab.start()
    await lab.dispatch(ask('q1'))
    expect(lab.errors).toMatchObject([{ raisedBy: 'onInputOpened' }])
    ;(lab.errors as unknown[]).length = 0
  })

  test('anew where a state that was imported had it closed', async () => {
    const heard: string[] = []
    const options = {
      onInputOpened: () => void heard.push('opened'),
      onInputClosed: () => void heard.push('closed'),
    }
    const other = open({}, 'other-')
    await other.start()
    const lab = open(options)
    await lab.start()
    const question = signals.inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId: 'q1' })
    await lab.dispatch(question)
    lab.devtools.import(JSON.parse(JSON.stringify(other.lifted.getState())))
    await lab.dispatch({ type: 'app/typed' })
    expect(heard).toEqual(['opened'])
    await lab.advance(1_000)
    await lab.dispatch(question)
    expect(heard).toEqual(['opened', 'opened'])
  })

  test('in its conversation, where what happened in several shows at once', async () => {
    const heard: string[] = []
    const lab = open({
      onInputOpened: (_question, { conversationId }) => void heard.push(`${conversationId} opened`),
      onInputClosed: (_question, { conversationId }) => void heard.push(`${conversationId} closed`),
    })
    for (const conversationId of ['c1', 'c2']) {
      await lab.start(conversationId)
      await lab.dispatch(lab.keeper.submitTurn({ conversationId, input: 'waits' }))
    }
    await lab.dispatch(signals.inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId: 'q1' }))
    await lab.dispatch({ type: 'app/typed' })
    lab.devtools.jumpBefore('app/typed')
    await lab.dispatch(signals.inputResolved({ conversationId: 'c1', requestId: 'q1' }))
    await lab.advance(1_000)
    await lab.dispatch(signals.inputRequested({ conversationId: 'c2', runId: 'r-c2', requestId: 'q1' }))
    expect(heard).toEqual(['c1 opened'])
    lab.devtools.live()
    await lab.dispatch({ type: 'app/typed' })
    expect(heard).toEqual(['c1 opened', 'c1 closed', 'c2 opened'])
  })

  test('mirror: not by the slider of the DevTools, there and back', async () => {
    const heard: string[] = []
    const lab = open({
      onInputOpened: () => void heard.push('opened'),
      onInputClosed: () => void heard.push('closed'),
    })
    await lab.start()
    await lab.dispatch(
      signals.inputRequested({ conversationId: 'c1', runId: 'r-c1', requestId: 'q1' }),
      signals.inputResolved({ conversationId: 'c1', requestId: 'q1' }),
    )
    const last = lab.lifted.getState().stagedActionIds.length - 1
    for (const index of [last - 3, last - 2, last - 1, 0, last - 2, last]) {
      lab.devtools.jump(index)
      await lab.advance(100, 100)
    }
    expect(heard).toEqual(['opened', 'closed'])
  })
})
