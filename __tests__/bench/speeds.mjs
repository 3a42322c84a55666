/**
 * `npm run speeds [-- --quick]`: the time of one turn, from the prompt to its end, through this package and through what people
 * would pick in its place: each reads 100 pieces of text from a body on its own wire, and tells one subscriber. Processor time, as a
 * ratio to this package on the same wire, in the same run. Prints the rows of the guide's table.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execFileSync } from 'node:child_process'
import { build } from 'esbuild'
import { median, spawn } from './rounds.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(here, 'alternatives')
const quick = process.argv.includes('--quick')
const say = (text) => process.stderr.write(`${text}\n`)
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

/** Each with the client of this package that reads the same wire. */
const CLIENTS = {
  keeperAiSdk: { title: 'redux-turnkeeper, `connectAiSdk`' },
  keeperAgUi: { title: 'redux-turnkeeper, `connectAgUi`' },
  keeperLangGraph: { title: 'redux-turnkeeper, `connectLangGraph`' },
  aiSdk: { title: '`@ai-sdk/react`, `Chat`', ours: 'keeperAiSdk' },
  tanstack: { title: '`@tanstack/ai-client`, `ChatClient`', ours: 'keeperAgUi' },
  assistantUi: { title: '`@assistant-ui/core`, local runtime', ours: 'keeperAiSdk' },
  copilotKit: { title: '`@copilotkit/core`', ours: 'keeperAgUi' },
  langGraph: { title: '`@langchain/langgraph-sdk`, `useStream`', ours: 'keeperLangGraph' },
  agUi: { title: '`@ag-ui/client`, `HttpAgent`', ours: 'keeperAgUi' },
  rtkQuery: { title: 'RTK Query, a cache of messages', ours: 'keeperAiSdk' },
  xstate: { title: 'XState, a machine of one chat', ours: 'keeperAiSdk' },
  floor: { title: 'the wire alone', ours: 'keeperAiSdk' },
}

const resolveOnce = {
  name: 'resolve-once',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^redux-turnkeeper(\/|$)/ }, ({ path }) => ({
      path: join(root, 'dist', `${path.slice('redux-turnkeeper/'.length) || 'index'}.js`),
    }))
    onResolve({ filter: /^(@reduxjs\/toolkit|redux)(\/|$)/ }, ({ path, kind, pluginData }) =>
      pluginData === 'here' ? undefined : resolve(path, { kind, resolveDir: folder, pluginData: 'here' }),
    )
  },
}

if (!existsSync(join(folder, 'node_modules'))) npm(folder, 'install', '--silent', '--ignore-scripts')
say('speeds: building the package (npm run build)')
npm(root, 'run', 'build', '--silent')

const out = mkdtempSync(join(tmpdir(), 'turnkeeper-speeds-'))
const running = {}
try {
  for (const name of Object.keys(CLIENTS)) {
    const outfile = join(out, `${name}.mjs`)
    await build({
      stdin: {
        contents: `import { serve } from './measure.mjs'\nimport client from './clients/${name}.mjs'\nserve(client)`,
        resolveDir: folder,
      },
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      define: { 'process.env.NODE_ENV': '"production"' },
      plugins: [resolveOnce],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      loader: { '.css': 'empty' },
      logLevel: 'error',
    })
    running[name] = spawn(outfile)
    const { updates } = await running[name].ask({ check: true })
    say(`speeds: ${name} does the job, with ${updates} updates a turn`)
  }
  const times = {}
  for (let round = -1; round < (quick ? 3 : 7); round++) {
    say(`speeds: round ${round + 1}`)
    for (const [name, child] of Object.entries(running)) {
      const { turn } = await child.ask({ budgetMs: quick ? 300 : 1_000 })
      if (round >= 0) (times[name] ??= []).push(turn)
    }
  }
  const ratio = (name, ours) => {
    const each = times[name].map((time, round) => time / times[ours][round])
    return `${median(each).toPrecision(2)} ×`
  }
  const rows = Object.entries(CLIENTS).map(([name, { title, ours }]) => [
    title,
    ours ? ratio(name, ours) : `1 (${(median(times[name]) / 1_000).toFixed(1)} ms)`,
  ])
  const width = Math.max(...rows.map(([title]) => title.length))
  for (const [title, time] of rows) console.log(`| ${title.padEnd(width)} | ${time.padEnd(10)} |`)
} finally {
  for (const child of Object.values(running)) child.end()
  rmSync(out, { recursive: true, force: true })
}
