/**
 * A bundle for React Native, made by Metro as an app's is, and started with the globals of its runtime: a `window` that cannot be
 * listened to, no `document`, the abort controller that React Native installs, and without what Hermes does not have. Run in Hermes
 * itself too, of the newest version whose virtual machine is published; React Native's own version compiles what its apps are made of.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { check } from './checks'
import { copyLife } from './bundlers'
import { run } from './packed'
import type { Packed } from './packed'
import { runBundle } from './runtime'
import { tools } from './tools'

/** What the syntax is lowered to: ES5, or what the Hermes of today's React Native reads. */
type Profile = 'default' | 'hermes-stable'

interface Metro {
  loadConfig(argv: object, defaults: object): Promise<object>
  runBuild(config: object, options: object): Promise<{ readonly code: string }>
}

async function bundle(app: string, profile: Profile): Promise<string> {
  const modules = tools()
  const require = createRequire(join(modules, 'metro/package.json'))
  const { loadConfig, runBuild } = require('metro') as Metro
  const config = await loadConfig(
    { cwd: app },
    {
      projectRoot: app,
      watchFolders: [app, join(modules, 'metro-runtime')],
      maxWorkers: 1,
      resetCache: true,
      reporter: { update: () => undefined },
      // Metro's own default leaves out what is under `__tests__`, where the tools are.
      resolver: { unstable_conditionNames: ['react-native'], blockList: [/$^/] },
      transformer: {
        asyncRequireModulePath: require.resolve('metro-runtime/src/modules/asyncRequire'),
        babelTransformerPath: require.resolve('@react-native/metro-babel-transformer'),
      },
      serializer: { getPolyfills: () => [], getModulesRunBeforeMainModule: () => [] },
    },
  )
  const { code } = await runBuild(config, {
    entry: 'bundled.mjs',
    dev: false,
    minify: false,
    platform: 'android',
    unstable_transformProfile: profile,
  })
  return code
}

/** As React Native's `InitializeCore` sets them up. */
const GLOBALS = `
  globalThis.self = globalThis.global = globalThis.window = globalThis
  globalThis.navigator = { product: 'ReactNative' }
`
/** What other engines have and Hermes lacks. */
const LACKING = `
  for (const name of ['SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WebAssembly', 'Iterator']) delete globalThis[name]
  for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with']) delete Array.prototype[name]
  for (const name of ['groupBy']) { delete Object[name]; delete Map[name] }
  delete Promise.withResolvers
`
/**
 * What a host gives Hermes, whose shell has `print` and a `setTimeout` that knows no time: a console, microtasks, and timers on a
 * clock that jumps to the next of them when nothing else is left to do.
 */
const HOST = `
  var console = Object.fromEntries(['log', 'warn', 'error', 'info', 'debug'].map((name) => [name, print]))
  var queueMicrotask = (work) => void Promise.resolve().then(work)
  const soon = setTimeout
  const timers = new Map()
  let now = 1e12
  let count = 0
  let quietTurns = 0
  let isTurning = false
  Date.now = () => now
  const turn = () => {
    if (++quietTurns > 100 && timers.size > 0) {
      const [id, next] = [...timers].sort(([, a], [, b]) => a.at - b.at)[0]
      quietTurns = 0
      timers.delete(id)
      now = Math.max(now, next.at)
      next.work()
    }
    isTurning = timers.size > 0
    if (isTurning) soon(turn, 0)
  }
  setTimeout = (work, ms = 0) => {
    timers.set(++count, { at: now + ms, work })
    if (!isTurning) soon(turn, 0)
    isTurning = true
    return count
  }
  clearTimeout = (id) => void timers.delete(id)
`
/** The folder of the programs for this machine. */
const PROGRAMS = { darwin: 'osx-bin', win32: 'win64-bin' }[process.platform as string] ?? 'linux64-bin'
const REPORT = `
  globalThis.lived.then((story) => print('lived', story), (error) => print('failed', error, error.stack))
`

export async function reactNative({ createApp }: Packed): Promise<void> {
  const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true, dereference: true })
  const app = createApp('react-native', undefined, copy)
  // What the preset compiles to; every React Native app has it.
  copy(join(tools(), '@babel/runtime'), join(app, 'node_modules/@babel/runtime'))
  copyLife(app)
  const polyfill = readFileSync(join(tools(), 'abort-controller/dist/abort-controller.umd.js'), 'utf8')
  const prelude = `${GLOBALS}; ${polyfill}; Object.assign(globalThis, AbortControllerShim)`
  let code = ''
  await check('Metro bundles for React Native', async () => {
    code = await bundle(app, 'default')
  })
  await check('the bundle starts, and a turn lives, with the globals of React Native', () =>
    runBundle(code, {}, `${LACKING}; ${prelude}`),
  )
  await check('the bundle starts, and a turn lives, in Hermes', () => {
    writeFileSync(join(app, 'bundle.js'), `${HOST}; ${prelude}; ${code}; ${REPORT}`)
    const printed = run(join(tools(), 'hermes-engine-cli', PROGRAMS, 'hermes'), ['-w', 'bundle.js'], app)
    if (!printed.startsWith('lived ')) throw new Error(`It printed ${printed}`)
  })
  await check('the Hermes of today’s React Native compiles the bundle of its own profile', async () => {
    writeFileSync(join(app, 'stable.js'), await bundle(app, 'hermes-stable'))
    const compiler = join(tools(), 'hermes-compiler/hermesc', PROGRAMS, 'hermesc')
    run(compiler, ['-O', '-emit-binary', '-out', 'stable.hbc', 'stable.js'], app)
  })
}
