/** How each state of a turn, a send, a stop and a status check is reached: by actions, told to a bare reducer. */
import type { UnknownAction } from '@reduxjs/toolkit'
import {
  sendAccepted,
  sendLost,
  sendRefused,
  sessionStatusChanged,
  signals,
  stopAcknowledged,
  stopLost,
  stopRefused,
  stopRequested,
} from 'redux-turnkeeper'
import { sessionStopRequested, statusAnswered } from '../../src/actions'
import { KEY, QUESTION_TIME, TURN, createStory, endTurnBefore, tellTurnBefore, tellTurnBehind } from './scene'
import type { Need, Scene, Situation, Story } from './scene'
import type { SendState, StatusCheckState, StopState, TurnState } from './types'

/** The situation of a state, with what the evidence needs; `null` where the state cannot have that. */
export type Stage = (need: Need | undefined, hasStatusChecks: boolean) => Situation | null

const start = (turnOrRun: { readonly turnId: string } | { readonly runId: string }) =>
  signals.turnStarted({ conversationId: KEY, ...turnOrRun })
const endOfRun = (runId: string) => signals.turnEnded({ conversationId: KEY, runId, reason: 'complete' })
const accepted = (runId?: string) =>
  sendAccepted({
    turnId: TURN,
    conversationId: KEY,
    nonce: 'send-1',
    ...(runId !== undefined && { runId }),
  })
const asks = (address: object) =>
  signals.inputRequested({
    conversationId: KEY,
    ...address,
    requestId: 'q1',
    kind: 'approval',
    expiresInMs: QUESTION_TIME,
  })

/** A story that takes a need into account where it comes up. */
class Plot {
  readonly story: Story
  constructor(
    readonly need: Need | undefined,
    hasStatusChecks: boolean,
  ) {
    this.story = createStory(hasStatusChecks)
  }
  get isGuess(): boolean {
    return this.need === 'guess'
  }
  tell(...actions: readonly UnknownAction[]): this {
    this.story.tell(...actions)
    return this
  }
  /** The old check leaves before what is told next. */
  newestFollows(): this {
    if (this.need === 'old check') this.story.checkLeaves('old')
    return this
  }
  behind(): this {
    if (this.need === 'behind') tellTurnBehind(this.story)
    return this
  }
  session(): this {
    if (this.need === 'session' || this.need === 'session stop')
      this.tell(sessionStatusChanged({ conversationId: KEY, status: 'starting' }))
    return this
  }
  stopSession(): this {
    if (this.need === 'session stop') this.tell(sessionStopRequested({ conversationId: KEY, nonce: 'halt' }))
    return this
  }
  end(scene: Partial<Scene> = {}): Situation {
    const { isGuess } = this
    return this.story.situation({ ...(isGuess && { guess: 'guessed-run' }), ...scene })
  }
}

/** The turn before has come and gone, and the prompt has been submitted. */
function prompted(need: Need | undefined, hasStatusChecks: boolean, isNewest = false): Plot {
  const plot = new Plot(need, hasStatusChecks)
  tellTurnBefore(plot.story)
  endTurnBefore(plot.story)
  plot.session()
  if (isNewest) plot.newestFollows()
  plot.story.submit(TURN, 'send-1')
  return plot
}

const guessedByStart = (plot: Plot): Plot => plot.tell(start({ runId: 'guessed-run' }))

/** It runs: accepted with its run, which has started. Where a guess is needed: named, and the guess still stands. */
function running(need: Need | undefined, hasStatusChecks: boolean): Plot {
  const plot = prompted(need, hasStatusChecks)
  if (plot.isGuess)
    return guessedByStart(plot).tell(
      signals.turnProgressed({ conversationId: KEY, turnId: TURN, kind: 'output' }),
    )
  return plot
    .tell(accepted('run-1'))
    .newestFollows()
    .tell(start({ runId: 'run-1' }))
}
const BOUND = { run: 'run-1' } as const

const without = (need: Need | undefined, ...impossible: readonly Need[]): boolean =>
  need !== undefined && impossible.includes(need)

