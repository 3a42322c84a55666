/** What is happening, and what the user can do about it, in words for a person. Pure. */
import type { AssistantKind, EndedTurn, LiveTurn, StatusAnswer } from 'redux-turnkeeper'

export interface Words {
  readonly text: string
  /** What the user can do, or need not do. */
  readonly hint?: string
  readonly tone: 'calm' | 'warn' | 'ask'
}

export interface TurnFacts {
  readonly turn: Pick<LiveTurn, 'phase' | 'send' | 'begun' | 'stop' | 'stalled' | 'unverified' | 'refusals'>
  /** For how long nothing was heard of it, ms. */
  readonly silence: number
  readonly looking: boolean
  /** What the last look-up since then came to; `null`: it failed. */
  readonly lastLook: StatusAnswer['status'] | null | undefined
  readonly tool: string | null
  readonly online: boolean
  readonly connected: boolean
}

/** 7 s, 1 min 5 s, 2 h 3 min. */
export function duration(ms: number): string {
  const seconds = Math.floor(Math.max(ms, 0) / 1_000)
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `${seconds} s`
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** The same words without what ticks in them: a screen reader hears when they change, not each second. */
export const unticked = (text: string): string => text.replace(/( for)?( \d+ (s|min|h))+/g, '')

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

export function turnWords(facts: TurnFacts): Words {
  return stopWords(facts) ?? lossWords(facts) ?? sendWords(facts) ?? silenceWords(facts) ?? workWords(facts)
}

function stopWords({ turn }: TurnFacts): Words | null {
  switch (turn.stop?.state) {
    case undefined:
      return null
    case 'wanted':
    case 'in_flight':
      return calm('Stopping…')
    case 'acknowledged':
      return calm('The agent knows that it is to stop. Waiting until it has…')
    case 'unknown':
      return warn(
        'It is not certain that the stop has arrived. Checking…',
        'If it still runs, it is told again.',
      )
    case 'deferred':
      return calm('There was nothing to stop yet. It will be stopped as soon as it begins.')
  }
}

/** `unverified`: it is known that this page cannot know. A mere silence is another thing, see below. */
function lossWords({ turn, online, connected }: TurnFacts): Words | null {
  if (!turn.unverified) return null
  if (!online)
    return warn(
      'You are offline.',
      'The agent may well be working on. It is checked as soon as you are back.',
    )
  if (!connected)
    return warn(
      'The connection was lost. Checking whether the agent is still working…',
      'Nothing is lost, and you need not reload.',
    )
  return warn('Checking whether the agent is still working…')
}

/** `stalled`: this page would have heard a word, and there was none. */
function silenceWords({ turn, silence, looking, lastLook }: TurnFacts): Words | null {
  if (!turn.stalled) return null
  const quiet = `No word for ${duration(silence)}`
  if (looking) return warn(`${quiet}, checking…`)
  if (lastLook === null) return warn(`${quiet}, and the server cannot be reached. Trying again…`)
  if (lastLook === 'running')
    return warn(`${quiet}, but the server says that it is still working.`, 'You can wait, or stop it.')
  return warn(`${quiet}, checking…`)
}

/** A message that has not left yet. */
export const waitingWords = (refusals: number, online: boolean): Words =>
  !online
    ? warn('You are offline.', 'Your message waits, and is sent by itself when you are back.')
    : refusals > 0
      ? warn('The agent is busy with something else.', 'Your message waits, and is sent again by itself.')
      : calm('Your message waits until it can leave.')

function sendWords({ turn, online }: TurnFacts): Words | null {
  const { phase, send, refusals, begun, stalled } = turn
  if (phase === 'queued') return waitingWords(refusals, online)
  if (begun) return null
  if (send === 'unknown')
    return warn(
      'The connection broke before an answer came. Checking whether your message arrived…',
      'It is not sent twice.',
    )
  if (stalled) return null
  if (send === 'accepted') return calm('Delivered. Waiting for the agent to begin…')
  return phase === 'submitted' ? calm('Sending…') : null
}

function workWords({ turn, tool }: TurnFacts): Words {
  if (turn.phase === 'awaiting_input') return { text: 'The agent waits for your answer.', tone: 'ask' }
  if (tool !== null) return calm(`Using ${tool.replaceAll('_', ' ')}…`)
  return calm(turn.phase === 'streaming' ? 'Answering…' : 'Thinking…')
}

/** How a turn ended, where that is worth a line. */
export function endWords({ outcome, reason, error, startedAt, endedAt }: EndedTurn): Words | null {
  const took = duration(endedAt - startedAt)
  switch (outcome) {
    case 'complete':
      return reason === 'rescued'
        ? calm('Finished.', 'Word of it got lost on the way, so it was looked up.')
        : calm(`Finished in ${took}.`)
    case 'cancelled':
      return calm(`Stopped after ${took}.`)
    case 'error':
      return warn(
        error?.message ?? 'It failed.',
        'Your message is not lost: send it again, or change it first.',
      )
    case 'interrupted':
      return warn(
        error?.message ?? 'It was interrupted.',
        'What it had written so far is kept. You can send your message again.',
      )
    case 'unknown':
      return warn('It is over, but nobody can say how it ended.', 'You can send your message again.')
    default:
      return null
  }
}

/** Why a text was given back. */
export const draftWords = (ended: Pick<EndedTurn, 'outcome'> | null): string =>
  ended === null || ended.outcome === 'undelivered'
    ? 'This message was not delivered.'
    : ended.outcome === 'cancelled'
      ? 'You took this message back.'
      : 'This message did not get through.'

/** Where the assistant's start stands; `null` while it is up. */
export function assistantWords(
  kind: AssistantKind,
  since: number,
  recoveries: number,
  error: string | null,
): Words | null {
  const waits = 'You can write already: messages wait until it is up.'
  switch (kind) {
    case 'active':
    case 'self_hosted':
      return null
    case 'loading':
      return calm('Looking for your assistant…', waits)
    case 'initializing':
      return recoveries > 0
        ? warn(
            `It did not come up, so another one is being started (try ${recoveries + 1})… ${duration(since)}`,
            waits,
          )
        : calm(`Your assistant is starting… ${duration(since)}`, waits)
    case 'cleaning_up':
      return calm('The old assistant is being taken away…', waits)
    case 'retired':
      return warn('Your assistant was retired.')
    case 'awaiting_version_selection':
      return { text: 'Choose which version of the assistant to start.', tone: 'ask' }
    case 'error':
      return warn(error ?? 'Your assistant is not up.', waits)
  }
}
