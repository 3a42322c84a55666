/**
 * `npm run sizes`: what this package adds to an app, beside what people would pick in its place. Minified and gzipped, from what
 * an app imports for one chat; React and Redux are left out of all of them. Prints the rows of the README's table.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = fileURLToPath(new URL('alternatives', import.meta.url))
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

/** Each with what an app imports. `@reduxjs/toolkit/query` is no part of what every Redux app has. */
const SUBJECTS = [
  [
    'redux-turnkeeper',
    'and its hooks',
    `
    export { createTurnkeeper, signals } from '${root}dist/index.js'
    export { TurnkeeperProvider, useTurnCommands, useTurnPhase } from '${root}dist/react/index.js'`,
  ],
  ['@ai-sdk/react', '`useChat`', `export { useChat } from '@ai-sdk/react'`],
  ['@tanstack/ai-react', '`useChat`', `export { useChat, fetchServerSentEvents } from '@tanstack/ai-react'`],
  [
    '@assistant-ui/react',
    'runtime, thread, composer',
    `
    export { AssistantRuntimeProvider, useExternalStoreRuntime } from '@assistant-ui/react'
    export { ComposerPrimitive, MessagePrimitive, ThreadPrimitive } from '@assistant-ui/react'`,
  ],
  [
    '@copilotkit/react-core',
    '`CopilotKit`, `useCopilotChat`',
    `export { CopilotKit, useCopilotChat } from '@copilotkit/react-core'`,
  ],
  ['@langchain/langgraph-sdk', '`useStream`', `export { useStream } from '@langchain/langgraph-sdk/react'`],
  ['@ag-ui/client', '`HttpAgent`', `export { HttpAgent } from '@ag-ui/client'`],
  [
    '@reduxjs/toolkit',
    '`createApi` of RTK Query',
    `export { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query/react'`,
  ],
  [
    'xstate',
    '`setup`, `createActor`, `useMachine`',
    `
    export { assign, createActor, setup } from 'xstate'
    export { useMachine } from '@xstate/react'`,
  ],
]

const PEERS =
  /^(react|react-dom|react-redux|redux|reselect|immer|redux-thunk|@reduxjs\/toolkit|@reduxjs\/toolkit\/react)$|^react(-dom)?\//
const withoutPeers = {
  name: 'without-peers',
  setup: ({ onResolve }) => onResolve({ filter: PEERS }, ({ path }) => ({ path, external: true })),
}

/** Bytes of what a page loads at once: parts that are imported when they are needed are not among them. */
async function sizeOf(source) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: folder },
    outdir: 'out',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [withoutPeers],
    // Styles and fonts are no code.
    loader: { '.css': 'empty', '.woff': 'empty', '.woff2': 'empty', '.ttf': 'empty' },
    logLevel: 'error',
  })
  const entry = Object.keys(metafile.outputs).find((path) => path.endsWith('stdin.js'))
  const loaded = new Set([entry])
  for (const path of loaded)
    for (const { path: imported, kind, external } of metafile.outputs[path].imports)
      if (kind === 'import-statement' && !external) loaded.add(imported)
  const files = outputFiles.filter(({ path }) => [...loaded].some((name) => path.endsWith(name)))
  const sizes = files.map(({ contents }) => gzipSync(contents, { level: 9 }).length)
  return sizes.reduce((sum, size) => sum + size, 0)
}

const manifestOf = (path) => JSON.parse(readFileSync(path, 'utf8'))
const versionOf = (name) =>
  manifestOf(
    name === 'redux-turnkeeper' ? `${root}package.json` : `${folder}/node_modules/${name}/package.json`,
  ).version

if (!existsSync(`${folder}/node_modules`)) npm(folder, 'install', '--silent', '--ignore-scripts')
npm(root, 'run', 'build', '--silent')

const rows = []
for (const [name, what, source] of SUBJECTS)
  rows.push([`\`${name}\` ${versionOf(name)}, ${what}`, `${((await sizeOf(source)) / 1_000).toFixed(1)} kB`])
const width = Math.max(...rows.map(([title]) => title.length))
console.log(rows.map(([title, size]) => `| ${title.padEnd(width)} | ${size.padStart(8)} |`).join('\n'))
