export * from './actions'
export { assistantDefaults, resolveAssistantOptions } from './options'
export * from './selectors'
export type * from './types'
