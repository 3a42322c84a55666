/**
 * Law 14, letter L: questions are entities. Several at once, with unknown ids, of helpers at any depth, restored whole by a
 * status check and after a reload; shown where a person looks, and never swept.
 */
import { conversationClosed, conversationRekeyed, signals, stateRestored } from 'redux-turnkeeper'
import type { ReportedQuestion, StatusAnswer } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const c1 = { conversationId: 'c1' }
const HOUR = 3_600_000

const pending = (lab: Lab, id = 'c1') => lab.keeper.selectors.selectPendingInputs(lab.store.getState(), id)
const ids = (lab: Lab, id = 'c1') => pending(lab, id).map(({ requestId }) => requestId)
const ask = (requestId: string | undefined, address: object = { runId: 'r-t1' }) =>
  signals.inputRequested({ ...c1, ...address, ...(requestId !== undefined && { requestId }) })
/** A check that leaves now, and is answered so. */
const check = async (lab: Lab, answer: StatusAnswer) => {
  await lab.checkStatus('c1')
  await lab.answer({ c1: answer })
}
const waiting = (...questions: readonly ReportedQuestion[]): StatusAnswer => ({
  status: 'awaiting_input',
  runId: 'r-t1',
  questions,
})

describe('law 14: a question without an id', () => {
  test('shows that somebody is waited for', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask(undefined))
    expect([lab.phase(), ids(lab)]).toEqual(['awaiting_input', [null]])
    expect(pending(lab)[0]).toMatchObject({ askerId: 't1' })
  })

  test('gives way to the one with an id, of which it was the first word', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask(undefined), ask('q1'))
    expect(ids(lab)).toEqual(['q1'])
  })

  test('is over when its asker works again', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask(undefined))
    await lab.progress('t1', 'c1', 'tool_open')
    expect([lab.phase(), ids(lab)]).toEqual(['thinking', []])
  })

  test('or is resolved, by a word that names none either', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask(undefined), signals.inputResolved({ ...c1, runId: 'r-t1' }))
    expect([lab.phase(), ids(lab)]).toEqual(['thinking', []])
  })

  test('mirror: the work of a helper says nothing of it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      ask(undefined),
      signals.turnProgressed({ ...c1, runId: 'sub', role: 'child', kind: 'output' }),
    )
    expect(lab.phase()).toBe('awaiting_input')
  })
})

describe('law 14: of a turn that was not known', () => {
  test('the question shows with the turn', async () => {
    const lab = createLab()
    await lab.dispatch(ask('q1', { turnId: 'theirs' }))
    expect([lab.phase(), lab.live()?.turnId, ids(lab)]).toEqual(['awaiting_input', 'theirs', ['q1']])
    await lab.dispatch(ask('q2', { turnId: 'theirs' }))
    expect(ids(lab)).toEqual(['q1', 'q2'])
  })
})

