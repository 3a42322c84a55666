/**
 * Law 14: answers. Several questions are answered together, each of them once; and a text that is typed while the turn waits is
 * an answer, a prompt that ends the wait, or waits, as the app decides, and is never lost (law 11).
 */
import { signals } from 'redux-turnkeeper'
import type { Ports } from 'redux-turnkeeper'
import { createLab } from './lab'
import type { Lab, LabExtras, LabOptions } from './lab'

const c1 = { conversationId: 'c1' }
const pending = (lab: Lab) => lab.keeper.selectors.selectPendingInputs(lab.store.getState(), 'c1')
const states = (lab: Lab) => pending(lab).map(({ requestId, state }) => `${requestId} ${state}`)
const ask = (requestId: string, more: object = {}) =>
  signals.inputRequested({ ...c1, runId: 'r-t1', requestId, ...more })

/** A turn that asks `q1` and `q2`. */
async function asking(options: LabOptions = {}, extras: LabExtras = {}) {
  const lab = createLab(options, extras)
  await lab.start()
  await lab.dispatch(ask('q1'), ask('q2'))
  return lab
}
const oneByOne = ({ answerInputs: _, ...ports }: Ports): Ports => ports
const together = ({ answerInput: _, ...ports }: Ports): Ports => ports

function give(lab: Lab, ...ids: readonly string[]) {
  const results = lab.store.dispatch(
    lab.keeper.answerInputs({
      ...c1,
      answers: ids.map((requestId) => ({ requestId, answer: `to ${requestId}` })),
    }),
  )
  return { results }
}

describe('law 14: several questions answered together', () => {
  test('leave in one request, and close when it is accepted', async () => {
    const lab = await asking()
    const { results } = give(lab, 'q1', 'q2')
    expect(states(lab)).toEqual(['q1 answering', 'q2 answering'])
    expect(lab.backend.of('answers').map(({ request }) => request)).toEqual([
      {
        ...c1,
        answers: [
          { requestId: 'q1', answer: 'to q1' },
          { requestId: 'q2', answer: 'to q2' },
        ],
      },
    ])
    lab.backend.accept('answers')
    await lab.dispatch()
    expect(await results).toEqual([{ status: 'accepted' }, { status: 'accepted' }])
    expect([states(lab), lab.phase(), lab.backend.of('answer')]).toEqual([[], 'thinking', []])
  })

  test('each may come to something else', async () => {
    const lab = await asking()
    const { results } = give(lab, 'q1', 'q2')
    lab.backend.accept('answers', [{ status: 'accepted' }, { status: 'refused', reason: 'error' }])
    await lab.dispatch()
    expect(await results).toEqual([{ status: 'accepted' }, { status: 'refused', reason: 'error' }])
    expect([states(lab), lab.errorCode()]).toEqual([['q2 open'], 'answer_refused'])
  })

  test('wait again, and the conversation is checked, where the answer was lost', async () => {
    const lab = await asking()
    const { results } = give(lab, 'q1', 'q2')
    lab.backend.lose('answers')
    await lab.dispatch()
    expect(await results).toEqual([undefined, undefined])
    expect([states(lab), lab.backend.of('status').length]).toEqual([['q1 open', 'q2 open'], 1])
  })

  test('count as lost where the result names too few', async () => {
    const lab = await asking()
    give(lab, 'q1', 'q2')
    lab.backend.accept('answers', [{ status: 'accepted' }])
    await lab.dispatch()
    expect(states(lab)).toEqual(['q1 open', 'q2 open'])
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['answer answerInputs'])
  })

  test('leave one by one without that port, and all are taken before the first leaves', async () => {
    const seen: string[][] = []
    const lab = await asking(
      {},
      {
        ports: ({ answerInput, ...ports }) => ({
          ...oneByOne(ports),
          answerInput(request, context) {
            seen.push(states(lab))
            return answerInput(request, context)
          },
        }),
      },
    )
    const { results } = give(lab, 'q1', 'q2')
    await lab.dispatch()
    expect(seen[0]).toEqual(['q1 answering', 'q2 answering'])
    lab.backend.accept('answer', {}, 'q2')
    lab.backend.refuse('answer', {}, 'q1')
    await lab.dispatch()
    expect(await results).toEqual([{ status: 'refused', reason: 'error' }, { status: 'accepted' }])
    expect(states(lab)).toEqual(['q1 open'])
  })

  test('one answer leaves through the port of several where that is the only one', async () => {
    const lab = await asking({}, { ports: together })
    void lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 'yes' }))
    expect(lab.backend.of('answers').map(({ key }) => key)).toEqual(['q1'])
    lab.backend.accept('answers')
    await lab.dispatch()
    expect(states(lab)).toEqual(['q2 open'])
  })

  test('mirror: what is not open is left out, and said', async () => {
    const lab = await asking()
    void lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 'yes' }))
    const { results } = give(lab, 'q1', 'q2', 'q2', 'gone')
    expect(lab.backend.of('answer').map(({ key }) => key)).toEqual(['q1', 'q2'])
    lab.backend.accept('answer', {}, 'q2')
    await lab.dispatch()
    expect(await results).toEqual([undefined, { status: 'accepted' }, undefined, undefined])
    expect(states(lab)).toEqual(['q1 answering'])
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['answer'])
  })

  test('mirror: with no port nothing is taken', async () => {
    const lab = await asking({}, { ports: ({ sendTurn }) => ({ sendTurn }) })
    expect(await give(lab, 'q1').results).toEqual([undefined])
    expect([states(lab), lab.problems.length]).toEqual([['q1 open', 'q2 open'], 1])
  })
})

