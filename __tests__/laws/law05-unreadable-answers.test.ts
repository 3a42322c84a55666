/** Law 5, with law 23: what a check tells counts for each conversation by itself; what cannot be read says nothing. */
import { createLab } from './lab'
import type { Lab } from './lab'

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

  test.each([
    ['a text', 'usage limit', { message: 'usage limit' }],
    ['null', null, { message: 'The turn failed.' }],
  ])('an error that is %s does not lose the end that it belongs to', async (_what, error, kept) => {
    const lab = await two()
    const last = { runId: 'r-t1', outcome: 'error', error }
    await lab.answer({ c1: { status: 'idle', last }, c2: { status: 'running', runId: 'r-t2' } })
    expect(lab.record('t1')).toMatchObject({ outcome: 'error', error: kept })
    expect(lab.live('c2')?.turnId).toBe('t2')
  })

  const checksEnded = (lab: Lab) =>
    lab.recorder.actions.flatMap(({ type, payload }) =>
      type === 'turnkeeper/internal/statusCheckEnded' ? [(payload as { failed: boolean }).failed] : [],
    )
  const answering = (fetchStatus: () => Promise<unknown>) =>
    createLab({}, { ports: (ports) => ({ ...ports, fetchStatus: fetchStatus as never }) })

  test.each<[string, () => unknown]>([
    ['is nothing', () => undefined],
    ['is a text', () => 'down for maintenance'],
    ['is a list', () => [over('r-t1')]],
    ['says that it is unreachable', () => ({ c1: { status: 'unreachable' } })],
    ['fails by itself', () => ({ c1: Promise.reject(new Error('down')) })],
  ])('mirror: an answer that %s says nothing of any, and counts as failed', async (_what, answer) => {
    const lab = answering(async () => answer())
    await lab.start()
    await lab.advance(60_000)
    expect([lab.live()?.turnId, lab.history()]).toEqual(['t1', []])
    expect(new Set(checksEnded(lab))).toEqual(new Set([true]))
  })

  test('a conversation is told nothing where there is no answer for it, whatever it is called', async () => {
    const lab = answering(async () => ({}))
    await lab.start('t1', '__proto__')
    await lab.advance(60_000)
    expect(new Set(checksEnded(lab))).toEqual(new Set([true]))
  })

  test('what comes when its time is over is not told of any more', async () => {
    let tell = (_answer: object): void => undefined
    const lab = answering(async () => ({ c1: new Promise<object>((resolve) => (tell = resolve)) }))
    await lab.start()
    lab.store.dispatch(lab.keeper.checkStatus('c1'))
    await lab.dispatch()
    const answer = tell
    await lab.advance(30_000)
    expect(checksEnded(lab)).toEqual([true])
    answer(over('r-t1'))
    await lab.dispatch()
    expect(lab.recorder.types()).not.toContain('turnkeeper/internal/statusAnswered')
    expect(lab.busy()).toBe(true)
  })
})
