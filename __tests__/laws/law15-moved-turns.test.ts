/**
 * Law 15, where turns alone move between conversations and what is there turns out to be the same: the shortest of the
 * random walks that broke something. Each is played on the bare reducer, and everything that must hold is checked at each step.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  conversationClosed,
  conversationRekeyed,
  endTurn,
  sendAccepted,
  sessionStatusChanged,
  signals,
  stopRequested,
  turnSubmitted,
} from 'redux-turnkeeper'
import type { StatusAnswer } from 'redux-turnkeeper'
import {
  backgroundRunsExpired,
  queuedRemoved,
  statusAnswered,
  statusCheckStarted,
  stopAcknowledged,
  turnSteered,
} from '../../src/actions'
import { conversationOf } from '../../src/state/conversations'
import { entriesOf, findTurn } from '../../src/state/turns'
import { play, startPosition } from '../explore/position'
import type { Position } from '../explore/position'

const starts = (conversationId: string, who: object) => signals.turnStarted({ conversationId, ...who })
const asks = (conversationId: string, who: object, requestId?: string) =>
  signals.inputRequested({ conversationId, ...who, ...(requestId !== undefined && { requestId }) })
const submits = (turnId: string, conversationId: string) =>
  turnSubmitted({ turnId, conversationId, input: turnId, mode: 'now', nonce: `send-${turnId}` } as never)
const shares = (turnId: string, conversationId: string) =>
  turnSubmitted({ turnId, conversationId, input: turnId, shared: true } as never)
const accepts = (turnId: string, runId?: string) =>
  sendAccepted({ turnId, ...(runId !== undefined && { runId }) })
const moves = (turnId: string, from: string, to: string) => conversationRekeyed({ from, to, turnId })
const renames = (from: string, to: string) => conversationRekeyed({ from, to })
let checks = 0
/** A status check leaves and is answered, half a minute later than what came before. */
const check = (conversationId: string, answer: StatusAnswer): readonly UnknownAction[] => {
  const nonce = `check-${++checks}`
  return [
    statusCheckStarted({ nonce, conversationIds: [conversationId], explicit: true }),
    statusAnswered({ nonce, conversationId, answer }),
  ]
}

type Step = UnknownAction | readonly UnknownAction[]

/** What is broken after a story, and what is left. */
function tell(story: readonly Step[], hasStatusChecks = true) {
  let position: Position = startPosition(hasStatusChecks)
  const broken: string[] = []
  for (const step of story) {
    const isCheck = Array.isArray(step)
    const actions = isCheck ? (step as readonly UnknownAction[]) : [step as UnknownAction]
    const played = play(position, { name: '', actions, ms: isCheck ? 30_000 : 0 }, hasStatusChecks)
    broken.push(...played.broken)
    position = played.position
  }
  return { broken, turns: position.state.turns, conversations: position.state.conversations }
}

