/** The scenarios of the repository and of other folders, as files. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readScenarios } from 'redux-turnkeeper/conformance'
import type { Loaded } from 'redux-turnkeeper/conformance'

/** Where the scenarios of `redux-turnkeeper/conformance` are, from the root of the repository. */
export const FOLDERS: readonly string[] = ['reported', 'second', 'mirrored', 'found'].map(
  (set) => `src/conformance/scenarios/${set}`,
)

/** All scenarios of the `*.json` files in a folder (or of one such file), in order. */
function loadScenarios(path: string): readonly Loaded[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name))
    : [path]
  return files.flatMap((file) => readScenarios(JSON.parse(readFileSync(file, 'utf8')), file))
}

export const loadAll = (paths: readonly string[]): readonly Loaded[] => paths.flatMap(loadScenarios)
