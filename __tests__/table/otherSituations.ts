/** How each state of a run, a question and a session is reached. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { sendAccepted, sessionStatusChanged, signals } from 'redux-turnkeeper'
import type { SessionStatus } from 'redux-turnkeeper'
import { answerClaimed, inputsExpired, sessionStopRequested, statusAnswered } from '../../src/actions'
import { KEY, QUESTION_TIME, TURN, createStory, endTurnBefore, tellTurnBefore, tellTurnBehind } from './scene'
import type { Need, Scene, Situation, Story } from './scene'
import type { Stage } from './situations'
import { turnStages } from './situations'
import type { BackgroundRunState, QuestionState, RunState, SessionState } from './types'

/** The run that the table of runs is about. */
export const RUN = 'run-x'
export const HELPER = 'helper-run'

const start = (runId: string) => signals.turnStarted({ conversationId: KEY, runId })
const progress = (runId: string) => signals.turnProgressed({ conversationId: KEY, runId, kind: 'output' })
const end = (runId: string) => signals.turnEnded({ conversationId: KEY, runId, reason: 'complete' })

interface Told {
  readonly need: Need | undefined
  readonly hasStatusChecks: boolean
}
const oldCheck = (story: Story, { need }: Told): void => {
  if (need === 'old check') story.checkLeaves('old')
}
const behind = (story: Story, { need }: Told): void => {
  if (need === 'behind') tellTurnBehind(story)
}

/** The turn of the scene has left; `runId`: the server took it with that run, which runs. */
function turnRuns(told: Told, runId: string | null): Story {
  const story = createStory(told.hasStatusChecks)
  tellTurnBefore(story)
  endTurnBefore(story)
  if (told.need === 'session') story.tell(sessionStatusChanged({ conversationId: KEY, status: 'starting' }))
  story.submit(TURN, 'send-1')
  if (runId !== null)
    story.tell(sendAccepted({ turnId: TURN, conversationId: KEY, nonce: 'send-1', runId }), start(runId))
  return story
}

const ABOUT_RUN: Partial<Scene> = {
  it: { runId: RUN },
  named: { runId: RUN },
  both: RUN,
  answeredRun: RUN,
}
const stage =
  (tell: (told: Told) => Situation, ...impossible: readonly Need[]): Stage =>
  (need, hasStatusChecks) =>
    need !== undefined && impossible.includes(need) ? null : tell({ need, hasStatusChecks })

export const runStages: Readonly<Record<RunState, Stage>> = {
  unknown: stage(
    (told) => {
      const story = turnRuns(told, 'run-1')
      behind(story, told)
      oldCheck(story, told)
      story.tell(progress('run-1'))
      return story.situation({ ...ABOUT_RUN, other: { turnId: TURN } })
    },
    'run',
    'guess',
    'session stop',
  ),
  guessed: stage(
    (told) => {
      const story = turnRuns(told, null)
      behind(story, told)
      oldCheck(story, told)
      story.tell(start(RUN))
      return story.situation({ ...ABOUT_RUN, guess: RUN })
    },
    'run',
    'session stop',
  ),
  bound: stage(
    (told) => {
      const story = turnRuns(told, RUN)
      behind(story, told)
      oldCheck(story, told)
      story.tell(progress(RUN))
      return story.situation({ ...ABOUT_RUN, run: RUN })
    },
    'guess',
    'session stop',
  ),
  unplaced: stage(
    (told) => {
      const story = turnRuns(told, 'run-1')
      behind(story, told)
      story.tell(start(RUN))
      oldCheck(story, told)
      story.wait(2_000)
      story.tell(progress(RUN))
      return story.situation({ ...ABOUT_RUN, other: { turnId: TURN } })
    },
    'run',
    'guess',
    'session stop',
  ),
  beside: stage(
    (told) => {
      const story = turnRuns(told, 'run-1')
      behind(story, told)
      story.tell(start(RUN))
      story.checkLeaves('demotes')
      story.tell(
        progress('run-1'),
        statusAnswered({ nonce: 'demotes', conversationId: KEY, answer: { status: 'idle' } }),
      )
      oldCheck(story, told)
      // Long enough that the next evidence of it is written down, twice.
      story.wait(100_000)
      story.tell(progress(RUN))
      story.wait(100_000)
      story.tell(progress('run-1'))
      return story.situation({ ...ABOUT_RUN, other: { turnId: TURN } })
    },
    'run',
    'guess',
    'session stop',
  ),
  ended: stage(
    (told) => {
      const story = turnRuns(told, 'run-1')
      behind(story, told)
      story.tell(start(RUN))
      oldCheck(story, told)
      story.tell(end(RUN))
      return story.situation({ ...ABOUT_RUN, other: { turnId: TURN } })
    },
    'run',
    'guess',
    'session stop',
  ),
}

