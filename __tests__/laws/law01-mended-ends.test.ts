/** Law 1, with law 23: one bad field does not lose a good end. What is wrong is left out, and reported. */
import { endTurn, signals } from 'redux-turnkeeper'
import { createLab } from './lab'

const run = { conversationId: 'c1', runId: 'r-t1' }
/** Typed as what it should be: a wire is not typed. */
const bad = <Payload>(value: unknown) => value as Payload

describe.each([
  ['signals.turnEnded', signals.turnEnded],
  ['endTurn', endTurn],
] as const)('law 1: %s with', (_name, create) => {
  test.each([
    ['an error that is a text', 'boom', 'boom'],
    [
      'an error that is an object of another shape',
      { name: 'RateLimitError', status: 429 },
      'RateLimitError',
    ],
    ['an error whose message is no text', { message: 7 }, 'The turn failed.'],
    ['an error that says nothing', {}, 'The turn failed.'],
    ['an error that is a number', 500, 'The turn failed.'],
    ['an error that is an empty text', '', 'The turn failed.'],
  ])('%s ends its turn', async (_what, error, message) => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(create({ ...run, reason: 'error', error: bad(error) }))
    expect(lab.ends()).toEqual(['t1 error error witnessed'])
    expect(lab.record('t1')?.error?.message).toBe(message)
    expect(lab.problems.map(({ kind }) => kind)).toEqual([`malformed ${create.type}`])
    expect(lab.problems[0]?.message).toMatch(/ What was wrong was left out\.$/)
  })

  test.each([
    ['an outcome that is no outcome', { ...run, reason: 'complete', outcome: 'finished' }],
    ['a grade that is no grade', { ...run, reason: 'complete', grade: 'sure' }],
  ])('%s ends its turn as its reason says', async (_what, payload) => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(create(bad(payload)))
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect(lab.problems).toHaveLength(1)
  })

  test.each([
    ['a reason that is none', { ...run, reason: 'finished' }],
    ['no reason', run],
    ['a run that is no text', { conversationId: 'c1', runId: 7, reason: 'complete' }],
    ['a turn that is no text', { turnId: {}, reason: 'complete' }],
  ])('mirror: %s ends nobody, for whom it means is not known', async (_what, payload) => {
    const lab = createLab()
    await lab.start()
    expect(lab.leaves(create(bad(payload)))).toBe(true)
    expect(lab.problems).toHaveLength(1)
  })

  test('mirror: an error as it should be is reported to nobody', async () => {
    const lab = createLab()
    await lab.start()
    await lab.dispatch(create({ ...run, reason: 'error', error: { message: 'boom', code: 'e1' } }))
    expect([lab.record('t1')?.error, lab.problems]).toEqual([{ message: 'boom', code: 'e1' }, []])
  })
})

test('law 1: an Error is told as its message', async () => {
  const lab = createLab()
  await lab.start()
  lab.store.dispatch(signals.turnEnded({ ...run, reason: 'error', error: bad(new TypeError('boom')) }))
  expect(lab.record('t1')?.error).toEqual({ message: 'boom' })
})
