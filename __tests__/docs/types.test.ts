/** All code of the README and the guide has the types of the package, and an app's store keeps its own. */
import { complaints } from './compiler'
import { blocks } from './pages'

/** Code that must not compile. What it takes for granted stands before the bar. */
const WRONG = [
  "import { createTurnKeeper } from 'redux-turnkeeper'",
  "import { keeper } from './store' | keeper.submitTurns({})",
  "import { keeper } from './store' | keeper.submitTurn({ conversation: 'c1', input: 'hello' })",
  "import { keeper } from './store' | keeper.submitTurn({ conversationId: 'c1', input: 7 })",
  "import { store } from './store' | store.getState().nonsense",
  "import { store } from './store' | store.getState().turnkeeper.turns.nonsense",
  "import { signals } from 'redux-turnkeeper' | signals.turnEnded({ conversationId: 'c1' })",
  'createElement()',
]

/** Code that must compile: the state of a store that is made as the README makes it is not `any`. */
const RIGHT = `
import { combineSlices, configureStore } from '@reduxjs/toolkit'
import { createTurnkeeper } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import { assistant } from 'redux-turnkeeper/assistant'
import { keeper, store } from './store'
import { transcript } from './transcript'

type IsAny<T> = 0 extends 1 & T ? true : false
const no = <T>(_value: T, isAny: IsAny<T>) => isAny

no(store.getState(), false)
no(store.getState().turnkeeper, false)
const mounted: KeeperState = store.getState().turnkeeper
const { turnId, taken } = store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
const texts: string = turnId + taken

const reducer = combineSlices(keeper, transcript)
const combined = configureStore({
  reducer,
  middleware: (getDefault) => getDefault().prepend(keeper.middleware),
})
no(combined.getState(), false)
no(combined.getState().turnkeeper.conversations, false)

const inline = configureStore({ reducer: combineSlices(keeper, transcript) })
no(inline.getState().turnkeeper, false)

// A limit of configureStore, with any slices: the FAQ says what to do. Once this line is wrong it can be taken out there.
const plain = configureStore({ reducer: combineSlices(transcript), middleware: (getDefault) => getDefault() })
no(plain.getState(), true)

const hosted = createTurnkeeper({ reducerPath: 'agent', features: [assistant()] })
const withAssistant = configureStore({
  reducer: { [hosted.reducerPath]: hosted.reducer },
  middleware: (getDefault) => getDefault().prepend(hosted.middleware),
})
no(withAssistant.getState(), false)
const kind: 'active' | string = withAssistant.getState().agent.assistant.kind
`

const wrong = WRONG.map((text, place) => ({
  page: 'README',
  path: `examples/guide/README/wrong-${place}.ts`,
  code: text.replace(' | ', '\n'),
}))
const right = { page: 'README', path: 'examples/guide/README/right.ts', code: RIGHT }
const found = complaints([...blocks, ...wrong, right])

test('there is code to check', () => {
  expect(blocks.length).toBeGreaterThan(40)
})

test('all code has the types of the package, and the state of a store is not `any`', () => {
  expect(found.filter((complaint) => !complaint.includes('/wrong-'))).toEqual([])
})

test.each(WRONG.map((text, place) => [text, place] as const))('mirror: %s is found wrong', (_text, place) => {
  expect(found.filter((complaint) => complaint.includes(`/wrong-${place}.ts`))).not.toEqual([])
})
