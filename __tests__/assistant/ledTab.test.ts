/** Law 22: a tab that another one leads, by the reducer of the assistant alone. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { sendLost, woke } from '../../src/actions'
import * as actions from '../../src/assistant/actions'
import { sharedAssistantReducer, sharingOf, toldOf } from '../../src/assistant/sharing'
import type { ToldOfAssistant } from '../../src/assistant/sharing'
import type { AssistantCheck, AssistantState } from '../../src/assistant/types'
import { config, inputsOf, meta, NOW } from './parts'
import { active, gone, initializing, trouble } from './setup'
import {
  answered,
  checkNow,
  connectionOf,
  heard,
  hosted,
  inFlight,
  led,
  ledTab,
  of,
  reduce,
  reduceAlone,
  retiring,
  told,
  up,
  wanted,
} from './sharingParts'

describe('a tab hears the leading one', () => {
  const starting = of('loading', { assistantId: null, since: 1 })
  const leadOf = (state: AssistantState) => sharingOf(state).led

  test('it takes over its state, and keeps what is its own', () => {
    const leading = { ...up, seq: 90, generation: 60, keeperId: 'x', recoveries: 2 }
    expect(heard(starting, leading)).toEqual({
      ...leading,
      seq: 8,
      generation: 4,
      keeperId: 'a',
      sharing: { led: { nextAt: null, needsToken: false }, askedAt: null, toldSeq: null },
    })
  })
  test('the same again changes nothing', () => {
    const once = heard(starting, up)
    expect(heard(once, up)).toBe(once)
  })
  test('nothing is due there before it was heard: what is late has time again', () => {
    const poll = (at: number) => leadOf(heard(starting, of('initializing', { check: wanted(at) })))
    expect([poll(NOW - 500), poll(NOW + 500)]).toMatchObject([{ nextAt: NOW }, { nextAt: NOW + 500 }])
  })
  test.each<[string, AssistantCheck | null]>([
    ['is in flight', inFlight],
    ['was asked for', { ...wanted(NOW), requested: true }],
  ])('a check that %s here goes on', (_what, check) => {
    expect(heard({ ...starting, check }, up).check).toBe(check)
  })
  test('one that was due before, and was not asked for, does not', () => {
    expect(heard({ ...starting, check: wanted(NOW) }, up).check).toBeNull()
    const asked = ledTab({ ...starting, check: wanted(NOW) })
    expect(heard(asked, up).check).toBe(asked.check)
  })

  test('what has a token there is up here once this tab has its own', () => {
    const waiting = heard(starting, hosted)
    expect(waiting).toMatchObject({ kind: 'loading', check: wanted(NOW), connection: null })
    expect(leadOf(waiting)).toMatchObject({ needsToken: true })
    expect(heard({ ...starting, check: inFlight }, hosted).check).toBe(inFlight)
    const own = connectionOf()
    expect(heard({ ...hosted, connection: own }, hosted)).toMatchObject({ kind: 'self_hosted', check: null })
    expect(heard({ ...hosted, connection: own }, hosted).connection).toBe(own)
  })
  test('what was done there about one that was stuck does not keep it from asking', () => {
    const missed = ledTab(of('initializing', { operation: retiring }))
    expect(heard(missed, hosted)).toMatchObject({ operation: null, check: wanted(NOW) })
  })
  test('a tab that cannot check asks for nothing', () => {
    const unable = sharedAssistantReducer({ ...config, canCheck: false })
    expect(unable(starting, told(toldOf(hosted), 'a'))).toMatchObject({ kind: 'loading', check: null })
  })

  test.each<[string, ToldOfAssistant]>([
    ['signed out', toldOf({ ...up, inputs: inputsOf({ signedIn: false }) })],
    ['signed in otherwise', toldOf({ ...up, inputs: inputsOf({ signedIn: true, assistantId: 'mine' }) })],
  ])('one that is %s does not lead it', (_how, said) => {
    const { led, askedAt } = reduce(ledTab(up), told(said, 'a')).sharing!
    expect([led, askedAt]).toEqual([null, null])
    expect(reduce(up, told(said, 'a'))).toBe(up)
  })
})

describe('a tab that another one leads', () => {
  const checkNow = actions.assistantCheckRequested({ retry: false }, meta)
  const checked = (result: unknown) =>
    actions.assistantChecked(
      { nonce: 'n', generation: 4, answer: answered(result as never).payload.answer },
      meta,
    )

  test('what changes nothing changes nothing', () => {
    const state = ledTab(up)
    expect(reduce(state, actions.assistantInputsChanged({ signedIn: true }, meta))).toBe(state)
    expect(reduce(state, actions.assistantAttached({ keeperId: 'a' }, meta))).toBe(state)
    expect(reduce(state, { type: 'x' })).toBe(state)
  })
  test.each<[string, UnknownAction]>([
    [
      'is told otherwise who is signed in',
      actions.assistantInputsChanged({ signedIn: true, userId: 'bob' }, meta),
    ],
    ['takes over', actions.assistantAttached({ keeperId: 'b' }, meta)],
  ])('one that %s is led no more', (_what, action) => {
    const next = reduce({ ...ledTab(up), sharing: { led, askedAt: 3, toldSeq: 2 } }, action)
    expect(next.sharing).toEqual({ led: null, askedAt: null, toldSeq: 2 })
    expect(next.check).toEqual(wanted(NOW))
  })
  test('by itself a tab does as it does without the others', () => {
    for (const action of [
      actions.assistantInputsChanged({ signedIn: true, userId: 'bob' }, meta),
      actions.assistantAttached({ keeperId: 'b' }, meta),
      actions.networkChanged({ online: false }, meta),
    ])
      expect(reduce(up, action)).toEqual(reduceAlone(up, action))
  })

  test('it checks where that is asked for here, and goes on naming the leading one', () => {
    const asked = reduce(ledTab(up), checkNow)
    expect(asked).toMatchObject({ keeperId: 'a', check: { ...wanted(NOW), requested: true } })
    const claim = { nonce: 'n', generation: 4, keeperId: 'b' }
    const claimed = reduce(asked, actions.assistantCheckClaimed(claim, meta))
    expect(claimed).toMatchObject({ keeperId: 'a', check: { nonce: 'n' } })
  })
  test('a copy of what was asked for elsewhere leads to no check here', () => {
    const copy = { ...checkNow, meta: { ...checkNow.meta, origin: 'c' } }
    expect(reduce(ledTab(up), copy).check).toBeNull()
    const checking = ledTab({ ...up, check: inFlight })
    expect(reduce(checking, copy).check).toBe(inFlight)
  })
  test.each<[string, UnknownAction]>([
    ['the network', actions.networkChanged({ online: false }, meta)],
    ['a version', actions.assistantVersionChosen({ version: '2' }, meta)],
    ['a request that was lost', sendLost({ turnId: 't1', conversationId: 'c1', nonce: 'n' } as never, meta)],
  ])('%s leads to no check here, and ends none', (_what, action) => {
    for (const state of [up, of('awaiting_version_selection', { assistantId: null })]) {
      expect(reduce(ledTab(state), action).check).toBeNull()
      expect(reduce(ledTab({ ...state, check: inFlight }), action).check).not.toBeNull()
    }
  })

  test('once it is answered, the next poll is the leading tab’s', () => {
    const checking = ledTab(of('loading', { check: inFlight }))
    expect(reduce(checking, checked(initializing()))).toMatchObject({ kind: 'initializing', check: null })
    expect(reduce(checking, answered(initializing()))).toMatchObject({ kind: 'initializing', check: null })
  })
  test('but for the second look for one that is gone, and where its own token is missing', () => {
    const checking = of('active', { upSince: 9_000, check: inFlight })
    expect(reduce(ledTab(checking), checked(gone)).check).toMatchObject({ nonce: null, anyId: true })
    const waiting = ledTab(checking, { needsToken: true })
    expect(reduce(waiting, checked(trouble)).check).toMatchObject({ nonce: null, anyId: false })
  })
  test('while a stuck one is taken away an answer says nothing, and ends the check', () => {
    const state = ledTab(of('initializing', { operation: retiring, check: inFlight }))
    expect(reduce(state, checked(active()))).toEqual({ ...state, seq: 8, check: null })
    const unasked = of('initializing', { operation: retiring })
    expect(reduceAlone(unasked, answered(active()))).toBe(unasked)
  })
})

describe('a check that was asked for before it is known who leads', () => {
  const starting = of('loading', { assistantId: null })
  const isRequested = ({ check }: AssistantState) => check?.requested === true

  test('it stays one that was asked for until it is answered', () => {
    const asked = reduce(starting, checkNow)
    const later = [
      woke({ shiftMs: 60_000 }, meta),
      actions.assistantCheckClaimed({ nonce: 'n', generation: 4, keeperId: 'b' }, meta),
      actions.assistantAttached({ keeperId: 'b' }, meta),
    ].map((action) => reduce(asked, action))
    expect([asked, ...later].map(isRequested)).toEqual([true, true, true, true])
    expect(reduce(asked, { type: 'x' })).toBe(asked)
    const polled = reduce(asked, answered(initializing()))
    expect([polled.check, isRequested(polled)]).toEqual([wanted(NOW + config.pollInterval), false])
  })
  test('others are not', () => {
    const due = reduce(undefined, actions.assistantInputsChanged({ signedIn: true }, meta))
    expect([due.check, isRequested(due)]).toEqual([wanted(NOW), false])
    const copy = { ...checkNow, meta: { ...checkNow.meta, origin: 'c' } }
    expect(isRequested(reduce(starting, copy))).toBe(false)
  })
  test('what is refused changes nothing', () => {
    const nobody = reduce(undefined, { type: 'x' })
    expect(reduce(nobody, checkNow)).toBe(nobody)
  })
})
