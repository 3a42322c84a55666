/** Stand-ins for time, the page, the backend and the other tabs, for tests of an app that keeps turns. Needs no test runner. */
export { flushMicrotasks } from './flush'
export { createManualClock, type ManualClock } from './manualClock'
export { createManualEnvironment, type EnvironmentEvent, type ManualEnvironment } from './manualEnvironment'
export { createMemoryEngine, type MemoryEngine, type MemoryTab } from './memoryEngine'
export type { Claim, ClaimOptions, Engine, EngineLink } from '../tabs/engine'
export { createMemoryQueue, type MemoryQueue } from './memoryQueue'
export { createRecorder, type RecordedAction, type Recorder } from './recorder'
export {
  createScriptedBackend,
  type Exchanges,
  type Refusal,
  type RequestKind,
  type ScriptedBackend,
  type ScriptedRequest,
} from './scriptedBackend'
