/** A keeper that is mounted in the wrong way says so, and names the fix. */
import { combineSlices, configureStore, createSlice } from '@reduxjs/toolkit'
import type { Reducer } from '@reduxjs/toolkit'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { Problem, Turnkeeper, TurnkeeperOptions } from 'redux-turnkeeper'

const NOT_MOUNTED =
  'not mounted at "turnkeeper". Add [keeper.reducerPath]: keeper.reducer to the root reducer'
const OTHER_SLICE = 'where the app has another slice of that name set the option "reducerPath"'

const ownSlice = createSlice({
  name: 'turnkeeper',
  initialState: { turns: [] as string[], conversations: {} },
  reducers: {},
})

type AnyKeeper = Turnkeeper<unknown, string>

function openStore(mount: (keeper: AnyKeeper) => unknown, options: TurnkeeperOptions<unknown, string> = {}) {
  const problems: Problem[] = []
  const keeper = createTurnkeeper({ onProblem: (problem) => void problems.push(problem), ...options })
  const store = configureStore({
    reducer: mount(keeper) as Reducer<Readonly<Record<string, unknown>>>,
    middleware: (gDM) => gDM().prepend(keeper.middleware),
    devTools: false,
  })
  return { keeper, store, problems }
}

describe.each([
  ['not at all', () => combineSlices({ app: () => 0 })],
  ['beside a slice of the app’s under the same name', (keeper: AnyKeeper) => combineSlices(keeper, ownSlice)],
  ['nested, and nobody says where', (keeper: AnyKeeper) => combineSlices({ chat: combineSlices(keeper) })],
  ['under another name', (keeper: AnyKeeper) => combineSlices({ agent: keeper.reducer })],
])('mounted %s', (_how, mount) => {
  test('is reported once, with what to do', async () => {
    const { keeper, store, problems } = openStore(mount)
    await Promise.resolve()
    store.dispatch({ type: 'app/typed' })
    store.dispatch(signals.turnStarted({ conversationId: 'c1', turnId: 't1' }))
    expect(problems.map(({ kind }) => kind)).toEqual(['unmounted'])
    expect(problems[0]?.message).toContain(NOT_MOUNTED)
    expect(problems[0]?.message).toContain(OTHER_SLICE)
    expect(problems[0]?.message).toContain('where it is nested "selectState"')
    keeper.dispose()
  })

  test('a selector and a command say the same', () => {
    const { keeper, store } = openStore(mount)
    expect(() => keeper.selectors.selectIsBusy(store.getState(), 'c1')).toThrow(NOT_MOUNTED)
    expect(() => store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))).toThrow(
      NOT_MOUNTED,
    )
    keeper.dispose()
  })
})

test('a slice of the app’s under the same name keeps its own state', () => {
  const { keeper, store } = openStore((keeper) => combineSlices(keeper, ownSlice))
  expect(store.getState()).toEqual({ turnkeeper: ownSlice.getInitialState() })
  keeper.dispose()
})

test('mirror: another path, and the two stand side by side', async () => {
  const { keeper, store, problems } = openStore((keeper) => combineSlices(keeper, ownSlice), {
    reducerPath: 'agent',
  })
  await Promise.resolve()
  const { taken } = store.dispatch(keeper.submitTurn({ conversationId: 'c1', input: 'hello' }))
  expect([taken, problems, Object.keys(store.getState()).sort()]).toEqual([true, [], ['agent', 'turnkeeper']])
  keeper.dispose()
})

describe('twice', () => {
  test('two keepers in one store are refused, with what to do', () => {
    const [one, two] = [createTurnkeeper(), createTurnkeeper()]
    expect(() =>
      configureStore({
        reducer: { [one.reducerPath]: one.reducer },
        middleware: (gDM) => gDM().prepend(one.middleware, two.middleware),
        devTools: false,
      }),
    ).toThrow('this store has two keeper middlewares. Keep one: one store, one keeper, once in the chain.')
  })

  test('so is one keeper twice in the chain', () => {
    const keeper = createTurnkeeper()
    expect(() =>
      configureStore({
        reducer: { [keeper.reducerPath]: keeper.reducer },
        middleware: (gDM) => gDM().prepend(keeper.middleware, keeper.middleware),
        duplicateMiddlewareCheck: false,
        devTools: false,
      }),
    ).toThrow('two keeper middlewares')
  })
})
