/**
 * Claude Agent SDK, ready-made, where the app runs in the process that has it (Electron, a terminal, a server): a turn is a
 * `query()` of its own. conversationId is the session's id, turnId the `uuid` of the user message: both are UUIDs.
 */
import type { ClaudeAgentMessage, ClaudeAgentStoredMessage } from '../adapters/claudeAgent'
import { createOptionChecks } from '../options/optionChecks'
import type { Connection } from '../types'
import { createQueries } from './claudeAgentQueries'
import { STEER_REFUSED } from './requestTurns'
import { perStore, reported } from './store'

export type { ClaudeAgentMessage, ClaudeAgentStoredMessage } from '../adapters/claudeAgent'

/** A prompt: a text, or content blocks of the Messages API. */
export type ClaudeAgentInput = string | readonly object[]

/** A user message, as `query()` takes it. */
export interface ClaudeAgentPrompt {
  readonly type: 'user'
  readonly uuid: `${string}-${string}-${string}-${string}-${string}`
  readonly session_id: string
  readonly parent_tool_use_id: null
  /** `content` is the input, as it was submitted. */
  readonly message: { readonly role: 'user'; readonly content: never }
}

/** The answer to a permission: a `PermissionResult` of the SDK. */
export type ClaudeAgentPermission =
  | { behavior: 'allow'; updatedInput?: Record<string, unknown> }
  | { behavior: 'deny'; message: string; interrupt?: boolean }

/** What `query()` is called with, beside the app's own options. */
export interface ClaudeAgentQueryOptions {
  readonly sessionId?: string
  readonly resume?: string
  /** Called for each tool that needs a permission. */
  readonly canUseTool: (
    toolName: string,
    input: Record<string, unknown>,
    context: { readonly signal: AbortSignal; readonly toolUseID: string },
  ) => Promise<ClaudeAgentPermission>
}

/** A query, as far as it is used. */
export interface ClaudeAgentQuery extends AsyncIterable<ClaudeAgentMessage> {
  /** Stops the turn that runs. */
  interrupt(): Promise<unknown>
  /** Stops a task that runs beside it. */
  stopTask?(taskId: string): Promise<unknown>
}

/** Options of `connectClaudeAgent`. */
export interface ConnectClaudeAgentOptions {
  /** `query` of the SDK. Called for each turn; hand `options` on, with your own beside them. */
  readonly query: (
    call: { readonly prompt: AsyncIterable<ClaudeAgentPrompt>; readonly options: ClaudeAgentQueryOptions },
    conversationId: string,
  ) => ClaudeAgentQuery
  /**
   * The stored messages of a session, `getSessionMessages` of the SDK: tells whether a session is to be resumed, and how a turn
   * ended whose query is gone. Empty, or a rejection: there is no such session.
   */
  readonly getSessionMessages: (conversationId: string) => Promise<readonly ClaudeAgentStoredMessage[]>
  /** Called with every message, for a transcript. */
  readonly onEvent?: ((message: ClaudeAgentMessage, origin: ClaudeAgentOrigin) => void) | undefined
}

/** The turn whose query a message came from. */
export interface ClaudeAgentOrigin {
  readonly conversationId: string
  readonly turnId: string
}

/**
 * Makes the connection to the agent.
 *
 * @example
 * connectClaudeAgent({
 *   query: ({ prompt, options }) => query({ prompt, options: { ...options, cwd: '/project' } }),
 *   getSessionMessages,
 * })
 * @throws TypeError for an option that is not what it should be, naming it.
 */
export function connectClaudeAgent(options: ConnectClaudeAgentOptions): Connection<ClaudeAgentInput> {
  const check = createOptionChecks(options, 'connectClaudeAgent')
  const query = check.fn<ConnectClaudeAgentOptions['query'] | undefined>('query', undefined)
  const getSessionMessages = check.fn<ConnectClaudeAgentOptions['getSessionMessages'] | undefined>(
    'getSessionMessages',
    undefined,
  )
  const onEvent = check.fn<ConnectClaudeAgentOptions['onEvent']>('onEvent', undefined)
  check.noOthers()
  if (!query)
    throw new TypeError('connectClaudeAgent: option "query" is missing: it calls `query` of the SDK.')
  if (!getSessionMessages)
    throw new TypeError('connectClaudeAgent: option "getSessionMessages" is missing: that of the SDK.')

  const queriesOf = perStore((store) =>
    createQueries(store, { query, getSessionMessages, onEvent: reported(store, 'onEvent', onEvent) }),
  )
  return {
    // The id of a turn is that of its message, which has to be a UUID.
    options: { createId: () => crypto.randomUUID() },
    ports: {
      sendTurn: async (request, context) =>
        request.mode === 'steer' ? STEER_REFUSED : queriesOf(context).start(request, context),
      stopTurn: (request, context) => queriesOf(context).stop(request),
      stopBackgroundRun: (request, context) => queriesOf(context).stopTask(request),
      answerInput: async (request, context) => queriesOf(context).answer(request),
      fetchStatus: async (ids, context) =>
        Object.fromEntries(ids.map((id) => [id, queriesOf(context).check(id)])),
    },
  }
}
