/** Frames made at random of the words and fields of a wire. */
import { createRandom } from '../random'

export const IDS = ['r1', 'r2', 'c1', 'ses', 'k1', 'q1', '', '0', '__proto__', 'constructor', 'toString']

/** Words and fields of a wire: frames are made of these, and mostly in their places. */
export interface Vocabulary {
  readonly types: readonly string[]
  readonly fields: readonly string[]
  /** The field that tells what a frame is. */
  readonly tag: string
  /** The field that holds all others; in it one that names the conversation, and some that hold more. */
  readonly envelope?: {
    readonly field: string
    readonly conversation: string
    readonly nested: readonly string[]
  }
}

/** Jest makes each look at a global slow. */
const { floor } = Math

export const words = (text: string): readonly string[] => text.split(' ')

export const vocabularies = {
  agUi: {
    tag: 'type',
    types: words(
      'RUN_STARTED RUN_FINISHED RUN_ERROR TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TOOL_CALL_START TOOL_CALL_CHUNK TOOL_CALL_RESULT MESSAGES_SNAPSHOT CUSTOM STEP_STARTED SUBAGENT_FINISHED interrupt success cancelled on_interrupt abort',
    ),
    fields: words(
      'threadId runId parentRunId message code outcome interrupts pendingToolCallIds id reason input resume interruptId toolCallId messageId parentMessageId messages name value',
    ),
  },
  aiSdk: {
    tag: 'type',
    types: words(
      'start finish abort error text-delta tool-input-available tool-output-available tool-approval-request tool-approval-response finish-step [DONE] stop length tool-calls other',
    ),
    fields: words(
      'messageId finishReason errorText toolCallId toolName preliminary providerExecuted approvalId isAutomatic',
    ),
  },
  codex: {
    tag: 'method',
    envelope: { field: 'params', conversation: 'threadId', nested: words('turn thread item status error') },
    types: words(
      'turn/started turn/completed error thread/status/changed thread/closed thread/started serverRequest/resolved item/started item/completed item/agentMessage/delta item/commandExecution/requestApproval completed interrupted failed inProgress active idle notLoaded waitingOnApproval agentMessage',
    ),
    fields: words(
      'id params threadId turnId turn thread status item error message willRetry requestId parentThreadId type tool activeFlags turns result data',
    ),
  },
  openCode: {
    tag: 'type',
    envelope: {
      field: 'properties',
      conversation: 'sessionID',
      nested: words('info part status error tool'),
    },
    types: words(
      'message.updated message.part.updated message.part.delta session.created session.deleted session.idle session.status session.error permission.asked question.asked permission.replied user assistant text tool busy retry idle stop tool-calls MessageAbortedError NotFoundError',
    ),
    fields: words(
      'payload properties id sessionID messageID info part status error requestID permissionID tool role parentID time completed finish summary type callID state data message name _tag requests sessions questions attempt',
    ),
  },
  langGraph: {
    tag: 'event',
    types: words(
      'metadata messages messages/partial messages/complete tools lifecycle|x values updates tasks error error|x end custom feedback success error timeout interrupted rollback running pending on_tool_start on_tool_end started ai tool AIMessageChunk idle busy taken:r1',
    ),
    fields: words(
      'event data id run_id attempt status message error name toolCallId tool_call_id tool_call_chunks result __interrupt__ value type content created_at metadata turn_id kwargs command resume cancel_reason interrupts',
    ),
    envelope: {
      field: 'data',
      conversation: 'thread_id',
      nested: words('__interrupt__ error interrupts metadata'),
    },
  },
  acp: {
    tag: 'method',
    envelope: { field: 'params', conversation: 'sessionId', nested: words('update toolCall') },
    types: words(
      'session/update session/request_permission elicitation/create $/cancel_request agent_message_chunk agent_thought_chunk tool_call tool_call_update plan state_update completed failed pending end_turn cancelled max_tokens',
    ),
    fields: words(
      'id method params sessionId update sessionUpdate toolCallId title status state requestId toolCall result error code message stopReason',
    ),
  },
  claudeAgent: {
    tag: 'type',
    types: words(
      'system assistant user stream_event tool_progress result control_request control_cancel_request init status api_retry compact_boundary permission_denied task_started task_progress task_updated task_notification session_state_changed success error_during_execution error_max_turns aborted_tools end_turn tool_use text tool_result content_block_start content_block_delta text_delta completed killed can_use_tool compacting',
    ),
    fields: words(
      'subtype uuid parent_tool_use_id isReplay message content event delta content_block id name tool_use_id is_error result errors stop_reason terminal_reason user_message_uuid user_message_uuids deferred_tool_use status state attempt retry_delay_ms error task_id tool_name ambient patch request_id request',
    ),
  },
  openAi: {
    tag: 'type',
    envelope: {
      field: 'response',
      conversation: 'conversation',
      nested: words('error incomplete_details output'),
    },
    types: words(
      'response.created response.queued response.in_progress response.completed response.incomplete response.failed response.cancelled response.output_text.delta response.output_item.added response.output_item.done response.steer.accepted response.steer.failed error completed incomplete failed cancelled queued in_progress steered max_output_tokens function_call mcp_approval_request shell_call shell_call_output tool_search_call client message',
    ),
    fields: words(
      'response item id status error code message incomplete_details reason previous_response_id output type call_id name execution steer sequence_number',
    ),
  },
} satisfies Record<string, Vocabulary>

