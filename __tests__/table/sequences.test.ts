/** Sequences of more than one step in which a cell by itself shows too little. */
import { conversationClosed, sendAccepted, sendLost, sessionStatusChanged, signals } from 'redux-turnkeeper'
import { statusAnswered, turnOverdue } from '../../src/actions'
import { conversationOf } from '../../src/state/conversations'
import { activeOf, entryOf, findTurn } from '../../src/state/turns'
import { KEY, TURN, TURN_BEHIND, createStory, tellTurnBehind } from './scene'
import type { Story } from './scene'

const about = { conversationId: KEY } as const
const accepted = (runId?: string) =>
  sendAccepted({ turnId: TURN, ...about, nonce: 'send-1', ...(runId !== undefined && { runId }) })
const start = (runId?: string) => signals.turnStarted({ ...about, ...(runId !== undefined && { runId }) })
const progress = (runId: string) => signals.turnProgressed({ ...about, runId, kind: 'output' })
const answered = (nonce: string, status: 'idle' | 'running') =>
  statusAnswered({ nonce, ...about, answer: { status } })

function submitted(hasStatusChecks: boolean): Story {
  const story = createStory(hasStatusChecks)
  story.submit(TURN, 'send-1')
  return story
}
const ends = (story: Story): string[] =>
  story.situation().state.turns.ended.map(({ turnId, reason, grade }) => `${turnId} ${reason} ${grade}`)
const activeId = (story: Story) => activeOf(story.situation().state.turns, KEY)?.turnId
const drafts = (story: Story): string[] =>
  (conversationOf(story.situation().state.conversations, KEY)?.drafts ?? []).map(
    ({ turnId, arrived }) => `${turnId} ${arrived}`,
  )

describe('an answer that left before the backend was restarted', () => {
  test('does not verify the turn: found over by the next check, it was interrupted by the restart', () => {
    const story = submitted(true)
    story.tell(accepted('run-1'), start('run-1'))
    story.checkLeaves('old')
    story.tell(signals.backendRestarted({}), answered('old', 'running'))
    expect(activeOf(story.situation().state.turns, KEY)?.isUnverified).toBe(true)
    story.checkLeaves('new')
    story.tell(answered('new', 'idle'))
    expect(ends(story)).toEqual([`${TURN} interrupted inferred`])
  })

  test('mirror: one that left after it does', () => {
    const story = submitted(true)
    story.tell(accepted('run-1'), start('run-1'), signals.backendRestarted({}))
    story.checkLeaves('new')
    story.tell(answered('new', 'running'))
    expect(activeOf(story.situation().state.turns, KEY)?.isUnverified).toBe(false)
  })
})

describe('an answer to a send that comes after the turn was given up', () => {
  test('names a run that was taken for a turn from elsewhere meanwhile: it is one turn', () => {
    const story = submitted(true)
    story.tell(
      start('run-1'),
      sessionStatusChanged({ ...about, status: 'ready' }),
      progress('run-1'),
      accepted('run-1'),
    )
    expect(activeOf(story.situation().state.turns, KEY)).toMatchObject({ turnId: TURN, runs: ['run-1'] })
    expect(ends(story)).toEqual([])
    story.tell(signals.turnEnded({ ...about, runId: 'run-1', reason: 'complete' }))
    expect(ends(story)).toEqual([`${TURN} complete witnessed`])
  })

  test('says that a text which may have arrived has arrived', () => {
    const story = submitted(true)
    story.tell(conversationClosed(about))
    expect(drafts(story)).toEqual([`${TURN} unknown`])
    story.tell(accepted())
    expect(drafts(story)).toEqual([])
  })

  test('mirror: not of one that the server itself has called undelivered', () => {
    const story = submitted(true)
    story.tell(signals.turnEnded({ ...about, turnId: TURN, reason: 'undelivered' }), accepted())
    expect(drafts(story)).toEqual([`${TURN} unknown`])
  })
})

describe('without a status check', () => {
  const unnamedEnd = signals.sessionReported({ ...about, status: 'idle' })

  test('a turn that came and went on an unnamed wire before its answer ends with the answer, and its text is no draft', () => {
    const story = submitted(false)
    story.tell(start(), unnamedEnd)
    expect([activeId(story), drafts(story)]).toEqual([TURN, []])
    story.tell(accepted())
    expect([ends(story), activeId(story), drafts(story)]).toEqual([
      [`${TURN} rescued inferred`],
      undefined,
      [],
    ])
  })

  test('and where the answer is lost, with the silence after it, its text as one that may have arrived', () => {
    const story = submitted(false)
    story.tell(start(), unnamedEnd, sendLost({ turnId: TURN, ...about, nonce: 'send-1' }))
    story.wait(60_000)
    const turn = findTurn(story.situation().state.turns, TURN)
    story.tell(turnOverdue({ turnId: TURN, ...about, evidenceSeq: turn?.evidenceSeq ?? 0 }))
    expect([ends(story), drafts(story)]).toEqual([[`${TURN} rescued inferred`], [`${TURN} unknown`]])
  })

  test('mirror: what goes on after the unnamed end was not meant', () => {
    const story = submitted(false)
    story.tell(start(), unnamedEnd, start(), accepted())
    expect([ends(story), activeId(story)]).toEqual([[], TURN])
  })

  test('accepted does not bring back what was said to be over: nothing would end it again', () => {
    const story = submitted(false)
    story.tell(start(), signals.requestEnded({ ...about, turnId: TURN, how: 'clean_end' }), accepted())
    expect([activeId(story), drafts(story)]).toEqual([undefined, []])
  })

  test('a run of unknown origin is shown once nothing else runs there', () => {
    const story = submitted(false)
    story.tell(start('run-1'), start('run-2'), accepted('run-1'))
    story.tell(signals.turnEnded({ ...about, runId: 'run-1', reason: 'complete' }))
    story.wait(2_000)
    story.tell(progress('run-2'))
    expect(activeOf(story.situation().state.turns, KEY)?.runs).toEqual(['run-2'])
    expect(entryOf(story.situation().state.turns, KEY)?.unplacedRuns).toEqual([])
  })

  test('a turn that the server holds is not lost where an unknown one takes the conversation', () => {
    const story = submitted(false)
    story.tell(accepted('run-1'), start('run-1'))
    tellTurnBehind(story)
    story.tell(signals.turnStarted({ ...about, turnId: 'unknown-turn' }))
    const entry = entryOf(story.situation().state.turns, KEY)
    expect([entry?.active?.turnId, entry?.queue.map(({ turnId }) => turnId)]).toEqual([
      'unknown-turn',
      [TURN_BEHIND],
    ])
  })
})

test('a run that only ever named its turn is one run, also once a check has found that it is none of ours', () => {
  const story = submitted(true)
  const unknown = { ...about, turnId: 'unknown-turn' } as const
  story.tell(accepted('run-1'), start('run-1'), signals.turnStarted(unknown))
  story.checkLeaves('check')
  story.tell(progress('run-1'), answered('check', 'idle'), signals.turnStarted(unknown))
  const entry = entryOf(story.situation().state.turns, KEY)
  expect([entry?.unplacedRuns.length, entry?.backgroundRuns.length]).toEqual([0, 1])
})
