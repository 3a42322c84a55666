/** React Native has a window that cannot be listened to, and no document; a page without a bundler has no `process`. */
import { buildSync } from 'esbuild'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createContext, runInContext } from 'node:vm'

const src = join(__dirname, '../../src')
const { resolve } = createRequire(__filename)
/** A package's build for browsers, beside the one that Node gets. */
const browserBuild = (name: string, file: string) =>
  join(dirname(resolve(`${name}/package.json`)), 'dist', file)
/** The package and what it stands on, as a browser gets them without a bundler's replacements. */
const [built] = buildSync({
  stdin: {
    contents: `
      export { configureStore } from '@reduxjs/toolkit'
      export { createTurnkeeper, signals } from './index'
    `,
    resolveDir: src,
    loader: 'ts',
  },
  bundle: true,
  format: 'iife',
  globalName: 'built',
  alias: {
    '@reduxjs/toolkit': browserBuild('@reduxjs/toolkit', 'redux-toolkit.browser.mjs'),
    redux: browserBuild('redux', 'redux.browser.mjs'),
    reselect: browserBuild('reselect', 'reselect.browser.mjs'),
    immer: browserBuild('immer', 'immer.production.mjs'),
  },
  write: false,
  logLevel: 'silent',
}).outputFiles

/** A turn at work, in a world with these globals; what was asked of the server, and what was thrown. */
async function run(globals: object, script = '') {
  const thrown: unknown[] = []
  const world = createContext({
    console,
    setTimeout,
    clearTimeout,
    queueMicrotask: (task: () => void) =>
      queueMicrotask(() => {
        try {
          task()
        } catch (error) {
          thrown.push(error)
        }
      }),
    AbortController,
    ...globals,
  })
  runInContext('globalThis.self = globalThis', world)
  runInContext(built!.text + '; globalThis.built = built', world)
  const result = await runInContext(
    `(async () => {
      ${script}
      const { configureStore, createTurnkeeper, signals } = built
      let now = 1_000_000
      const timers = []
      const asked = []
      const keeper = createTurnkeeper({
        clock: {
          now: () => now,
          setTimeout: (run, ms) => timers.push({ run, at: now + ms }),
          clearTimeout: (handle) => void (timers[handle - 1] = undefined),
        },
        ports: { fetchStatus: async (ids) => (asked.push(...ids), {}) },
      })
      const store = configureStore({
        reducer: { [keeper.reducerPath]: keeper.reducer },
        middleware: (gDM) => gDM().prepend(keeper.middleware),
        devTools: false,
      })
      store.dispatch({ type: 'app/started' })
      store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
      for (let i = 0; i < 40; i++) {
        now += 500
        for (const timer of timers.filter(Boolean)) {
          if (timer.at > now) continue
          timers[timers.indexOf(timer)] = undefined
          timer.run()
        }
        await Promise.resolve()
        await Promise.resolve()
      }
      const busy = keeper.selectors.selectIsBusy(store.getState(), 'c1')
      keeper.dispose()
      return JSON.stringify({ asked: asked[0] ?? null, busy, process: typeof process })
    })()`,
    world,
  )
  return { ...(JSON.parse(result as string) as object), thrown }
}

test('React Native: no document, a window without events', async () => {
  const navigator = { product: 'ReactNative' }
  expect(await run({ navigator, process }, 'globalThis.window = globalThis')).toEqual({
    asked: 'c1',
    busy: true,
    process: 'object',
    thrown: [],
  })
})

test('no `process` at all', async () => {
  const document = { hidden: false, addEventListener: () => undefined, removeEventListener: () => undefined }
  expect(await run({ document })).toEqual({ asked: 'c1', busy: true, process: 'undefined', thrown: [] })
})

test('nothing at all: as on a server, where nothing is asked', async () => {
  expect(await run({})).toEqual({ asked: null, busy: true, process: 'undefined', thrown: [] })
})
