/**
 * Law 19: every pair of {poll answer, watchdog, hatch answer, retire answer, sign-out} that can cross, in both orders.
 *
 * Replies are dispatched as such, with the nonce and generation that they left under: what refuses a late one here is the
 * reducer, not a promise that was let go.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  assistantCheckClaimed,
  assistantChecked,
  assistantHatched,
  assistantInputsChanged,
  assistantReducer,
  assistantRetired,
  hatchVersion,
  readAnswer,
  resolveAssistantOptions,
} from '../../src/assistant'
import type { AssistantState } from '../../src/assistant'
import {
  MINUTES,
  active,
  checksAfterEach,
  gone,
  initializing,
  retiredOk,
  setUp,
  signedOut,
  status,
  trouble,
} from './setup'
import type { Host, Setup } from './setup'

checksAfterEach()

const LIMIT = 5 * MINUTES
type Happening = (h: Host) => Promise<void> | void

const replies = { poll: assistantChecked, hatch: assistantHatched, retire: assistantRetired } as const

/** The reply to what is in flight now, whenever it comes. */
function replyTo(h: Host, what: keyof typeof replies, result: unknown): Happening {
  const { check, operation, generation } = h.now()
  const nonce = (what === 'poll' ? check : operation)?.nonce
  if (nonce == null || (what !== 'poll' && operation?.what !== what))
    throw new Error(`No ${what} is in flight`)
  const action = replies[what]({ nonce, generation, answer: readAnswer(result) })
  return async () => {
    h.dispatch(action)
    await h.pass(0)
  }
}
const signOut: Happening = (h) => h.inputs(signedOut)
const watchdog: Happening = (h) => h.pass(1_000)

// ---------------------------------------------------------------- scenes, each one second before its watchdog

/** `a1` starts; a poll is in flight. */
async function polling(): Promise<Host> {
  const h = setUp({ pollInterval: 4_000 })
  await h.begin(initializing('a1'))
  await h.passing(LIMIT - 5_000, initializing('a1'))
  await h.pass(4_000)
  return h
}
/** A hatch is in flight, and so is a poll. */
async function hatching(): Promise<Host> {
  const h = setUp({ pollInterval: 4_000 })
  await h.beginGone()
  await h.passing(LIMIT - 5_000, gone)
  await h.pass(4_000)
  return h
}
/** A retire of `a1` is in flight, for almost as long as the watchdog gives it. */
async function retiring(given: Setup = {}): Promise<Host> {
  const h = setUp(given)
  await h.begin(initializing('a1'))
  await h.passing(LIMIT, initializing('a1'))
  await h.pass(LIMIT - 1_000)
  return h
}

interface Crossing {
  readonly scene: () => Promise<Host>
  readonly one: (h: Host) => Happening
  readonly other: (h: Host) => Happening
  /** The state after one and then the other; what was asked in all, status checks aside; whether the second changes nothing. */
  readonly first: readonly [state: object, asked: readonly string[], late?: 'late']
  /** The same, the other way round. */
  readonly second: readonly [state: object, asked: readonly string[], late?: 'late']
}

const poll = (result: unknown) => (h: Host) => replyTo(h, 'poll', result)
const hatch = (result: unknown) => (h: Host) => replyTo(h, 'hatch', result)
const retire = (result: unknown) => (h: Host) => replyTo(h, 'retire', result)
const clock = () => watchdog
const leave = () => signOut

const nothing = {
  kind: 'loading',
  assistantId: null,
  operation: null,
  check: null,
  watchdogAt: null,
  recoveries: 0,
  starts: 0,
}
/** A recovery checks first, whether the id is known or not. */
const recovering = { kind: 'initializing', recoveries: 1, recovering: true, operation: null }

