/** Walks on from the cells: whatever happens next, in whatever order, what holds in every cell still holds. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { sendAccepted, turnSubmitted } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { findTurn } from '../../src/state/turns'
import { createRandom } from '../random'
import { play } from './cells'
import { HAPPENINGS } from './evidence'
import { brokenIn, promptsOf } from './invariants'
import { reducerOf, stamped } from './scene'
import type { Described } from './tables'
import { TABLES } from './tables'
import { ALL } from './types'

const STEPS = 6

/** What breaks on the way, with the way that led there. */
function walk(
  { title, subject }: Described,
  state: string,
  random: () => number,
  hasStatusChecks: boolean,
): readonly string[] {
  const pick = () => ALL[Math.floor(random() * ALL.length)]!
  const first = pick()
  const played = play(subject, state, first, hasStatusChecks)
  if (!played || played.after.turns.userId !== 'user') return []
  const { situation } = played
  const scene = { ...situation.scene, run: 'run-1', guess: 'guessed-run', checkInFlight: null }
  const way: string[] = [`${title}: ${state}`, first]
  const accepted = new Set<string>()
  /** Prompts whose text is certainly not ours to keep any more. */
  const follow = (actions: readonly UnknownAction[], after: KeeperState): void => {
    for (const action of actions) {
      if (sendAccepted.match(action) && !findTurn(after.turns, action.payload.turnId))
        accepted.add(action.payload.turnId)
      // A retry takes the text up, and brings its own.
      if (turnSubmitted.match(action) && action.payload.retryOf !== undefined)
        accepted.add(action.payload.retryOf)
    }
  }
  follow(played.actions, played.after)
  const reducer = reducerOf(hasStatusChecks)
  let prompts = [...situation.prompts, ...promptsOf({ before: situation.state, actions: played.actions })]
  let before = played.after
  let at = played.at
  for (let i = 0; i < STEPS; i++) {
    const kind = pick()
    at += Math.floor(random() * 12_000)
    const now = at
    const actions = HAPPENINGS[kind].actions({ ...scene, now }, before).map((action) => stamped(action, now))
    const after = actions.reduce(reducer, before)
    way.push(kind)
    follow(actions, after)
    if (after.turns.userId !== 'user') return []
    const broken = brokenIn({ before, actions, after, at, prompts, accepted }, hasStatusChecks)
    if (broken.length > 0) return broken.map((what) => `${way.join(' + ')}: ${what}`)
    prompts = [...prompts, ...promptsOf({ before, actions })]
    before = after
  }
  return []
}

test.each([
  ['with a status check', true, 1],
  ['without one', false, 2],
] as const)('nothing breaks on the way, %s', (_mode, hasStatusChecks, seed) => {
  const random = createRandom(seed)
  const broken: string[] = []
  for (const table of TABLES)
    for (const state of Object.keys(table.states))
      for (let i = 0; i < 40; i++) broken.push(...walk(table, state, random, hasStatusChecks))
  expect(broken.slice(0, 5)).toEqual([])
})
