/** A turn's life in plain Node, as a module and as CommonJS, with each set of peers; and its hooks rendered by each React. */
import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { check } from './checks'
import { run } from './packed'
import type { Packed } from './packed'
import { oldPeers } from './tools'

const ESM = `
import * as toolkit from '@reduxjs/toolkit'
import * as core from 'redux-turnkeeper'
import { live } from './life.mjs'
await live(core, toolkit, { runWithoutPage: true })
`
const CJS = `
const toolkit = require('@reduxjs/toolkit')
const core = require('redux-turnkeeper')
import('./life.mjs').then(({ live }) => live(core, toolkit, { runWithoutPage: true }))
`
const RENDERED = `
import { configureStore } from '@reduxjs/toolkit'
import { createElement, version } from 'react'
import { renderToString } from 'react-dom/server'
import { Provider } from 'react-redux'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import { TurnkeeperProvider, useIsBusy, useTurnPhase } from 'redux-turnkeeper/react'

const keeper = createTurnkeeper()
const store = configureStore({
  reducer: { [keeper.reducerPath]: keeper.reducer },
  middleware: (getDefault) => getDefault().prepend(keeper.middleware),
})
store.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r1' }))
const Status = () => \`\${useIsBusy('c1')} \${useTurnPhase('c1')} \${useIsBusy('c2')}\`
const provided = createElement(TurnkeeperProvider, { keeper }, createElement(Status))
const html = renderToString(createElement(Provider, { store }, provided))
if (html !== 'true thinking false') throw new Error(\`React \${version} rendered "\${html}".\`)
process.stdout.write(version)
`

export async function node({ app, createApp }: Packed): Promise<void> {
  const sets = [
    ['the newest peers', app, /^19\./],
    ['RTK 2.0, react-redux 9.0, React 18.0', createApp('oldest', oldPeers('oldest')), /^18\.0\./],
    ['the newest RTK, React 18', createApp('react18', oldPeers('react18')), /^18\.3\./],
  ] as const
  for (const [title, folder, version] of sets) {
    copyFileSync(join(import.meta.dirname, 'apps/life/life.mjs'), join(folder, 'life.mjs'))
    const files = { 'life-esm.mjs': ESM, 'life-cjs.cjs': CJS, 'rendered.mjs': RENDERED }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    await check(`a turn in Node, a module, with ${title}`, () =>
      run(process.execPath, ['life-esm.mjs'], folder),
    )
    await check(`a turn in Node, CommonJS, with ${title}`, () =>
      run(process.execPath, ['life-cjs.cjs'], folder),
    )
    await check(`hooks rendered with ${title}`, () => {
      const printed = run(process.execPath, ['rendered.mjs'], folder)
      if (!version.test(printed)) throw new Error(`It was React ${printed}.`)
    })
  }
}
