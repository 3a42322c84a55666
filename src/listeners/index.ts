import type { RegisterListener } from '../middleware/types'
import { registerChangeQueued } from './changeQueued'
import { registerConnection } from './connection'
import { registerReconcile } from './reconcile'
import { registerSend } from './send'
import { registerStop } from './stop'
import { registerStopBackgroundRun } from './stopBackgroundRun'
import { registerStopSession } from './stopSession'
import { registerStream } from './stream'

/** The listeners of the core. Features bring their own. */
export const coreListeners: readonly RegisterListener[] = [
  registerStop,
  registerStopBackgroundRun,
  registerStopSession,
  registerSend,
  registerReconcile,
  registerStream,
  registerConnection,
  registerChangeQueued,
]
