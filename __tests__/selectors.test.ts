/** Selectors, bound to the root and unbound: primitives where they can be, stable results, and any string is an id. */
import * as api from 'redux-turnkeeper'
import { createTurnkeeper, endTurn, sessionStatusChanged, signals } from 'redux-turnkeeper'
import {
  assistant,
  createAssistantSelectors,
  selectAssistantKind,
  selectIsAssistantUp,
} from 'redux-turnkeeper/assistant'
import type { AssistantState } from 'redux-turnkeeper/assistant'
import { createLab } from './laws/lab'
import type { Lab } from './laws/lab'

type Selectors = ReturnType<typeof createTurnkeeper>['selectors']
type Name = keyof Selectors
type ById = Exclude<
  Extract<Name, `select${string}`>,
  | 'selectBusyConversationIds'
  | 'selectReapableSessions'
  | 'selectAllBackgroundRuns'
  | 'selectAttentionIds'
  | 'selectTurn'
  | 'selectHistory'
  | 'selectPersisted'
>

/** What each says of a conversation that nobody has heard of. */
const EMPTY: Readonly<Record<ById, unknown>> = {
  selectActiveTurn: null,
  selectActiveTurnId: null,
  selectIsBusy: false,
  selectPhase: 'idle',
  selectIsStalled: false,
  selectIsUnverified: false,
  selectStartedAt: null,
  selectLastEvidenceAt: null,
  selectCanStop: false,
  selectCanSend: true,
  selectLastError: null,
  selectDrafts: [],
  selectSession: null,
  selectActivityLog: [],
  selectPendingInput: null,
  selectPendingInputs: [],
  selectIsQueuePaused: false,
  selectQueue: [],
  selectLastEndedTurn: null,
  selectBackgroundCount: 0,
  selectBackgroundRuns: [],
  selectScheduled: null,
  selectOpenTools: [],
  selectStatusText: null,
  selectRetry: null,
  selectResumesAt: null,
  selectQueueState: null,
  selectAttention: null,
}
const BY_ID = Object.keys(EMPTY) as ById[]
const IDS = ['nowhere', '__proto__', 'constructor', 'toString', '', '10', 'remote:c1'] as const

const bound = (lab: Lab, name: ById, id = 'c1') => lab.keeper.selectors[name](lab.store.getState(), id)

/** A conversation in which every selector has something to say, beside one that is at work. */
async function createFullLab() {
  const lab = createLab()
  await lab.start('other', 'c2')
  await lab.dispatch(sessionStatusChanged({ conversationId: 'c1', status: 'running' }))
  await lab.start('t0')
  await lab.end({ conversationId: 'c1', reason: 'error', error: { message: 'bad' } })
  await lab.submit('t1')
  lab.backend.refuse('send', {}, 't1')
  await lab.dispatch()
  await lab.start('t2')
  await lab.submit('t3')
  await lab.dispatch(
    signals.turnStarted({ conversationId: 'c1', runId: 'side', role: 'child' }),
    signals.turnProgressed({
      conversationId: 'c1',
      runId: 'r-t2',
      kind: 'tool_open',
      callId: 'x',
      text: 'reading',
    }),
    signals.turnProgressed({ conversationId: 'c1', runId: 'r-t2', kind: 'status', text: 'busy' }),
    signals.inputRequested({ conversationId: 'c1', runId: 'r-t2', requestId: 'q', prompt: 'Which?' }),
    signals.inputRequested({ conversationId: 'c1', runId: 'r-t2', requestId: 'q2' }),
  )
  await lab.dispatch(lab.keeper.steerTurn({ conversationId: 'c1', input: 'x', steerId: 's' }))
  lab.backend.refuse('send', { error: { message: 'not now' } }, 's')
  await lab.dispatch()
  return lab
}

describe('a conversation that nobody has heard of', () => {
  test.each(BY_ID)('%s', async (name) => {
    const lab = await createFullLab()
    for (const id of IDS) expect([id, bound(lab, name, id)]).toEqual([id, EMPTY[name]])
  })

  test.each(BY_ID)('%s: the same result after anything else has changed', async (name) => {
    const lab = await createFullLab()
    const before = bound(lab, name, 'nowhere')
    await lab.progress('other', 'c2', 'tool_open')
    await lab.end({ conversationId: 'c1', reason: 'complete' })
    expect(bound(lab, name, 'nowhere')).toBe(before)
    expect(bound(lab, name, '__proto__')).toBe(before)
  })
})