describe('law 14: a status check', () => {
  test('brings back all questions, with what they ask and who asks', async () => {
    const lab = createLab()
    await lab.start()
    await check(
      lab,
      waiting(
        { requestId: 'q1', kind: 'approval', prompt: 'rm -rf /?' },
        { requestId: 'q2', kind: 'secret', prompt: 'Password?', asker: 'r-t1' },
      ),
    )
    expect(pending(lab)).toMatchObject([
      { requestId: 'q1', kind: 'approval', prompt: 'rm -rf /?', askerId: 't1', state: 'open' },
      { requestId: 'q2', kind: 'secret', prompt: 'Password?', askerId: 't1', state: 'open' },
    ])
    expect(lab.phase()).toBe('awaiting_input')
  })

  test('adds what was not known of one: its prompt', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask('q1'))
    await check(lab, waiting({ requestId: 'q1', kind: 'question', prompt: 'Sure?' }))
    expect(pending(lab)).toMatchObject([{ requestId: 'q1', prompt: 'Sure?' }])
  })

  test('closes one that it does not list, if it was asked before the check left', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask('q1'), ask('q2'))
    await check(lab, waiting({ requestId: 'q2' }))
    expect(ids(lab)).toEqual(['q2'])
    await check(lab, { status: 'running', runId: 'r-t1', questions: [] })
    expect([ids(lab), lab.phase()]).toEqual([[], 'thinking'])
  })

  test('mirror: not one that was asked since', async () => {
    const lab = createLab()
    await lab.start()
    await lab.checkStatus('c1')
    await lab.dispatch(ask('q1'))
    await lab.answer({ c1: { status: 'running', runId: 'r-t1', questions: [] } })
    expect(ids(lab)).toEqual(['q1'])
  })

  test('mirror: an answer that lists none says nothing of them', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask('q1'))
    await check(lab, { status: 'running', runId: 'r-t1' })
    expect(ids(lab)).toEqual(['q1'])
  })

  test.each(['t1', 'r-t1', undefined])(
    'mirror: not one whose turn has ended since the check left, told as of %s',
    async (asker) => {
      const lab = createLab()
      await lab.start()
      await lab.checkStatus('c1')
      await lab.dispatch(ask('q1'), signals.turnEnded({ ...c1, turnId: 't1', reason: 'cancelled' }))
      await lab.answer({ c1: waiting({ requestId: 'q1', asker }, { requestId: 'q2', asker }) })
      expect([lab.phase(), ids(lab)]).toEqual(['idle', []])
    },
  )

  test('mirror: one that was answered here is not opened again by a check that had left before', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask('q1'))
    await lab.checkStatus('c1')
    await lab.dispatch(signals.inputResolved({ ...c1, runId: 'r-t1', requestId: 'q1' }))
    await lab.answer({ c1: waiting({ requestId: 'q1' }) })
    expect(ids(lab)).toEqual([])
  })
})

describe('law 14: after a reload', () => {
  test('questions are among what is kept, and show again at once', async () => {
    const before = createLab()
    await before.start()
    await before.dispatch(
      signals.inputRequested({ ...c1, runId: 'r-t1', requestId: 'q1', kind: 'approval', prompt: 'Sure?' }),
      ask(undefined, { runId: 'sub', role: 'child' }),
    )
    const kept = before.keeper.selectors.selectPersisted(before.store.getState())
    expect(kept.questions).toHaveLength(2)
    const lab = createLab({}, { ids: 'next' })
    lab.backend.auto.delete('status')
    await lab.dispatch(stateRestored(JSON.parse(JSON.stringify(kept)) as typeof kept))
    expect(pending(lab)[0]).toMatchObject({
      requestId: 'q1',
      kind: 'approval',
      prompt: 'Sure?',
      askerId: 't1',
    })
    expect(lab.phase()).toBe('awaiting_input')
  })

  test('an approval that nobody kept is shown from the first status check', async () => {
    const lab = createLab()
    await lab.dispatch(stateRestored({ live: [{ ...c1, turnId: 't1', runs: ['r-t1'] }] }))
    await check(lab, waiting({ requestId: 'q1', kind: 'approval', prompt: 'rm?' }))
    expect(pending(lab)).toMatchObject([{ requestId: 'q1', kind: 'approval', prompt: 'rm?', askerId: 't1' }])
  })

  test('an answer that was under way is not known to have arrived: the question waits again', async () => {
    const before = createLab()
    await before.start()
    await before.dispatch(ask('q1'))
    void before.store.dispatch(before.keeper.answerInput({ ...c1, requestId: 'q1', answer: 'yes' }))
    expect(pending(before)).toMatchObject([{ state: 'answering' }])
    const lab = createLab({}, { preloadedState: reloaded(before), ids: 'next' })
    lab.backend.auto.delete('status')
    await lab.dispatch({ type: 'app/typed' })
    expect(pending(lab)).toMatchObject([{ requestId: 'q1', state: 'open' }])
  })
})

