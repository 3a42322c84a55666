import { keeperSubject } from './keeper'
import { FOLDERS, judge, loadAll } from './suite'

const scenarios = loadAll(FOLDERS)

test.each(scenarios.map((loaded) => [`${loaded.family}: ${loaded.id}`, loaded] as const))(
  '%s',
  async (_name, loaded) => {
    const { failures } = await judge(keeperSubject, loaded)
    expect(failures.map(({ assertion, seen }) => `${assertion}: saw ${seen}`)).toEqual([])
  },
)

test('no two scenarios share an id', () => {
  const ids = scenarios.map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
})
