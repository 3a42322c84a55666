/** Options of a connection that are texts, and have to be given. */
import type { OptionsOf } from '../options/optionChecks'

interface Check<Name extends string> {
  take<Value>(name: Name, fallback: Value, takes: string, isRight: (given: unknown) => boolean): Value
}

/**
 * Checks such options: what each is, and what it is for, stands in the error.
 *
 * @throws TypeError where one is left out, or no text.
 */
export const requiredText =
  <Name extends string>(check: Check<Name>, of: OptionsOf) =>
  (name: Name, what: string, purpose: string): string => {
    const given = check.take<string | undefined>(name, undefined, what, (value) => typeof value === 'string')
    if (given === undefined) throw new TypeError(`${of}: option "${name}" is missing: ${purpose}.`)
    return given
  }
