/** What is happening, and what the user can do about it, in words for a person. Pure. */
import type {
  BackgroundPhase,
  Draft,
  EndedTurn,
  QueueState,
  Retry,
  ScheduledWork,
  Turn,
  TurnPhase,
} from 'redux-turnkeeper'
import type { AssistantKind } from 'redux-turnkeeper/assistant'
import { TAKEN_BACK } from './heldSends'
import type { LastCheck } from './slices/connection'

export interface Words {
  readonly text: string
  /** What the user can do, or need not do. */
  readonly hint?: string
  readonly tone: 'calm' | 'warn' | 'ask'
}

export interface TurnFacts {
  readonly turn: Pick<Turn, 'sendState' | 'started' | 'stop' | 'isStalled' | 'isUnverified'>
  readonly phase: TurnPhase
  /** For how long nothing was heard of it, ms. */
  readonly silence: number
  /** Whether a status check is under way. */
  readonly isChecking: boolean
  /** What the last status check since then said; `null`: it failed. */
  readonly lastCheck: LastCheck['status'] | undefined
  readonly tool: string | null
  /** The attempt that it waits for, and how long, ms. */
  readonly retry: Retry | null
  readonly left: number | null
  readonly isOnline: boolean
  readonly isConnected: boolean
}

/** 7 s, 1 min 5 s, 2 h 3 min. */
export function duration(ms: number): string {
  const seconds = Math.floor(Math.max(ms, 0) / 1_000)
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `${seconds} s`
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The same words without the time in them: a screen reader reads them when they change, not each second. */
export const withoutTime = (text: string): string => text.replace(/( for| in)?( \d+ (s|min|h))+/g, '')

const calm = (text: string, hint?: string): Words => ({
  text,
  tone: 'calm',
  ...(hint !== undefined && { hint }),
})
const warn = (text: string, hint?: string): Words => ({
  text,
  tone: 'warn',
  ...(hint !== undefined && { hint }),
})

/** Whether the message was written offline, and has not been sent. */
export const isHeld = ({ sendState, started }: TurnFacts['turn'], isOnline: boolean): boolean =>
  !isOnline && sendState === 'sending' && started === 'no'

export function turnWords(facts: TurnFacts): Words {
  return (
    stopWords(facts) ??
    heldWords(facts) ??
    unverifiedWords(facts) ??
    sendWords(facts) ??
    retryWords(facts) ??
    silenceWords(facts) ??
    workWords(facts)
  )
}

function stopWords({ turn }: TurnFacts): Words | null {
  switch (turn.stop?.state) {
    case undefined:
      return null
    case 'wanted':
    case 'requested':
      return calm('Stopping…')
    case 'acknowledged':
      return calm('The agent has accepted the stop. Waiting for it to stop…')
    case 'unheeded':
      return warn('The agent accepted the stop, but is still working.', 'You can stop it again.')
    case 'unconfirmed':
      return warn(
        'The stop may not have reached the agent. Checking…',
        'If it is still working, the stop is sent again.',
      )
    case 'deferred':
      return calm('It has not started yet. It will be stopped as soon as it starts.')
  }
}

const heldWords = ({ turn, isOnline }: TurnFacts): Words | null =>
  isHeld(turn, isOnline) ? waitingWords(0, isOnline) : null

/** The page knows that it may have missed something. */
function unverifiedWords({ turn, isOnline, isConnected }: TurnFacts): Words | null {
  if (!turn.isUnverified) return null
  if (!isOnline)
    return warn('You are offline.', 'The agent may still be working. It is checked when you are back online.')
  if (!isConnected)
    return warn(
      'The connection was lost. Checking whether the agent is still working…',
      'Nothing is lost, and you do not need to reload.',
    )
  return warn('Checking whether the agent is still working…')
}

/** The page would have heard something, and did not. */
function silenceWords({ turn, silence, isChecking, lastCheck }: TurnFacts): Words | null {
  if (!turn.isStalled) return null
  const quiet = `Nothing heard for ${duration(silence)}`
  if (isChecking) return warn(`${quiet}, checking…`)
  if (lastCheck === null) return warn(`${quiet}, and the server cannot be reached. Trying again…`)
  if (lastCheck === 'running')
    return warn(`${quiet}, but the server says that it is still working.`, 'You can wait, or stop it.')
  return warn(`${quiet}, checking…`)
}

/** A message that has not been sent yet. */
export const waitingWords = (refusals: number, isOnline: boolean): Words =>
  !isOnline
    ? warn('You are offline.', 'Your message waits, and is sent when you are back online.')
    : refusals > 0
      ? warn('The agent is busy with something else.', 'Your message waits, and is sent again soon.')
      : calm('Your message waits to be sent.')

const QUEUE_TEXTS: Readonly<Record<QueueState['why'], string | null>> = {
  running: null,
  next: null,
  stopping: 'They leave when the stop is through.',
  gated: 'They leave when the agent can be reached.',
  busy: 'The agent is busy with something else.',
  limit: 'The agent has reached a limit.',
  stop: 'They wait since you stopped the agent.',
  error: 'They wait since the last answer failed.',
  session: 'They wait since the session of the agent is gone.',
  person: 'You hold them back.',
}

/** Why messages wait, beside an answer in front of them. `left`: until they leave, ms. */
export function queueWords({ why, until }: QueueState, left: number | null) {
  const text = QUEUE_TEXTS[why]
  if (text === null) return null
  const isHeld = why === 'limit' || why === 'stop' || why === 'error' || why === 'session' || why === 'person'
  return {
    text: until !== null && left !== null ? `${text} They leave in ${duration(left)}.` : text,
    mayResume: isHeld,
  }
}

function sendWords({ turn, phase }: TurnFacts): Words | null {
  const { sendState, started, isStalled } = turn
  if (started !== 'no') return null
  if (sendState === 'unconfirmed')
    return warn(
      'The connection failed before an answer came. Checking whether your message arrived…',
      'It is not sent twice.',
    )
  if (isStalled) return null
  if (sendState === 'accepted') return calm('Delivered. Waiting for the agent to start…')
  if (sendState === 'server_queued') return calm('Delivered. The agent will start it later.')
  return phase === 'submitted' ? calm('Sending…') : null
}

/** An attempt of the agent's failed. It makes the next one by itself. */
function retryWords({ retry, left }: TurnFacts): Words | null {
  if (!retry) return null
  const { attempt, limit, error } = retry
  const what = attempt === null ? 'Trying again' : `Try ${attempt}${limit === null ? '' : ` of ${limit}`}`
  const when = left === null || left === 0 ? '…' : ` in ${duration(left)}.`
  return warn(`${error?.message ?? 'It did not work.'} ${what}${when}`, 'You need not do anything.')
}

/** What goes on beside the turn. */
export const backgroundWords = {
  phases: {
    running: '',
    paused: 'paused',
    awaiting_input: 'asks you',
    stopping: 'stopping…',
  } satisfies Record<BackgroundPhase, string>,
  scheduled: ({ name }: ScheduledWork, left: number): string =>
    `Goes on by itself${left > 0 ? ` in ${duration(left)}` : ' now'}${name === null ? '' : `: ${name}`}`,
}

/** What else the record says of a turn: when its first words came, and what it used. */
export function endDetails({ startedAt, firstOutputAt, usage }: EndedTurn): string | null {
  const first =
    firstOutputAt === null ? 'No text came' : `First words after ${duration(firstOutputAt - startedAt)}`
  const tokens = usage?.outputTokens === undefined ? null : `${usage.outputTokens} tokens`
  return tokens === null ? null : `${first}, ${tokens}.`
}

function workWords({ phase, tool }: TurnFacts): Words {
  if (phase === 'awaiting_input') return { text: 'The agent waits for your answer.', tone: 'ask' }
  if (tool !== null) return calm(`Using ${tool.replaceAll('_', ' ')}…`)
  return calm(phase === 'streaming' ? 'Answering…' : 'Thinking…')
}

/** How a turn ended, where that is worth a line. */
export function endWords(ended: EndedTurn): Words | null {
  const { outcome, reason, error, started, startedAt, endedAt, finishReason } = ended
  const took = endedAt - startedAt < 1_000 ? 'less than a second' : duration(endedAt - startedAt)
  switch (outcome) {
    case 'complete':
      return reason === 'rescued'
        ? calm('Finished.', 'The message that says so was lost, so the app asked the server.')
        : calm(`Finished in ${took}.`)
    case 'cancelled':
      return calm(`Stopped after ${took}.`)
    case 'error':
      return warn(
        error?.message ?? 'It failed.',
        'Your message is not lost: send it again, or change it first.',
      )
    case 'interrupted':
      if (finishReason === 'length')
        return warn('The answer was cut off: it had become too long.', 'Ask the agent to go on.')
      return warn(
        error?.message ?? 'It was interrupted.',
        'What was written so far is kept. You can send your message again.',
      )
    case 'unknown':
      return started === 'no'
        ? warn('The agent accepted your message, but never started.', 'You can send it again.')
        : warn('It has ended, but how is not known.', 'You can send your message again.')
    default:
      return null
  }
}

/** Why a text was given back. `ended`: its turn, where that is known. */
export function draftWords({ arrived }: Pick<Draft, 'arrived'>, ended: EndedTurn | null): string {
  if (ended?.outcome === 'cancelled' || ended?.error?.code === TAKEN_BACK)
    return 'You took this message back.'
  if (arrived === 'no' || ended?.outcome === 'undelivered') return 'This message was not delivered.'
  return 'It is not known whether this message arrived.'
}

/** Where the start of the assistant stands; `null` while it is up. */
export function assistantWords(
  kind: AssistantKind,
  since: number,
  recoveries: number,
  error: string | null,
): Words | null {
  const hint = 'You can already write: messages wait until it is ready.'
  switch (kind) {
    case 'active':
    case 'self_hosted':
      return null
    case 'loading':
      return calm('Looking for your assistant…', hint)
    case 'initializing':
      return recoveries > 0
        ? warn(
            `Your assistant did not start, so another one is being started (try ${recoveries + 1})… ${duration(since)}`,
            hint,
          )
        : calm(`Your assistant is starting… ${duration(since)}`, hint)
    case 'cleaning_up':
      return calm('The old assistant is being removed…', hint)
    case 'retired':
      return warn('Your assistant was retired.')
    case 'awaiting_version_selection':
      return { text: 'Choose which version of the assistant to start.', tone: 'ask' }
    case 'error':
      return warn(error ?? 'Your assistant is not ready.', hint)
  }
}
