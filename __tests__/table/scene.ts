/** The stage of the table: one conversation, who is in it, and how a state is reached by ordinary actions. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { createTurnkeeper, sendAccepted, signals, turnSubmitted, userChanged } from 'redux-turnkeeper'
import type { Address, KeeperState, Ports, TurnkeeperOptions } from 'redux-turnkeeper'
import { statusCheckStarted } from '../../src/actions'

export const KEY = 'c1'
/** The key that the conversation gets where it is re-keyed. */
export const NEW_KEY = 'c9'
/** The turn of the scene. */
export const TURN = 't1'
export const TURN_BEFORE = 't0'
export const TURN_BEHIND = 't2'
export const HARD_LIMIT = 3_600_000
/** For how long a question can be answered. */
export const QUESTION_TIME = 3_000_000

/**
 * What evidence may need. `run`, `guess`: a run is bound to the turn, for certain or by guess. `behind`: another turn waits
 * behind it. `session`: a session is known. `session stop`: a stop of the session is under way. `old check`: a status check
 * left before the newest evidence. `free`: nothing is in front of it.
 */
export type Need = 'run' | 'guess' | 'behind' | 'session' | 'session stop' | 'old check' | 'free'

/** Who is who, for the evidence to name. */
export interface Scene {
  readonly hasStatusChecks: boolean
  readonly key: string
  readonly turnId: string
  /** How a signal names what the table is about. */
  readonly it: Address
  /** How a status answer names it. */
  readonly named: { readonly turnId: string } | { readonly runId: string }
  /** Whom the answer "another one runs" names. */
  readonly other: { readonly turnId: string } | { readonly runId: string }
  /** The run that is named along with the turn. */
  readonly both: string
  readonly run: string | null
  readonly guess: string | null
  /** The run that the answer to the send names. */
  readonly answeredRun: string
  readonly sendNonce: string
  readonly stopNonce: string
  readonly checkInFlight: string | null
  /** When the newest step was taken. */
  readonly now: number
}

export interface Situation {
  readonly state: KeeperState
  readonly scene: Scene
  /** The prompts that were submitted on the way. */
  readonly prompts: readonly string[]
}

/** Never called: a bare reducer has no effects. That they are there tells the rules what exists. */
const never = () => new Promise<never>(() => undefined)
const ports: Ports = {
  sendTurn: never,
  stopTurn: never,
  answerInput: never,
  stopSession: never,
  listSessions: never,
}

/** The options of the two modes: with and without a status check. */
export const optionsOf = (hasStatusChecks: boolean): Omit<TurnkeeperOptions, 'features'> => ({
  hardLimit: HARD_LIMIT,
  ports: hasStatusChecks ? { ...ports, fetchStatus: never } : ports,
})
const reducers = {
  checked: createTurnkeeper(optionsOf(true)).reducer,
  unchecked: createTurnkeeper(optionsOf(false)).reducer,
}
/** The bare reducer of a keeper with, or without, a status check. */
export const reducerOf = (hasStatusChecks: boolean) =>
  hasStatusChecks ? reducers.checked : reducers.unchecked

export const stamped = (action: UnknownAction, at: number): UnknownAction => ({
  ...action,
  meta: { ...(action.meta as object), at },
})

/** What happens before each story, in other conversations. */
let prelude: readonly UnknownAction[] = []

/** Makes a situation in which other conversations are at work as well: those of the prelude. */
export function afterPrelude<Made>(actions: readonly UnknownAction[], make: () => Made): Made {
  prelude = actions
  try {
    return make()
  } finally {
    prelude = []
  }
}

/** A story in steps of one second. */
export interface Story {
  readonly hasStatusChecks: boolean
  tell(...actions: readonly UnknownAction[]): void
  wait(ms: number): void
  /** A prompt; `behind`: it is sent although another turn is in front. */
  submit(turnId: string, nonce?: string, behind?: boolean): void
  /** A status check leaves. */
  checkLeaves(nonce: string): void
  situation(scene?: Partial<Scene>): Situation
}

export function createStory(hasStatusChecks: boolean): Story {
  const reducer = reducerOf(hasStatusChecks)
  const prompts: string[] = []
  let now = 1_000_000 - 1_000 * prelude.length
  let state = reducer(undefined, { type: 'start' })
  const tell = (...actions: readonly UnknownAction[]): void => {
    for (const action of actions) {
      now += 1_000
      state = reducer(state, stamped(action, now))
    }
  }
  const story: Story = {
    hasStatusChecks,
    tell,
    wait: (ms) => void (now += ms),
    submit(turnId, nonce, behind = false) {
      prompts.push(turnId)
      const prompt = { turnId, conversationId: KEY, input: turnId, ...(nonce !== undefined && { nonce }) }
      tell(turnSubmitted(behind ? { ...prompt, mode: 'now' } : prompt))
    },
    checkLeaves: (nonce) => tell(statusCheckStarted({ nonce, conversationIds: [KEY], explicit: true })),
    situation: (scene = {}) => ({
      state,
      prompts,
      scene: {
        hasStatusChecks,
        key: KEY,
        turnId: TURN,
        it: { turnId: TURN },
        named: { turnId: TURN },
        other: { turnId: 'unknown-turn' },
        both: 'run-2',
        run: null,
        guess: null,
        answeredRun: 'run-2',
        sendNonce: 'send-1',
        stopNonce: 'stop-1',
        checkInFlight: null,
        now,
        ...scene,
      },
    }),
  }
  tell(...prelude, userChanged({ userId: 'user' }))
  return story
}

/** The turn before: submitted, taken, and running. */
export function tellTurnBefore(story: Story): void {
  story.submit(TURN_BEFORE, 'send-0')
  story.tell(
    sendAccepted({ turnId: TURN_BEFORE, conversationId: KEY, nonce: 'send-0', runId: 'run-0' }),
    signals.turnStarted({ conversationId: KEY, runId: 'run-0' }),
  )
}

export const endTurnBefore = (story: Story): void =>
  story.tell(signals.turnEnded({ conversationId: KEY, turnId: TURN_BEFORE, reason: 'complete' }))

/** A turn that the server holds behind it. */
export function tellTurnBehind(story: Story): void {
  story.submit(TURN_BEHIND, 'send-2', true)
  story.tell(sendAccepted({ turnId: TURN_BEHIND, conversationId: KEY, nonce: 'send-2', as: 'queued' }))
}
