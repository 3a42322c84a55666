/** Claude Agent SDK: the queries of one store, each of a turn. */
import { inputRequested, inputResolved, turnEnded } from '../actions/signals'
import { createReader, readStatus } from '../adapters/claudeAgent'
import type { ClaudeAgentMessage } from '../adapters/claudeAgent'
import type { CloseReason, Signal } from '../adapters/signal'
import { entryOf } from '../state/turns'
import type {
  AnswerRequest,
  AnswerResult,
  PortContext,
  SendRequest,
  SendResult,
  StatusAnswer,
  StopBackgroundRunRequest,
  StopBackgroundRunResult,
  StopRequest,
  StopResult,
} from '../types'
import type {
  ClaudeAgentInput,
  ClaudeAgentOrigin,
  ClaudeAgentPermission,
  ClaudeAgentPrompt,
  ClaudeAgentQuery,
  ClaudeAgentQueryOptions,
  ConnectClaudeAgentOptions,
} from './claudeAgent'
import { isWaiting, turnOf } from './store'
import type { Store } from './store'

export interface QueriesOptions extends Pick<ConnectClaudeAgentOptions, 'query' | 'getSessionMessages'> {
  onEvent(message: ClaudeAgentMessage, origin: ClaudeAgentOrigin): void
}

/** A query that is open. */
interface Open {
  readonly origin: ClaudeAgentOrigin
  readonly query: ClaudeAgentQuery
  /** Lets the prompt end: no other follows, and the process may go. */
  finish(): void
  /** Its turn is over, and its process may not have gone yet. */
  isOver: boolean
  /** When it has gone. */
  ended: Promise<void>
}

const DENIED: ClaudeAgentPermission = { behavior: 'deny', message: 'The turn was stopped.', interrupt: true }

