/**
 * Law 20: reducers are pure, state and actions serialisable, and any string is an id.
 *
 * That the recorded actions give the same state to the byte, through a bare reducer, is asserted after every law's every
 * test, in the lab. Here: the ids, and walks at random over every action there is.
 */
import { freeze } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, endTurn, sessionStatusChanged, signals } from 'redux-turnkeeper'
import * as actions from '../../src/actions'
import { activeOf, entriesOf, turnsIn } from '../../src/state/turns'
import { createRandom } from '../random'
import { REASONS, createLab } from './lab'
import type { LabOptions } from './lab'

const AWKWARD = ['__proto__', 'constructor', '', '10', '2', 'toString', 'a\u0000b', '💥', ' '] as const

describe('law 20: any string is an id', () => {
  test.each(AWKWARD.map((id) => [JSON.stringify(id), id] as const))('%s', async (_shown, id) => {
    const pollution = Object.keys(Object.prototype)
    const lab = createLab()
    await lab.dispatch(sessionStatusChanged({ conversationId: id, status: 'ready' }))
    await lab.submit(id, id)
    expect([lab.phase(id), lab.phase('c1'), lab.phase('toString')]).toEqual([
      'submitted',
      'idle',
      id === 'toString' ? 'submitted' : 'idle',
    ])
    lab.backend.accept('send', { runId: id })
    await lab.dispatch()
    await lab.dispatch(signals.turnStarted({ conversationId: id, runId: id }))
    await lab.dispatch(
      signals.turnProgressed({ conversationId: id, runId: id, kind: 'tool_open', callId: id }),
    )
    await lab.dispatch(signals.inputRequested({ conversationId: id, runId: id, requestId: id }))
    expect(lab.phase(id)).toBe('awaiting_input')
    await lab.submit(`${id}2`, id)
    lab.backend.world(id, { status: 'running', runId: id })
    await lab.advance(20_000)
    expect(lab.live(id)?.turnId).toBe(id)
    lab.backend.world(id, { status: 'idle', last: { turnId: id, outcome: 'complete' } })
    await lab.dispatch(lab.keeper.checkStatus(id))
    expect(lab.last(id)).toMatchObject({ turnId: id, conversationId: id, runs: [id], outcome: 'complete' })
    expect(lab.sent()).toEqual([id, `${id}2`])
    expect(Object.keys(Object.prototype)).toEqual(pollution)
    expect(({} as Record<string, unknown>)['live']).toBeUndefined()
    expect(lab.problems).toEqual([])
  })

  test('they come in the order in which they arrived, whatever they look like', async () => {
    const lab = createLab()
    for (const id of ['b', '10', '2', '', 'a', '__proto__']) await lab.submit(`t${id}`, id)
    const busy = lab.keeper.selectors.selectBusyConversationIds(lab.store.getState())
    expect(busy).toEqual(['b', '10', '2', '', 'a', '__proto__'])
    for (const id of busy) await lab.end({ conversationId: id, reason: 'complete' })
    expect(lab.history().map(({ conversationId }) => conversationId)).toEqual(busy)
  })
})

// ---------------------------------------------------------------- walks at random

/** Of every action of the keeper's, those that no app can make included. */
const CREATORS = [...Object.values(actions), ...Object.values(signals)].filter(
  (value): value is typeof endTurn => typeof value === 'function' && 'match' in value,
)
const IDS = ['a', 'b', '__proto__', ''] as const
const WORDS = ['idle', 'busy', 'running', 'ready', 'starting', 'stopped', 'error', 'interrupted'] as const

const MAY_NAME_NOBODY: ReadonlySet<string> = new Set(
  [endTurn, signals.turnEnded, signals.turnStarted, signals.turnProgressed].map(({ type }) => type),
)

