/** Law 23: what changes nothing returns the same references; what is malformed is reported, and changes nothing either. */
import { createTurnkeeper } from 'redux-turnkeeper'
import * as assistantActions from '../../src/assistant'
import { assistant } from '../../src/features/assistant'
import { NAMES, TYPES, createRichLab, open, payloads, raw } from './payloads'
import type { TurnName } from './payloads'

const UP = { ok: true, id: 'a', status: 'active', isLocal: false, connection: null }

describe('law 23: an action that changes nothing returns the same references', () => {
  test('every action has its rows', async () => {
    expect(Object.keys(payloads(await createRichLab())).sort()).toEqual([...NAMES].sort())
  })

  test.each(NAMES)('%s', async (name) => {
    const lab = await createRichLab(name)
    const [changes, nothing, where] = payloads(lab)[name]
    expect(open(lab).tries(raw(name, changes))).toMatch(/^changed/)
    if (nothing === null) return
    const { tries } = open(lab, where === 'empty' ? {} : lab.state())
    if (where === 'again') tries(raw(name, changes))
    expect(tries(raw(name, nothing))).toBe('nothing')
  })
})

describe('law 23: the assistant’s actions before it is spoken of', () => {
  test.each([
    [assistantActions.assistantCheckRequested, { retry: true }],
    [assistantActions.assistantVersionChosen, { version: 'v2' }],
    [assistantActions.assistantInitOverdue, { generation: 0, deadline: 0 }],
    [assistantActions.assistantChecked, { nonce: 'n', generation: 0, answer: UP }],
    [assistantActions.assistantHatched, { nonce: 'n', generation: 0, answer: UP }],
    [assistantActions.assistantRetired, { nonce: 'n', generation: 0, answer: { ok: false, status: 404 } }],
    [assistantActions.assistantProbed, { nonce: 'n', generation: 0, answer: { ok: true } }],
    [assistantActions.assistantCheckClaimed, { nonce: 'n', generation: 0, keeperId: 'k' }],
    [assistantActions.assistantHatchClaimed, { nonce: 'n', generation: 0, keeperId: 'k' }],
    [assistantActions.assistantRetireClaimed, { nonce: 'n', generation: 0, keeperId: 'k' }],
    [assistantActions.assistantProbeClaimed, { nonce: 'n', generation: 0, keeperId: 'k' }],
    [assistantActions.networkChanged, { online: false }],
  ] as const)('%p', async (creator, payload) => {
    const port = () => new Promise<never>(() => undefined)
    const ports = { getAssistant: port, hatchAssistant: port, retireAssistant: port, probeAssistant: port }
    const { reducer } = createTurnkeeper({ features: [assistant({ ports })] })
    const lab = await createRichLab()
    const state = { ...reducer(undefined, { type: 'app/typed' }), ...lab.state() }
    const action = { type: creator.type, payload, meta: { at: 1_000_000, source: 'app' } }
    expect(reducer(state, action)).toBe(state)
  })
})

describe('law 23: what is malformed', () => {
  const ID = /^(conversationId|turnId|runId|requestId|nonce|boot)$/
  /** Actions without an id in them. */
  const NAMES_NOBODY: ReadonlySet<string> = new Set(['woke', 'sendingGated', 'userChanged'])
  const rows = NAMES.flatMap((name) => (NAMES_NOBODY.has(name) ? [] : [[name]]))

  test.each(rows)(
    'an id in %s that is none: nothing changes, and the action and field are named, once',
    async (name) => {
      const lab = await createRichLab()
      const [changes] = payloads(lab)[name as TurnName]
      const field = Object.keys(changes).find((key) => ID.test(key)) ?? 'conversationId'
      const { tries, problems } = open(lab)
      for (const wrong of [7, true, {}, ['c1'], Number.NaN]) {
        expect(tries(raw(name as TurnName, { ...changes, [field]: wrong }))).toBe('nothing')
      }
      expect(problems).toHaveLength(1)
      expect(problems[0]?.message).toContain(TYPES[name as TurnName])
      expect(problems[0]?.message).toContain(`"${field}"`)
      expect(problems[0]?.message).toMatch(/ It changed nothing\.$/)
    },
  )

  test('each kind of problem is reported on its own', async () => {
    const { tries, problems } = open(await createRichLab())
    for (const name of ['turnStarted', 'turnRetrying', 'turnStarted', 'turnRetrying'] as const)
      tries(raw(name, { turnId: 7 }))
    expect(problems.map(({ kind }) => kind)).toEqual([
      `malformed ${TYPES.turnStarted}`,
      `malformed ${TYPES.turnRetrying}`,
    ])
  })

  test('an end or a start that names nobody who is known is reported too', async () => {
    const { tries, problems } = open(await createRichLab())
    expect(tries(raw('turnStarted', { runId: 'nobody' }))).toBe('nothing')
    expect(tries(raw('endTurn', { conversationId: 'c1', turnId: 'nobody', reason: 'complete' }))).toBe(
      'nothing',
    )
    expect(problems.map(({ kind }) => kind)).toEqual(['unplaced', 'unknown turn'])
  })

  test('mirror: what is in order is not', async () => {
    const lab = await createRichLab()
    const { tries, problems } = open(lab)
    // After another user signs in nothing is left that the others could speak of.
    const others = NAMES.filter((name) => name !== 'userChanged')
    for (const name of [...others, 'userChanged' as const]) tries(raw(name, payloads(lab)[name][0]))
    expect(problems).toEqual([])
  })
})
