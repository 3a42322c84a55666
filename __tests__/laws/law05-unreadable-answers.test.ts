/** Law 5, with law 23: what a check tells counts for each conversation by itself; what cannot be read says nothing. */
import { createLab } from './lab'

const over = (runId: string) => ({ status: 'idle', last: { runId, outcome: 'complete' } })

/** Two turns run, and one check of both is out. */
async function two() {
  const lab = createLab()
  await lab.start('t1', 'c1')
  await lab.start('t2', 'c2')
  await lab.checkStatus('c1', 'c2')
  return lab
}

describe('law 5: one answer that cannot be read', () => {
  test.each([
    ['a text', 'idle'],
    ['null', null],
    ['a list', []],
    ['an error body', { name: 'NotFoundError' }],
    ['a status that is none', { status: 'asleep' }],
    ['a status that is no text', { status: 7 }],
    ['a run that is no text', { status: 'running', runId: 7 }],
    ['an outcome that is none', { status: 'idle', last: { runId: 'r-t1', outcome: 'finished' } }],
    ['questions that are no list', { status: 'running', runId: 'r-t1', questions: 'q1' }],
  ])('%s: says nothing of its conversation, and the others are told', async (_what, answer) => {
    const lab = await two()
    await lab.answer({ c1: answer, c2: over('r-t2') })
    expect(lab.ends()).toEqual(['t2 rescued complete witnessed'])
    expect(lab.live('c1')?.turnId).toBe('t1')
  })

  test('is asked for again', async () => {
    const lab = await two()
    await lab.answer({ c1: { status: 'asleep' }, c2: over('r-t2') })
    await lab.advance(10_000)
    expect(lab.backend.of('status', 'pending').map(({ request }) => request)).toEqual([['c1']])
    await lab.answer({ c1: over('r-t1') })
    expect(lab.busy()).toBe(false)
  })

  test('an error that is a text does not lose the end that it belongs to', async () => {
    const lab = await two()
    const last = { runId: 'r-t1', outcome: 'error', error: 'usage limit' }
    await lab.answer({ c1: { status: 'idle', last }, c2: { status: 'running', runId: 'r-t2' } })
    expect(lab.record('t1')).toMatchObject({ outcome: 'error', error: { message: 'usage limit' } })
    expect(lab.live('c2')?.turnId).toBe('t2')
  })

  test.each([
    ['nothing', undefined],
    ['a text', 'down for maintenance'],
    ['a list', [over('r-t1')]],
  ])('mirror: an answer that is %s says nothing of any, and counts as failed', async (_what, answers) => {
    const lab = createLab({}, { ports: (ports) => ({ ...ports, fetchStatus: async () => answers as never }) })
    await lab.start()
    await lab.advance(60_000)
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
    expect(
      lab.recorder.actions.filter(({ type }) => type === 'turnkeeper/internal/statusCheckEnded'),
    ).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ payload: expect.objectContaining({ failed: true }) }),
      ]),
    )
  })
})