/** A payload that has every field of every action's, each well-formed, each there or not. */
function walker(seed: number) {
  const random = createRandom(seed)
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const maybe = (field: string, value: unknown): object => (random() < 0.5 ? { [field]: value } : {})
  const id = () => one(IDS)
  const answer = () => ({
    status: one(['running', 'idle', 'awaiting_input', 'absent', 'no_status', 'unreachable']),
    ...maybe('runId', id()),
    ...maybe('turnId', id()),
    ...maybe('inputId', id()),
    ...maybe('continues', id()),
    ...maybe('startedMsAgo', 1_000),
    ...maybe('backgroundRuns', [{ runId: id(), name: 'helper', isPaused: random() < 0.5 }]),
    ...maybe('scheduled', random() < 0.3 ? null : { inMs: Math.floor(random() * 60_000) }),
    ...maybe('last', { runId: id(), outcome: one(['complete', 'error', 'cancelled', 'unknown']) }),
  })
  const needed = (type: string): object => {
    const all = {
      conversationId: id(),
      requestId: id(),
      nonce: id(),
      keeperId: id(),
      from: id(),
      to: id(),
      child: id(),
      parent: id(),
      steerId: id(),
    }
    return {
      ...all,
      kind:
        type === signals.turnProgressed.type
          ? one(['output', 'reasoning', 'tool_open', 'tool_closed', 'status', 'step_done'])
          : 'question',
      status:
        type === actions.sessionStatusChanged.type
          ? one(['starting', 'running', 'ready', 'interrupted', 'stopped', 'error'])
          : type === actions.backgroundStopAnswered.type
            ? one(['acknowledged', 'not_running', 'unreachable', 'lost'])
            : one(WORDS),
      reason:
        type === endTurn.type || type === signals.turnEnded.type
          ? one(REASONS)
          : type === actions.stopRefused.type
            ? one(['no_active_turn', 'unreachable', 'changed'])
            : one(['busy', 'gone', 'error']),
      how: one(['fulfilled', 'cancelled', 'clean_end', 'failed']),
      answer: answer(),
      input: 'text',
      error: { message: 'bad' },
      open: random() < 0.8,
      conversationIds: IDS.filter(() => random() < 0.5),
      failed: random() < 0.5,
      evidenceSeq: Math.floor(random() * 200),
      shiftMs: 60_000,
      retryAt: 1_000_000 + Math.floor(random() * 1_000_000),
      last: { turnId: id(), state: one(['complete', 'incomplete', 'user_only']) },
      turn: {},
      ...(type === actions.claimShown.type && {
        kind: one(['send', 'stop', 'stopBackgroundRun', 'stopSession']),
      }),
    }
  }
  return (): UnknownAction => {
    const creator = one(CREATORS)
    const payload = {
      ...needed(creator.type),
      ...(random() < 0.7 ? { turnId: id() } : { turnId: null }),
      ...maybe('runId', id()),
      ...maybe('role', one(['main', 'child', 'auxiliary'])),
      ...maybe('boot', one(['b1', 'b2'])),
      ...maybe('source', one(['s1', 's2'])),
      ...maybe('mode', one(['queue', 'now'])),
      ...maybe('callId', id()),
      ...maybe('text', 'reading'),
      ...maybe('name', 'helper'),
      ...maybe('inMs', Math.floor(random() * 60_000)),
      ...maybe('live', [{ conversationId: id(), turnId: id() }]),
      ...maybe('questions', [{ conversationId: id(), requestId: id(), askerId: id(), kind: 'question' }]),
      ...maybe('userId', one(['u1', 'u2'])),
      ...maybe('queued', [{ conversationId: id(), turnId: id(), input: 'text', hidden: false }]),
    }
    const needs = payload.turnId === null && !MAY_NAME_NOBODY.has(creator.type)
    return creator({ ...payload, ...(needs && { turnId: id() }) } as never)
  }
}

