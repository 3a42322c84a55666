/** Law 10: a clock that is set back while no timer is armed is noticed when the next one is. */
import { createLab } from './lab'

test('law 10: a turn was accepted in a hidden page, and the clock is set back: it does not wait for that long', async () => {
  const lab = createLab({ registrationWindow: 20_000 })
  lab.backend.world('c1', { status: 'idle' })
  lab.environment.emit('hidden')
  await lab.accept()
  await lab.advance(11_000)
  expect(lab.clock.pending).toBe(0)
  lab.clock.shift(-3_600_000)
  lab.environment.emit('visible')
  await lab.advance(30_000)
  expect([lab.busy(), lab.last()?.turnId]).toEqual([false, 't1'])
})

test('law 10: the same of one whose send was lost', async () => {
  const lab = createLab({ registrationWindow: 20_000 })
  lab.backend.world('c1', { status: 'idle' })
  lab.environment.emit('hidden')
  await lab.submit()
  await lab.advance(21_000)
  lab.backend.lose('send')
  await lab.dispatch()
  lab.clock.shift(-3_600_000)
  lab.environment.emit('visible')
  await lab.advance(30_000)
  expect([lab.busy(), lab.last()?.turnId, lab.drafts()]).toEqual([false, 't1', ['text of t1']])
})
