/**
 * Walks over any of the keeper's actions in any order. Times are mostly those at which something is due, or one off: each
 * limit is met on both sides.
 */
import { createKeeperReducer } from '../../src/reducer'
import type { RulesConfig } from '../../src/state/config'
import { entriesOf } from '../../src/state/turns'
import type { KeeperState } from '../../src/types'
import { woke } from '../../src/actions'
import { createRandom } from '../random'
import { stamped } from '../table/scene'
import { config } from '../turns/parts'
import { drawAction, drawNext, someKinds } from './drawn'
import { changeOf } from './types'
import type { Part, Recorded } from './types'

const GROUPS = 40
const WALKS = 10
const STEPS = 60

/** What is passed after a time that stands in the state: the options, and the constants of the rules. */
const DURATIONS = [0, 0, 7, 10, 40, 40, 60, 80, 100, 250, 300, 900, 1_000, 10_000]
/** No step goes further than this. */
const FAR = 12_000
const NEAR = 12

const KEYS = [['c1'], ['c1'], ['c1', 'c1', 'c2'], ['c1', 'c2', 'c3']]

const TIME = /At$|^at$|^notBefore$|^until$/

function timesIn(value: unknown, into: number[] = []): readonly number[] {
  if (typeof value !== 'object' || value === null) return into
  for (const [name, held] of Object.entries(value))
    if (typeof held !== 'number') timesIn(held, into)
    else if (TIME.test(name)) into.push(held)
  return into
}

function nextTime(state: KeeperState, now: number, random: () => number): number {
  const small = now + Math.floor(random() * random() * NEAR)
  if (random() < 0.5) return small
  const times = timesIn([entriesOf(state.turns), state.turns.statusChecks, state.turns.stream])
  const since = times[Math.floor(random() * times.length)] ?? now
  const limit = since + DURATIONS[Math.floor(random() * DURATIONS.length)]!
  const at = limit + Math.floor(random() * 3) - 1
  return at >= now && at - now < FAR ? at : small
}

const configOf = (random: () => number): RulesConfig => {
  const either = <Value>(one: Value, other: Value): Value => (random() < 0.3 ? other : one)
  return {
    ...config,
    hasStatusChecks: either(true, false),
    hasOpenStream: either(true, false),
    hardLimit: either<number | null>(2_000, null),
    historySize: either(50, 5),
    sendWhileBusy: either('queue', 'send'),
    queuePolicy: {
      onStop: either('drain', 'hold'),
      onError: either('drain', 'hold'),
      onLimit: either('drain', 'hold'),
    },
    onTextWhileAsking: either('queue', 'cancel'),
    stopScope: either('turn', 'conversation'),
  }
}

export function walk(seed: number): readonly unknown[] {
  const random = createRandom(seed)
  const reducer = createKeeperReducer(configOf(random), [])
  const kinds = someKinds(random)
  const keys = KEYS[Math.floor(random() * KEYS.length)]!
  let at = 10_000
  let state = reducer(undefined, { type: 'start' })
  return Array.from({ length: STEPS }, () => {
    const before = state
    if (random() < 0.02) {
      const shiftMs = Math.floor((random() - 0.5) * 200)
      at = Math.max(at + shiftMs, 0)
      state = reducer(state, stamped(woke({ shiftMs }), at))
    } else {
      at = nextTime(state, at, random)
      const draw = { state, at, random, keys }
      const action = (random() < 0.3 ? drawNext(draw) : null) ?? drawAction(draw, kinds)
      state = reducer(state, stamped(action, at))
    }
    return changeOf(before, state)
  })
}

export const ANY_ACTIONS: readonly Recorded[] = Array.from({ length: GROUPS }, (_, group) => ({
  title: `any actions, walks from ${group * WALKS + 1}`,
  play: () =>
    Promise.resolve(
      Array.from({ length: WALKS }, (_, i): Part => {
        const seed = group * WALKS + i + 1
        return [`walk ${seed}`, walk(seed)]
      }),
    ),
}))
