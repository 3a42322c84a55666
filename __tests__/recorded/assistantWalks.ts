/** Walks over any action that the assistant answers to, at the times at which something is due, or one off. */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  answerLost,
  sendLost,
  signals,
  statusCheckEnded,
  stopLost,
  userChanged,
  woke,
} from '../../src/actions'
import * as assistant from '../../src/assistant/actions'
import { checkedId } from '../../src/assistant/checks'
import { assistantReducer } from '../../src/assistant/slice'
import type { AssistantConfig, AssistantRequest, AssistantState } from '../../src/assistant/types'
import { frozen } from '../../src/state/freeze'
import { createRandom } from '../random'
import { stamped } from '../table/scene'
import { copiesIn } from './fingerprint'
import type { Part, Recorded } from './types'

const GROUPS = 20
const WALKS = 20
const STEPS = 90

/** What is passed after a time that stands in the state: the options, sums of them, and the pauses of the rules. */
const DURATIONS = [0, 0, 0, 30, 500, 90, 1_000, 2_000, 3_000]
const FAR = 20_000

interface Scene {
  readonly state: AssistantState
  readonly at: number
  readonly pick: <Item>(items: readonly Item[]) => Item
  readonly happens: (share: number) => boolean
  /** What its host mostly answers for a while. */
  readonly mood: Mood
}

const MOODS = {
  up: { ok: true, data: { id: 'a1', status: 'active' } },
  starting: { ok: true, data: { id: 'a1', status: 'initializing' } },
  gone: { ok: false, status: 404 },
  full: { ok: false, status: 503, error: { code: 'full' } },
  down: { ok: false, status: 500 },
} as const
type Mood = keyof typeof MOODS
const mixed: readonly Mood[] = ['up', 'starting', 'starting', 'gone', 'gone', 'gone', 'full', 'down']

const IDS = ['a1', 'a2', null] as const

const inputs = ({ pick, happens }: Scene) => ({
  signedIn: happens(0.97),
  loading: happens(0.05),
  userId: pick(['user', 'user', 'user', 'user', 'user', 'other', null]),
  retired: happens(0.05),
  nonProduction: happens(0.2),
  platformSession: happens(0.95),
  gatewayAuth: happens(0.08)
    ? {
        assistantId: pick(['own', undefined]),
        connection: pick([null, { url: 'http://one' }, { url: 'http://other', token: 'x' }]),
      }
    : undefined,
  assistantId: pick([undefined, undefined, ...IDS]),
  redirect: happens(0.1) ? '/welcome' : undefined,
})

const result = ({ pick, happens, mood }: Scene) =>
  happens(0.7)
    ? MOODS[mood]
    : happens(0.6)
      ? {
          ok: true as const,
          data: {
            id: pick(['a1', 'a1', 'a2']),
            status: pick(['active', 'active', 'initializing', 'initializing', 'to_be_deleted', 'other']),
            isLocal: happens(0.2),
            connection: happens(0.4) ? { url: pick(['http://one', 'http://other', null]) } : undefined,
          },
        }
      : {
          ok: false as const,
          status: pick([404, 404, 404, 502, 503, 429, 408, 401, 403, 400, undefined]),
          error: pick([
            undefined,
            'bad',
            { message: 'worse' },
            { code: 'full' },
            { detail: 'bad', code: 'full' },
          ]),
        }

const claimOf = ({ state, happens, pick }: Scene) => ({
  nonce: `n${state.seq}`,
  generation: happens(0.95) ? state.generation : state.generation - 1,
  keeperId: pick(['keeper-1', 'keeper-2']),
})

function replyTo(request: AssistantRequest | null, scene: Scene) {
  const { state, happens } = scene
  const { answer } = assistant.assistantAnswered(result(scene) as never).payload
  return {
    nonce: happens(0.95) ? (request?.nonce ?? 'other') : 'other',
    generation: happens(0.95) ? state.generation : state.generation - 1,
    answer,
  }
}

type Made = (scene: Scene) => UnknownAction
/** What comes next by itself: a request that is wanted leaves, one that left is answered, a deadline passes. */
function nextByItself(scene: Scene): readonly (readonly [at: number, make: Made])[] {
  const { check, operation, probe, watchdogAt, generation } = scene.state
  const step = (request: AssistantRequest | null, claim: Made, reply: Made) =>
    request === null
      ? []
      : [request.nonce === null ? ([request.at, claim] as const) : ([scene.at, reply] as const)]
  const isHatch = operation?.what === 'hatch'
  return [
    ...step(
      check,
      (now) => assistant.assistantCheckClaimed(claimOf(now)),
      (now) => assistant.assistantChecked(replyTo(check, now)),
    ),
    ...step(
      operation,
      (now) => (isHatch ? assistant.assistantHatchClaimed : assistant.assistantRetireClaimed)(claimOf(now)),
      (now) => (isHatch ? assistant.assistantHatched : assistant.assistantRetired)(replyTo(operation, now)),
    ),
    ...step(
      probe,
      (now) => assistant.assistantProbeClaimed(claimOf(now)),
      (now) => assistant.assistantProbed(replyTo(probe, now)),
    ),
    ...(watchdogAt === null
      ? []
      : [[watchdogAt, () => assistant.assistantInitOverdue({ generation, deadline: watchdogAt })] as const]),
  ]
}

