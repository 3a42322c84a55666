/** Which tests a mutant has to pass, and which source is mutated. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of tests that need no browser, no server and no compiler. */
const FOLDERS = [
  'adapters',
  'assistant',
  'cases',
  'history',
  'laws',
  'persistence',
  'scenarios',
  'sessions',
  'state',
  'table',
]

/**
 * Left out: what needs Jest's registry of modules or a document; and walks at random and measures of cost, which take longest
 * and tell of behaviour only what others tell too.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'adapters/generated.test.ts',
  'assistant/stores.test.ts',
  'cases/a-server-polls-for-no-page.test.tsx',
  'cases/runs-where-there-is-no-window-to-listen-to.test.ts',
  'laws/law07-random-histories.test.ts',
  'laws/law20-pure.test.ts',
  'laws/law21-walks.test.ts',
  'laws/law24-bounds.test.ts',
  'laws/law24-cost.test.ts',
  'laws/law24-idle.test.ts',
  'scenarios/runner.test.ts',
  'table/complete.test.ts',
  'table/walks.test.ts',
])

/** The fast suite of a transpiled copy, from its root. */
export const testFiles = (root: string): readonly string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, '__tests__', folder))
      .filter((name) => /\.test\.tsx?$/.test(name) && !LEFT_OUT.has(`${folder}/${name}`))
      .sort()
      .map((name) => `__tests__/${folder}/${name.replace(/\.tsx?$/, '.js')}`),
  )

/** Rules, reducers, listeners and adapters. */
const MUTATED = ['turns', 'conversations', 'assistant', 'state', 'listeners', 'middleware', 'adapters']

/** The source that is mutated, from the root. */
export const sourceFiles = (): readonly string[] => [
  'src/reducer.ts',
  ...MUTATED.flatMap((folder) =>
    readdirSync(join('src', folder))
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => `src/${folder}/${name}`),
  ),
]
