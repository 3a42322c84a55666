/** Law 22: what the tabs that share an assistant tell each other, and what the leading one makes of it. */
import { woke } from '../../src/actions'
import * as actions from '../../src/assistant/actions'
import {
  COMMAND_TYPES,
  commandOf,
  malformedTold,
  nextAtOf,
  sharingOf,
  toldOf,
} from '../../src/assistant/sharing'
import type { AssistantState } from '../../src/assistant/types'
import { featureTold } from '../../src/tabs/actions'
import { config, inputs, inputsOf, meta, NOW } from './parts'
import { active, gone, initializing, trouble } from './setup'
import {
  answered,
  checked,
  checkNow,
  commanded,
  connectionOf,
  hosted,
  inFlight,
  led,
  ledTab,
  of,
  reduce,
  retiring,
  selfHosted,
  told,
  up,
  wanted,
} from './sharingParts'

describe('what is told', () => {
  test('the state, without what it has to do with other tabs, and whether there is a token', () => {
    expect(toldOf(ledTab(up))).toEqual({
      feature: 'assistant',
      kind: 'state',
      state: { ...up, keeperId: 'a', sharing: undefined },
      hasToken: false,
    })
    expect(toldOf(hosted)).toMatchObject({ hasToken: true })
    expect(JSON.stringify(toldOf(hosted))).not.toContain('secret-token')
  })

  test.each<[string, Partial<AssistantState>]>([
    ['nobody is signed in', { inputs: inputsOf({ signedIn: false }) }],
    ['it is not known yet who is', { inputs: inputsOf({ signedIn: true, loading: true }) }],
    ['the app has not spoken', { inputs: null }],
    ['the last user has not left yet', { userChange: { userId: 'bob' } }],
  ])('nothing of an assistant where %s', (_why, change) => {
    expect(toldOf({ ...up, ...change })).toMatchObject({ kind: 'state', state: null })
  })

  test('what was asked for, as it was said; an answer as that of a poll, without its request', () => {
    const { answer } = answered(gone).payload
    const said = [
      actions.assistantCheckRequested({ retry: true }),
      actions.assistantVersionChosen({ version: '2' }),
      actions.assistantDoubted({ reason: 'slow' }),
      answered(gone),
      checked(gone),
    ]
    expect(COMMAND_TYPES).toEqual(said.map(({ type }) => type))
    const commands = said.map(({ type, payload }) => ({ type, payload }))
    expect(said.map((action) => commandOf(action, up))).toEqual(
      [...commands.slice(0, -1), { type: actions.assistantAnswered.type, payload: { answer } }].map(
        (command) => ({ feature: 'assistant', kind: 'command', command, inputs }),
      ),
    )
  })

  const { type } = featureTold
  const command = { type: actions.assistantVersionChosen.type, payload: { version: '2' } }
  test.each<[string, unknown, string | null]>([
    ['a state', toldOf(up), null],
    ['that there is none', { kind: 'state', state: null }, null],
    ['that it is asked', { kind: 'asked' }, null],
    ['a command', { kind: 'command', command, inputs }, null],
    ['nothing', null, `${type} says nothing that is known.`],
    ['what names no kind', {}, `${type} says nothing that is known.`],
    ['a state that is left out', { kind: 'state' }, `${type} says nothing that is known.`],
    ['a state that is no object', { kind: 'state', state: 'up' }, `${type} says nothing that is known.`],
    ['a command that is left out', { kind: 'command' }, `${type} tells a command that is not known.`],
    [
      'what is no command',
      { kind: 'command', command: actions.assistantInputsChanged({ signedIn: true }) },
      `${type} tells a command that is not known.`,
    ],
    [
      'a malformed command',
      { kind: 'command', command: { ...command, payload: { version: 2 } } },
      `${command.type}: "version" must be a string, or null; it was given number.`,
    ],
  ])('%s: it is read, or refused and changes nothing', (_what, payload, wrong) => {
    const action = told(payload as object, 'b')
    expect(malformedTold(action)).toBe(wrong)
    if (wrong !== null) expect(reduce(up, action)).toBe(up)
  })
  test('of other actions nothing is said', () => expect(malformedTold({ type: 'x' })).toBeNull())

  test('when something is done next: the earliest; nothing where a person is waited for', () => {
    expect(nextAtOf(up)).toBeNull()
    const watched = of('initializing', { check: wanted(20), watchdogAt: 30 })
    expect(nextAtOf(watched)).toBe(20)
    expect(nextAtOf({ ...watched, operation: { what: 'hatch', nonce: null, at: 10 } })).toBe(10)
    expect(nextAtOf({ ...watched, probe: { nonce: null, at: 5, failures: 0 } })).toBe(5)
  })
})

