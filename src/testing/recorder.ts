import { isAction } from '@reduxjs/toolkit'
import type { Middleware, PayloadAction } from '@reduxjs/toolkit'
import type { Meta } from '../actions'

/** An action as it was recorded. `meta` is there for the keeper's own actions. */
export type RecordedAction = PayloadAction<unknown, string, Partial<Meta> | undefined>

/** What `createRecorder` makes: a middleware, and the actions that passed it. */
export interface Recorder {
  /** Put last (`gDM().concat(recorder.middleware)`) it records what reaches the reducers; put first, what was dispatched. */
  readonly middleware: Middleware
  /** As dispatched, oldest first. Thunks are not among them. */
  readonly actions: readonly RecordedAction[]
  /** Their types, or those of them that start with `prefix`. */
  types(prefix?: string): string[]
  /** One line an action: `type source key=value …`, of the payload's strings and numbers. */
  story(): string[]
  /** Forgets what was recorded. */
  clear(): void
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

const tell = ({ type, payload, meta }: RecordedAction): string => {
  const facts = Object.entries((payload ?? {}) as object).filter(([, value]) => isPlain(value))
  return [type, meta?.source ?? '', ...facts.map(([key, value]) => `${key}=${value}`)]
    .filter(Boolean)
    .join(' ')
}

/** Makes a middleware that records actions. One to a store. */
export function createRecorder(): Recorder {
  const actions: RecordedAction[] = []
  return {
    actions,
    middleware: () => (next) => (action) => {
      if (isAction(action)) actions.push(action as RecordedAction)
      return next(action)
    },
    types: (prefix = '') => actions.map(({ type }) => type).filter((type) => type.startsWith(prefix)),
    story: () => actions.map(tell),
    clear() {
      actions.length = 0
    },
  }
}