describe('law 14: of helpers at any depth', () => {
  const DEPTHS = [1, 2, 5]
  const nested = async (depth: number) => {
    const lab = createLab()
    await lab.start()
    for (let i = 1; i <= depth; i++)
      await lab.dispatch(
        signals.childOpened({ child: `h${i}`, parent: i === 1 ? 'c1' : `h${i - 1}` }),
        signals.turnStarted({ conversationId: `h${i}`, runId: `hr${i}` }),
      )
    await lab.dispatch(
      signals.inputRequested({
        conversationId: `h${depth}`,
        runId: `hr${depth}`,
        requestId: 'q',
        kind: 'approval',
      }),
    )
    return lab
  }

  test.each(DEPTHS)('%d deep, the question shows at the root, and the turn goes on', async (depth) => {
    const lab = await nested(depth)
    expect(pending(lab)).toMatchObject([{ requestId: 'q', kind: 'approval' }])
    expect([ids(lab, `h${depth}`), lab.phase()]).toEqual([['q'], 'thinking'])
  })

  test.each(DEPTHS)('%d deep, it is answered from the root', async (depth) => {
    const lab = await nested(depth)
    const answered = lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q', answer: 'yes' }))
    await lab.dispatch()
    lab.backend.accept('answer')
    expect(await answered).toEqual({ status: 'accepted' })
    await lab.dispatch()
    expect(ids(lab)).toEqual([])
  })

  test.each(DEPTHS)('%d deep, it is never swept', async (depth) => {
    const lab = await nested(depth)
    await lab.advance(HOUR, 600_000)
    expect(ids(lab)).toEqual(['q'])
  })

  test('mirror: it closes with its helper', async () => {
    const lab = await nested(2)
    await lab.signalEnd({ conversationId: 'h2', runId: 'hr2', reason: 'complete' })
    expect(ids(lab)).toEqual([])
  })
})

describe('law 14: of a run that this page has not heard of', () => {
  const asked = (askerId: string) =>
    stateRestored({
      questions: [{ ...c1, requestId: 'q', askerId, kind: 'approval', prompt: 'rm?' }],
    })
  const restored = async (askerId = 'r-other') => {
    const lab = createLab()
    lab.backend.auto.delete('status')
    await lab.dispatch(asked(askerId))
    return lab
  }
  const asksElsewhere: StatusAnswer = {
    status: 'idle',
    questions: [{ requestId: 'q', asker: 'h1' }],
  }

  test('a kept question shows, and the conversation is checked at once', async () => {
    const lab = await restored()
    expect([ids(lab), lab.backend.of('status', 'pending').length]).toEqual([['q'], 1])
  })

  test('it closes with its run, which is ended by name', async () => {
    const lab = await restored()
    await lab.signalEnd({ ...c1, runId: 'r-other', reason: 'complete' })
    expect(ids(lab)).toEqual([])
    await lab.dispatch(asked('r-other'))
    expect(ids(lab)).toEqual([])
  })

  test('it closes by a status check that lists none', async () => {
    const lab = await restored()
    await lab.answer({ c1: { status: 'idle', questions: [] } })
    expect(ids(lab)).toEqual([])
  })

  test('mirror: where nobody says anything it waits, and is checked again', async () => {
    const lab = await restored()
    await lab.answer({ c1: { status: 'idle' } })
    lab.backend.auto.add('status')
    const asked = lab.backend.of('status').length
    await lab.advance(HOUR, 600_000)
    expect(ids(lab)).toEqual(['q'])
    expect(lab.backend.of('status').length).toBeGreaterThan(asked)
  })

  test('it is the turn’s, once a check says whose run asks', async () => {
    const lab = await restored()
    await lab.answer({ c1: { status: 'awaiting_input', turnId: 't9', runId: 'r-other', inputId: 'q' } })
    expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: 't9', prompt: 'rm?' }])
    expect(lab.phase()).toBe('awaiting_input')
  })

  test('mirror: not of one that is known to be over', async () => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ ...c1, turnId: 't1', reason: 'complete' })
    await lab.dispatch(asked('t1'), asked('r-t1'))
    expect(ids(lab)).toEqual([])
  })

  test('a status check that tells who asks makes it known, and the question closes with it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.signalEnd({ ...c1, turnId: 't1', reason: 'complete' })
    await check(lab, asksElsewhere)
    expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: 'h1' }])
    await lab.signalEnd({ ...c1, runId: 'h1', role: 'child', reason: 'complete' })
    expect(ids(lab)).toEqual([])
  })

  test('it is shown as a helper once it is listed as one', async () => {
    const lab = createLab()
    await check(lab, asksElsewhere)
    const shown = () => lab.keeper.selectors.selectBackgroundRuns(lab.store.getState(), 'c1')
    expect(shown()).toEqual([])
    await check(lab, { ...asksElsewhere, backgroundRuns: [{ runId: 'h1', name: 'Search' }] })
    expect(shown()).toMatchObject([{ runId: 'h1', role: 'child', name: 'Search', phase: 'awaiting_input' }])
  })

  test('a helper whose question is listed is there, also where it is not listed itself', async () => {
    const lab = createLab()
    await lab.dispatch(ask('q', { runId: 'h1', role: 'child' }))
    await check(lab, { ...asksElsewhere, backgroundRuns: [] })
    expect(ids(lab)).toEqual(['q'])
    await check(lab, { status: 'idle', questions: [], backgroundRuns: [] })
    expect(ids(lab)).toEqual([])
  })

  test('a question that is told under an old key stands where its turn is, and closes with it', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'c2', turnId: 't1' }))
    await check(lab, waiting({ requestId: 'q' }))
    expect([ids(lab), ids(lab, 'c2')]).toEqual([[], ['q']])
    await lab.dispatch(conversationClosed({ conversationId: 'c2' }))
    expect([ids(lab), ids(lab, 'c2')]).toEqual([[], []])
  })
})

