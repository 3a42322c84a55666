/**
 * What the package adds to an app, minified and gzipped, from the tarball, with the peers left out.
 *
 * The goal is the design's. The limit is what must not be exceeded: the goal where it is reached, else what is reached,
 * rounded up by at most 3 %, so that nothing grows unseen. An entry without one fails. `npm run test:size -- --why` shows which files the bytes come from.
 */
import { gzipSync } from 'node:zlib'
import { analyzeMetafile, build } from 'esbuild'
import { entries, withPackage } from './packed'

const CORE = 'redux-turnkeeper'
const ASSISTANT = `${CORE}/assistant`
const TABS = `${CORE}/tabs`
const SHARED_ASSISTANT = `${CORE}/sharedAssistant`
const PEERS = ['@reduxjs/toolkit', 'redux', 'reselect', 'react', 'react-redux', 'eventsource-parser']

interface Measure {
  readonly title: string
  /** What an app writes. */
  readonly source: string
  /** What it had written before: only what is new is counted. */
  readonly onTopOf?: string
  /** Bytes; a kB is 1,000 of them. */
  readonly goal?: number | undefined
  /** Left out where the goal is reached: then that. */
  readonly limit?: number | undefined
}

/** All that these entries export. */
const all = (...names: readonly string[]): string => names.map((name) => `export * from '${name}'`).join('\n')

const BUDGETS: Readonly<Record<string, Pick<Measure, 'goal' | 'limit'>>> = {
  react: { goal: 1_000, limit: 1_060 },
  tabs: { goal: 4_000, limit: 4_130 },
  sharedQueue: { limit: 770 },
  'adapters/agUi': { goal: 1_200, limit: 2_020 },
  'adapters/codexAppServer': { goal: 1_200, limit: 2_350 },
  'adapters/openCode': { goal: 1_200, limit: 2_290 },
  'adapters/aiSdk': { goal: 1_200, limit: 1_440 },
  'adapters/langGraph': { goal: 1_200, limit: 1_780 },
  'adapters/acp': { goal: 1_200 },
  'adapters/claudeAgent': { goal: 1_200, limit: 2_460 },
  'adapters/openAiResponses': { goal: 1_200, limit: 1_530 },
  'connections/agUi': { limit: 6_740 },
  'connections/aiSdk': { limit: 5_460 },
  'connections/langGraph': { limit: 5_800 },
  'connections/acp': { limit: 4_650 },
  'connections/claudeAgent': { limit: 4_030 },
  'connections/openAiResponses': { limit: 5_180 },
  'connections/codexAppServer': { limit: 5_230 },
  'connections/openCode': { limit: 5_350 },
  testing: { limit: 2_500 },
  devtools: { limit: 815 },
  conformance: { limit: 66_400 },
}

const MEASURES: readonly Measure[] = [
  { title: 'only endTurn', source: `export { endTurn } from '${CORE}'`, goal: 1_000 },
  { title: 'core', source: all(CORE), goal: 24_000, limit: 53_100 },
  { title: 'core + assistant', source: all(CORE, ASSISTANT), goal: 28_000, limit: 61_100 },
  {
    title: 'sharedAssistant, on top of both and of tabs',
    source: all(CORE, ASSISTANT, TABS, SHARED_ASSISTANT),
    onTopOf: all(CORE, ASSISTANT, TABS),
    limit: 1_630,
  },
  ...entries
    .filter((name) => ![CORE, ASSISTANT, SHARED_ASSISTANT].includes(name))
    .map((name) => {
      const entry = name.slice(CORE.length + 1)
      return {
        title: `${entry}, on top of the core`,
        source: all(CORE, name),
        onTopOf: all(CORE),
        ...BUDGETS[entry],
      }
    }),
]

/** Bundles what an app writes, as its production build would. */
async function bundle(source: string, app: string) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: app },
    absWorkingDir: app,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    external: PEERS,
    logLevel: 'error',
  })
  return { bytes: gzipSync(outputFiles[0]!.contents, { level: 9 }).length, metafile }
}

const kB = (bytes: number | undefined): string =>
  bytes === undefined ? '' : `${(bytes / 1_000).toFixed(2)} kB`

await withPackage(async ({ app }) => {
  const width = Math.max(...MEASURES.map(({ title }) => title.length))
  const print = (title: string, ...columns: readonly string[]): void =>
    console.log([title.padEnd(width), ...columns.map((text) => text.padStart(9))].join(' ').trimEnd())

  let failed = 0
  print('min + gzip', 'size', 'goal', 'limit')
  for (const { title, source, onTopOf, goal, limit = goal } of MEASURES) {
    const { bytes, metafile } = await bundle(source, app)
    const added = onTopOf === undefined ? bytes : bytes - (await bundle(onTopOf, app)).bytes
    const isOver = (most: number | undefined): boolean => most !== undefined && added > most
    const isFailed = limit === undefined || isOver(limit)
    if (isFailed) failed += 1
    const over = isOver(limit) ? '  over the limit' : isOver(goal) ? '  over the goal' : ''
    const remark = limit === undefined ? '  has no budget' : over
    print(title, kB(added), kB(goal), kB(limit), remark)
    if (process.argv.includes('--why')) console.log(await analyzeMetafile(metafile))
  }
  console.log(`${MEASURES.length - failed} passed, ${failed} failed`)
  if (failed > 0) process.exitCode = 1
})
