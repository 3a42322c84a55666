/** Laws 19 and 21 to 23: what single actions come to, by the reducer of the assistant alone. */
import { woke } from '../../src/actions'
import * as actions from '../../src/assistant/actions'
import { selectAssistantErrorCode, selectAssistantRecoveries } from '../../src/assistant/selectors'
import { assistantReducer } from '../../src/assistant/slice'
import { initialAssistant } from '../../src/assistant/transitions'
import type {
  AssistantConfig,
  AssistantKind,
  AssistantOperation,
  AssistantState,
} from '../../src/assistant/types'
import { assistantOf as of, config, inputsOf, meta, NOW } from './parts'

const unprobed = { ...config, canProbe: false }
type Action = Parameters<ReturnType<typeof assistantReducer>>[1]
const after = (state: AssistantState, action: Action, rules = config) =>
  assistantReducer(rules)(state, action)

const up = of('active', { upSince: 9_000 })
const operation = (what: AssistantOperation['what'], nonce: string | null): AssistantOperation => ({
  what,
  nonce,
  at: NOW,
})

describe('a request leaves once, where it is wanted', () => {
  const claim = { nonce: 'n', generation: 4, keeperId: 'k' }
  const wanted = { nonce: null, at: NOW }
  const check = { ...wanted, anyId: false }
  const probe = { ...wanted, failures: 0 }
  test.each<[string, AssistantState, (given: typeof claim) => Action, keyof AssistantState]>([
    ['a status check', { ...up, check }, (given) => actions.assistantCheckClaimed(given, meta), 'check'],
    ['a probe', { ...up, probe }, (given) => actions.assistantProbeClaimed(given, meta), 'probe'],
    [
      'a start',
      of('initializing', { operation: operation('hatch', null) }),
      (given) => actions.assistantHatchClaimed(given, meta),
      'operation',
    ],
    [
      'a retire',
      of('initializing', { operation: operation('retire', null) }),
      (given) => actions.assistantRetireClaimed(given, meta),
      'operation',
    ],
  ])('%s', (_what, state, claimed, field) => {
    const taken = after(state, claimed(claim))
    expect(taken[field]).toMatchObject({ nonce: 'n' })
    // Also once it is to be given up: it is wanted anew first.
    for (const at of [NOW, NOW + 1_000])
      expect(after(taken, { ...claimed({ ...claim, nonce: 'again' }), meta: { at } })).toBe(taken)
    expect(after(state, claimed({ ...claim, generation: 3 }))).toBe(state)
    expect(after({ ...state, [field]: null }, claimed(claim))[field]).toBeNull()
  })
  test('a start is no retire, in what is claimed and in what is answered', () => {
    const [hatching, retiring] = (['hatch', 'retire'] as const).map((what) =>
      of('initializing', { operation: operation(what, null) }),
    ) as [AssistantState, AssistantState]
    expect(after(hatching, actions.assistantRetireClaimed(claim, meta))).toBe(hatching)
    expect(after(retiring, actions.assistantHatchClaimed(claim, meta))).toBe(retiring)
    const answer = { ok: true, id: 'a2', status: 'active', isLocal: false, connection: null } as const
    const reply = { nonce: 'n', generation: 4, answer }
    const asked = (what: AssistantOperation['what']) =>
      of('initializing', { operation: operation(what, 'n') })
    const [started, retired] = [asked('hatch'), asked('retire')]
    expect(after(started, actions.assistantRetired(reply, meta))).toBe(started)
    expect(after(retired, actions.assistantHatched(reply, meta))).toBe(retired)
  })
})

describe('a start was answered', () => {
  const hatching = of('initializing', { assistantId: null, operation: operation('hatch', 'n') })
  const answered = (answer: Parameters<typeof actions.assistantHatched>[0]['answer']) =>
    after(hatching, actions.assistantHatched({ nonce: 'n', generation: 4, answer }, meta))
  test.each([
    [503, 'full', 'at_capacity'],
    [400, 'full', 'hatch_refused'],
    [400, null, 'hatch_refused'],
  ])('%d with %p: %s', (status, code, expected) => {
    expect(answered({ ok: false, status, message: null, code }).error?.code).toBe(expected)
  })
  test.each([true, false])('it is up, hosted elsewhere: %p; then alone its connection is kept', (isLocal) => {
    const connection = { url: 'http://there' }
    const next = answered({ ok: true, id: 'a1', status: 'active', isLocal, connection })
    expect(next.connection).toEqual(isLocal ? connection : null)
  })
})

