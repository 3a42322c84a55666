/**
 * `npm run bench [-- --quick] [-- --json]`: this package as published against every other way to do the job, and against
 * its own goals. All ratios are of the same run. `--json` prints what was measured, `--quick` measures less often.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const quick = process.argv.includes('--quick')
const json = process.argv.includes('--json')
const say = (text) => process.stderr.write(`${text}\n`)
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

if (!existsSync(join(here, 'node_modules'))) {
  say('bench: installing the peers (npm ci)')
  npm(here, 'ci', '--silent')
}
say('bench: building the package (npm run build)')
npm(root, 'run', 'build', '--silent')

const { bundle, sizes } = await import('./bundle.mjs')
const { median, medians, spawn } = await import('./rounds.mjs')
const { CONTENDERS, LOADS, report } = await import('./report.mjs')
const out = mkdtempSync(join(tmpdir(), 'turnkeeper-bench-'))
const running = []

/** A process that runs `serve(module)`. */
async function start(name, module, server) {
  const file = join(out, `${name}.mjs`)
  await bundle(`import { serve } from '${server}'\nimport subject from '${module}'\nserve(subject)`, file)
  const child = spawn(file)
  running.push(child)
  return child
}

try {
  const contenders = {}
  for (const name of Object.keys(CONTENDERS)) {
    contenders[name] = await start(name, `./contenders/${name}.mjs`, './trace/serve.mjs')
    await contenders[name].ask({ check: true })
  }
  say(`bench: ${Object.keys(contenders).length} contenders do the job`)

  const budgetMs = quick ? 100 : 300
  const trace = {}
  for (const load of LOADS) {
    say(`bench: ${load.inFlight} in flight, ${load.conversations} conversations`)
    const results = {}
    for (let round = quick ? -1 : -2; round < (quick ? 3 : 7); round++) {
      for (const [name, child] of Object.entries(contenders)) {
        const result = await child.ask({ ...load, budgetMs })
        if (round >= 0) (results[name] ??= []).push(result)
      }
    }
    trace[load.inFlight] = Object.fromEntries(
      Object.entries(results).map(([name, of]) => [name, medians(of)]),
    )
  }
  while (running.length > 0) running.pop().end()

  const figures = {}
  /** The medians of what processes of their own measure, one after the other. */
  async function measure(name, request, rounds) {
    const results = []
    for (let round = 0; round < rounds; round++) {
      const child = await start(name, `./figures/${name}.mjs`, './figures/serve.mjs')
      results.push(await child.ask(request))
      running.pop().end()
    }
    return medians(results)
  }
  for (const name of ['dispatch', 'scale', 'bounds']) {
    say(`bench: ${name}`)
    Object.assign(figures, await measure(name, {}, quick ? 1 : 5))
  }
  say('bench: backlog')
  const beside = {}
  for (let round = 0; round < (quick ? 3 : 7); round++)
    for (const what of ['none', 'sessions', 'drafts', 'queued', 'strangers']) {
      const result = await measure('backlog', { beside: what }, 1)
      for (const [name, value] of Object.entries(result)) (beside[name] ??= []).push(value)
    }
  const { none, sessions, drafts, queued, lateStranger } = Object.fromEntries(
    Object.entries(beside).map(([name, values]) => [name, median(values)]),
  )
  Object.assign(figures, {
    besideSessions: sessions / none,
    besideDrafts: drafts / none,
    besideQueued: queued / none,
    lateStranger,
  })
  const { lines, summary, ratios } = report({ trace, figures, sizes: await sizes() })
  process.stdout.write(json ? `${JSON.stringify(ratios, null, 2)}\n` : `${lines.join('\n')}\n\n${summary}\n`)
} finally {
  for (const child of running) child.end()
  rmSync(out, { recursive: true, force: true })
}
