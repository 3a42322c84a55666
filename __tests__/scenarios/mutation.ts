/**
 * A mutation: one change of the source that breaks one law, kept as text to search for and text to put there. The source
 * knows nothing of it; it is applied to a copy.
 *
 *     law: 2
 *     breaks: an end is applied to whatever is live
 *     tests: __tests__/laws            (optional: asked where no scenario fails)
 *     file: src/rules/ends.ts
 *     ---- find
 *     …
 *     ---- replace
 *     …
 *     ---- end
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

interface Hunk {
  readonly file: string
  readonly find: string
  readonly replace: string
}
export interface Mutation {
  readonly name: string
  readonly law: number
  readonly breaks: string
  readonly tests: string | null
  readonly hunks: readonly Hunk[]
}

/** Reads a mutation from its text. */
export function parseMutation(name: string, text: string): Mutation {
  const wrong = (problem: string): never => {
    throw new Error(`Mutation ${name}: ${problem}`)
  }
  const fields = new Map<string, string>()
  const hunks: Hunk[] = []
  const lines = text.split('\n')
  let at = 0
  const block = (until: string): string => {
    const from = at
    while (lines[at] !== until) if (++at >= lines.length) wrong(`"${until}" is missing`)
    return lines.slice(from, at++).join('\n')
  }
  while (at < lines.length) {
    const line = lines[at++]!
    if (line.trim() === '') continue
    if (line === '---- find') {
      const file = fields.get('file') ?? wrong('it lacks "file:" before its first hunk')
      const find = block('---- replace')
      hunks.push({ file, find, replace: block('---- end') })
      continue
    }
    const [, field, value] =
      /^(law|breaks|tests|file): *(.+)$/.exec(line) ?? wrong(`this line says nothing: ${line}`)
    fields.set(field!, value!)
  }
  const law = Number(fields.get('law'))
  if (!(law >= 1)) wrong('it lacks "law:", a number')
  if (hunks.length === 0) wrong('it changes nothing')
  return {
    name,
    law,
    breaks: fields.get('breaks') ?? wrong('it lacks "breaks:"'),
    tests: fields.get('tests') ?? null,
    hunks,
  }
}

export const loadMutations = (folder: string): readonly Mutation[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.mutation'))
    .sort()
    .map((name) => parseMutation(basename(name, '.mutation'), readFileSync(join(folder, name), 'utf8')))

/** Applies a mutation below a root, and returns how to take it back. A text that is not there exactly once is an error. */
export function applyMutation({ name, hunks }: Mutation, root: string): () => void {
  const originals = new Map<string, string>()
  const undo = () => {
    for (const [path, text] of originals) writeFileSync(path, text)
  }
  try {
    for (const { file, find, replace } of hunks) {
      const path = join(root, file)
      const text = readFileSync(path, 'utf8')
      if (!originals.has(path)) originals.set(path, text)
      const times = text.split(find).length - 1
      if (times !== 1)
        throw new Error(`Mutation ${name}: its text is found ${times} times in ${file}, not once:\n${find}`)
      writeFileSync(
        path,
        text.replace(find, () => replace),
      )
    }
  } catch (error) {
    undo()
    throw error
  }
  return undo
}
