/** Short fingerprints of states, and what a reducer made anew without a change. */
import { createHash } from 'node:crypto'

const digest = (text: string): string => createHash('sha1').update(text).digest('base64').slice(0, 12)

/** Contents of frozen objects. */
const known = new WeakMap<object, string>()

/** The same text for the same content, whatever the order of keys; a field that is `undefined` counts as absent. */
export function contentOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const found = known.get(value)
  if (found !== undefined) return found
  const text = Array.isArray(value)
    ? `[${value.map(contentOf).join()}]`
    : `{${Object.entries(value)
        .filter(([, held]) => held !== undefined)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([key, held]) => `${key}:${contentOf(held)}`)
        .join()}}`
  const content = digest(text)
  if (Object.isFrozen(value)) known.set(value, content)
  return content
}

/** Four characters: of 16 million changes one goes unseen. */
export const fingerprint = (value: unknown): string => digest(contentOf(value)).slice(0, 4)

const fieldOf = (value: object, key: string): unknown => (value as Readonly<Record<string, unknown>>)[key]

/** Paths at which a state holds a new object with the old content: whoever selects it renders for nothing. */
export function copiesIn(before: unknown, after: unknown, path = ''): readonly string[] {
  if (before === after) return []
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return []
  if (contentOf(before) === contentOf(after)) return [path]
  return Object.keys(after).flatMap((key) =>
    copiesIn(fieldOf(before, key), fieldOf(after, key), `${path}/${key}`),
  )
}

/** Paths that differ, with the kind of their new value. */
export function changesIn(before: unknown, after: unknown, path = ''): readonly string[] {
  if (before === after) return []
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null)
    return [`${path} ${typeof after === 'string' && /^[a-z_ ]{1,16}$/.test(after) ? after : typeof after}`]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    changesIn(fieldOf(before, key), fieldOf(after, key), `${path}/${key.replace(/^\d+$/, '*')}`),
  )
}
