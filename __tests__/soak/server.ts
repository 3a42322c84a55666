/** A backend as it truly is: turns, their runs and questions, and a stream of frames that may be lost, doubled or mixed up. */
import { signals } from 'redux-turnkeeper'
import type { Address, EndReason, Outcome, StatusAnswer } from 'redux-turnkeeper'
import type { UnknownAction } from '@reduxjs/toolkit'

/** Which ids the wire gives. */
export const STYLES = ['all ids', 'run ids', 'conversation only', 'nothing named'] as const
export type Style = (typeof STYLES)[number]

export interface TrueTurn {
  readonly turnId: string
  readonly runId: string
  conversationId: string
  /** `other`: of another client. */
  readonly client: 'ours' | 'other'
  state: 'queued' | 'running' | 'over'
  outcome: Outcome | null
  question: string | null
}

const REASON_OF: Readonly<Partial<Record<Outcome, EndReason>>> = {
  complete: 'complete',
  error: 'error',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
}

/** @param emit Puts a frame on its way. */
export function createServer(style: Style, emit: (frame: UnknownAction) => void) {
  const turns: TrueTurn[] = []
  /** Conversations that have a process. */
  const sessions = new Set<string>()
  const steers = new Set<string>()
  const aliases = new Map<string, string>()
  let minted = 0
  let boot = 1

  const wireName = ({ conversationId, turnId, runId }: TrueTurn): Address => {
    if (style === 'all ids') return { conversationId, turnId, runId }
    if (style === 'run ids') return { conversationId, runId }
    return style === 'conversation only' ? { conversationId } : {}
  }
  const namesRuns = style === 'all ids' || style === 'run ids'
  const runningIn = (conversationId: string): TrueTurn | undefined =>
    turns.find((turn) => turn.conversationId === conversationId && turn.state === 'running')
  const keyOf = (conversationId: string): string => aliases.get(conversationId) ?? conversationId
  const start = (turn: TrueTurn): void => {
    turn.state = 'running'
    emit(signals.turnStarted(wireName(turn)))
  }
  const finish = (turn: TrueTurn, outcome: Outcome): void => {
    if (turn.state === 'over') return
    const wasRunning = turn.state === 'running'
    turn.state = 'over'
    turn.outcome = outcome
    turn.question = null
    emit(signals.turnEnded({ ...wireName(turn), reason: REASON_OF[outcome] ?? 'error' }))
    const next = wasRunning
      ? turns.find((other) => other.conversationId === turn.conversationId && other.state === 'queued')
      : undefined
    if (next) start(next)
  }

  /** A turn that was interrupted. Nothing follows it. */
  const interrupt = (turn: TrueTurn): void => {
    if (turn.state === 'over') return
    turn.state = 'over'
    turn.outcome = 'interrupted'
    turn.question = null
  }
  const sessionStatus = (conversationId: string) =>
    runningIn(conversationId) ? 'running' : sessions.has(conversationId) ? 'ready' : 'stopped'

  return {
    turns,
    sessions,
    steers,
    style,
    namesRuns,
    get boot() {
      return `boot-${boot}`
    },
    /** The key that a conversation goes by now. */
    keyOf,
    find: (turnId: string) => turns.find((turn) => turn.turnId === turnId),
    runningIn,
    finish,
    /** A prompt arrives. The same one again is the same turn. */
    receive(turnId: string, named: string, client: TrueTurn['client'] = 'ours'): TrueTurn {
      const conversationId = keyOf(named)
      const known = turns.find((turn) => turn.turnId === turnId)
      if (known) return known
      const turn: TrueTurn = {
        turnId,
        runId: `run-${++minted}`,
        conversationId,
        client,
        state: 'queued',
        outcome: null,
        question: null,
      }
      const isFree = !runningIn(conversationId)
      sessions.add(conversationId)
      turns.push(turn)
      if (isFree) start(turn)
      return turn
    },
    rename(from: string, to: string): void {
      for (const [old, key] of aliases) if (key === from) aliases.set(old, to)
      aliases.set(from, to)
      for (const turn of turns) if (turn.conversationId === from) turn.conversationId = to
      if (sessions.delete(from)) sessions.add(to)
    },
    progress(conversationId: string): void {
      const turn = runningIn(conversationId)
      if (turn && turn.question === null) emit(signals.turnProgressed({ ...wireName(turn), kind: 'output' }))
    },
    ask(conversationId: string): void {
      const turn = runningIn(conversationId)
      if (!turn || turn.question !== null) return
      turn.question = `q-${++minted}`
      emit(signals.inputRequested({ ...wireName(turn), requestId: turn.question }))
    },
    /** @returns Whether the question was open. */
    answer(requestId: string): boolean {
      const turn = turns.find(({ question }) => question === requestId)
      if (!turn) return false
      turn.question = null
      emit(signals.inputResolved({ ...wireName(turn), requestId }))
      return true
    },
    /** Every process is a new one: what ran is over. */
    restart(): void {
      boot++
      turns.forEach(interrupt)
      sessions.clear()
    },
    /** The process of a conversation ends, and with it what ran or waited there. @returns Whether there was one. */
    endSession(named: string): boolean {
      const conversationId = keyOf(named)
      const held = turns.filter((turn) => turn.conversationId === conversationId && turn.state !== 'over')
      held.forEach(interrupt)
      for (const turn of held) emit(signals.turnEnded({ ...wireName(turn), reason: 'interrupted' }))
      return sessions.delete(conversationId)
    },
    /** What is so of the process of a conversation. */
    sessionStatus,
    /** The same, as the wire's own word that may come late. */
    reportSession(conversationId: string): void {
      const status = sessionStatus(conversationId)
      emit(signals.sessionReported({ conversationId, status: status === 'ready' ? 'idle' : status }))
    },
    /** The truth about a conversation, in the words of the wire. */
    status(asked: string): StatusAnswer {
      const conversationId = keyOf(asked)
      const turn = runningIn(conversationId)
      const last = turns.findLast(
        (other) => other.conversationId === conversationId && other.state === 'over',
      )
      const name = ({ turnId, runId }: TrueTurn) =>
        style === 'all ids' ? { turnId, runId } : style === 'run ids' ? { runId } : {}
      return {
        status: turn ? (turn.question === null ? 'running' : 'awaiting_input') : 'idle',
        ...(turn && name(turn)),
        questions:
          turn && turn.question !== null
            ? [{ requestId: turn.question, ...(namesRuns && { asker: turn.runId }) }]
            : [],
        ...(last && namesRuns && { last: { ...name(last), outcome: last.outcome! } }),
      }
    },
  }
}

export type Server = ReturnType<typeof createServer>