const crossings: Record<string, Crossing> = {
  // ------------------------------------------------------------- poll × watchdog
  'poll "active" × watchdog': {
    scene: polling,
    one: poll(active('a1')),
    other: clock,
    first: [{ kind: 'active', assistantId: 'a1', recoveries: 0 }, [], 'late'],
    second: [recovering, [], 'late'],
  },
  'poll "gone" × watchdog': {
    scene: polling,
    one: poll(gone),
    other: clock,
    // One 404 is no proof: the second check was to come after the watchdog's time.
    first: [recovering, []],
    second: [recovering, [], 'late'],
  },
  'poll "initializing" × watchdog': {
    scene: polling,
    one: poll(initializing('a1')),
    other: clock,
    first: [recovering, []],
    second: [recovering, [], 'late'],
  },
  'poll without an answer × watchdog': {
    scene: polling,
    one: poll(trouble),
    other: clock,
    first: [{ kind: 'error', recoveries: 0, watchdogLeft: 1_000 }, [], 'late'],
    second: [recovering, [], 'late'],
  },
  // ------------------------------------------------------------- poll × hatch answer
  'poll "active" × hatch answer': {
    scene: hatching,
    one: poll(active('a1')),
    other: hatch(initializing('a2')),
    first: [{ kind: 'active', assistantId: 'a1' }, ['hatch'], 'late'],
    second: [{ kind: 'initializing', assistantId: 'a2' }, ['hatch'], 'late'],
  },
  'poll "gone" × hatch answer': {
    scene: hatching,
    one: poll(gone),
    other: hatch(initializing('a2')),
    first: [{ kind: 'initializing', assistantId: 'a2', operation: null }, ['hatch']],
    second: [{ kind: 'initializing', assistantId: 'a2', operation: null }, ['hatch'], 'late'],
  },
  'poll "gone" × hatch failure': {
    scene: hatching,
    one: poll(gone),
    other: hatch(trouble),
    first: [{ kind: 'initializing', starts: 1, operation: null }, ['hatch']],
    second: [{ kind: 'initializing', starts: 1, operation: null }, ['hatch'], 'late'],
  },
  'poll "active" × hatch refusal': {
    scene: hatching,
    one: poll(active('a1')),
    other: hatch(status(403)),
    first: [{ kind: 'active', assistantId: 'a1' }, ['hatch'], 'late'],
    second: [{ kind: 'error', error: { code: 'hatch_refused' } }, ['hatch'], 'late'],
  },
  // ------------------------------------------------------------- poll × sign-out
  'poll "active" × sign-out': {
    scene: polling,
    one: poll(active('a1')),
    other: leave,
    first: [nothing, []],
    second: [nothing, [], 'late'],
  },
  'poll "gone" × sign-out': {
    scene: polling,
    one: poll(gone),
    other: leave,
    first: [nothing, []],
    second: [nothing, [], 'late'],
  },
  // ------------------------------------------------------------- watchdog × hatch answer
  'watchdog × hatch answer': {
    scene: hatching,
    one: clock,
    other: hatch(initializing('a2')),
    first: [{ kind: 'initializing', assistantId: null, recovering: true, recoveries: 1 }, ['hatch'], 'late'],
    second: [{ ...recovering, assistantId: 'a2' }, ['hatch']],
  },
  'watchdog × hatch failure': {
    scene: hatching,
    one: clock,
    other: hatch(trouble),
    first: [{ kind: 'initializing', recovering: true, starts: 1 }, ['hatch'], 'late'],
    second: [{ kind: 'initializing', recovering: true, starts: 1 }, ['hatch']],
  },
  'watchdog × hatch that is up at once': {
    scene: hatching,
    one: clock,
    other: hatch(active('a2')),
    first: [{ kind: 'initializing', recovering: true }, ['hatch'], 'late'],
    second: [{ kind: 'active', assistantId: 'a2', recoveries: 0 }, ['hatch'], 'late'],
  },
  // ------------------------------------------------------------- watchdog × retire answer
  'watchdog × retire answer': {
    scene: retiring,
    one: clock,
    other: retire(retiredOk),
    first: [{ ...recovering, recoveries: 2 }, ['retire'], 'late'],
    second: [
      { kind: 'initializing', recoveries: 1, operation: { what: 'hatch' } },
      ['retire', 'hatch'],
      'late',
    ],
  },
  'watchdog × retire failure': {
    scene: retiring,
    one: clock,
    other: retire(trouble),
    first: [{ ...recovering, recoveries: 2 }, ['retire'], 'late'],
    second: [{ kind: 'error', error: { code: 'timeout' } }, ['retire'], 'late'],
  },
  'the last watchdog × retire answer': {
    scene: () => retiring({ maxRecoveries: 1 }),
    one: clock,
    other: retire(retiredOk),
    first: [{ kind: 'error', error: { code: 'timeout' } }, ['retire'], 'late'],
    second: [
      { kind: 'initializing', recoveries: 1, operation: { what: 'hatch' } },
      ['retire', 'hatch'],
      'late',
    ],
  },
  // ------------------------------------------------------------- × sign-out
  'watchdog × sign-out': {
    scene: polling,
    one: clock,
    other: leave,
    first: [nothing, []],
    second: [nothing, [], 'late'],
  },
  'hatch answer × sign-out': {
    scene: hatching,
    one: hatch(active('a2')),
    other: leave,
    first: [nothing, ['hatch']],
    second: [nothing, ['hatch'], 'late'],
  },
  'hatch failure × sign-out': {
    scene: hatching,
    one: hatch(trouble),
    other: leave,
    first: [nothing, ['hatch']],
    second: [nothing, ['hatch'], 'late'],
  },
  'retire answer × sign-out': {
    scene: retiring,
    one: retire(retiredOk),
    other: leave,
    first: [nothing, ['retire', 'hatch']],
    second: [nothing, ['retire'], 'late'],
  },
  'retire failure × sign-out': {
    scene: retiring,
    one: retire(trouble),
    other: leave,
    first: [nothing, ['retire']],
    second: [nothing, ['retire'], 'late'],
  },
}

