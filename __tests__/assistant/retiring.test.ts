/** Law 19: while one that did not come up is taken away, nothing but the answer to that counts; and time asleep does not. */
import { woke } from '../../src/actions'
import { assistantReducer } from '../../src/assistant/slice'
import * as actions from '../../src/assistant/actions'
import { initialAssistant } from '../../src/assistant/transitions'
import type { AssistantState } from '../../src/assistant/types'
import { config } from './parts'

const NOW = 10_000
const meta = { at: NOW }
const { inputs } = assistantReducer(config)(
  undefined,
  actions.assistantInputsChanged({ signedIn: true }, meta),
)
const retiring: AssistantState = {
  ...initialAssistant,
  inputs,
  kind: 'initializing',
  since: 9_000,
  assistantId: 'a1',
  watchdogAt: NOW + 100,
  recovering: true,
  recoveries: 1,
  operation: { what: 'retire', nonce: 'n1', at: NOW + 500 },
}
const after = (action: Parameters<ReturnType<typeof assistantReducer>>[1]) =>
  assistantReducer(config)(retiring, action)

test.each([
  ['that it is up', actions.assistantAnswered({ ok: true, data: { id: 'a1', status: 'active' } }, meta)],
  ['that another is up', actions.assistantAnswered({ ok: true, data: { id: 'a2', status: 'active' } }, meta)],
  [
    'that it starts',
    actions.assistantAnswered({ ok: true, data: { id: 'a1', status: 'initializing' } }, meta),
  ],
  ['that there is none', actions.assistantAnswered({ ok: false, status: 404 }, meta)],
  ['that it is a bad request', actions.assistantAnswered({ ok: false, status: 400 }, meta)],
])('an answer %s changes nothing', (_what, action) => {
  expect(after(action)).toBe(retiring)
})

test('a status check that is asked for does not leave', () => {
  expect(after(actions.assistantCheckRequested({ retry: false }, meta)).check).toBeNull()
})

test.each([-40, 70])('a clock that jumped by %d ms moves its deadlines along', (shiftMs) => {
  expect(after(woke({ shiftMs }, meta))).toEqual({
    ...retiring,
    seq: 1,
    watchdogAt: NOW + 100 + shiftMs,
    operation: { what: 'retire', nonce: 'n1', at: NOW + 500 + shiftMs },
  })
})