describe('law 15: a turn that moved alone', () => {
  test('is not looked for any more where it has become a run of unknown origin', () => {
    const story = [
      starts('c1', { turnId: 't3' }),
      check('c2', { status: 'awaiting_input', runId: 'ra', inputId: 'q' }),
      moves('t3', 'c1', 'c3'),
      renames('c3', 'c2'),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('goes on under its new name where it turns out to be our own prompt', () => {
    const story = [
      submits('t1', 'c2'),
      starts('c1', { runId: 'ra' }),
      moves('run:ra', 'c1', 'c2'),
      accepts('t1', 'ra'),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('and changed places with our own prompt, which it turns out to be, leaves nothing that points at either', () => {
    const story = [
      submits('t1', 'c2'),
      starts('c1', { runId: 'ra' }),
      moves('t1', 'c2', 'c1'),
      moves('run:ra', 'c1', 'c2'),
      accepts('t1', 'ra'),
      endTurn({ conversationId: 'c2', reason: 'complete' }),
    ]
    const { broken, turns } = tell(story)
    expect([broken, entriesOf(turns)]).toEqual([[], []])
  })
  test('and is withdrawn in another tab leaves nothing that points at it', () => {
    const story = [
      submits('t1', 'c1'),
      shares('t2', 'c1'),
      moves('t2', 'c1', 'c2'),
      queuedRemoved({ turnId: 't2', elsewhere: true }),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('to where another is in front does not hold up what waits where it was', () => {
    const story = [
      submits('t1', 'c3'),
      submits('t3', 'c3'),
      moves('t1', 'c3', 'c2'),
      check('c1', { status: 'running' }),
      moves('t1', 'c2', 'c1'),
    ]
    const { broken, turns } = tell(story)
    expect(broken).toEqual([])
    expect(entriesOf(turns).find((entry) => entry.conversationId === 'c3')?.active).toMatchObject({
      turnId: 't3',
    })
  })
  test('leaves a session that is checked by itself', () => {
    const story = [
      submits('t2', 'c1'),
      check('c1', { status: 'running', runId: 'rb' }),
      check('c3', { status: 'running', last: { runId: 'rb', outcome: 'error' } }),
      sessionStatusChanged({ conversationId: 'c1', status: 'stopped' }),
      accepts('t2', 'ra'),
      moves('t2', 'c1', 'c3'),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('and is found over under its old key leaves no session there that nobody checks', () => {
    const story = [
      sessionStatusChanged({ conversationId: 'c1', status: 'running' }),
      submits('t1', 'c1'),
      accepts('t1', 'ra'),
      moves('t1', 'c1', 'c2'),
      check('c1', { status: 'idle' }),
    ]
    const { broken, conversations } = tell(story)
    expect(broken).toEqual([])
    expect(conversationOf(conversations, 'c1')?.session?.status).toBe('ready')
  })
  test('and asks under its old key does so where it is, and its question closes with it', () => {
    const story = [
      submits('t1', 'c1'),
      accepts('t1', 'ra'),
      moves('t1', 'c1', 'c2'),
      check('c1', { status: 'awaiting_input' }),
      conversationClosed({ conversationId: 'c2' }),
    ]
    const { broken, conversations } = tell(story)
    expect(broken).toEqual([])
    expect(conversationOf(conversations, 'c1')).toBeUndefined()
  })
  test('and turns out to be one that is there takes its question along', () => {
    const story = [
      submits('t1', 'c1'),
      check('c2', { status: 'running', turnId: 't2' }),
      check('c2', { status: 'awaiting_input', runId: 'ra', inputId: 'q' }),
      accepts('t1', 'ra'),
      moves('t2', 'c2', 'c1'),
    ]
    const { broken, conversations } = tell(story)
    expect(broken).toEqual([])
    expect(conversationOf(conversations, 'c1')?.questions).toMatchObject([{ requestId: 'q', askerId: 't1' }])
  })
  test('keeps its place where somebody else takes the conversation that it has left', () => {
    const story = [
      submits('t1', 'c1'),
      accepts('t1'),
      starts('c2', { turnId: 't2' }),
      moves('t2', 'c2', 'c1'),
      moves('t1', 'c1', 'c2'),
      starts('c2', { turnId: 't3' }),
    ]
    expect(tell(story, false).broken).toEqual([])
  })
  test('takes the prompts along that were merged into it, text and all', () => {
    const story = [
      submits('t2', 'c2'),
      accepts('t2', 'rb'),
      shares('t3', 'c2'),
      accepts('t3', 'rb'),
      moves('t2', 'c2', 'c3'),
    ]
    const { broken, turns } = tell(story)
    expect(broken).toEqual([])
    expect(findTurn(turns, 't2')).toMatchObject({ conversationId: 'c3', mergedTurnIds: ['t3'] })
  })
  test('takes a run along that was a helper where it comes in', () => {
    const story = [
      starts('c1', { turnId: 't1', runId: 'ra' }),
      signals.turnStarted({ conversationId: 'c2', runId: 'ra', role: 'child' }),
      moves('t1', 'c1', 'c2'),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('is not given a run that is a helper, or another turn, where it is now', () => {
    const helper = [
      signals.turnStarted({ conversationId: 'c2', runId: 'ra', role: 'child' }),
      submits('t1', 'c1'),
      moves('t1', 'c1', 'c2'),
      signals.turnEnded({ conversationId: 'c1', runId: 'ra', reason: 'complete' }),
    ]
    expect(tell(helper).broken).toEqual([])
    const other = [
      submits('t2', 'c3'),
      shares('t3', 'c1'),
      moves('t2', 'c3', 'c1'),
      accepts('t3', 'rb'),
      check('c3', { status: 'awaiting_input', runId: 'rb', inputId: 'q' }),
    ]
    expect(tell(other).broken).toEqual([])
  })
  test('keeps the stop that was asked for under its former name, and hears the answer', () => {
    const story = [
      asks('c1', { turnId: 't2' }),
      check('c3', { status: 'awaiting_input', runId: 'ra', inputId: 'q' }),
      accepts('t2', 'ra'),
      stopRequested({ conversationId: 'c3', nonce: 'stop-1' }),
      moves('t2', 'c1', 'c3'),
      moves('t2', 'c3', 'c2'),
    ]
    expect(tell(story).broken).toEqual([])
    const { broken, turns } = tell([...story, stopAcknowledged({ turnId: 'run:ra', nonce: 'stop-1' })])
    expect(broken).toEqual([])
    expect(findTurn(turns, 't2')?.stop?.state).toBe('acknowledged')
    expect(entriesOf(turns).flatMap((entry) => entry.stopsInFlight)).toEqual([])
  })
})

describe('law 15: two conversations become one', () => {
  test('and a question that was asked under both keys is one', () => {
    const story = [
      check('c1', { status: 'awaiting_input', runId: 'rb', inputId: 'q' }),
      asks('c1', { turnId: 't2' }, 'q'),
      starts('c2', { turnId: 't2' }),
      asks('c3', { turnId: 't2' }, 'q'),
      renames('c2', 'c1'),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('and a run that went by its turn there is one with it here', () => {
    const story = [
      check('c3', { status: 'awaiting_input', runId: 'rb', inputId: 'q' }),
      starts('c2', { runId: 'ra' }),
      renames('c2', 'c1'),
      starts('c3', { turnId: 't3' }),
      signals.turnEnded({ conversationId: 'c3', runId: 'rb', reason: 'complete' }),
      check('c3', { status: 'running', last: { runId: 'ra', outcome: 'error' } }),
      renames('c3', 'c1'),
      asks('c2', { turnId: 't3' }),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('and a turn that is a run beside the other turn there is that', () => {
    const story = [
      starts('c2', { turnId: 't1', runId: 'ra' }),
      asks('c2', { turnId: 't3' }),
      check('c2', { status: 'idle', last: { turnId: 't1', outcome: 'complete' } }),
      check('c3', { status: 'running', turnId: 't3' }),
      check('c2', { status: 'running', runId: 'rb' }),
      renames('c3', 'c2'),
      backgroundRunsExpired({ conversationId: 'c2' }),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('and what came in from elsewhere keeps the prompts that were merged into it', () => {
    const story = [
      starts('c3', { runId: 'ra' }),
      submits('t3', 'c3'),
      accepts('t3', 'ra'),
      submits('t1', 'c1'),
      renames('c1', 'c3'),
    ]
    expect(tell(story).broken).toEqual([])
  })
})

test('law 15: a message that has moved, and is sent into the turn that runs there, goes by no other key any more', () => {
  const story = [
    shares('t1', 'c1'),
    starts('c2', { turnId: 't3' }),
    moves('t1', 'c1', 'c2'),
    turnSteered({ conversationId: 'c2', turnId: 't3', steerId: 't1', input: 'x' }),
  ]
  // It is a turn no more, and leaves no record: only what points at it counts.
  expect(tell(story).broken.filter((what) => what.includes('points at'))).toEqual([])
})

describe('law 2: a name is one turn', () => {
  test('that has ended elsewhere is not given to what runs here', () => {
    const story = [
      starts('c2', { runId: 'ra' }),
      starts('c2', { turnId: 't3' }),
      starts('c1', { turnId: 't3' }),
      endTurn({ conversationId: 'c2', runId: 'ra', reason: 'error' }),
      sessionStatusChanged({ conversationId: 'c1', status: 'stopped' }),
      check('c2', { status: 'running', questions: [] }),
    ]
    expect(tell(story).broken).toEqual([])
  })
  test('and a run that another turn has taken meanwhile stays its when an inferred end is taken back', () => {
    const story = [
      submits('t1', 'c1'),
      accepts('t1', 'ra'),
      starts('c1', { runId: 'ra' }),
      shares('t2', 'c1'),
      starts('c1', { runId: 'rb' }),
      accepts('t2', 'ra'),
      accepts('t1', 'rb'),
    ]
    expect(tell(story, false).broken).toEqual([])
  })
  test('or a prompt that was merged into one, whatever conversation is named with it', () => {
    const merged = [starts('c3', { runId: 'rb' }), submits('t2', 'c3'), accepts('t2', 'rb')]
    const checked = tell([...merged, check('c1', { status: 'running', turnId: 't2' })])
    expect(checked.broken).toEqual([])
    expect(findTurn(checked.turns, 'run:rb')).toMatchObject({ conversationId: 'c3', mergedTurnIds: ['t2'] })
    const here = tell([...merged, check('c3', { status: 'running', turnId: 't2' })])
    expect(findTurn(here.turns, 'run:rb')).toMatchObject({ mergedTurnIds: ['t2'], started: 'named' })
    expect(tell([...merged, starts('c1', { turnId: 't2' })]).broken).toEqual([])
  })
})
