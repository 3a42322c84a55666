/** Law 14: the list of what runs beside the turn, and the stop of one. */
import { conversationRekeyed, signals } from 'redux-turnkeeper'
import { createLab, reloaded } from './lab'
import type { Lab } from './lab'

const kid = { conversationId: 'c1', runId: 'kid', role: 'child' } as const
const runsOf = (lab: Lab, id = 'c1') => lab.keeper.selectors.selectBackgroundRuns(lab.store.getState(), id)
const shown = (lab: Lab, id = 'c1') => runsOf(lab, id).map(({ runId, name, phase }) => [runId, name, phase])
const stop = (lab: Lab, runId = 'kid') =>
  lab.store.dispatch(lab.keeper.stopBackgroundRun({ conversationId: 'c1', runId }))
const shows = (lab: Lab) => lab.dispatch(signals.turnProgressed({ ...kid, kind: 'status' }))

async function withKid(
  options: Parameters<typeof createLab>[0] = {},
  extras: Parameters<typeof createLab>[1] = {},
) {
  const lab = createLab(options, extras)
  await lab.start()
  await lab.dispatch(signals.turnStarted({ ...kid, name: 'Explore' }))
  return lab
}

describe('law 14: the list of background runs', () => {
  test('names each, and says since when it runs', async () => {
    const lab = await withKid()
    expect(runsOf(lab)).toEqual([
      {
        ...kid,
        parent: null,
        name: 'Explore',
        since: lab.clock.now(),
        phase: 'running',
        canStop: true,
      },
    ])
    const before = runsOf(lab)
    await lab.progress()
    expect(runsOf(lab)).toBe(before)
    await lab.advance(5_000)
    await lab.dispatch(signals.turnProgressed({ ...kid, kind: 'status', name: 'Explore the tests' }))
    expect(shown(lab)).toEqual([['kid', 'Explore the tests', 'running']])
    expect(runsOf(lab)[0]?.since).toBe(before[0]!.since)
  })

  test('a helper’s conversation goes by the name that it was opened with, and by a newer one', async () => {
    const lab = createLab()
    await lab.start()
    const child = { child: 'sub', parent: 'c1' }
    await lab.dispatch(signals.childOpened(child), signals.childOpened({ ...child, name: 'New session' }))
    expect(shown(lab)).toEqual([['sub', 'New session', 'running']])
    await lab.dispatch(signals.childOpened({ ...child, name: 'Write the tests' }))
    expect(shown(lab)).toEqual([['sub', 'Write the tests', 'running']])
    expect(lab.leaves(signals.childOpened({ ...child, name: 'Write the tests' }))).toBe(true)
    // It is over, and starts once more.
    await lab.signalEnd({ conversationId: 'sub', runId: 'r-sub', reason: 'complete' })
    expect(shown(lab)).toEqual([])
    await lab.dispatch(signals.turnStarted({ conversationId: 'sub', runId: 'r-2' }))
    expect(shown(lab)).toEqual([['sub', 'Write the tests', 'running']])
  })

  test('a person sees those of nested helpers where they look', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(
      signals.childOpened({ child: 'sub', parent: 'c1', name: 'one' }),
      signals.childOpened({ child: 'subsub', parent: 'sub', name: 'two' }),
    )
    const both = [
      ['sub', 'one', 'running'],
      ['subsub', 'two', 'running'],
    ]
    expect([shown(lab), shown(lab, 'sub'), shown(lab, 'subsub')]).toEqual([both, both, both])
    await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'perm' }))
    expect(shown(lab, 'perm')).toEqual(both)
  })

  test('one that asks waits for a person', async () => {
    const lab = await withKid()
    await lab.dispatch(signals.inputRequested({ ...kid, requestId: 'q' }))
    expect(shown(lab)).toEqual([['kid', 'Explore', 'awaiting_input']])
    await lab.dispatch(signals.inputResolved({ ...kid, requestId: 'q' }))
    expect(shown(lab)).toEqual([['kid', 'Explore', 'running']])
  })
})

