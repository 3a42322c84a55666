import { configureStore } from '@reduxjs/toolkit'
import {
  createTurnkeeper,
  endTurn,
  signals,
  stateRestored,
  turnSettled,
  turnSubmitted,
} from 'redux-turnkeeper'
import type { EndedTurn, KeeperState } from 'redux-turnkeeper'
import {
  actionSanitizer,
  createSanitizers,
  devtoolsOptions,
  isRoutine,
  stateSanitizer,
} from 'redux-turnkeeper/devtools'
import {
  createManualClock,
  createManualEnvironment,
  createScriptedBackend,
  flushMicrotasks,
} from 'redux-turnkeeper/testing'
import * as actions from '../../src/actions'
import { turnSteered } from '../../src/actions'

const long = 'x'.repeat(300)
const shown = `${'x'.repeat(80)}… (300 characters)`
const freeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

describe('action sanitizer', () => {
  test('progress says how many signals it stands for', () => {
    const action = freeze(
      signals.turnProgressed({ conversationId: 'c1', kind: 'output', count: 37 }, { at: 1 }),
    )
    expect(actionSanitizer(action, 1)).toEqual({
      ...action,
      type: 'turnkeeper/signals/turnProgressed output ×37',
    })
    expect(actionSanitizer(signals.turnProgressed({ kind: 'reasoning' }), 1).type).toBe(
      'turnkeeper/signals/turnProgressed reasoning',
    )
  })

  test('an end says its reason', () => {
    expect(actionSanitizer(endTurn({ conversationId: 'c1', reason: 'rescued' }), 1).type).toBe(
      'turnkeeper/endTurn rescued',
    )
    expect(actionSanitizer(signals.turnEnded({ runId: 'r1', reason: 'error' }), 1).type).toBe(
      'turnkeeper/signals/turnEnded error',
    )
  })

  test('the announcement of an end says the reason, and whether it sets an earlier one right', () => {
    const turn = { turnId: 't1', reason: 'rescued' } as EndedTurn
    expect(actionSanitizer(turnSettled({ turn, correction: false }), 1).type).toBe(
      'turnkeeper/turnSettled rescued',
    )
    expect(actionSanitizer(turnSettled({ turn, correction: true }), 1).type).toBe(
      'turnkeeper/turnSettled rescued (correction)',
    )
  })

  test('prompts are previews, whether text or not, and wherever they are listed', () => {
    const submitted = freeze(turnSubmitted({ turnId: 't1', conversationId: 'c1', input: long }))
    expect(actionSanitizer(submitted, 1).payload).toEqual({
      turnId: 't1',
      conversationId: 'c1',
      input: shown,
    })
    const parts = turnSubmitted({ turnId: 't1', conversationId: 'c1', input: [{ text: long }] })
    expect(actionSanitizer(parts, 1).payload.input).toBe(
      `${`[{"text":"${long}`.slice(0, 80)}… (313 characters)`,
    )
    const restored = freeze(stateRestored({ drafts: [{ conversationId: 'c1', turnId: 't1', input: long }] }))
    const steered = turnSteered({ conversationId: 'c1', turnId: 't1', steerId: 's1', input: long })
    expect(actionSanitizer(steered, 1).payload.input).toBe(shown)
    expect(actionSanitizer(restored, 1).payload.drafts).toEqual([
      { conversationId: 'c1', turnId: 't1', input: shown },
    ])
  })

  test('whatever else there is passes as it is, to the reference', () => {
    const circular: Record<string, unknown> = {}
    circular.input = circular
    for (const action of [
      { type: 'app/typed', payload: { input: long } },
      { type: 'turnkeeper/turnSubmitted' },
      { type: 'turnkeeper/turnSubmitted', payload: null },
      { type: 'turnkeeper/turnSubmitted', payload: circular },
      { type: 'turnkeeper/signals/turnProgressed' },
      { type: 'turnkeeper/endTurn', payload: undefined },
      { type: 'turnkeeper/signals/turnEnded' },
      { type: 'turnkeeper/turnSettled', payload: {} },
      { type: '@@INIT' },
      turnSubmitted({ turnId: 't1', conversationId: 'c1', input: 'short' }),
      signals.inputRequested({ requestId: 'q1', prompt: long }),
    ]) {
      expect(actionSanitizer(action, 1)).toBe(action)
    }
  })
})

/** A store in which every part of the keeper's state has something in it. */
async function createFullStore() {
  const backend = createScriptedBackend()
  backend.auto.delete('status')
  const keeper = createTurnkeeper({
    ports: backend.ports,
    clock: createManualClock(1_000),
    environment: createManualEnvironment(),
  })
  const store = configureStore({
    reducer: { [keeper.reducerPath]: keeper.reducer, app: () => ({ input: long }) },
    middleware: (gDM) => gDM({ serializableCheck: false, immutableCheck: false }).prepend(keeper.middleware),
  })
  const submit = (conversationId: string, turnId: string) =>
    store.dispatch(keeper.submitTurn({ conversationId, turnId, input: `${turnId} ${long}` }))
  const begin = async (conversationId: string, turnId: string) => {
    submit(conversationId, turnId)
    await flushMicrotasks()
    backend.accept('send', { runId: `r-${turnId}` }, turnId)
    await flushMicrotasks()
    store.dispatch(signals.turnStarted({ conversationId, runId: `r-${turnId}` }))
  }
  for (const conversationId of ['c1', 'c2', '__proto__', '']) {
    const id = (name: string) => `${name}-${conversationId}`
    await begin(conversationId, id('ended'))
    store.dispatch(endTurn({ turnId: id('ended'), reason: 'error', error: { message: 'It broke.' } }))
    await begin(conversationId, id('active'))
    submit(conversationId, id('queued'))
    submit(conversationId, id('removed'))
    store.dispatch(keeper.removeQueued({ turnId: id('removed') }))
    for (const signal of [
      actions.sessionStatusChanged({ conversationId, status: 'running', resumeCursor: id('cursor') }),
      signals.turnStarted({ conversationId, runId: id('helper'), role: 'child' }),
      signals.inputRequested({ conversationId, turnId: id('active'), requestId: id('q'), prompt: 'Go?' }),
      signals.turnStarted({ conversationId, runId: id('foreign') }),
    ])
      store.dispatch(signal)
  }
  store.dispatch(keeper.checkStatus(['c1', 'c2']))
  await flushMicrotasks()
  return { keeper, store }
}

/** Of everything that has an id of its own: where it is shown. */
function shownAt(value: unknown, path = ''): readonly (readonly [id: string, path: string])[] {
  if (typeof value !== 'object' || value === null) return []
  const fields = value as Readonly<Record<string, unknown>>
  const kind = ['requestId', 'runId', 'turnId'].find((key) => typeof fields[key] === 'string')
  const isFact = kind !== undefined && Object.keys(fields).length > 3
  return [
    ...(isFact ? [[`${kind} ${String(fields[kind])}`, path] as const] : []),
    ...Object.entries(fields).flatMap(([key, field]) => shownAt(field, `${path}/${key}`)),
  ]
}

describe('state sanitizer', () => {
  test('shows what goes on by conversation, and nothing of how it is stored', async () => {
    const { keeper, store } = await createFullStore()
    const { turnkeeper } = stateSanitizer(store.getState(), 0)
    const { turns, conversations } = JSON.parse(JSON.stringify(turnkeeper)) as {
      turns: { byConversation: Record<string, object> }
      conversations: { byId: Record<string, object> }
    }
    const ids = ['', '__proto__', 'c1', 'c2']
    expect(Object.keys(turns.byConversation).sort()).toEqual(ids)
    expect(Object.keys(conversations.byId).sort()).toEqual(ids)
    expect(turns.byConversation['c1']).toMatchObject({
      active: { turnId: 'active-c1', runs: ['r-active-c1'] },
      queue: [{ turnId: 'queued-c1' }],
      backgroundRuns: [{ runId: 'helper-c1' }],
      unplacedRuns: [{ runId: 'foreign-c1' }],
    })
    expect(conversations.byId['c1']).toMatchObject({
      session: { status: 'running', resumeCursor: 'cursor-c1' },
      texts: [{ turnId: 'active-c1' }, { turnId: 'queued-c1' }],
      drafts: [{ turnId: 'removed-c1' }],
      questions: [{ requestId: 'q-c1', prompt: 'Go?' }],
      log: [{ message: 'It broke.' }],
    })
    expect(JSON.stringify(turnkeeper)).not.toContain('pages')
    keeper.dispose()
  })

  test('shows each fact once', async () => {
    const { keeper, store } = await createFullStore()
    const { turnkeeper } = stateSanitizer(store.getState(), 0)
    const facts = shownAt(turnkeeper).filter(([, path]) => !/\/(texts|drafts|log|lastError)\b/.test(path))
    const names = facts.map(([name]) => name)
    expect(names.length).toBeGreaterThan(20)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
    for (const id of ['c1', 'c2', '__proto__', ''])
      for (const name of [
        `turnId ended-${id}`,
        `turnId active-${id}`,
        `turnId queued-${id}`,
        `requestId q-${id}`,
      ])
        expect(names).toContain(name)
    const text = JSON.stringify(turnkeeper)
    for (const once of ['"cursor-c1"', '"helper-c1"', '"foreign-c2"', '"q-c1"'])
      expect([once, text.split(once).length - 1]).toEqual([once, 1])
    keeper.dispose()
  })

  test('prompts and drafts are previews: none is anywhere in full', async () => {
    const { keeper, store } = await createFullStore()
    const root = store.getState()
    const { turnkeeper, app } = stateSanitizer(root, 0)
    const text = JSON.stringify(turnkeeper)
    expect(text).toContain(`"active-c1 ${'x'.repeat(70)}… (310 characters)"`)
    expect(text).toContain(`"removed-c1 ${'x'.repeat(69)}… (311 characters)"`)
    expect(text).not.toContain('x'.repeat(81))
    expect(app).toBe(root.app)
    keeper.dispose()
  })

  test('changes nothing of the state, and shows what has not changed as the same object', async () => {
    const { keeper, store } = await createFullStore()
    const before = store.getState()
    const text = JSON.stringify(before)
    const first = stateSanitizer(before, 0).turnkeeper
    store.dispatch(signals.turnEnded({ conversationId: 'c2', runId: 'r-active-c2', reason: 'complete' }))
    const second = stateSanitizer(store.getState(), 0).turnkeeper
    const at = ({ turns }: KeeperState, id: string) =>
      (turns.byConversation as unknown as Readonly<Record<string, unknown>>)[id]
    expect(JSON.stringify(before)).toBe(text)
    expect(stateSanitizer(before, 0).turnkeeper).toEqual(first)
    expect(at(second, 'c1')).toBe(at(first, 'c1'))
    expect(at(second, 'c2')).not.toBe(at(first, 'c2'))
    keeper.dispose()
  })

  test('shows what features keep as it is', () => {
    const state = {
      turnkeeper: { ...createTurnkeeper().reducer(undefined, { type: '' }), assistant: { kind: 'loading' } },
    }
    expect(stateSanitizer(state, 0).turnkeeper.assistant).toBe(state.turnkeeper.assistant)
  })

  test('finds the keeper where it is mounted, and previews are as long as they are told to be', async () => {
    const { stateSanitizer: elsewhere } = createSanitizers({ reducerPath: 'agent', previewLength: 12 })
    const { keeper, store } = await createFullStore()
    const root = { agent: store.getState().turnkeeper }
    const text = JSON.stringify(elsewhere(root, 0).agent)
    expect(text).toContain('"active-c1 xx… (310 characters)"')
    expect(text).not.toContain('pages')
    expect(stateSanitizer(root, 0)).toBe(root)
    keeper.dispose()
  })

  test('a state without the keeper passes as it is', () => {
    const others = [{ turns: 1 }, { turns: { byConversation: {} }, conversations: { byId: {} } }, null, 5]
    for (const other of [undefined, null, 5, {}, ...others.map((turnkeeper) => ({ turnkeeper }))]) {
      expect(stateSanitizer(other, 0)).toBe(other)
    }
  })
})

describe('devtools options', () => {
  test('are the sanitizers and a longer history; routine is hidden only when asked for', () => {
    expect(Object.keys(devtoolsOptions()).sort()).toEqual(['actionSanitizer', 'maxAge', 'stateSanitizer'])
    expect(devtoolsOptions({ maxAge: 99 }).maxAge).toBe(99)
    const { predicate } = devtoolsOptions({ hideRoutine: true })
    expect(predicate?.({}, signals.turnProgressed({ kind: 'output' }))).toBe(false)
    expect(predicate?.({}, endTurn({ reason: 'complete' }))).toBe(true)
    expect(isRoutine({ type: 'app/typed' })).toBe(false)
  })

  test('routine is progress, status checks that leave and end, and background runs that are forgotten', () => {
    const creators = [...Object.values(actions), ...Object.values(signals)].filter(
      (one): one is typeof endTurn => typeof one === 'function',
    )
    const routine = creators.filter(({ type }) => isRoutine({ type })).map(({ type }) => type)
    expect(routine.sort()).toEqual([
      'turnkeeper/internal/backgroundRunsExpired',
      'turnkeeper/internal/statusCheckEnded',
      'turnkeeper/internal/statusCheckStarted',
      'turnkeeper/signals/turnProgressed',
    ])
  })
})