describe('law 20: walks at random over every action', () => {
  test.each(Array.from({ length: 150 }, (_, i) => i + 1))('walk %d', async (seed) => {
    const looks = seed % 3 !== 0
    const settings: LabOptions = {
      ...(looks ? {} : { ports: {} }),
      ...(seed % 4 === 0 && { sendWhileBusy: 'send' }),
      ...(seed % 5 === 0 && { stopScope: 'conversation', hardLimit: 60_000 }),
      ...(seed % 2 === 0 && { queuePolicy: { onStop: 'hold' } }),
    }
    const lab = createLab(settings, { ports: ({ openStream: _none, ...ports }) => ports })
    lab.backend.auto.clear()
    const next = walker(seed)
    const random = createRandom(seed + 1_000)
    for (let i = 0; i < 150; i++) {
      const action = next()
      await lab.dispatch(freeze(action, true))
      if (random() < 0.3) await lab.advance(Math.floor(random() * 20_000), 5_000)
      const waiting = lab.backend.requests.find(({ state }) => state === 'pending')
      if (waiting && random() < 0.6) {
        const how = random()
        if (how < 0.3) lab.backend.lose(waiting.kind)
        else if (how < 0.5) lab.backend.refuse(waiting.kind)
        else
          lab.backend.accept(
            waiting.kind,
            (waiting.kind === 'status' ? { a: { status: 'idle' }, b: { status: 'running' } } : {}) as never,
          )
      }
      const turns = entriesOf(lab.turns()).flatMap(turnsIn)
      const ids = turns.map(({ turnId }) => turnId)
      expect(ids).toEqual([...new Set(ids)])
      const ended = lab.history().map(({ turnId }) => turnId)
      expect(ended).toEqual([...new Set(ended)])
      expect(ended.filter((turnId) => ids.includes(turnId))).toEqual([])
      // One active turn a conversation: what has left, and is not active, waits behind one that is.
      const behindNobody = turns.filter(
        ({ conversationId, sendState }) => sendState !== 'unsent' && !activeOf(lab.turns(), conversationId),
      )
      expect(behindNobody).toEqual([])
    }
    lab.keeper.dispose()
    await lab.dispatch()
    // Four names for everything: one and the same run, text or question is told of as two things. A turn never is.
    const twice = /: (run of|text|question) .* two places|: the text of .* stands in/
    const broken = lab.broken.splice(0).filter((what) => !twice.test(what))
    expect(broken).toEqual([])
  })
})

describe('law 20: pure', () => {
  test('the same reducer on the same state and action gives an equal state, and leaves both as they were', async () => {
    const lab = createLab()
    await lab.start()
    const { reducer } = createTurnkeeper(lab.resolved)
    const before = JSON.stringify(lab.state())
    const state = freeze(JSON.parse(before) as ReturnType<typeof lab.state>, true)
    const action = freeze(endTurn({ conversationId: 'c1', reason: 'complete' }), true)
    expect(reducer(state, action)).toEqual(reducer(state, action))
    expect(JSON.stringify(state)).toBe(before)
  })

  test('neither time nor chance is read in a reducer', async () => {
    const now = jest.spyOn(Date, 'now')
    const random = jest.spyOn(Math, 'random')
    const { reducer } = createTurnkeeper()
    const next = walker(7)
    const walk = Array.from({ length: 200 }, next)
    now.mockClear()
    random.mockClear()
    walk.reduce<ReturnType<typeof reducer> | undefined>(reducer, undefined)
    expect([now.mock.calls.length, random.mock.calls.length]).toEqual([0, 0])
    now.mockRestore()
    random.mockRestore()
  })

  test('an action that is none of the keeper’s, and the first one of all, change nothing', () => {
    const { reducer } = createTurnkeeper()
    const first = reducer(undefined, { type: '@@INIT' })
    expect(first).toEqual(createTurnkeeper().reducer(undefined, { type: 'another' }))
    expect(reducer(first, { type: 'other/thing', payload: 1 })).toBe(first)
  })
})