describe('law 14: a background run that is paused', () => {
  test('is shown as paused until it works again, and is not forgotten meanwhile', async () => {
    const lab = await withKid()
    await lab.dispatch(signals.runPaused(kid))
    expect(shown(lab)).toEqual([['kid', 'Explore', 'paused']])
    await lab.advance(3_600_000, 60_000)
    expect(shown(lab)).toEqual([['kid', 'Explore', 'paused']])
    await shows(lab)
    expect(shown(lab)).toEqual([['kid', 'Explore', 'running']])
  })

  test('mirror: one that was resumed and is silent is forgotten', async () => {
    const lab = await withKid()
    await lab.dispatch(signals.runPaused(kid))
    await shows(lab)
    await lab.advance(1_200_000, 60_000)
    expect(shown(lab)).toEqual([])
  })

  test('mirror: the pause of a turn is evidence of it, and no end', async () => {
    const lab = await withKid()
    const before = lab.live()!.evidenceSeq
    await lab.dispatch(signals.runPaused({ conversationId: 'c1', runId: 'r-t1' }))
    expect([lab.phase(), lab.live()!.evidenceSeq > before]).toEqual(['thinking', true])
    expect(shown(lab)).toEqual([['kid', 'Explore', 'running']])
  })
})

describe('law 14: the stop of a background run', () => {
  test('is asked for once, and its answer is not the end', async () => {
    const lab = await withKid()
    const turn = lab.live()
    expect([stop(lab), stop(lab)]).toEqual([true, true])
    await lab.dispatch()
    expect(shown(lab)).toEqual([['kid', 'Explore', 'stopping']])
    expect(runsOf(lab)[0]?.canStop).toBe(false)
    const { request } = lab.backend.of('stopBackgroundRun')[0]!
    expect([request, lab.backend.of('stopBackgroundRun').length]).toEqual([
      { conversationId: 'c1', runId: 'kid' },
      1,
    ])
    lab.backend.accept('stopBackgroundRun')
    await lab.dispatch()
    expect(shown(lab)).toEqual([['kid', 'Explore', 'stopping']])
    await lab.signalEnd({ ...kid, reason: 'cancelled' })
    expect([shown(lab), lab.live()]).toEqual([[], turn])
    expect(lab.history()).toEqual([])
  })

  test('that was taken and is not heeded may be asked for again', async () => {
    const lab = await withKid()
    stop(lab)
    lab.backend.accept('stopBackgroundRun')
    await lab.dispatch()
    await shows(lab)
    expect(runsOf(lab)[0]?.canStop).toBe(false)
    await lab.advance(10_000)
    await shows(lab)
    expect([shown(lab), runsOf(lab)[0]?.canStop]).toEqual([[['kid', 'Explore', 'stopping']], true])
    expect(stop(lab)).toBe(true)
    expect(lab.backend.of('stopBackgroundRun', 'pending')).toHaveLength(1)
    lab.backend.accept('stopBackgroundRun')
    await lab.dispatch()
  })

  test('of one that the server does not know: it is gone from the list, and back if it shows life', async () => {
    const lab = await withKid()
    stop(lab)
    lab.backend.refuse('stopBackgroundRun')
    await lab.dispatch()
    expect([shown(lab), lab.error()]).toEqual([[], null])
    await shows(lab)
    expect(shown(lab)).toEqual([['kid', null, 'running']])
  })

  test('that fails leaves it running, and a person is told', async () => {
    const lab = await withKid()
    stop(lab)
    lab.backend.refuse('stopBackgroundRun', { reason: 'unreachable' })
    await lab.dispatch()
    expect([shown(lab), lab.errorCode()]).toEqual([[['kid', 'Explore', 'running']], 'stop_unreachable'])
    expect(lab.conversation()?.log.at(-1)).toMatchObject({ kind: 'stop', turnId: null })
    expect(runsOf(lab)[0]?.canStop).toBe(true)
  })

  test.each(['lost', 'never answered'])('whose answer is %s may be asked for again', async (how) => {
    const lab = await withKid({ sendTimeout: 20_000 })
    stop(lab)
    await lab.dispatch()
    if (how === 'lost') lab.backend.lose('stopBackgroundRun')
    else await lab.advance(21_000)
    await lab.dispatch()
    expect([shown(lab), runsOf(lab)[0]?.canStop]).toEqual([[['kid', 'Explore', 'stopping']], true])
    expect(stop(lab)).toBe(true)
    lab.backend.accept('stopBackgroundRun')
    await lab.dispatch()
    expect(runsOf(lab)[0]?.canStop).toBe(false)
  })

  test('that is answered by rubbish counts as lost', async () => {
    const lab = await withKid()
    stop(lab)
    lab.backend.refuse('stopBackgroundRun', { reason: 'splendid' })
    await lab.dispatch()
    expect(runsOf(lab)[0]?.canStop).toBe(true)
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['answer stopBackgroundRun'])
  })

  test('whose answer comes when the run is over, or has begun anew, changes nothing', async () => {
    const lab = await withKid()
    stop(lab)
    await lab.signalEnd({ ...kid, reason: 'complete' })
    await lab.dispatch(signals.turnStarted({ ...kid, name: 'again' }))
    lab.backend.accept('stopBackgroundRun')
    await lab.dispatch()
    expect(shown(lab)).toEqual([['kid', 'again', 'running']])
  })

  test('that was under way when the page was reloaded may be asked for again', async () => {
    const lab = await withKid()
    stop(lab)
    await lab.dispatch()
    const next = createLab({}, { preloadedState: reloaded(lab), ids: 'l' })
    await next.dispatch(signals.streamOpened({}))
    expect(runsOf(next)[0]).toMatchObject({ runId: 'kid', phase: 'stopping', canStop: true })
    lab.backend.accept('stopBackgroundRun')
    await lab.dispatch()
  })

  test('without the port, or of a run that is not there, nothing is asked and nothing is shown', async () => {
    const lab = await withKid({}, { ports: ({ stopBackgroundRun: _none, ...ports }) => ports })
    expect([stop(lab), shown(lab)]).toEqual([false, [['kid', 'Explore', 'running']]])
    expect(lab.problems.map(({ kind }) => kind)).toEqual(['background'])
    const other = await withKid()
    expect(stop(other, 'nobody')).toBe(false)
    await other.dispatch()
    expect(other.backend.of('stopBackgroundRun')).toEqual([])
  })
})

