import type { ResolvedOptions } from '../options'

export interface Reports {
  /** Reports what an app's function threw; see option `onError`. */
  reportError(error: unknown, raisedBy: string): void
  /** Reports what was wrong and ignored, once per kind; see option `onProblem`. */
  reportProblem(kind: string, message: string, detail?: unknown): void
}

/** The reports of one store. What the app's own handlers throw does not break the keeper. */
export function createReports({
  onError,
  onProblem,
}: Pick<ResolvedOptions, 'onError' | 'onProblem'>): Reports {
  const reported = new Set<string>()

  function reportError(error: unknown, raisedBy: string): void {
    try {
      onError(error, { raisedBy })
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown
      })
    }
  }
  function reportProblem(kind: string, message: string, detail?: unknown): void {
    if (reported.has(kind)) return
    reported.add(kind)
    try {
      onProblem({ kind, message, ...(detail !== undefined && { detail }) })
    } catch (error) {
      reportError(error, 'onProblem')
    }
  }
  return { reportError, reportProblem }
}

/** What to do where the keeper's state is not found. */
export const unmounted = ({ reducerPath }: Pick<ResolvedOptions, 'reducerPath'>): string =>
  `The keeper's reducer is not mounted at "${reducerPath}". Add [keeper.reducerPath]: keeper.reducer to the root reducer; ` +
  'where the app has another slice of that name set the option "reducerPath", and where it is nested "selectState".'
