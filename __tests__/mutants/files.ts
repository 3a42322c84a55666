/** Which tests a mutant has to pass, and which source is mutated. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Folders of tests that need no browser, no server and no compiler; `.` is what stands beside them. */
const FOLDERS = [
  '.',
  'adapters',
  'assistant',
  'cases',
  'connections',
  'conversations',
  'devtools',
  'explore',
  'history',
  'laws',
  'middleware',
  'persistence',
  'recorded',
  'replay',
  'scenarios',
  'sessions',
  'soak',
  'state',
  'table',
  'tabs',
  'testing',
  'turns',
]

/** Left out: what needs Jest's own timers or a document, other processes, or the text of the source; and measures of time. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  './docstrings.test.ts',
  './public-api.test.ts',
  './specification.test.ts',
  'assistant/stores.test.ts',
  'cases/a-server-polls-for-no-page.test.tsx',
  'cases/runs-where-there-is-no-window-to-listen-to.test.ts',
  'connections/acp.test.ts',
  'laws/law24-cost.test.ts',
  'table/complete.test.ts',
  'testing/manualClock.test.ts',
])

/** The fast suite of a transpiled copy, from its root. */
export const testFiles = (root: string): readonly string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(root, '__tests__', folder))
      .filter((name) => /\.test\.tsx?$/.test(name) && !LEFT_OUT.has(`${folder}/${name}`))
      .sort()
      .map((name) => join('__tests__', folder, name.replace(/\.tsx?$/, '.js'))),
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