describe('law 14: a text that is typed while the turn waits', () => {
  const type = (lab: Lab, more: object = {}) =>
    lab.store.dispatch(lab.keeper.submitTurn({ ...c1, turnId: 'p1', input: 'blue', ...more }))
  async function asks(options: LabOptions = {}, more: object = {}) {
    const lab = createLab(options)
    await lab.start()
    await lab.dispatch(ask('q1', more))
    lab.backend.world('c1', { status: 'awaiting_input', runId: 'r-t1', inputId: 'q1' })
    return lab
  }

  test('waits behind it, unless the app says otherwise', async () => {
    const lab = await asks()
    expect(type(lab)).toEqual({ turnId: 'p1', taken: true })
    expect([lab.queue(), states(lab), lab.live()?.stop]).toEqual([['p1'], ['q1 open'], null])
  })

  test('answer: it is the answer of the one question that takes it', async () => {
    const lab = await asks({ onTextWhileAsking: 'answer' })
    expect(type(lab)).toEqual({ turnId: 'p1', taken: true, answers: 'q1' })
    expect(lab.backend.of('answer').map(({ request }) => request)).toEqual([
      { ...c1, requestId: 'q1', answer: 'blue' },
    ])
    expect([lab.queue(), states(lab), lab.conversation()?.texts.map(({ input }) => input)]).toEqual([
      [],
      ['q1 answering'],
      ['text of t1', 'blue'],
    ])
    lab.backend.accept('answer')
    await lab.dispatch()
    expect([states(lab), lab.drafts(), lab.conversation()?.texts.length]).toEqual([[], [], 1])
  })

  test('answer: the app makes of it what its wire takes', async () => {
    const lab = await asks(
      {
        onTextWhileAsking: 'answer',
        answerFromText: (input, { kind }) => (kind === 'form' ? { fields: [input] } : undefined),
      },
      { kind: 'form' },
    )
    type(lab)
    expect(lab.backend.of('answer')[0]?.request.answer).toEqual({ fields: ['blue'] })
  })

  const failures: readonly [string, (lab: Lab) => void, object][] = [
    ['refused', (lab) => lab.backend.refuse('answer'), { arrived: 'no' }],
    ['lost', (lab) => lab.backend.lose('answer'), { arrived: 'unknown' }],
  ]
  test.each(failures)(
    'answer, %s: the text is a draft, and the question waits again',
    async (_, fail, draft) => {
      const lab = await asks({ onTextWhileAsking: 'answer' })
      type(lab)
      fail(lab)
      await lab.dispatch()
      expect(states(lab)).toEqual(['q1 open'])
      expect(lab.conversation()?.drafts).toMatchObject([{ turnId: 'p1', input: 'blue', ...draft }])
    },
  )

  test('answer, after its turn has ended: the text is kept until its request is answered', async () => {
    const lab = await asks({ onTextWhileAsking: 'answer' })
    type(lab)
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'complete' })
    expect([states(lab), lab.conversation()?.texts.length]).toEqual([[], 1])
    lab.backend.refuse('answer', { reason: 'gone' })
    await lab.dispatch()
    expect([lab.drafts(), lab.error()]).toEqual([['blue'], null])
  })

  test('answer, and a reload before it is known what came of it: it may have arrived', async () => {
    const lab = await asks({ onTextWhileAsking: 'answer' })
    type(lab)
    const { drafts } = lab.keeper.selectors.selectPersisted(lab.store.getState())
    expect(drafts).toEqual([{ ...c1, turnId: 'p1', input: 'blue', arrived: 'unknown', kind: 'answer' }])
  })

  const unclear: readonly [string, (lab: Lab) => unknown, object][] = [
    ['two questions take it', (lab) => lab.dispatch(ask('q2')), {}],
    ['it takes no text', () => undefined, { kind: 'approval' }],
    ['it is a secret', () => undefined, { kind: 'secret' }],
    [
      'an answer is on its way',
      (lab) => void lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 1 })),
      {},
    ],
    [
      'a helper asks',
      (lab) =>
        lab.dispatch(
          signals.inputResolved({ ...c1, requestId: 'q1' }),
          ask('q3', { runId: 'sub', role: 'child' }),
        ),
      {},
    ],
  ]
  test.each(unclear)('mirror: answer, and it waits where %s', async (_, prepare, more) => {
    const lab = await asks(
      {
        onTextWhileAsking: 'answer',
        answerFromText: (input, { kind }) => (kind === 'approval' ? undefined : input),
      },
      more,
    )
    await prepare(lab)
    expect(type(lab)).toEqual({ turnId: 'p1', taken: true })
    expect(lab.queue()).toEqual(['p1'])
  })

  const others: readonly [string, object][] = [
    ['its own mode', { mode: 'queue' }],
    ['hidden from the person', { hidden: true }],
    ['tried again', { retryOf: 't0' }],
    ['said to wait', { whileAsking: 'queue' }],
  ]
  test.each(others)('mirror: not a prompt that is %s', async (_, more) => {
    const lab = await asks({ onTextWhileAsking: 'answer' })
    type(lab, more)
    expect([lab.queue(), states(lab)]).toEqual([['p1'], ['q1 open']])
  })

  test('answer: what the app throws is told, and the text waits', async () => {
    const lab = await asks({
      onTextWhileAsking: 'answer',
      answerFromText: () => {
        throw new Error('no')
      },
    })
    type(lab)
    expect([lab.queue(), lab.errors.length]).toEqual([['p1'], 1])
    ;(lab.errors as unknown[]).length = 0
  })

  test('cancel: the turn is stopped, and the text is sent when it is over', async () => {
    const lab = await asks({ onTextWhileAsking: 'cancel', queuePolicy: { onStop: 'hold' } })
    await lab.submit('older', 'c1', { mode: 'queue' })
    await lab.dispatch(lab.keeper.submitTurn({ ...c1, turnId: 'p1', input: 'blue' }))
    expect([lab.phase(), lab.backend.of('stop').map(({ key }) => key)]).toEqual(['stopping', ['t1']])
    lab.backend.accept('stop')
    await lab.signalEnd({ ...c1, runId: 'r-t1', reason: 'cancelled' })
    expect([states(lab), lab.sent(), lab.queue()]).toEqual([[], ['t1', 'p1'], ['older']])
  })

  test('mirror: cancel says nothing of a turn that works', async () => {
    const lab = createLab({ onTextWhileAsking: 'cancel' })
    await lab.start()
    type(lab)
    expect([lab.phase(), lab.queue(), lab.backend.of('stop')]).toEqual(['thinking', ['p1'], []])
  })

  test('cancel, for this prompt alone', async () => {
    const lab = await asks()
    type(lab, { whileAsking: 'cancel' })
    await lab.dispatch()
    expect([lab.phase(), lab.live()?.stop?.sendsNext, lab.queue()]).toEqual(['stopping', true, ['p1']])
  })
})
