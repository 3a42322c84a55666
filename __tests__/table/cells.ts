/** Plays a cell: the situation, the evidence, and what is seen before and after. */
import type { UnknownAction } from '@reduxjs/toolkit'
import type { KeeperState } from 'redux-turnkeeper'
import { HAPPENINGS } from './evidence'
import { reducerOf, stamped } from './scene'
import type { Need, Situation } from './scene'
import type { Stage } from './situations'
import { comesAfter } from './subjects'
import type { Sight, Subject } from './subjects'
import type { Evidence } from './types'

export interface Played<State extends string> {
  readonly situation: Situation
  readonly actions: readonly UnknownAction[]
  readonly after: KeeperState
  readonly seenBefore: Sight<State>
  readonly seenAfter: Sight<State>
  /** When the evidence comes. */
  readonly at: number
}

/** Situations that were made already: they are frozen, and each serves many cells. */
const made = new WeakMap<Stage, Map<string, Situation | null>>()

function situationOf(stage: Stage, need: Need | undefined, hasStatusChecks: boolean): Situation | null {
  const known = made.get(stage) ?? new Map<string, Situation | null>()
  made.set(stage, known)
  const key = `${need} ${hasStatusChecks}`
  const situation = known.has(key) ? known.get(key)! : stage(need, hasStatusChecks)
  known.set(key, situation)
  return situation
}

/** `null` where the state cannot have what the evidence needs. */
export function play<State extends string>(
  subject: Subject<State>,
  state: State,
  kind: Evidence,
  hasStatusChecks = true,
): Played<State> | null {
  const { need, after: pause = 0, actions: create } = HAPPENINGS[kind]
  const situation = situationOf(subject.stages[state], need, hasStatusChecks)
  if (!situation) return null
  const { scene } = situation
  const at = scene.now + comesAfter(kind, pause, subject)
  const actions = create({ ...scene, now: at }, situation.state).map((action) => stamped(action, at))
  const reducer = reducerOf(hasStatusChecks)
  const after = actions.reduce(reducer, situation.state)
  return {
    situation,
    actions,
    after,
    seenBefore: subject.see(situation.state, scene, scene.now),
    seenAfter: subject.see(after, scene, at),
    at,
  }
}
