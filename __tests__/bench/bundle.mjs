/** Bundles what is measured, in production, with the built package and one copy of the toolkit. */
import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const here = fileURLToPath(new URL('.', import.meta.url))
export const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = `${root}dist/`

const resolveOnce = {
  name: 'resolve-once',
  setup(bundle) {
    bundle.onResolve({ filter: /^redux-turnkeeper$/ }, () => ({ path: `${dist}index.js` }))
    bundle.onResolve({ filter: /^(@reduxjs\/toolkit|redux)$/ }, ({ path, kind, pluginData }) =>
      pluginData === 'here'
        ? undefined
        : bundle.resolve(path, { kind, resolveDir: here, pluginData: 'here' }),
    )
  },
}

/** Bundles source text into a file that node can run. */
export const bundle = (contents, outfile) =>
  build({
    stdin: { contents, resolveDir: here },
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
    logLevel: 'error',
  })

const PEERS = ['@reduxjs/toolkit', 'redux', 'react', 'react-redux', 'react/jsx-runtime']

/** Bytes of source text, bundled, minified and compressed, with the peers left out. */
export async function sizeOf(contents, external = PEERS) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    external,
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

const entry = (name) => `export * from ${JSON.stringify(`${dist}${name}.js`)}`

/** Min + gzip of the entries of the package, and of XState's. */
export async function sizes() {
  const adapters = ['agUi', 'codexAppServer', 'openCode', 'aiSdk']
  const core = await sizeOf(entry('index'))
  // What an adapter and the hooks add for an app that has the core.
  const added = async (name) => (await sizeOf(`${entry('index')}\n${entry(name)}`)) - core
  const each = await Promise.all(adapters.map((name) => added(`adapters/${name}`)))
  return {
    core,
    adapters: Object.fromEntries(adapters.map((name, i) => [name, each[i]])),
    react: await added('react/index'),
    assistant: await sizeOf([entry('index'), entry('features/assistant')].join('\n')),
    endTurn: await sizeOf(`export { endTurn } from ${JSON.stringify(`${dist}index.js`)}`),
    xstate: await sizeOf("export { createActor, setup, assign } from 'xstate'"),
  }
}
