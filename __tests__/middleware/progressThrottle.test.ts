/** What progress is held back, and what goes on for it. */
import { signals } from 'redux-turnkeeper'
import type { ProgressPayload } from 'redux-turnkeeper'
import { createProgressThrottle } from '../../src/middleware/progressThrottle'
import { initialConversations } from '../../src/state/conversations'
import { initialTurns, patchEntry } from '../../src/state/turns'
import type { KeeperState } from '../../src/types'
import { turnOf, turnsOf } from '../turns/parts'

const INTERVAL = 1_000
const state: KeeperState = {
  turns: patchEntry(turnsOf({ active: turnOf('t', { runs: ['r', 'r2', 't'] }) }), 'd', {
    active: turnOf('u', { conversationId: 'd', runs: ['r'] }),
  }),
  conversations: initialConversations,
}
const output = (payload: Partial<ProgressPayload> = {}) => ({
  ...signals.turnProgressed({ conversationId: 'c', turnId: 't', kind: 'output', ...payload }),
  meta: { source: 'stream', at: 0 } as const,
})
const at = 5_000

/** A throttle that let this one through. */
function passed(payload: Partial<ProgressPayload> = {}, known: KeeperState = state) {
  const throttle = createProgressThrottle(INTERVAL)
  throttle.passed(output(payload), known, at)
  return throttle
}
const counts = (throttle: ReturnType<typeof passed>) =>
  throttle.drain().map(({ action, at: heldAt }) => [action.payload.count ?? 1, heldAt])

test.each([
  [0, true],
  [INTERVAL - 1, true],
  [INTERVAL, false],
  [-1, false],
])('one that repeats what went on %d ms before is held back: %p', (ms, isHeld) => {
  expect(passed().holds(output(), at + ms)).toBe(isHeld)
  expect(createProgressThrottle(INTERVAL).holds(output(), at + ms)).toBe(false)
})

test.each<[ProgressPayload['kind'], boolean]>([
  ['output', true],
  ['reasoning', true],
  ['tool_open', false],
  ['message_done', false],
  ['status', false],
])('%s after its like is held back: %p', (kind, isHeld) => {
  expect(passed({ kind }).holds(output({ kind }), at)).toBe(isHeld)
  expect(passed({ kind: 'output' }).holds(output({ kind }), at)).toBe(kind === 'output')
  expect(passed({ kind }).holds(output({ kind, replayed: true }), at)).toBe(false)
})

/** Addresses that differ in one word. */
const ADDRESSES: readonly Partial<ProgressPayload>[] = [
  {},
  { conversationId: 'd' },
  { conversationId: null },
  { turnId: null, runId: 'r' },
  { turnId: null, runId: 't' },
  { runId: 't' },
  { runId: 'r' },
  { runId: 'r2' },
  { role: 'main' },
  { parent: 'p' },
  { source: 's' },
  { boot: 'b' },
]
test.each(ADDRESSES)('%o is held back for itself alone', (address) => {
  const throttle = passed(address)
  expect(ADDRESSES.filter((other) => throttle.holds(output(other), at))).toEqual([address])
})

test('each of several with the same first name has its own', () => {
  const throttle = createProgressThrottle(INTERVAL)
  for (const address of ADDRESSES) throttle.passed(output(address), state, at)
  for (const [i, address] of ADDRESSES.entries())
    for (let times = 0; times <= i; times++) expect(throttle.holds(output(address), at + i)).toBe(true)
  expect(new Set(counts(throttle).map(([count]) => count))).toEqual(new Set(ADDRESSES.map((_, i) => i + 1)))
  expect(throttle.drain()).toEqual([])
})

test('the next that goes on stands for those that were held back', () => {
  const throttle = passed()
  expect(throttle.release(output()).payload.count).toBeUndefined()
  throttle.holds(output({ count: 3 }), at)
  throttle.holds(output(), at)
  expect(throttle.release(output({ count: 2 })).payload.count).toBe(6)
  const alone = output({ text: 'more' })
  expect(throttle.release(alone)).toBe(alone)
  expect(createProgressThrottle(INTERVAL).release(alone)).toBe(alone)
})

test('what is held back is let through, with the time of the newest', () => {
  const throttle = passed({ text: 'working' })
  expect(throttle.drain()).toEqual([])
  throttle.holds(output(), at + 1)
  throttle.holds(output(), at + 7)
  const [drained] = throttle.drain()
  expect(drained).toEqual({ action: output({ text: 'working', count: 2 } as never), at: at + 7 })
  throttle.holds(output(), at + 8)
  expect(counts(throttle)).toEqual([[1, at + 8]])
})

test('going on again, it is held back from then on', () => {
  const throttle = passed()
  throttle.passed(output({ kind: 'reasoning' }), state, at + 500)
  expect(throttle.holds(output(), at + 500)).toBe(false)
  expect(throttle.holds(output({ kind: 'reasoning' }), at + 500 + INTERVAL - 1)).toBe(true)
})

test('a turn of which something else is known is forgotten, and no other', () => {
  const throttle = createProgressThrottle(INTERVAL)
  const mine = [{}, { runId: 'r' }, { runId: 'r2' }, { turnId: null }]
  const others = [
    { conversationId: 'd', turnId: null, runId: 'r' },
    { conversationId: 'd', turnId: 'u' },
  ]
  for (const address of [mine[0]!, others[0]!, ...mine.slice(1), others[1]!])
    throttle.passed(output(address), state, at)
  throttle.forget('nobody')
  throttle.forget('t')
  throttle.forget('t')
  expect(mine.filter((address) => throttle.holds(output(address), at))).toEqual([])
  expect(others.filter((address) => throttle.holds(output(address), at))).toEqual(others)
  throttle.forget('u')
  expect(others.filter((address) => throttle.holds(output(address), at))).toEqual([])
})

test('one that is said again is no evidence: it holds nothing back, and stands for nothing', () => {
  expect(passed({ replayed: true }).holds(output(), at)).toBe(false)
  const throttle = passed()
  throttle.holds(output(), at + 1)
  const again = output({ replayed: true })
  expect(throttle.release(again)).toBe(again)
  throttle.passed(again, state, at + 2)
  expect(throttle.drain()).toEqual([{ action: output(), at: at + 1 }])
})

test('what is about no turn is not held back', () => {
  const empty: KeeperState = { turns: initialTurns, conversations: initialConversations }
  expect(passed({}, empty).holds(output(), at)).toBe(false)
  expect(passed({ turnId: null, conversationId: 'c' }).holds(output({ turnId: null }), at)).toBe(true)
  expect(
    passed({ turnId: null, conversationId: null }).holds(output({ turnId: null, conversationId: null }), at),
  ).toBe(false)
})
