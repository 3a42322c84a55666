/**
 * What the package costs on the main thread, in real life: `tsx __tests__/e2e/profile.ts`. Four conversations stream at
 * 200 signals a second each for five seconds; printed are the long tasks, and whose the script time is. Not a test.
 */
import { SourceMap } from 'node:module'
import type { SourceMapPayload } from 'node:module'
import type { CDPSession } from 'playwright-core'
import { launch } from './browser'
import { buildApp } from './build'
import { createWorld } from './world'
import { Chat } from './chat'
import { createFlood } from './flood'

const RATE = 200
const SECONDS = 5
const THREADS = ['lisbon', 'flaky', 'notes', 'move']

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
      readonly columnNumber: number
    }
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface LongTasks {
  longTasks: number[]
}

/** Whose a function is, by the source that it was compiled from. */
function ownerOf(source: string | undefined, url: string): string {
  if (source === undefined) return url === '' ? 'the browser' : 'unknown'
  if (/node_modules\/(react|react-dom|scheduler)\//.test(source)) return 'React'
  if (source.includes('node_modules/'))
    return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? 'others'
  return source.includes('examples/chat/') || source.includes('/web/') ? 'the app' : 'redux-turnkeeper'
}
