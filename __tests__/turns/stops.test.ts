/** Law 12: when a stop is asked for again, and what its answer makes of it. */
import { claimStop, requestStop, stopAnswered, stopTarget } from '../../src/turns/stops'
import { lastEnded, patchEntry } from '../../src/state/turns'
import type { StopIntent, StopResult, Turn } from '../../src/types'
import { stateOf } from '../conversations/parts'
import { NOW, context, entryIn, stopOf, turnOf, turnsOf, unchecked, unsent } from './parts'

test.each<[string, StopIntent | null, boolean]>([
  ['none stands', null, true],
  ['one is wanted', stopOf('wanted'), false],
  ['one is under way', stopOf('requested'), false],
  ['one was acknowledged just now', stopOf('acknowledged', { at: NOW - 6 }), false],
  ['one was acknowledged, and the turn goes on', stopOf('acknowledged', { at: NOW - 7 }), true],
  ['the answer of one was lost', stopOf('unconfirmed'), true],
  ['one was not heeded', stopOf('unheeded'), true],
  ['there was nothing to stop yet', stopOf('deferred'), false],
  ['there was nothing to stop for the second time', stopOf('deferred', { refusals: 1 }), true],
])('a stop that is pressed where %s', (_what, stop, isTaken) => {
  const before = turnsOf({ active: turnOf('t', { stop }) })
  const after = requestStop(context(), before, { turnId: 't' })
  if (!isTaken) return expect(after).toBe(before)
  const refusals = stop?.refusals ?? 0
  expect(entryIn(after).active?.stop).toEqual(stopOf('wanted', { at: NOW, refusals }))
})

test.each<[string, Turn, number | null]>([
  ['runs is checked soon', turnOf('t'), NOW + 7],
  ['is checked sooner anyway stays so', turnOf('t', { checkAt: NOW + 3 }), NOW + 3],
])('a turn that is to be stopped, and %s', (_what, active, checkAt) => {
  const { active: stopped } = entryIn(requestStop(context(), turnsOf({ active }), { turnId: 't' }))
  expect([stopped?.checkAt, stopped?.stop?.turnHadStarted]).toEqual([checkAt, true])
})

test('a message behind it that the server holds is not checked; one that has not left is withdrawn', () => {
  const held = turnOf('held', { started: 'no', sendState: 'server_queued' })
  const before = turnsOf({ active: turnOf('t'), queue: [held, unsent('u')] })
  const [stopped] = entryIn(requestStop(context(), before, { turnId: 'held' })).queue
  expect([stopped?.checkAt, stopped?.stop?.state, stopped?.stop?.turnHadStarted]).toEqual([
    null,
    'wanted',
    false,
  ])
  const withdrawn = requestStop(context(), before, { turnId: 'u' })
  expect(lastEnded(withdrawn, 'c')).toMatchObject({ turnId: 'u', reason: 'cancelled', grade: 'witnessed' })
})

test.each<[string, object, string | null, string | undefined]>([
  ['a turn', { turnId: 'held' }, null, 'held'],
  ['a turn that is not there', { turnId: 'x' }, 'c', undefined],
  ['a conversation', { conversationId: 'c' }, null, 't'],
  ['a conversation where nothing runs', { conversationId: 'x' }, 'c', undefined],
  ['nothing, while the conversation is viewed', {}, 'c', 't'],
  ['nothing, while none is viewed', {}, null, undefined],
])('a stop that names %s', (_what, payload, viewedId, turnId) => {
  const turns = turnsOf({ active: turnOf('t'), queue: [turnOf('held')] })
  expect(stopTarget(turns, stateOf([], { viewedId }), payload)?.turnId).toBe(turnId)
})

test('a keeper takes a stop that is wanted, once', () => {
  const wanted = turnsOf({ active: turnOf('t', { stop: stopOf('wanted') }), stopsInFlight: [] })
  const claim = { turnId: 't', conversationId: 'c', nonce: 'n' }
  const claimed = claimStop(context(), wanted, claim)
  expect(entryIn(claimed)).toMatchObject({
    active: { stop: stopOf('requested', { nonce: 'n', at: NOW }) },
    stopsInFlight: [{ turnId: 't', nonce: 'n', at: NOW }],
  })
  expect(claimStop(context(), claimed, { ...claim, nonce: 'another' })).toBe(claimed)
})

