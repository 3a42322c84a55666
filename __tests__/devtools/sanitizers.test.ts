import { combineSlices, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from '../../src'
import { endTurn, inputRequested, stateRestored, turnProgressed, turnSubmitted } from '../../src/actions'
import {
  actionSanitizer,
  createSanitizers,
  devtoolsOptions,
  isRoutine,
  stateSanitizer,
} from '../../src/devtools'
import { createManualClock } from '../../src/testing'

const long = 'x'.repeat(300)
const shown = `${'x'.repeat(80)}… (300 characters)`
const freeze = <Value>(value: Value): Value => {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
  return value
}

describe('action sanitizer', () => {
  test('progress says how many signals it stands for', () => {
    const action = freeze(turnProgressed({ conversationId: 'c1', kind: 'output', count: 37 }, { at: 1 }))
    expect(actionSanitizer(action, 1)).toEqual({ ...action, type: 'turns/progressed output ×37' })
    expect(actionSanitizer(turnProgressed({ kind: 'reasoning' }), 1).type).toBe('turns/progressed reasoning')
  })

  test('an end says its reason', () => {
    expect(actionSanitizer(endTurn({ conversationId: 'c1', reason: 'rescued' }), 1).type).toBe(
      'turns/ended rescued',
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
    expect(actionSanitizer(restored, 1).payload.drafts).toEqual([
      { conversationId: 'c1', turnId: 't1', input: shown },
    ])
  })

  test('whatever else there is passes as it is, to the reference', () => {
    const circular: Record<string, unknown> = {}
    circular.input = circular
    for (const action of [
      { type: 'app/typed', payload: { input: long } },
      { type: 'turns/submitted' },
      { type: 'turns/submitted', payload: null },
      { type: 'turns/submitted', payload: circular },
      { type: 'turns/progressed' },
      { type: 'turns/ended', payload: undefined },
      { type: '@@INIT' },
      turnSubmitted({ turnId: 't1', conversationId: 'c1', input: 'short' }),
      inputRequested({ requestId: 'q1', prompt: long }),
    ]) {
      expect(actionSanitizer(action, 1)).toBe(action)
    }
  })
})

describe('state sanitizer', () => {
  const ledger = { seq: 7, live: [] }
  const entries = [
    {
      conversationId: 'c1',
      texts: [{ turnId: 't1', input: long, hidden: false }],
      drafts: [],
      session: null,
    },
  ]
  const state = freeze({
    turns: { ledger, activity: [] },
    conversations: { ledger: { ...ledger }, entries },
    app: { input: long },
  })

  test('shows the ledger once and prompts as previews, and leaves the rest of the root alone', () => {
    const sanitized: unknown = stateSanitizer(state, 0)
    expect(sanitized).toEqual({
      turns: state.turns,
      conversations: {
        ledger: 'as in turns',
        entries: [{ ...entries[0], texts: [{ turnId: 't1', input: shown, hidden: false }] }],
      },
      app: { input: long },
    })
  })

  test('of a real store: the prompt is nowhere in full, and the ledger is shown once', () => {
    const keeper = createTurnkeeper({ clock: createManualClock() })
    const store = configureStore({
      reducer: combineSlices(...keeper.slices),
      middleware: (gDM) => gDM().prepend(keeper.middleware),
    })
    store.dispatch(keeper.submitTurn({ conversationId: 'c1', turnId: 't1', input: long }))
    const sanitized = JSON.stringify(stateSanitizer(store.getState(), 0))
    expect(sanitized).toContain(shown)
    expect(sanitized).not.toContain(long)
    expect(sanitized.split('"settled"')).toHaveLength(2)
    keeper.dispose()
  })

  test('shows both ledgers where they disagree', () => {
    const torn = { ...state, conversations: { ...state.conversations, ledger: { seq: 8, live: [] } } }
    expect(stateSanitizer(torn, 0).conversations.ledger).toEqual({ seq: 8, live: [] })
  })

  test('finds the slices where they are mounted', () => {
    const { stateSanitizer: elsewhere } = createSanitizers({
      reducerPaths: { turns: 'a', conversations: 'b' },
    })
    const sanitized: unknown = elsewhere({ a: state.turns, b: { ...state.conversations, entries: [] } }, 0)
    expect(sanitized).toEqual({ a: state.turns, b: { ledger: 'as in a', entries: [] } })
  })

  test('a state without the slices passes as it is', () => {
    for (const other of [undefined, null, 5, {}, { turns: 1, conversations: 2 }, { conversations: null }]) {
      expect(stateSanitizer(other, 0)).toBe(other)
    }
  })
})

describe('devtools options', () => {
  test('are the sanitizers and a longer history; routine is hidden only when asked for', () => {
    expect(Object.keys(devtoolsOptions()).sort()).toEqual(['actionSanitizer', 'maxAge', 'stateSanitizer'])
    expect(devtoolsOptions({ maxAge: 99 }).maxAge).toBe(99)
    const { predicate } = devtoolsOptions({ hideRoutine: true })
    expect(predicate?.({}, turnProgressed({ kind: 'output' }))).toBe(false)
    expect(predicate?.({}, endTurn({ reason: 'complete' }))).toBe(true)
    expect(isRoutine({ type: 'app/typed' })).toBe(false)
  })
})