describe('it is found up', () => {
  const found = actions.assistantAnswered({ ok: true, data: { id: 'a1', status: 'active' } }, meta)
  const anew = { nonce: null, at: NOW, failures: 0 }
  test.each<[string, AssistantState, AssistantConfig, AssistantState['probe']]>([
    ['where it was, and could be reached', up, config, null],
    ['where it was, and could not be reached', { ...up, reachable: false }, config, anew],
    ['where another one was', { ...up, assistantId: 'a0' }, config, anew],
    ['where another one was, and none can be probed', { ...up, assistantId: 'a0' }, unprobed, null],
  ])('%s, whether it is probed anew', (_where, state, rules, probe) => {
    expect(after(state, found, rules).probe).toEqual(probe)
  })
})

describe('what says nothing new changes nothing', () => {
  const noPlatform = { ...initialAssistant, inputs: inputsOf({ signedIn: true, platformSession: false }) }
  const gateway = { ...up, inputs: inputsOf({ signedIn: true, gatewayAuth: {} }) }
  const unknown = { ...up, inputs: inputsOf({ signedIn: true, loading: true }) }
  const offline = actions.networkChanged({ online: false }, meta)
  const online = actions.networkChanged({ online: true }, meta)
  const starting = of('initializing', { watchdogAt: NOW })
  test.each<[string, AssistantState, Action]>([
    ['the network goes, and who is signed in is not known', unknown, offline],
    ['the network goes, and the platform has no session', noPlatform, offline],
    ['a gateway’s network is there', gateway, online],
    ['a gateway’s network is still gone', { ...gateway, reachable: false }, offline],
    ['a page slept before anything was known', initialAssistant, woke({ shiftMs: 900 }, meta)],
    [
      'the keeper takes over what it has',
      { ...up, keeperId: 'k' },
      actions.assistantAttached({ keeperId: 'k' }),
    ],
    [
      'a start of before is overdue',
      starting,
      actions.assistantInitOverdue({ generation: 3, deadline: NOW }, meta),
    ],
  ])('%s', (_what, state, action) => {
    expect(after(state, action)).toBe(state)
    expect(after(state, action, unprobed)).toBe(state)
  })
  test('one that is not up is not doubted', () => {
    for (const state of [of('retired'), of('error'), of('awaiting_version_selection')])
      expect(after(state, actions.assistantDoubted({}, meta), unprobed)).toBe(state)
    expect(after(up, actions.assistantDoubted({}, meta), unprobed).check).toMatchObject({ at: NOW })
  })
})

describe('the network goes', () => {
  const offline = actions.networkChanged({ online: false }, meta)
  test.each<[AssistantKind, AssistantKind]>([
    ['loading', 'error'],
    ['initializing', 'error'],
    ['cleaning_up', 'error'],
    ['retired', 'retired'],
    ['awaiting_version_selection', 'awaiting_version_selection'],
  ])('while it is %s: it is %s', (kind, expected) => {
    const next = after(of(kind), offline)
    expect(next.kind).toBe(expected)
    expect(next.error).toEqual(
      expected === 'error'
        ? { code: 'network', message: 'The assistant cannot be reached. Trying again.', transient: true }
        : null,
    )
  })
  test('one that is up is checked by its id when the network may be back', () => {
    expect(after(up, offline)).toMatchObject({ kind: 'active', reachable: false, check: { anyId: false } })
  })
})

test('what an app reads of it: the code of an error, and how many recoveries were used up', () => {
  const [works, failed] = [
    up,
    of('error', { error: { code: 'timeout', message: 'It took long.', transient: false } }),
  ].map((assistant) => ({ turnkeeper: { assistant: { ...assistant, recoveries: 3 } } }))
  expect([works!, failed!].map(selectAssistantErrorCode)).toEqual([null, 'timeout'])
  expect(selectAssistantRecoveries(works!)).toBe(3)
})
