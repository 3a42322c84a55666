/** A prompt whose send is out when its turn ends: its text is a draft, whatever ended the turn, and is said to have arrived or not. */
import { conversationClosed, endTurn, sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { TurnkeeperOptions } from 'redux-turnkeeper'
import { createLab } from '../laws/lab'
import type { Lab, LabOptions } from '../laws/lab'

const c1 = { conversationId: 'c1' }

const ENDS: readonly [string, (lab: Lab) => Promise<unknown>, LabOptions?][] = [
  [
    'its session is stopped by the user',
    async (lab) => {
      await lab.dispatch(lab.keeper.stopSession(c1))
      lab.backend.accept('stopSession')
    },
  ],
  [
    'its session is said to be stopped',
    (lab) => lab.dispatch(sessionStatusChanged({ ...c1, status: 'stopped' })),
  ],
  [
    'its session is said to be interrupted',
    (lab) => lab.dispatch(sessionStatusChanged({ ...c1, status: 'interrupted' })),
  ],
  ['its session fails', (lab) => lab.dispatch(sessionStatusChanged({ ...c1, status: 'error' }))],
  ['its conversation is closed', (lab) => lab.dispatch(conversationClosed(c1))],
  ['the app cancels it', (lab) => lab.dispatch(endTurn({ turnId: 't1', reason: 'cancelled' }))],
  [
    'it passes the hard limit, and the server is unreachable',
    async (lab) => {
      lab.backend.auto.delete('status')
      await lab.advance(31_000)
    },
    { hardLimit: 30_000 },
  ],
  [
    'Stop is pressed, and the send is refused as busy',
    async (lab) => {
      await lab.dispatch(lab.keeper.stopTurn(c1))
      lab.backend.refuse('send', { reason: 'busy' })
    },
  ],
]

const arrived = (lab: Lab) => lab.conversation()?.drafts.map((draft) => draft.arrived)

describe('the text of a prompt whose send is still out is given back', () => {
  test.each(ENDS)('when %s', async (_what, end, options: TurnkeeperOptions = {}) => {
    const lab = createLab(options)
    await lab.submit()
    await end(lab)
    await lab.dispatch()
    expect(lab.busy()).toBe(false)
    expect(lab.drafts()).toEqual(['text of t1'])
  })

  test.each(ENDS)('once, where the send is refused after that: %s', async (_what, end, options = {}) => {
    const lab = createLab(options)
    await lab.submit()
    await end(lab)
    if (lab.backend.of('send', 'pending').length > 0)
      lab.backend.refuse('send', { reason: 'error', error: { message: 'no' } })
    await lab.advance(100)
    expect(lab.drafts()).toEqual(['text of t1'])
  })

  test('and may have arrived, as far as anybody knows, until the server says that it did not', async () => {
    const lab = createLab()
    await lab.submit()
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'stopped' }))
    expect(arrived(lab)).toEqual(['unknown'])
  })

  test('mirror: a text that the server has taken is not given back', async () => {
    const lab = createLab()
    await lab.accept()
    await lab.dispatch(sessionStatusChanged({ ...c1, status: 'stopped' }))
    expect([lab.busy(), lab.drafts()]).toEqual([false, []])
  })

  test('mirror: a plain refusal gives it back too, and it certainly did not arrive', async () => {
    const lab = createLab()
    await lab.submit()
    lab.backend.refuse('send', { reason: 'error' })
    await lab.advance(100)
    expect([lab.drafts(), arrived(lab)]).toEqual([['text of t1'], ['no']])
  })
})

test('a prompt that was overtaken by the one sent beside it, and then refused as busy, waits or is given back', async () => {
  const lab = createLab({ sendWhileBusy: 'send' })
  await lab.submit('t1')
  await lab.submit('t2')
  await lab.dispatch(signals.turnStarted({ ...c1, turnId: 't2', runId: 'r2' }))
  lab.backend.refuse('send', { reason: 'busy' }, 't1')
  await lab.advance(100)
  expect([...lab.drafts(), ...lab.queue().map((id) => `text of ${id}`)]).toEqual(['text of t1'])
  expect(lab.live()?.turnId).toBe('t2')
})