/** Values that JSON cannot carry, and that a caller may hand in all the same. */
export const hostile = (): readonly unknown[] => {
  const ring: { self?: unknown } = {}
  ring.self = ring
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const thrower = {
    get type(): never {
      throw new Error('type')
    },
  }
  return [ring, proxy, thrower, Symbol('s'), 10n, () => undefined, new Map(), NaN, Object.create(null)]
}

/** @param strange Values that stand anywhere in a frame now and then. */
export function createGenerator(
  vocabulary: Vocabulary,
  seed: number,
  strange: readonly unknown[] = hostile(),
) {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[floor(random() * items.length)]!
  const plain: readonly unknown[] = [
    null,
    undefined,
    true,
    false,
    0,
    -1,
    1.5,
    [],
    {},
    { toString: 1, valueOf: 1 },
  ]
  const leaf = (): unknown => {
    const chance = random()
    if (chance < 0.02 && strange.length > 0) return pick(strange)
    if (chance < 0.3) return pick(plain)
    return pick(chance < 0.6 ? vocabulary.types : IDS)
  }
  const value = (depth: number): unknown => {
    if (depth === 0 || random() < 0.6) return leaf()
    if (random() < 0.3) return Array.from({ length: floor(random() * 3) }, () => value(depth - 1))
    return object(depth - 1)
  }
  const object = (depth: number, most = 6): Record<string, unknown> => {
    const made: Record<string, unknown> = {}
    if (random() < 0.9) made[vocabulary.tag] = pick(vocabulary.types)
    const count = floor(random() * most)
    for (let n = 0; n < count; n++) made[pick(vocabulary.fields)] = value(depth)
    return made
  }
  /** Most fields at once, each with a plain value. */
  const dense = (): Record<string, unknown> => object(0, 30)
  const frame = (): unknown => {
    if (random() < 0.05) return leaf()
    const { envelope } = vocabulary
    if (envelope === undefined || random() < 0.1) return object(3)
    const { field, conversation, nested } = envelope
    const inner = {
      ...object(2),
      [conversation]: value(1),
      [pick(nested)]: random() < 0.7 ? dense() : object(2),
    }
    return { ...object(1), [field]: inner }
  }
  return {
    frame,
    value,
    dense,
    pick,
    list: (): unknown => (random() < 0.2 ? value(3) : Array.from({ length: 3 }, frame)),
  }
}