describe('law 14: of a run that was only guessed to be the prompt’s', () => {
  async function asked() {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r9' }), ask('q', { runId: 'r9' }))
    expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: 't1' }])
    return lab
  }

  test('where the answer names another run, the question is of the run that asked, and is resolved by its name', async () => {
    const lab = await asked()
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: 'r9' }])
    await lab.dispatch(signals.inputResolved({ ...c1, runId: 'r9', requestId: 'q' }))
    expect([ids(lab), lab.live()?.turnId]).toEqual([[], 't1'])
  })

  test('where the prompt is refused as busy, it is of the turn that runs there', async () => {
    const lab = await asked()
    lab.backend.refuse('send', { reason: 'busy' })
    await lab.dispatch()
    const live = lab.live()
    expect([live?.origin, live?.runs]).toEqual(['remote', ['r9']])
    expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: live?.turnId }])
  })

  test('mirror: where the answer names that run, or none, it is the prompt’s', async () => {
    for (const answer of [{ runId: 'r9' }, {}]) {
      const lab = await asked()
      lab.backend.accept('send', answer)
      await lab.dispatch()
      expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: 't1' }])
    }
  })

  test('mirror: where the question has named the prompt, it is the prompt’s whatever runs', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(signals.turnStarted({ ...c1, runId: 'r9' }), ask('q', { turnId: 't1' }))
    lab.backend.accept('send', { runId: 'r1' })
    await lab.dispatch()
    expect(pending(lab)).toMatchObject([{ requestId: 'q', askerId: 't1' }])
  })
})

describe('law 14: an answer that is refused', () => {
  const refuse = async (reason: string, error?: { message: string; code?: string }) => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(ask('q1'))
    const answered = lab.store.dispatch(lab.keeper.answerInput({ ...c1, requestId: 'q1', answer: 'yes' }))
    await lab.dispatch()
    lab.backend.refuse('answer', { reason, ...(error && { error }) })
    await answered
    await lab.dispatch()
    return lab
  }

  test('as gone: the question closes, and the server’s words show', async () => {
    const lab = await refuse('gone', { message: 'The run has moved on.', code: 'moved_on' })
    expect([ids(lab), lab.error(), lab.errorCode()]).toEqual([[], 'The run has moved on.', 'moved_on'])
  })

  test('as gone, without a word: ours show', async () => {
    const lab = await refuse('gone')
    expect([ids(lab), lab.errorCode()]).toEqual([[], 'question_gone'])
  })

  test('as resolved already: it closes, and nothing is wrong', async () => {
    const lab = await refuse('already_resolved')
    expect([ids(lab), lab.error()]).toEqual([[], null])
  })

  test('mirror: for another reason: it stays open', async () => {
    const lab = await refuse('error', { message: 'Not now.' })
    expect([ids(lab), lab.error(), lab.errorCode()]).toEqual([['q1'], 'Not now.', 'answer_refused'])
  })
})