describe('law 5: a status answer that lists the background runs', () => {
  test('brings those that nobody has told of, and takes those that are over', async () => {
    const lab = await withKid()
    await lab.advance(10_000)
    await lab.checkStatus()
    const backgroundRuns = [{ runId: 'other', name: 'Build', isPaused: true }]
    await lab.answer({ c1: { status: 'running', runId: 'r-t1', backgroundRuns } })
    expect(shown(lab)).toEqual([['other', 'Build', 'paused']])
    // Nobody has named it: it shows again where it shows life.
    await shows(lab)
    expect(shown(lab).map(([runId]) => runId)).toEqual(['other', 'kid'])
  })

  test('mirror: says nothing of what is newer, nor of what has ended by name', async () => {
    const lab = await withKid()
    await lab.advance(10_000)
    await lab.checkStatus()
    const newer = { ...kid, runId: 'newer' }
    await lab.dispatch(signals.turnStarted(newer), signals.turnEnded({ ...kid, reason: 'complete' }))
    await lab.answer({ c1: { status: 'running', runId: 'r-t1', backgroundRuns: [{ runId: 'kid' }] } })
    expect(shown(lab)).toEqual([['newer', null, 'running']])
  })

  test('mirror: what is known of its role stays', async () => {
    const lab = await withKid()
    await lab.dispatch(signals.turnStarted({ ...kid, runId: 'tidies', role: 'auxiliary' }))
    await lab.advance(10_000)
    await lab.checkStatus()
    const backgroundRuns = [{ runId: 'kid' }, { runId: 'tidies' }]
    await lab.answer({ c1: { status: 'running', runId: 'r-t1', backgroundRuns } })
    expect(runsOf(lab).map(({ runId, role }) => [runId, role])).toEqual([
      ['kid', 'child'],
      ['tidies', 'auxiliary'],
    ])
  })

  test('mirror: one that lists none says nothing of them', async () => {
    const lab = await withKid()
    await lab.advance(10_000)
    await lab.checkStatus()
    await lab.answer({ c1: { status: 'idle' } })
    expect(shown(lab)).toEqual([['kid', 'Explore', 'running']])
  })
})

test('law 10: a run keeps its age when the clock is set back', async () => {
  const lab = await withKid()
  await lab.advance(60_000)
  const age = lab.clock.now() - runsOf(lab)[0]!.since
  lab.clock.shift(-3_600_000)
  await lab.advance(3_000)
  expect(lab.clock.now() - runsOf(lab)[0]!.since - age).toBeLessThan(10_000)
})
