export type { TurnkeeperOptions } from './options'
export { resolveOptions } from './resolveOptions'
export type { ResolvedOptions } from './resolveOptions'