describe('the leading tab hears what was said in another one', () => {
  const retry = actions.assistantCheckRequested({ retry: true }, meta)

  test('only where the same user is signed in, and it leads', () => {
    const other = { ...up, inputs: inputsOf({ signedIn: true, userId: 'bob' }) }
    expect(reduce(up, told(commandOf(checkNow, other), 'b'))).toBe(up)
    const following = ledTab(up)
    expect(commanded(following, checkNow)).toBe(following)
  })
  test('what it says itself, it has done already', () => {
    expect(reduce(up, told(commandOf(checkNow, up)))).toBe(up)
  })

  test('that tab checks: this one, where it has heard nothing for as long as a check may take', () => {
    expect(commanded(up, checkNow)).toEqual({ ...up, seq: 8, check: wanted(NOW + config.checkTimeout) })
    const checking = { ...up, check: inFlight }
    expect(commanded(checking, checkNow).check).toBe(inFlight)
  })
  test.each<[string, AssistantState, typeof config]>([
    ['a stuck one is taken away', of('initializing', { recoveries: 1, operation: retiring }), config],
    ['it cannot check', of('error', { recoveries: 1 }), { ...config, canCheck: false }],
  ])('it does not check while %s', (_why, state, rules) => {
    expect(commanded(state, retry, rules)).toMatchObject({ seq: 8, check: null, recoveries: 0 })
  })

  test('a version was chosen: a check that left before says nothing about the start', () => {
    const choosing = of('awaiting_version_selection', { assistantId: null, check: inFlight })
    const chosen = commanded(choosing, actions.assistantVersionChosen({ version: '2' }, meta))
    expect(chosen).toMatchObject({ hatched: { version: '2' }, operation: { what: 'hatch', nonce: null } })
    expect(chosen.check).toEqual(wanted(NOW + config.pollInterval))
  })
  test('there is reason to doubt: it probes', () => {
    expect(commanded(up, actions.assistantDoubted({}, meta)).probe).toMatchObject({ nonce: null, at: NOW })
  })

  test('an answer counts, and a check of its own that is in flight goes on', () => {
    const loading = of('loading', { assistantId: null, check: inFlight })
    expect(commanded(loading, answered(active()))).toMatchObject({ kind: 'active', check: inFlight })
    const polled = commanded({ ...loading, check: wanted(NOW + 5) }, answered(initializing()))
    expect(polled).toMatchObject({ kind: 'initializing', check: wanted(NOW + config.pollInterval) })
  })
  test('what is up as before keeps its token', () => {
    const again = commanded({ ...hosted, check: inFlight }, answered(selfHosted))
    expect(again.connection).toBe(hosted.connection)
    expect(again.check).toBe(inFlight)
    const lost = commanded(hosted, answered(trouble))
    expect(lost).toMatchObject({ kind: 'self_hosted', reachable: false, check: { nonce: null } })
    expect(lost.connection).toBe(hosted.connection)
  })
  test('what is up no more has no connection', () => {
    const starting = commanded(hosted, answered(initializing()))
    expect(starting).toMatchObject({ kind: 'initializing', connection: null })
  })
  test.each<[string, AssistantState]>([
    ['was not up', of('initializing')],
    ['was up elsewhere', { ...hosted, connection: connectionOf('http://other') }],
  ])('where it %s, and is up with a connection, it asks for the token itself', (_how, state) => {
    const asking = commanded(state, answered(selfHosted))
    expect(asking).toEqual({ ...state, seq: 8, check: wanted(NOW) })
    const checking = { ...state, check: inFlight }
    expect(commanded(checking, answered(selfHosted))).toBe(checking)
    expect(commanded(state, answered(selfHosted), { ...config, canCheck: false })).toBe(state)
  })
})

describe('a tab asks the leading one how it is', () => {
  const asked = { feature: 'assistant', kind: 'asked' }
  test('it remembers since when; the leading one tells anew; others have nothing to tell', () => {
    expect(reduce(up, told(asked))).toEqual({
      ...up,
      seq: 8,
      sharing: { led: null, askedAt: NOW, toldSeq: null },
    })
    const leading = { ...up, sharing: { led: null, askedAt: null, toldSeq: 7 } }
    expect(reduce(leading, told(asked, 'b'))).toMatchObject({ seq: 8, sharing: { toldSeq: null } })
    const other = ledTab(up)
    expect(reduce(other, told(asked, 'c'))).toBe(other)
  })
  test('what it has told is known by its number', () => {
    expect(reduce(up, told(toldOf(up)))).toMatchObject({ seq: 8, sharing: { toldSeq: 8 } })
  })
  test('after a sleep it is not known since when: it asks anew', () => {
    const asking = reduce(ledTab(up), told(asked))
    expect(sharingOf(asking).askedAt).toBe(NOW)
    const awake = reduce(asking, woke({ shiftMs: 60_000 }, meta))
    expect(awake.seq).toBe(asking.seq + 1)
    expect(sharingOf(awake)).toEqual({ ...sharingOf(asking), askedAt: null })
    // Only that.
    const failed = actions.networkChanged({ online: false }, meta)
    expect(sharingOf(reduce(asking, failed)).askedAt).toBe(NOW)
    expect(sharingOf(reduce(ledTab(up), woke({ shiftMs: 60_000 }, meta))).led).toEqual(led)
  })
  test('a sleep that changes nothing here changes nothing', () => {
    const failed = ledTab(of('error'))
    expect(reduce(failed, woke({ shiftMs: 60_000 }, meta))).toBe(failed)
  })
})
