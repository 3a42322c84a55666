/** The stream knows a conversation by its permanent id before the app has said `conversationRekeyed`: it is one turn all the same. */
import { conversationRekeyed, signals } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'
import type { Lab } from '../laws/lab'

const STEPS: Readonly<Record<string, (lab: Lab) => Promise<unknown>>> = {
  accepted: async (lab) => {
    lab.backend.accept('send', { runId: 'r1' })
  },
  started: (lab) => lab.dispatch(signals.turnStarted({ conversationId: 'perm', runId: 'r1' })),
  rekeyed: (lab) => lab.dispatch(conversationRekeyed({ from: 'draft', to: 'perm' })),
}

const ORDERS = [
  'accepted, started, rekeyed',
  'started, rekeyed, accepted',
  'started, accepted, rekeyed',
  'rekeyed, started, accepted',
  'rekeyed, accepted, started',
]

async function play(order: string): Promise<Lab> {
  const lab = createLab()
  await lab.submit('t1', 'draft')
  for (const step of order.split(', ')) {
    await STEPS[step]!(lab)
    await lab.advance(10)
  }
  return lab
}

const shown = (lab: Lab) =>
  ['draft', 'perm'].map((key) => lab.keeper.selectors.selectActiveTurnId(lab.store.getState(), key))

describe.each(ORDERS)('in the order %s', (order) => {
  test('there is one active turn, the prompt’s', async () => {
    const lab = await play(order)
    expect(new Set(shown(lab))).toEqual(new Set(['t1']))
    expect(lab.live('perm')).toMatchObject({ turnId: 't1', runs: ['r1'], sendState: 'accepted' })
    expect([lab.history(), lab.drafts('perm')]).toEqual([[], []])
  })

  test('the end of its run ends it, and its text is no draft', async () => {
    const lab = await play(order)
    lab.backend.world('perm', { status: 'running', runId: 'r1' })
    await lab.advance(5_000)
    await lab.signalEnd({ conversationId: 'perm', runId: 'r1', reason: 'complete' })
    lab.backend.world('perm', { status: 'idle', last: { runId: 'r1', outcome: 'complete' } })
    await lab.advance(60_000)
    expect(lab.ends()).toEqual(['t1 complete complete witnessed'])
    expect([lab.busy('perm'), lab.drafts('perm'), lab.told.length]).toEqual([false, [], 1])
  })
})

test.each([
  ['before the answer', []],
  ['after the answer', ['accepted']],
])('%s: what the run has shown goes on being shown, with its tools', async (_when, steps) => {
  const lab = createLab()
  await lab.submit('t1', 'draft')
  for (const step of steps) await STEPS[step]!(lab)
  const perm = { conversationId: 'perm', runId: 'r1' }
  await lab.dispatch(
    signals.turnStarted(perm),
    signals.turnProgressed({ ...perm, kind: 'tool_open', callId: 'k1', text: 'reads' }),
    signals.turnProgressed({ ...perm, kind: 'output' }),
  )
  await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'perm' }))
  expect([lab.phase('perm'), lab.live('perm')?.turnId]).toEqual(['streaming', 't1'])
  const { selectOpenTools } = lab.keeper.selectors
  expect(selectOpenTools(lab.store.getState(), 'perm').map(({ callId }) => callId)).toEqual(['k1'])
  if (steps.length === 0) lab.backend.accept('send', { runId: 'r1' })
})

test('mirror: a run that was there before the prompt left is not the prompt’s', async () => {
  const lab = createLab()
  await lab.dispatch(signals.turnStarted({ conversationId: 'perm', runId: 'r0' }))
  lab.backend.world('perm', { status: 'running', runId: 'r0' })
  await lab.advance(1_000)
  await lab.submit('t1', 'draft')
  lab.backend.accept('send', { runId: 'r1', as: 'queued' })
  await lab.dispatch(conversationRekeyed({ from: 'draft', to: 'perm' }))
  await lab.advance(1)
  expect(lab.live('perm')).toMatchObject({ origin: 'remote', runs: ['r0'] })
  expect(lab.queue('perm')).toEqual(['t1'])
  await lab.signalEnd({ conversationId: 'perm', runId: 'r0', reason: 'complete' })
  expect(lab.live('perm')).toMatchObject({ turnId: 't1', runs: ['r1'] })
})