export function createQueries(
  store: Store,
  { query: startQuery, getSessionMessages, onEvent }: QueriesOptions,
) {
  const open = new Map<string, Open>()
  /** Permissions that are waited for, by the id of the tool call. */
  const asked = new Map<
    string,
    { readonly turnId: string; decide(permission: ClaudeAgentPermission): void }
  >()
  const tell = (signals: readonly Signal[]): void => {
    if (!store.signal.aborted) for (const signal of signals) store.dispatch(signal)
  }
  store.signal.addEventListener('abort', () => [...open.values()].forEach(interrupt), { once: true })

  function interrupt({ query, finish }: Open): void {
    query.interrupt().catch(() => undefined)
    finish()
  }
  const at = (conversationId: string): Open | undefined =>
    [...open.values()].find(({ origin }) => origin.conversationId === conversationId)

  // ---------------------------------------------------------------- a turn

  /** Starts the query of a turn. Its first message says that the agent has the prompt. */
  async function start(request: SendRequest<ClaudeAgentInput>, { signal }: PortContext): Promise<SendResult> {
    const { conversationId, turnId } = request
    const before = at(conversationId)
    if (before && !before.isOver) return { status: 'refused', reason: 'busy' }
    await before?.ended
    const stored = await storedOf(conversationId)
    if (signal.aborted) throw new Error('The prompt was given up before it left.')
    const session = stored.length > 0 ? { resume: conversationId } : { sessionId: conversationId }
    const origin = { conversationId, turnId }
    const { prompt, finish } = createPrompt(request)
    const options: ClaudeAgentQueryOptions = { ...session, canUseTool: askPerson(origin) }
    const query = startQuery({ prompt, options }, conversationId)
    const one: Open = { origin, query, finish, isOver: false, ended: Promise.resolve() }
    open.set(turnId, one)
    signal.addEventListener('abort', () => void (open.get(turnId) === one && interrupt(one)), { once: true })
    return new Promise((resolve, reject) => {
      const begun = () => resolve({ status: 'accepted' })
      const lost = () => reject(new Error('The query ended before its first message.'))
      one.ended = follow(one, begun)
      void one.ended.then(lost)
    })
  }

  /** Reads a query to its end, and dispatches what its messages say. Never rejects. */
  async function follow(one: Open, begun: () => void): Promise<void> {
    const { origin, query, finish } = one
    const reader = createReader(origin)
    let how: CloseReason = 'clean_end'
    try {
      for await (const message of query) {
        begun()
        onEvent(message, origin)
        one.isOver ||= message.type === 'result'
        tell(reader.read(message))
        if (one.isOver) finish()
      }
    } catch {
      how = 'failed'
    }
    open.delete(origin.turnId)
    const { conversationId } = origin
    // Its process has gone, and the tasks that ran in it.
    const tasks = entryOf(store.read().turns, conversationId)?.backgroundRuns ?? []
    tell(
      tasks.map(({ runId, role }) =>
        turnEnded({
          conversationId,
          runId,
          reason: 'interrupted',
          role: role === 'auxiliary' ? role : 'child',
        }),
      ),
    )
    tell(reader.close(how))
  }

  /** The prompt is held open until the turn is over: a query with a prompt that has ended cannot be interrupted. */
  function createPrompt({ conversationId, turnId, input }: SendRequest<ClaudeAgentInput>) {
    let finish!: () => void
    const finished = new Promise<void>((resolve) => (finish = resolve))
    async function* prompt(): AsyncGenerator<ClaudeAgentPrompt> {
      yield {
        type: 'user',
        uuid: turnId as ClaudeAgentPrompt['uuid'],
        session_id: conversationId,
        parent_tool_use_id: null,
        message: { role: 'user', content: input as never },
      }
      await finished
    }
    return { prompt: prompt(), finish }
  }

  // ---------------------------------------------------------------- permissions

  const askPerson =
    (origin: ClaudeAgentOrigin): ClaudeAgentQueryOptions['canUseTool'] =>
    (toolName, input, { signal, toolUseID: requestId, ...rest }) => {
      const decided = new Promise<ClaudeAgentPermission>((resolve) => {
        asked.set(requestId, { turnId: origin.turnId, decide: resolve })
        const withdrawn = () => {
          if (!asked.delete(requestId)) return
          tell([inputResolved({ ...origin, requestId })])
          resolve(DENIED)
        }
        signal.addEventListener('abort', withdrawn, { once: true })
      })
      tell([
        inputRequested({ ...origin, requestId, kind: 'can_use_tool', prompt: { toolName, input, ...rest } }),
      ])
      return decided
    }

  function answer({ requestId, answer: permission }: AnswerRequest): AnswerResult {
    const question = asked.get(requestId)
    if (!question) return { status: 'refused', reason: 'gone' }
    asked.delete(requestId)
    question.decide(permission as ClaudeAgentPermission)
    return { status: 'accepted' }
  }

  async function stop({ conversationId, turnId }: StopRequest): Promise<StopResult> {
    const one = open.get(turnId)
    if (!one) {
      const turn = turnOf(store, turnId, conversationId)
      if (!turn || !isWaiting(store, turn)) return { status: 'refused', reason: 'no_active_turn' }
      // Its query has gone: to stop is to give up what it had asked.
      tell([turnEnded({ conversationId, turnId, reason: 'cancelled' })])
      return { status: 'acknowledged' }
    }
    await one.query.interrupt()
    return { status: 'acknowledged' }
  }

  async function stopTask({
    conversationId,
    runId,
  }: StopBackgroundRunRequest): Promise<StopBackgroundRunResult> {
    const one = at(conversationId)
    if (!one) return { status: 'refused', reason: 'not_running' }
    if (!one.query.stopTask) {
      const error = { message: 'This version of the SDK stops no tasks.' }
      return { status: 'refused', reason: 'unreachable', error }
    }
    await one.query.stopTask(runId)
    return { status: 'acknowledged' }
  }

  // ---------------------------------------------------------------- status

  /** Where a query is open here, only that can tell. Else nothing runs, and the stored messages tell how the last turn ended. */
  async function check(conversationId: string): Promise<StatusAnswer> {
    if (at(conversationId)) return { status: 'no_status' }
    const stored = await storedOf(conversationId)
    // One that was opened meanwhile is not in them.
    return at(conversationId) ? { status: 'no_status' } : readStatus(stored)
  }

  const storedOf = (conversationId: string) =>
    Promise.resolve(getSessionMessages(conversationId)).catch(() => [])

  return { start, stop, stopTask, answer, check }
}
