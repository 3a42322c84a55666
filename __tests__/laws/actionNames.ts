/** Every action of the keeper's by its name, signals and internal ones included. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import * as actions from '../../src/actions'

type Creators<Module> = {
  [Name in keyof Module as Module[Name] extends { readonly type: string } ? Name : never]: unknown
}
type Name = keyof Creators<typeof actions> | keyof Creators<typeof signals>
/** Heard by listeners, and no reducer's business. */
type Announcement = 'turnSettled' | 'inputOpened' | 'inputClosed' | 'claimShown'
export type TurnName = Exclude<Name, Announcement>
export const TYPES = Object.fromEntries(
  Object.entries({ ...actions, ...signals }).flatMap(([name, value]) =>
    typeof value === 'function' && 'type' in value ? [[name, value.type]] : [],
  ),
) as Readonly<Record<Name, string>>

/** Made by hand: creators are typed, and a wire is not. */
export const raw = (name: Name, payload: unknown): UnknownAction => ({
  type: TYPES[name],
  payload,
  meta: { at: 1_000_000, source: 'app' },
})

const ANNOUNCEMENTS: readonly string[] = [
  'turnSettled',
  'inputOpened',
  'inputClosed',
  'claimShown',
] satisfies readonly Announcement[]

export const NAMES = Object.keys(TYPES).filter((name) => !ANNOUNCEMENTS.includes(name)) as TurnName[]