describe('a conversation that has something to say', () => {
  const SAYS: Readonly<Record<ById, unknown>> = {
    selectActiveTurn: expect.objectContaining({ turnId: 't2' }),
    selectActiveTurnId: 't2',
    selectIsBusy: true,
    selectPhase: 'awaiting_input',
    selectIsStalled: true,
    selectIsUnverified: true,
    selectStartedAt: 1_000_000,
    selectLastEvidenceAt: 1_000_000,
    selectCanStop: true,
    selectCanSend: false,
    selectLastError: { message: 'not now', turnId: null },
    selectDrafts: [
      expect.objectContaining({ turnId: 't1', input: 'text of t1' }),
      expect.objectContaining({ turnId: 's', input: 'x' }),
    ],
    selectSession: expect.objectContaining({ status: 'running', isBound: true }),
    selectActivityLog: [
      expect.objectContaining({ message: 'bad', turnId: 't0' }),
      expect.objectContaining({ turnId: 't1' }),
    ],
    selectPendingInput: expect.objectContaining({ requestId: 'q', prompt: 'Which?', state: 'open' }),
    selectPendingInputs: [
      expect.objectContaining({ requestId: 'q', askerId: 't2' }),
      expect.objectContaining({ requestId: 'q2', askerId: 't2' }),
    ],
    selectIsQueuePaused: false,
    selectQueue: [expect.objectContaining({ turnId: 't3', input: 'text of t3' })],
    selectLastEndedTurn: expect.objectContaining({ turnId: 't1', outcome: 'error' }),
    selectBackgroundCount: 1,
    selectBackgroundRuns: [expect.objectContaining({ runId: 'side', name: null, phase: 'running' })],
    selectScheduled: null,
    selectOpenTools: [{ callId: 'x', text: 'reading' }],
    selectStatusText: 'busy',
    selectRetry: null,
    selectResumesAt: null,
    selectQueueState: { why: 'running', until: null },
    selectAttention: 'waiting',
  }
  const LATER: ReadonlySet<ById> = new Set(['selectIsStalled', 'selectIsUnverified'])

  test.each(BY_ID.filter((name) => !LATER.has(name)))('%s', async (name) => {
    expect(bound(await createFullLab(), name)).toEqual(SAYS[name])
  })

  test('selectIsStalled after silence, selectIsUnverified after a dropped stream', async () => {
    const lab = createLab()
    await lab.start()
    expect([bound(lab, 'selectIsStalled'), bound(lab, 'selectIsUnverified')]).toEqual([false, false])
    lab.backend.auto.delete('status')
    await lab.advance(10_000)
    expect(bound(lab, 'selectIsStalled')).toBe(true)
    await lab.dispatch(signals.streamDropped({}))
    expect(bound(lab, 'selectIsUnverified')).toBe(true)
  })

  test.each(BY_ID)('%s: the same reference while only other conversations change', async (name) => {
    const lab = await createFullLab()
    const before = bound(lab, name)
    await lab.progress('other', 'c2', 'tool_open')
    await lab.submit('more', 'c2')
    await lab.signalEnd({ runId: 'r-other', reason: 'complete' })
    await lab.dispatch({ type: 'app/typed' })
    expect(bound(lab, name)).toBe(before)
  })

  test('unbound they take the keeper’s own state, wherever it comes from', async () => {
    const lab = await createFullLab()
    for (const name of BY_ID) expect(api[name](lab.state(), 'c1')).toBe(bound(lab, name))
  })

  test('a turn that is being stopped shows it, and cannot be stopped again', async () => {
    const lab = await createFullLab()
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    expect([bound(lab, 'selectPhase'), bound(lab, 'selectCanStop')]).toEqual(['stopping', false])
    lab.backend.lose('stop')
    lab.backend.auto.delete('status')
    await lab.dispatch()
  })

  test('a queue alone is busy; one that is held is not', async () => {
    const lab = createLab({ queuePolicy: { onStop: 'hold' } })
    await lab.start()
    await lab.submit('t2')
    await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
    await lab.signalEnd({ runId: 'r-t1', reason: 'cancelled' })
    expect([bound(lab, 'selectPhase'), bound(lab, 'selectIsBusy'), lab.queue()]).toEqual([
      'idle',
      false,
      ['t2'],
    ])
    expect(bound(lab, 'selectIsQueuePaused')).toBe(true)
    await lab.dispatch(api.sendingGated({ open: false }), api.queueResumed({ conversationId: 'c1' }))
    expect([bound(lab, 'selectPhase'), bound(lab, 'selectIsBusy')]).toEqual(['queued', true])
    expect(bound(lab, 'selectIsQueuePaused')).toBe(false)
  })
})

