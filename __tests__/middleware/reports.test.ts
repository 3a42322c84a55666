/** What the app's own handlers throw does not break the keeper, and is not swallowed. */
import { createReports } from '../../src/middleware/reports'

const broken = (what: string) => () => {
  throw new Error(what)
}

test('a problem of one kind is reported once, with its detail where there is one', () => {
  const problems: unknown[] = []
  const { reportProblem } = createReports({
    onProblem: (problem) => void problems.push(problem),
    onError: broken('not called'),
  })
  reportProblem('one', 'message')
  reportProblem('two', 'message', null)
  reportProblem('one', 'another')
  expect(problems).toStrictEqual([
    { kind: 'one', message: 'message' },
    { kind: 'two', message: 'message', detail: null },
  ])
})

test('what `onProblem` throws goes to `onError`', () => {
  const errors: unknown[] = []
  const { reportProblem } = createReports({
    onProblem: broken('no console'),
    onError: (error, { raisedBy }) => void errors.push([error, raisedBy]),
  })
  reportProblem('kind', 'message')
  expect(errors).toEqual([[new Error('no console'), 'onProblem']])
})

test('what `onError` throws is left to the page, once the keeper is done', () => {
  const later: (() => void)[] = []
  const queue = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => void later.push(run))
  try {
    const { reportError } = createReports({ onProblem: () => undefined, onError: broken('no telemetry') })
    reportError(new Error('of a port'), 'sendTurn')
  } finally {
    queue.mockRestore()
  }
  expect(later).toHaveLength(1)
  expect(later[0]).toThrow('no telemetry')
})
