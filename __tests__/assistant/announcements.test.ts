/** Letter S: the watchdog and the recovery are announced, as actions that reducers and listeners of the app join in with. */
import { createSlice } from '@reduxjs/toolkit'
import { assistantInitOverdue, assistantRecoveryStarted } from '../../src/features/assistant'
import { START, active, checksAfterEach, initializing, setUp } from './setup'
import type { Host } from './setup'

checksAfterEach()

const LIMIT = 300_000
const announced = (h: Host) =>
  h.recorder.actions.filter(
    (action) => assistantInitOverdue.match(action) || assistantRecoveryStarted.match(action),
  )

test('the watchdog first, with the deadline that it was armed for; then the recovery, with its number', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(LIMIT, initializing('a1'))
  expect(announced(h).map(({ type, payload, meta }) => [type, payload, meta?.source])).toEqual([
    [assistantInitOverdue.type, { generation: 0, deadline: START + LIMIT }, 'watchdog'],
    [assistantRecoveryStarted.type, { recovery: 1, assistantId: 'a1' }, 'recovery'],
  ])
})

test('a recovery is announced before anything is asked for it', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(LIMIT - 1_000, initializing('a1'))
  const before = h.recorder.actions.length
  await h.pass(1_000)
  const types = h.recorder.actions.slice(before).map(({ type }) => type.replace('turnkeeper/assistant/', ''))
  expect(types).toEqual(['initOverdue', 'recoveryStarted', 'checkClaimed'])
})

test('where no recovery is left the watchdog alone is announced', async () => {
  const h = setUp({ maxRecoveries: 0 })
  await h.begin(initializing('a1'))
  await h.passing(LIMIT, initializing('a1'))
  expect(announced(h).map(({ type }) => type)).toEqual([assistantInitOverdue.type])
  expect(h.now().error?.code).toBe('timeout')
})

test('one that comes up in time announces nothing', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(3_000, active('a1'))
  await h.pass(2 * LIMIT)
  expect(announced(h)).toEqual([])
})

test('a watchdog that is told by somebody else, for another deadline, announces no recovery', async () => {
  const h = setUp()
  await h.begin(initializing('a1'))
  h.dispatch(assistantInitOverdue({ generation: 0, deadline: 7 }))
  expect(h.recorder.types(assistantRecoveryStarted.type)).toEqual([])
})

test('a slice of the app counts recoveries', async () => {
  const incidents = createSlice({
    name: 'incidents',
    initialState: 0,
    reducers: {},
    extraReducers: (builder) => builder.addCase(assistantRecoveryStarted, (count) => count + 1),
  })
  const h = setUp()
  await h.begin(initializing('a1'))
  await h.passing(LIMIT, initializing('a1'))
  const log: readonly { readonly type: string }[] = h.recorder.actions
  expect(log.reduce(incidents.reducer, undefined)).toBe(1)
})

test('the recorded actions bring the same state back, and announce nothing anew', async () => {
  const h = setUp({ devTools: true })
  await h.begin(initializing('a1'))
  await h.passing(LIMIT, initializing('a1'))
  const count = announced(h).length
  h.jump(1)
  h.jumpToTip()
  await h.pass(2_000)
  expect(announced(h)).toHaveLength(count)
})