describe('the answer to a stop', () => {
  const answered = (
    answer: StopResult | null,
    turn: Partial<Turn>,
    stop: Partial<StopIntent>,
    ctx = context(),
  ) => {
    const asked = stopOf('requested', { nonce: 'n', ...stop })
    const before = turnsOf({
      active: turnOf('t', { ...turn, stop: asked }),
      stopsInFlight: [{ turnId: 't', nonce: 'n', at: 1 }],
    })
    const after = stopAnswered(ctx, before, { turnId: 't', nonce: 'n' }, answer, 'c')
    const ended = lastEnded(after, 'c')
    if (ended) return [ended.reason, null, null]
    const { active, checkAt } = entryIn(after)
    expect(entryIn(after).stopsInFlight).toEqual([])
    return [active?.stop?.state ?? null, active?.checkAt ?? null, checkAt]
  }
  const refused = (reason: 'no_active_turn' | 'unreachable' | 'changed') =>
    ({ status: 'refused', reason }) as const
  const ok = { status: 'acknowledged' } as const
  const early = { turnHadStarted: false }
  const unstarted = { started: 'no' } as const
  test.each<[string, readonly unknown[], StopResult | null, Partial<Turn>, Partial<StopIntent>]>([
    ['acknowledged', ['acknowledged', NOW + 7, null], ok, {}, {}],
    ['acknowledged, the turn has started since', ['wanted', NOW + 7, null], ok, {}, early],
    ['lost', ['unconfirmed', null, NOW], null, {}, {}],
    ['lost, the turn has started since', ['wanted', null, NOW], null, {}, early],
    ['unreachable', [null, null, null], refused('unreachable'), {}, {}],
    ['nothing runs', ['deferred', NOW, NOW], refused('no_active_turn'), {}, {}],
    [
      'nothing runs, the turn has started since',
      ['wanted', NOW + 7, null],
      refused('no_active_turn'),
      {},
      early,
    ],
    ['nothing runs, nor has it started', ['deferred', NOW, NOW], refused('no_active_turn'), unstarted, early],
    ['another one runs', [null, null, NOW], refused('changed'), {}, {}],
  ])(
    '%s: the stop, the check of the turn and of its conversation are %j',
    (_what, expected, answer, turn, stop) => {
      expect(answered(answer, turn, stop)).toEqual(expected)
    },
  )
  test('without a status check, nothing runs: the turn is over', () => {
    const ctx = context({ config: unchecked })
    expect(answered(refused('no_active_turn'), {}, {}, ctx)).toEqual(['rescued', null, null])
    expect(answered(refused('no_active_turn'), unstarted, early, ctx)).toEqual(['deferred', NOW, null])
  })
  test('that was lost is counted; one that names no request is of the one that is under way', () => {
    const stop = stopOf('requested', { nonce: 'n', lostAnswers: 1 })
    const after = stopAnswered(
      context(),
      turnsOf({ active: turnOf('t', { stop }) }),
      { turnId: 't' },
      null,
      'c',
    )
    expect(entryIn(after).active?.stop).toEqual({
      ...stop,
      state: 'unconfirmed',
      nonce: null,
      lostAnswers: 2,
    })
  })
  test('goes to the turn of its id, or else to the one that goes on with this stop, whichever conversation', () => {
    const stopped = (turnId: string, conversationId: string, nonce: string) => ({
      active: turnOf(turnId, { conversationId, stop: stopOf('requested', { nonce }) }),
      stopsInFlight: [{ turnId, nonce, at: 1 }],
    })
    const before = patchEntry(turnsOf(stopped('t', 'c', 'n')), 'd', stopped('u', 'd', 'm'))
    const stops = (turnId: string, nonce: string) => {
      const after = stopAnswered(context(), before, { turnId, nonce }, ok, undefined)
      return ['c', 'd'].map((key) => entryIn(after, key).active?.stop?.state)
    }
    expect(stops('t', 'n')).toEqual(['acknowledged', 'requested'])
    expect(stops('taken for another', 'n')).toEqual(['acknowledged', 'requested'])
    expect(stops('taken for another', 'm')).toEqual(['requested', 'acknowledged'])
  })
  test('that is late leaves the newer stop of its turn under way, and is waited for no longer', () => {
    const stop = stopOf('requested', { nonce: 'newer' })
    const [late, newer] = ['late', 'newer'].map((nonce) => ({ turnId: 't', nonce, at: 1 }))
    const before = turnsOf({ active: turnOf('t', { stop }), stopsInFlight: [late!, newer!] })
    const after = stopAnswered(context(), before, { turnId: 't', nonce: 'late' }, ok, undefined)
    expect(entryIn(after)).toMatchObject({ active: { stop }, stopsInFlight: [newer] })
  })
  test('of another request says nothing of the one that is under way', () => {
    const before = turnsOf({ active: turnOf('t', { stop: stopOf('requested', { nonce: 'n' }) }) })
    expect(stopAnswered(context(), before, { turnId: 't', nonce: 'old' }, ok, 'c')).toBe(before)
  })
})
