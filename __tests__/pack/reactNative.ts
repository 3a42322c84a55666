/**
 * A bundle for React Native, made by Metro as an app's is, and started with the globals of its runtime: a `window` that cannot be
 * listened to, no `document`, the abort controller that React Native installs, and without what Hermes does not have.
 */
import { cpSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { check } from './checks'
import { copyLife } from './bundlers'
import type { Packed } from './packed'
import { runBundle } from './runtime'
import { tools } from './tools'

interface Metro {
  loadConfig(argv: object, defaults: object): Promise<object>
  runBuild(config: object, options: object): Promise<{ readonly code: string }>
}

async function bundle(app: string): Promise<string> {
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
  })
  return code
}

/** As React Native's `InitializeCore` sets them up, and what Hermes lacks is taken away. */
const PRELUDE = `
  globalThis.global = globalThis.window = globalThis
  globalThis.navigator = { product: 'ReactNative' }
  for (const name of ['SharedArrayBuffer', 'Atomics', 'FinalizationRegistry', 'WebAssembly', 'Iterator']) delete globalThis[name]
  for (const name of ['toSorted', 'toReversed', 'toSpliced', 'with']) delete Array.prototype[name]
  for (const name of ['groupBy']) { delete Object[name]; delete Map[name] }
  delete Promise.withResolvers
`

export async function reactNative({ createApp }: Packed): Promise<void> {
  const copy = (from: string, to: string): void => cpSync(from, to, { recursive: true, dereference: true })
  const app = createApp('react-native', undefined, copy)
  // What the preset compiles to; every React Native app has it.
  copy(join(tools(), '@babel/runtime'), join(app, 'node_modules/@babel/runtime'))
  copyLife(app)
  let code = ''
  await check('Metro bundles for React Native', async () => {
    code = await bundle(app)
  })
  await check('the bundle starts, and a turn lives, with the globals of React Native', () => {
    const polyfill = readFileSync(join(tools(), 'abort-controller/dist/abort-controller.umd.js'), 'utf8')
    return runBundle(code, {}, `${PRELUDE}; ${polyfill}; Object.assign(globalThis, AbortControllerShim)`)
  })
}