export const turnStages: Readonly<Record<TurnState, Stage>> = {
  none(need, hasStatusChecks) {
    if (without(need, 'run', 'guess', 'behind')) return null
    const plot = new Plot(need, hasStatusChecks)
    tellTurnBefore(plot.story)
    plot.newestFollows()
    endTurnBefore(plot.story)
    return plot.session().stopSession().end()
  },
  unsent(need, hasStatusChecks) {
    if (without(need, 'run', 'guess')) return null
    const plot = new Plot(need, hasStatusChecks).session()
    tellTurnBefore(plot.story)
    plot.newestFollows()
    plot.story.submit(TURN, 'send-1')
    if (need === 'free') endTurnBefore(plot.story)
    return plot.behind().stopSession().end()
  },
  sending(need, hasStatusChecks) {
    if (without(need, 'run', 'session stop')) return null
    const plot = prompted(need, hasStatusChecks, true)
    if (plot.isGuess) plot.tell(endOfRun('guessed-run'))
    return plot.behind().end()
  },
  unconfirmed(need, hasStatusChecks) {
    if (without(need, 'run', 'session stop')) return null
    const plot = prompted(need, hasStatusChecks, true)
    if (plot.isGuess) plot.tell(endOfRun('guessed-run'))
    plot.tell(sendLost({ turnId: TURN, conversationId: KEY, nonce: 'send-1' }))
    return plot.behind().end()
  },
  accepted(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    // Without a status check the end of such a run ends the turn.
    if (need === 'guess' && !hasStatusChecks) return null
    const plot = prompted(need, hasStatusChecks, true)
    plot.tell(accepted(need === 'run' ? 'run-1' : undefined))
    if (plot.isGuess) plot.tell(endOfRun('guessed-run'))
    return plot.behind().end(need === 'run' ? BOUND : {})
  },
  'running by guess'(need, hasStatusChecks) {
    if (without(need, 'run', 'session stop')) return null
    const plot = prompted(need, hasStatusChecks).newestFollows()
    return guessedByStart(plot).behind().end()
  },
  running(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    return running(need, hasStatusChecks).behind().end(BOUND)
  },
  waiting(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    const isGuess = need === 'guess'
    const plot = isGuess ? guessedByStart(prompted(need, hasStatusChecks)) : running(need, hasStatusChecks)
    return plot
      .tell(asks(isGuess ? {} : { turnId: TURN }))
      .behind()
      .end(BOUND)
  },
  'being stopped'(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    const plot =
      need === 'guess' ? guessedByStart(prompted(need, hasStatusChecks)) : running(need, hasStatusChecks)
    plot.tell(stopRequested({ turnId: TURN, nonce: 'stop-1' }))
    return plot.behind().end(BOUND)
  },
  'ended (inferred)'(need, hasStatusChecks) {
    if (without(need, 'guess')) return null
    const plot = running(need, hasStatusChecks).behind()
    if (need === 'session stop') return plot.stopSession().end(BOUND)
    if (hasStatusChecks) {
      plot.story.checkLeaves('rescue')
      plot.tell(statusAnswered({ nonce: 'rescue', conversationId: KEY, answer: { status: 'idle' } }))
    } else plot.tell(signals.turnEnded({ conversationId: KEY, reason: 'rescued' }))
    return plot.end(BOUND)
  },
  'ended (witnessed)'(need, hasStatusChecks) {
    if (without(need, 'guess', 'session stop')) return null
    const plot = running(need, hasStatusChecks).behind()
    return plot.tell(signals.turnEnded({ conversationId: KEY, turnId: TURN, reason: 'complete' })).end(BOUND)
  },
}

