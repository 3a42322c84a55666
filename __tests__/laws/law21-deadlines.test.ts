/** Law 21: a deadline is carried out on the state that it was armed for, or not at all. */
import { createTurnkeeper } from 'redux-turnkeeper'
import { turnOverdue } from '../../src/actions'
import { createLab } from './lab'

describe('law 21: a deadline carries the evidence that it was armed for', () => {
  test('one that was armed for earlier evidence is not carried out; one for the latest is', async () => {
    const lab = createLab({ hardLimit: 60_000 })
    await lab.start()
    const armed = lab.live()!.evidenceSeq
    lab.clock.advance(5_000)
    await lab.progress('t1', 'c1', 'tool_open')
    const latest = lab.live()!.evidenceSeq
    expect(latest).toBeGreaterThan(armed)
    const late = { at: lab.clock.now() + 120_000 }
    const overdue = (evidenceSeq: number) =>
      turnOverdue({ turnId: 't1', conversationId: 'c1', evidenceSeq }, late)
    const { reducer } = createTurnkeeper(lab.resolved)
    const before = lab.state()
    expect(reducer(before, overdue(armed))).toBe(before)
    const { turns } = reducer(before, overdue(latest))
    expect(turns.ended.map(({ turnId, reason }) => [turnId, reason])).toEqual([['t1', 'timeout']])
  })
})