describe('over all conversations', () => {
  const over = async () => {
    const lab = await createFullLab()
    const { selectors } = lab.keeper
    return { lab, selectors, root: () => lab.store.getState() }
  }

  test('selectBusyConversationIds: the same array while it is the same ones', async () => {
    const { lab, selectors, root } = await over()
    const before = selectors.selectBusyConversationIds(root())
    expect(before).toEqual(['c2', 'c1'])
    await lab.progress('other', 'c2', 'tool_open')
    expect(selectors.selectBusyConversationIds(root())).toBe(before)
    await lab.signalEnd({ runId: 'r-other', reason: 'complete' })
    expect(selectors.selectBusyConversationIds(root())).toEqual(['c1'])
  })

  test('selectAllBackgroundRuns: the same array while the runs show the same', async () => {
    const { lab, selectors, root } = await over()
    const kid = { conversationId: 'c2', runId: 'kid', role: 'child' as const }
    await lab.dispatch(signals.turnStarted({ ...kid, name: 'Explore' }))
    const runs = selectors.selectAllBackgroundRuns(root())
    expect(runs.map(({ conversationId, name }) => [conversationId, name])).toEqual([
      ['c2', 'Explore'],
      ['c1', null],
    ])
    await lab.progress('other', 'c2', 'tool_open')
    expect(selectors.selectAllBackgroundRuns(root())).toBe(runs)
    expect(selectors.selectBackgroundRuns(root(), 'c2')[0]).toBe(runs[0])
    await lab.dispatch(signals.runPaused(kid))
    expect(selectors.selectAllBackgroundRuns(root())[1]).toBe(runs[1])
    expect(selectors.selectAllBackgroundRuns(root())[0]?.phase).toBe('paused')
  })

  test('selectHistory, selectTurn: the state’s own', async () => {
    const { lab, selectors, root } = await over()
    expect(selectors.selectHistory(root())).toBe(lab.turns().ended)
    expect(selectors.selectTurn(root(), 't2')).toBe(lab.live())
    expect(selectors.selectTurn(root(), 't0')).toBe(lab.history()[0])
    for (const id of IDS) expect(selectors.selectTurn(root(), id)).toBeNull()
  })

  test('selectPersisted: what runs, what waits, what was given back and what is asked; the same while these are', async () => {
    const { lab, selectors, root } = await over()
    const kept = selectors.selectPersisted(root())
    expect(kept).toMatchObject({
      live: [{ turnId: 'other' }, { turnId: 't2', input: 'text of t2', stopping: false, begun: true }],
      queued: [{ conversationId: 'c1', turnId: 't3', input: 'text of t3', hidden: false }],
      drafts: [
        { conversationId: 'c1', turnId: 't1', input: 'text of t1' },
        { turnId: 's', input: 'x' },
      ],
      questions: [
        { conversationId: 'c1', requestId: 'q', askerId: 't2', prompt: 'Which?' },
        { conversationId: 'c1', requestId: 'q2', askerId: 't2' },
      ],
    })
    await lab.dispatch({ type: 'app/typed' })
    expect(selectors.selectPersisted(root())).toBe(kept)
    expect(JSON.parse(JSON.stringify(kept))).toEqual(kept)
  })

  test('selectReapableSessions: idle for long enough, and nothing at work', async () => {
    const { lab, selectors, root } = await over()
    await lab.dispatch(sessionStatusChanged({ conversationId: 'c7', status: 'ready' }))
    const now = lab.clock.now()
    expect(selectors.selectReapableSessions(root(), { idleFor: 60_000, now })).toEqual([])
    const reapable = selectors.selectReapableSessions(root(), { idleFor: 60_000, now: now + 60_000 })
    expect(reapable).toEqual(['c7'])
    await lab.progress('other', 'c2', 'tool_open')
    expect(selectors.selectReapableSessions(root(), { idleFor: 60_000, now: now + 60_000 })).toBe(reapable)
  })

  test('every selector of the keeper is spoken of here', () => {
    const { selectors } = createTurnkeeper()
    const spoken = new Set<string>([
      ...BY_ID,
      'selectBusyConversationIds',
      'selectHistory',
      'selectTurn',
      'selectAllBackgroundRuns',
      'selectAttentionIds',
      'selectPersisted',
      'selectReapableSessions',
    ])
    expect(Object.keys(selectors).filter((name) => !spoken.has(name))).toEqual([])
  })
})

test('bound selectors read the path that the keeper was told, or what selectState finds', () => {
  const started = signals.turnStarted({ conversationId: 'c1', turnId: 't1' })
  const keeper = createTurnkeeper({ reducerPath: 'agent' })
  const state = keeper.reducer(undefined, started)
  expect(keeper.reducerPath).toBe('agent')
  expect(keeper.selectors.selectPhase({ agent: state }, 'c1')).toBe('thinking')
  expect(() => keeper.selectors.selectPhase({ turnkeeper: state }, 'c1')).toThrow(/agent/)
  const nested = createTurnkeeper({
    selectState: (root: { chat: { agent: api.KeeperState } }) => root.chat.agent,
  })
  expect(nested.selectors.selectPhase({ chat: { agent: state } }, 'c1')).toBe('thinking')
  const ended = keeper.reducer(undefined, endTurn({ conversationId: 'c1', reason: 'complete' }))
  expect(keeper.selectors.selectHistory({ agent: ended })).toEqual([])
})

test('the assistant’s selectors read the usual path, or the one that they are made for', () => {
  const features = [assistant()] as const
  const state = createTurnkeeper({ features }).reducer(undefined, { type: 'app/typed' })
  const root = { turnkeeper: state }
  expect([selectAssistantKind(root), selectIsAssistantUp(root)]).toEqual(['loading', false])
  const elsewhere = createAssistantSelectors((own: { b: { assistant: AssistantState } }) => own.b.assistant)
  expect(elsewhere.selectAssistantKind({ b: state })).toBe('loading')
  expect(elsewhere.selectIsAssistantUp({ b: state })).toBe(false)
})
