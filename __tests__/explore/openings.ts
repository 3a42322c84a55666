/** Where explorations begin: each opening leads to a position that takes many moves to reach from nothing. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { sendAccepted, signals, stopRequested, turnSubmitted } from 'redux-turnkeeper'
import type { SubmitPayload } from 'redux-turnkeeper'
import { backgroundStopClaimed, sendClaimed, statusCheckStarted } from '../../src/actions'
import type { KeeperSubmitPayload } from '../../src/actions'
import type { Cast } from './moves'
import type { Move } from './position'

const KEY = 'c1'

/** One conversation, two turns, and the runs of which the server may speak. */
export const castOf = (hasStatusChecks: boolean): Cast => ({
  hasStatusChecks,
  conversations: [KEY],
  turns: ['t1', 't2'],
  runs: ['ra', 'rb'],
  rekeys: false,
})

const step = (name: string, action: UnknownAction, ms = 1_000): Move => ({ name, actions: [action], ms })
const prompts = (turnId: string, more: Partial<SubmitPayload> = {}): Move => {
  const payload: KeeperSubmitPayload = {
    turnId,
    conversationId: KEY,
    input: turnId,
    nonce: `send-${turnId}`,
    ...more,
  }
  return step(`prompt ${turnId}`, turnSubmitted(payload))
}
const accepted = (turnId: string, runId?: string, as?: 'queued'): Move =>
  step(
    `${turnId} accepted`,
    sendAccepted({
      turnId,
      nonce: `send-${turnId}`,
      ...(runId !== undefined && { runId }),
      ...(as !== undefined && { as }),
    }),
  )
const starts = (runId: string): Move =>
  step(`start of ${runId}`, signals.turnStarted({ conversationId: KEY, runId }))

const running = [prompts('t1'), accepted('t1', 'ra'), starts('ra')]

export const OPENINGS: Readonly<Record<string, readonly Move[]>> = {
  nothing: [],
  'one running, one that waits here': [...running, prompts('t2')],
  'one running, one that the server holds': [
    ...running,
    prompts('t2', { mode: 'now' }),
    accepted('t2', undefined, 'queued'),
  ],
  'one by guess, whose send is open': [prompts('t1'), starts('ra')],
  'one that asks, an unplaced run that asks, one that waits': [
    ...running,
    prompts('t2'),
    starts('rb'),
    step('rb asks q', signals.inputRequested({ conversationId: KEY, runId: 'rb', requestId: 'q' })),
    step('t1 asks', signals.inputRequested({ conversationId: KEY, turnId: 't1' })),
  ],
  'one being stopped, a check in flight': [
    ...running,
    step('stop t1', stopRequested({ conversationId: KEY, turnId: 't1', nonce: 'stop-1' })),
    step('a check leaves', statusCheckStarted({ nonce: 'check-1', conversationIds: [KEY], explicit: true })),
  ],
  'one with two questions, a helper being stopped, work that is scheduled': [
    ...running,
    step('t1 asks q', signals.inputRequested({ conversationId: KEY, turnId: 't1', requestId: 'q' })),
    step('t1 asks q2', signals.inputRequested({ conversationId: KEY, turnId: 't1', requestId: 'q2' })),
    step('a helper rb', signals.turnStarted({ conversationId: KEY, runId: 'rb', role: 'child' })),
    step('its stop leaves', backgroundStopClaimed({ conversationId: KEY, runId: 'rb', nonce: 'stop-1' })),
    step('work in a minute', signals.workScheduled({ conversationId: KEY, inMs: 60_000 })),
  ],
  'one over, the next sent': [
    ...running,
    prompts('t2'),
    step('t1 is over', signals.turnEnded({ conversationId: KEY, turnId: 't1', reason: 'complete' })),
    step('t2 claimed', sendClaimed({ turnId: 't2', conversationId: KEY, nonce: 'send-t2' })),
  ],
}
