/** The code of "How it ended" does what its page says. */
import type { EndedTurn } from 'redux-turnkeeper'
import { createRunner } from './runner'

const record = (more: Partial<EndedTurn>) => ({ startedAt: 1_000, outcome: 'complete', ...more }) as EndedTurn

test('the time to the first text, a cut-off and an empty answer are read from the record', async () => {
  const { timeToFirstText, wasCutOff, isEmpty } = await createRunner().run<
    Record<'timeToFirstText' | 'wasCutOff' | 'isEmpty', (ended: EndedTurn) => unknown>
  >('how-it-ended', 1)
  expect(timeToFirstText(record({ firstOutputAt: 1_400 }))).toBe(400)
  expect(timeToFirstText(record({ firstOutputAt: null }))).toBeNull()
  expect([
    wasCutOff(record({ finishReason: 'length' })),
    wasCutOff(record({ finishReason: 'stop' })),
  ]).toEqual([true, false])
  expect([isEmpty(record({ firstOutputAt: null })), isEmpty(record({ firstOutputAt: 1 }))]).toEqual([
    true,
    false,
  ])
})