export const sendStages: Readonly<Record<SendState, Stage>> = {
  none: turnStages.none,
  unsent: turnStages.unsent,
  sending: turnStages.sending,
  unconfirmed: turnStages.unconfirmed,
  accepted: turnStages.accepted,
  held(need, hasStatusChecks) {
    if (without(need, 'guess', 'session stop', 'free')) return null
    const plot = new Plot(need, hasStatusChecks).session()
    tellTurnBefore(plot.story)
    plot.newestFollows()
    plot.story.submit(TURN, 'send-1', true)
    plot.tell(
      sendAccepted({
        turnId: TURN,
        conversationId: KEY,
        nonce: 'send-1',
        as: 'queued',
        ...(need === 'run' && { runId: 'run-1' }),
      }),
    )
    return plot.behind().end(need === 'run' ? BOUND : {})
  },
  delivered: turnStages['ended (witnessed)'],
  returned(need, hasStatusChecks) {
    if (without(need, 'run', 'guess', 'session stop')) return null
    const plot = prompted(need, hasStatusChecks, true).behind()
    return plot
      .tell(sendRefused({ turnId: TURN, conversationId: KEY, nonce: 'send-1', reason: 'error' }))
      .end()
  },
  'returned, perhaps arrived'(need, hasStatusChecks) {
    if (without(need, 'run', 'guess')) return null
    const plot = prompted(need, hasStatusChecks, true).behind()
    return (
      need === 'session stop'
        ? plot.stopSession()
        : plot.tell(sessionStatusChanged({ conversationId: KEY, status: 'interrupted' }))
    ).end()
  },
}

/** The turn runs, and a stop of it was asked for. `told`: what came of the stop. */
const stopped =
  (told: (plot: Plot) => unknown): Stage =>
  (need, hasStatusChecks) => {
    if (without(need, 'session stop')) return null
    const plot =
      need === 'guess' ? guessedByStart(prompted(need, hasStatusChecks)) : running(need, hasStatusChecks)
    plot.behind()
    told(plot)
    return plot.end(BOUND)
  }
const requests = (plot: Plot) => plot.tell(stopRequested({ turnId: TURN, nonce: 'stop-1' }))
const acknowledges = (plot: Plot) => requests(plot).tell(stopAcknowledged({ turnId: TURN, nonce: 'stop-1' }))

export const stopStages: Readonly<Record<StopState, Stage>> = {
  none: turnStages.running,
  wanted: stopped((plot) => plot.tell(stopRequested({ turnId: TURN }))),
  requested: turnStages['being stopped'],
  acknowledged: stopped(acknowledges),
  unheeded: stopped((plot) => {
    acknowledges(plot).story.wait(10_000)
    plot.tell(signals.turnProgressed({ conversationId: KEY, turnId: TURN, kind: 'output' }))
  }),
  unconfirmed: stopped((plot) => requests(plot).tell(stopLost({ turnId: TURN, nonce: 'stop-1' }))),
  deferred(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    const plot = prompted(need, hasStatusChecks, true)
    plot.tell(accepted(need === 'run' ? 'run-1' : undefined))
    if (plot.isGuess) plot.tell(endOfRun('guessed-run'))
    plot.behind()
    requests(plot).tell(stopRefused({ turnId: TURN, nonce: 'stop-1', reason: 'no_active_turn' }))
    return plot.end(need === 'run' ? BOUND : {})
  },
  over(need, hasStatusChecks) {
    if (without(need, 'guess', 'session stop')) return null
    const plot = running(need, hasStatusChecks).behind()
    return acknowledges(plot)
      .tell(signals.turnEnded({ conversationId: KEY, turnId: TURN, reason: 'cancelled' }))
      .end(BOUND)
  },
}

export const statusCheckStages: Readonly<Record<StatusCheckState, Stage>> = {
  'not needed': (need, hasStatusChecks) =>
    need === 'behind' ? null : turnStages['ended (witnessed)'](need, hasStatusChecks),
  scheduled: turnStages.running,
  due(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    const plot = running(need, hasStatusChecks).behind()
    return plot.tell(signals.turnEnded({ conversationId: KEY, reason: 'rescued' })).end(BOUND)
  },
  'in flight'(need, hasStatusChecks) {
    if (without(need, 'session stop')) return null
    const plot = running(need, hasStatusChecks).behind()
    plot.story.checkLeaves('flight')
    return plot.end({ ...BOUND, checkInFlight: 'flight' })
  },
}