const ACTIONS: readonly (readonly [weight: number, make: Made])[] = [
  [3, (scene) => assistant.assistantInputsChanged(inputs(scene) as never)],
  [4, (scene) => assistant.assistantAnswered(result(scene) as never)],
  [1, () => assistant.assistantDoubted()],
  [1, ({ happens }) => assistant.assistantCheckRequested({ retry: happens(0.5) })],
  [1, ({ pick }) => assistant.assistantVersionChosen({ version: pick(['v1', 'v2', null]) })],
  [2, ({ happens }) => assistant.networkChanged({ online: happens(0.5) })],
  [
    3,
    ({ state, happens }) =>
      assistant.assistantInitOverdue({
        generation: state.generation,
        deadline: happens(0.95) ? (state.watchdogAt ?? 1) : 1,
      }),
  ],
  [10, (scene) => assistant.assistantCheckClaimed(claimOf(scene))],
  [16, (scene) => assistant.assistantChecked(replyTo(scene.state.check, scene))],
  [6, (scene) => assistant.assistantHatchClaimed(claimOf(scene))],
  [8, (scene) => assistant.assistantHatched(replyTo(scene.state.operation, scene))],
  [4, (scene) => assistant.assistantRetireClaimed(claimOf(scene))],
  [5, (scene) => assistant.assistantRetired(replyTo(scene.state.operation, scene))],
  [5, (scene) => assistant.assistantProbeClaimed(claimOf(scene))],
  [6, (scene) => assistant.assistantProbed(replyTo(scene.state.probe, scene))],
  [0.5, ({ pick }) => assistant.assistantAttached({ keeperId: pick(['keeper-1', 'keeper-2']) })],
  [0.3, ({ pick }) => userChanged({ userId: pick(['user', 'other', null]) })],
  [0.5, () => signals.streamDropped({})],
  [0.3, () => sendLost({ turnId: 't' })],
  [0.3, () => stopLost({ turnId: 't' })],
  [0.3, () => answerLost({ conversationId: 'c', requestId: 'q' })],
  [0.5, ({ happens }) => statusCheckEnded({ nonce: 'n', failed: happens(0.5) })],
]
const TOTAL = ACTIONS.reduce((sum, [weight]) => sum + weight, 0)

function madeAction(scene: Scene, random: () => number): UnknownAction {
  let left = random() * TOTAL
  for (const [weight, make] of ACTIONS) if ((left -= weight) < 0) return make(scene)
  throw new Error('The weights do not add up')
}

const timesIn = (state: AssistantState): readonly number[] =>
  [
    state.since,
    state.upSince,
    state.watchdogAt,
    state.absentSince,
    state.check?.at,
    state.operation?.at,
    state.probe?.at,
  ].filter((time) => typeof time === 'number')

export function walk(seed: number): readonly unknown[] {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const happens = (share: number): boolean => random() < share
  const config: AssistantConfig = {
    initTimeout: 500,
    maxRecoveries: pick([0, 1, 2]),
    maxHatchFailures: pick([1, 2, 3]),
    stableAfter: 90,
    pollInterval: 30,
    pollBackoff: pick([1, 2]),
    checkTimeout: 70,
    capacityCodes: ['full'],
    canCheck: happens(0.9),
    canHatch: happens(0.9),
    canRetire: happens(0.9),
    canProbe: happens(0.6),
  }
  const reducer = assistantReducer(config)
  let at = 10_000
  let mood = pick(mixed)
  let state = frozen(reducer(undefined, { type: 'start' }))
  return Array.from({ length: STEPS }, (_, step) => {
    const before = state
    if (happens(0.07)) mood = pick(mixed)
    const scene = (): Scene => ({ state, at, pick, happens, mood })
    const byItself = happens(0.8) ? nextByItself(scene()) : []
    const [due, next] =
      byItself.length > 0 ? pick(byItself) : [pick([at, ...timesIn(state)]) + pick(DURATIONS), null]
    const limit = due + pick([0, 0, 0, 0, -1, 1])
    const isAtLimit = (next !== null || happens(0.4)) && limit >= at && limit - at < FAR
    at = isAtLimit ? limit : at + Math.floor(random() * random() * 20)
    const shiftMs = Math.floor((random() - 0.5) * 300)
    const first = step === 0 ? assistant.assistantInputsChanged({ signedIn: true, userId: 'user' }) : null
    const made: Made = next ?? ((now) => (happens(0.05) ? woke({ shiftMs }) : madeAction(now, random)))
    state = frozen(reducer(state, stamped(first ?? made(scene()), at)))
    return before === state ? null : { after: state, copies: copiesIn(before, state), asks: checkedId(state) }
  })
}

export const ASSISTANT_WALKS: readonly Recorded[] = Array.from({ length: GROUPS }, (_, group) => ({
  title: `assistant: any actions, walks from ${group * WALKS + 1}`,
  play: () =>
    Promise.resolve(
      Array.from({ length: WALKS }, (_, i): Part => {
        const seed = group * WALKS + i + 1
        return [`walk ${seed}`, walk(seed)]
      }),
    ),
}))
