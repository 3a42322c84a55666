/** Contract, 3: what a conversation goes on with by itself, under whatever name it is announced. */
import { endOf, settle } from '../../src/turns/ends'
import { expireScheduled, scheduledAfterStart, workScheduled } from '../../src/turns/scheduled'
import type { Address, ScheduledWork, TurnsState } from '../../src/types'
import { NOW, context, entryIn, turnOf, turnsOf, unchecked } from './parts'

const turn = turnOf('t', { runs: ['r'] })
const running = turnsOf({ active: turn })
const ended = settle(context(), running, turn, endOf({ reason: 'complete' }))
const run = { turnId: null, source: null, startedAt: 1, createdSeq: 1, evidenceSeq: 1, lastEvidenceAt: 1 }
const unplaced = turnsOf({ unplacedRuns: [{ ...run, runId: 'u', checkAt: NOW }] })

test.each<[string, TurnsState, Address, number | null]>([
  ['a turn', running, { runId: 'r' }, NOW + 30],
  ['a turn that has ended', ended, { conversationId: 'c', runId: 'r' }, NOW + 30],
  ['a conversation', running, { conversationId: 'c' }, NOW + 30],
  ['a run of unknown origin', unplaced, { conversationId: 'c', runId: 'u' }, NOW + 30],
  ['a run of the conversation that nobody knows', running, { conversationId: 'c', runId: 'x' }, NOW + 30],
  ['a helper', running, { conversationId: 'c', runId: 'h', role: 'child' }, null],
])('work that is announced in 30 ms by %s', (_who, before, address, at) => {
  const after = workScheduled(context(), before, { ...address, inMs: 30 })
  expect(entryIn(after).scheduled?.at ?? null).toBe(at)
})

test.each<[string, object]>([
  ['a run that nobody knows, without a conversation', { runId: 'x' }],
  ['nobody', {}],
  ['a replay', { conversationId: 'c', replayed: true }],
])('work that is announced by %s is not followed', (_who, address) => {
  expect(workScheduled(context(), running, { ...address, inMs: 30 })).toBe(running)
})

const scheduledFor = (at: number): ScheduledWork => ({ at, name: null, seq: 1, checkAt: at + 7 })

test.each([
  [NOW + 7, true],
  [NOW + 8, false],
])('a turn begins by itself: it is the work that was scheduled for %d: %p', (at, isIt) => {
  expect(scheduledAfterStart(context(), scheduledFor(at)) === null).toBe(isIt)
})

test.each([
  [false, NOW - 900, true],
  [false, NOW - 899, false],
  [true, NOW - 900, false],
])(
  'with a status check (%p), work that was scheduled for %d is forgotten: %p',
  (isChecked, at, isForgotten) => {
    const before = turnsOf({ active: turn, scheduled: scheduledFor(at) })
    const ctx = isChecked ? context() : context({ config: unchecked })
    expect(entryIn(expireScheduled(ctx, before, 'c')).scheduled === null).toBe(isForgotten)
  },
)
