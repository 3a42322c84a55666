/** Counts the calls of functions of `src`, by name, as the engine itself does. */
import { Session } from 'node:inspector'
import type { Profiler } from 'node:inspector'

let session: Session | undefined

function takeCoverage(): readonly Profiler.ScriptCoverage[] {
  if (!session) {
    session = new Session()
    session.connect()
    session.post('Profiler.enable')
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  }
  let taken: readonly Profiler.ScriptCoverage[] = []
  // In the same thread the answer comes at once.
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error) throw error
    taken = result
  })
  return taken
}

/** How often a function of this name, anywhere in `src`, is called while `run` runs. */
export function countCalls(name: string, run: () => void): number {
  takeCoverage()
  run()
  let calls = 0
  for (const { url, functions } of takeCoverage())
    if (url.includes('/src/'))
      for (const { functionName, ranges } of functions)
        if (functionName === name) calls += ranges[0]?.count ?? 0
  return calls
}
