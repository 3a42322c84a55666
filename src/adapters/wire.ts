/** How adapters read what came from a server: no field is sure to be there, or to be what its type says. */
import type { TurnError, Usage } from '../types'

/** The fields of `Shape`, before they are checked. */
export type Unchecked<Shape> = { readonly [Field in keyof Shape]?: unknown }

/** The fields of an object; none of anything else. */
export const fieldsOf = <Shape>(value: unknown): Unchecked<Shape> =>
  (isObject(value) ? value : {}) as Unchecked<Shape>

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The objects of a list; none of anything else. */
export const objectsOf = <Shape>(value: unknown): readonly Unchecked<Shape>[] =>
  (Array.isArray(value) ? value.filter(isObject) : []) as readonly Unchecked<Shape>[]

/** A string as it is. Any other value is read as left out: an id that is none must not cost the rest of the event. */
export const stringOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined

/** An error in the server's own words. Without words that a person can read there is none. */
export function errorOf(message: unknown, name?: unknown): TurnError | undefined {
  const code = stringOf(name)
  const text = stringOf(message) || code
  return text ? { message: text, code } : undefined
}

/** An end, as a wire tells it. */
export interface WireEnd {
  readonly reason: 'complete' | 'cancelled' | 'error' | 'interrupted'
  readonly error?: TurnError | undefined
  readonly finishReason?: string | undefined
  readonly usage?: Usage | undefined
}

/** A number as it is; anything else counts as nothing. */
const numberOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0)

/**
 * What was used, read from objects of a wire and added up; `undefined` where they tell of nothing.
 *
 * @param names How the wire calls input, output, cached input and reasoning tokens.
 */
export function usageOf(told: readonly unknown[], names: readonly string[]) {
  const sums = names.map((name) =>
    told.reduce<number>((sum, one) => sum + numberOf(fieldsOf<Record<string, number>>(one)[name]), 0),
  )
  const [inputTokens, outputTokens, cachedInputTokens, reasoningTokens] = sums
  return sums.some(Boolean) ? { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } : undefined
}

const PLAIN: ReadonlySet<unknown> = new Set([undefined, null, 'stop', 'success', 'tool-calls'])

/**
 * What a finish reason says of the end. `length`, `content-filter`, `other` and words that are not known are no plain
 * completions (law 6): the raw word is kept as the error's code.
 */
export function endOfFinish(finish: unknown): WireEnd {
  const finishReason = stringOf(finish)
  if (PLAIN.has(finish)) return { reason: 'complete', finishReason }
  return finish === 'error'
    ? { reason: 'error', finishReason }
    : { reason: 'interrupted', error: errorOf(finish, finish), finishReason }
}

/** The last resort of every reader: whatever `read` throws, the answer is `fallback`. */
export function attempt<Result>(read: () => Result, fallback: Result): Result {
  try {
    return read()
  } catch {
    return fallback
  }
}