const ABOUT_HELPER: Partial<Scene> = {
  it: { runId: HELPER, role: 'child' },
  named: { runId: HELPER },
  both: HELPER,
  other: { turnId: TURN },
  run: 'run-1',
}
const helper = (payload: object = {}) => ({
  conversationId: KEY,
  runId: HELPER,
  role: 'child' as const,
  ...payload,
})
const helpers = (...actions: readonly (() => UnknownAction)[]): Stage =>
  stage(
    (told) => {
      const story = turnRuns(told, 'run-1')
      behind(story, told)
      actions.forEach((action, i) => {
        if (i === actions.length - 1) oldCheck(story, told)
        story.tell(action())
      })
      if (actions.length === 0) {
        oldCheck(story, told)
        story.tell(progress('run-1'))
      }
      // Long enough that the next evidence of it is written down.
      story.wait(100_000)
      story.tell(progress('run-1'))
      return story.situation(ABOUT_HELPER)
    },
    'guess',
    'session stop',
  )
const helperStarts = () => signals.turnStarted(helper())
const helperAsks = () =>
  signals.inputRequested({ ...helper({ requestId: 'q1' }), kind: 'approval', expiresInMs: QUESTION_TIME })

export const backgroundRunStages: Readonly<Record<BackgroundRunState, Stage>> = {
  unknown: helpers(),
  running: helpers(helperStarts),
  paused: helpers(helperStarts, () => signals.runPaused(helper())),
  waiting: helpers(helperStarts, helperAsks),
  ended: helpers(helperStarts, () => signals.turnEnded({ ...helper(), reason: 'complete' })),
}

const RAN: Partial<Scene> = { run: 'run-1' }
const asked = (told: Told): Story => {
  const story = turnRuns(told, 'run-1')
  behind(story, told)
  oldCheck(story, told)
  story.tell(
    signals.inputRequested({
      conversationId: KEY,
      turnId: TURN,
      requestId: 'q1',
      kind: 'approval',
      expiresInMs: QUESTION_TIME,
    }),
  )
  return story
}

export const questionStages: Readonly<Record<QuestionState, Stage>> = {
  none: stage(
    (told) => {
      const story = turnRuns(told, 'run-1')
      behind(story, told)
      oldCheck(story, told)
      story.tell(progress('run-1'))
      return story.situation(RAN)
    },
    'guess',
    'session stop',
  ),
  open: stage((told) => asked(told).situation(RAN), 'guess', 'session stop'),
  answering: stage(
    (told) => {
      const story = asked(told)
      story.tell(answerClaimed({ conversationId: KEY, requestId: 'q1', nonce: 'answer-1' }))
      return story.situation(RAN)
    },
    'guess',
    'session stop',
  ),
  expired: stage(
    (told) => {
      const story = asked(told)
      story.wait(QUESTION_TIME)
      story.tell(inputsExpired({ conversationId: KEY }))
      return story.situation(RAN)
    },
    'guess',
    'session stop',
  ),
  closed: stage(
    (told) => {
      const story = asked(told)
      story.tell(signals.inputResolved({ conversationId: KEY, turnId: TURN, requestId: 'q1' }))
      return story.situation(RAN)
    },
    'guess',
    'session stop',
  ),
}

/** The session is known, and no turn is in it. */
const inactive = (status: SessionStatus): Stage =>
  stage(
    (told) => {
      const story = createStory(told.hasStatusChecks)
      tellTurnBefore(story)
      endTurnBefore(story)
      oldCheck(story, told)
      story.tell(sessionStatusChanged({ conversationId: KEY, status }))
      return story.situation()
    },
    'run',
    'guess',
    'behind',
    'session stop',
  )

/** The session is known, and the turn has left into it; `runs`: it is at work. */
const active = (status: SessionStatus, runs: boolean): Stage =>
  stage(
    (told) => {
      const story = createStory(told.hasStatusChecks)
      tellTurnBefore(story)
      endTurnBefore(story)
      story.tell(sessionStatusChanged({ conversationId: KEY, status }))
      if (!runs) oldCheck(story, told)
      story.submit(TURN, 'send-1')
      behind(story, told)
      if (runs) oldCheck(story, told)
      if (runs)
        story.tell(
          sendAccepted({ turnId: TURN, conversationId: KEY, nonce: 'send-1', runId: 'run-1' }),
          start('run-1'),
        )
      return story.situation(runs ? RAN : {})
    },
    'guess',
    'session stop',
    ...(runs ? [] : (['run'] as const)),
  )

export const sessionStages: Readonly<Record<SessionState, Stage>> = {
  none: (need, hasStatusChecks) => (need === 'session' ? null : turnStages.running(need, hasStatusChecks)),
  starting: active('starting', false),
  running: active('starting', true),
  ready: inactive('ready'),
  interrupted: inactive('interrupted'),
  stopped: inactive('stopped'),
  error: inactive('error'),
  'being stopped': (need, hasStatusChecks) => {
    if (need === 'guess') return null
    const story = turnRuns({ need: need === 'session stop' ? 'session' : need, hasStatusChecks }, 'run-1')
    behind(story, { need, hasStatusChecks })
    story.tell(sessionStatusChanged({ conversationId: KEY, status: 'running' }))
    oldCheck(story, { need, hasStatusChecks })
    story.tell(sessionStopRequested({ conversationId: KEY, nonce: 'halt' }))
    return story.situation(RAN)
  },
}