describe('law 19: two that cross', () => {
  for (const [name, crossing] of Object.entries(crossings)) {
    for (const order of ['first', 'second'] as const) {
      const [state, requests, late] = crossing[order]
      test(`${name}, ${order === 'first' ? 'in this order' : 'the other way round'}`, async () => {
        const h = await crossing.scene()
        const pair = [crossing.one(h), crossing.other(h)]
        const [earlier, later] = order === 'first' ? pair : pair.reverse()
        await earlier!(h)
        const between = h.now()
        await later!(h)
        if (late) expect(h.now()).toBe(between)
        else expect(h.now()).not.toBe(between)
        expect(h.now()).toMatchObject(state)
        expect(h.asked()).toEqual(requests)
      })
    }
  }
})

describe('law 19: three that cross', () => {
  test.each([
    ['active', active('a1')],
    ['gone', gone],
    ['initializing', initializing('a1')],
  ])(
    'a poll that left before the watchdog (%s), and the retire’s answer, either way',
    async (_name, said) => {
      for (const pollFirst of [true, false]) {
        const h = await polling()
        const late = replyTo(h, 'poll', said)
        await watchdog(h)
        await h.host.answer('get', initializing('a1'))
        const retiredNow = replyTo(h, 'retire', retiredOk)
        if (pollFirst) await late(h)
        await retiredNow(h)
        const before = h.now()
        if (!pollFirst) await late(h)
        expect(h.now()).toBe(before)
        expect(h.now()).toMatchObject({
          kind: 'initializing',
          assistantId: null,
          operation: { what: 'hatch' },
        })
        expect(h.asked()).toEqual(['retire', 'hatch'])
      }
    },
  )

  test('a start that hangs over a watchdog, and the retire of what it started, either way', async () => {
    for (const startFirst of [true, false]) {
      const h = await hatching()
      const late = replyTo(h, 'hatch', active('a7'))
      await watchdog(h)
      await h.host.answer('get', initializing('a7'))
      const retiredNow = replyTo(h, 'retire', retiredOk)
      if (startFirst) await late(h)
      await retiredNow(h)
      const before = h.now()
      if (!startFirst) await late(h)
      expect(h.now()).toBe(before)
      expect(h.now()).toMatchObject({ kind: 'initializing', operation: { what: 'hatch' } })
      expect(h.asked()).toEqual(['hatch', 'retire', 'hatch'])
    }
  })

  test('the generation refuses an answer even where its nonce stands again', () => {
    const reduce = assistantReducer(resolveAssistantOptions({}, { getAssistant: jest.fn() }))
    const run = (actions: readonly UnknownAction[], state?: AssistantState) => actions.reduce(reduce, state)!
    const began = run([assistantInputsChanged({ signedIn: true })])
    const claim = (state: AssistantState) =>
      run([assistantCheckClaimed({ nonce: 'n', generation: state.generation, keeperId: 'k' })], state)
    const first = claim(began)
    const second = claim(
      run([assistantInputsChanged(signedOut), assistantInputsChanged({ signedIn: true })], first),
    )
    expect(second.check!.nonce).toBe('n')
    expect(second.generation).toBeGreaterThan(first.generation)
    const answer = readAnswer(active('a1'))
    expect(run([assistantChecked({ nonce: 'n', generation: first.generation, answer })], second)).toBe(second)
    expect(run([assistantChecked({ nonce: 'n', generation: second.generation, answer })], second).kind).toBe(
      'active',
    )
  })

  test('signed out and in again: what left for the one before does not answer the one after', async () => {
    const h = await hatching()
    const late = [replyTo(h, 'poll', active('a1')), replyTo(h, 'hatch', active('a2'))]
    h.inputs(signedOut)
    h.inputs({ signedIn: true })
    const before = h.now()
    for (const reply of late) await reply(h)
    expect(h.now()).toBe(before)
    await h.vanish()
    expect(h.asked()).toEqual(['hatch', 'hatch'])
    expect(h.dispatch(hatchVersion())).toBeDefined()
    expect(h.asked()).toEqual(['hatch', 'hatch'])
  })
})
