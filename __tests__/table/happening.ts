/** One kind of evidence: what it needs, when it comes, and the actions that it is. */
import type { UnknownAction } from '@reduxjs/toolkit'
import type { KeeperState } from 'redux-turnkeeper'
import type { Need, Scene } from './scene'

export interface Happening {
  /** What the state must have for it, beyond what all have. Where a state cannot have it, the cell says so. */
  readonly need?: Need
  /** How long after the newest step it comes, ms. Default: half a minute, so that every window has passed. */
  readonly after?: number
  readonly actions: (scene: Scene, state: KeeperState) => readonly UnknownAction[]
}

export const HALF_A_MINUTE = 30_000

type Creates = (scene: Scene, state: KeeperState) => UnknownAction
export const one = (create: Creates, need?: Need, after: number = HALF_A_MINUTE): Happening => ({
  ...(need && { need }),
  after,
  actions: (scene, state) => [create(scene, state)],
})
