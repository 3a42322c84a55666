/** The real `@redux-devtools/instrument`, which ships as an ES module alone, also for tests that run as CommonJS. */
import type * as devtoolsInstrument from '@redux-devtools/instrument'
import { buildSync } from 'esbuild'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const load = createRequire(resolve('package.json'))
const [built] = buildSync({
  entryPoints: [load.resolve('@redux-devtools/instrument')],
  bundle: true,
  format: 'cjs',
  platform: 'node',
  external: ['redux'],
  write: false,
}).outputFiles

const loaded = { exports: {} }
new Function('module', 'exports', 'require', built!.text)(loaded, loaded.exports, load)

export const { ActionCreators, instrument } = loaded.exports as typeof devtoolsInstrument
