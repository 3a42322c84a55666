/** Runs a bundle where only these globals exist. */
import { createContext, runInContext } from 'node:vm'

/** What every runtime has that is no part of the language. */
const COMMON = { console, setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask }

/** Runs `apps/life/bundled.mjs` as bundled; `prelude` is run before it. Rejects where the turn lives another life. */
export async function runBundle(code: string, globals: object, prelude = ''): Promise<void> {
  const world = createContext({ ...COMMON, ...globals })
  runInContext(`globalThis.self = globalThis; ${prelude}`, world)
  runInContext(code, world)
  await runInContext('globalThis.lived ?? Promise.reject(new Error("The bundle did not start."))', world)
}
