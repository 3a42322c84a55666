/** Every block of code on every page runs, as a module, on a platform that answers everything. What it does: the other files. */
import type { Problem } from 'redux-turnkeeper'
import { flushMicrotasks } from 'redux-turnkeeper/testing'
import { blocks } from './pages'
import { createWorld } from './world'

test.each(blocks.map(({ page, name, line }) => [page, name, line] as const))(
  '%s: %s, line %i',
  async (page, name) => {
    const world = createWorld()
    const { persistor } = await world.run<{ persistor?: { pause(): void } }>(page, name)
    await flushMicrotasks()
    // redux-persist writes on a timer of its own.
    persistor?.pause()
    world.dispose()
    // There are no Web Locks here, which is said.
    expect(world.problems.filter((problem) => (problem as Problem).kind !== 'tabs')).toEqual([])
  },
)

test('no two blocks of a page are the same file', () => {
  const paths = blocks.map(({ path }) => path)
  expect(paths.filter((path, place) => paths.indexOf(path) !== place)).toEqual([])
})
