/**
 * Claude Agent SDK (`@anthropic-ai/claude-agent-sdk`): the messages of a `query()`, as they are or over any wire.
 * conversationId is the session's id, turnId the `uuid` of the user message.
 *
 * | message | signal |
 * | --- | --- |
 * | `system` `init` | `turnStarted` |
 * | `assistant`, `user` with tool results, `stream_event`, `tool_progress`, `system` `status` | `turnProgressed` |
 * | `system` `api_retry` | `turnRetrying` |
 * | `control_request` `can_use_tool`, `control_cancel_request` | `inputRequested`, `inputResolved` |
 * | `result` | `turnEnded`, of each user message that it names; `inputRequested` where a tool was deferred |
 * | `system` `task_*`, `background_tasks_changed` | a background run, by the id of the task; `runPaused` |
 * | `user` with the output of `ScheduleWakeup` | `workScheduled` |
 * | `system` `session_state_changed`, `worker_shutting_down` | `sessionReported`: names only the session, a reason to check |
 *
 * Ids: `result` names the user messages that it answers (`user_message_uuids`), where they were sent with a `uuid`. Without,
 * it belongs to the stream that it came in: the address of its request goes in. Ends: `success` with `is_error` is a failure,
 * and a turn that was interrupted ends in `error_during_execution` with `terminal_reason: aborted_…`. Status check:
 * none while it runs; `readStatus` reads the session's stored messages, which tell how a turn ended that was lost.
 */
export { createReader } from './claudeAgentReader'
export type { ClaudeAgentMessage } from './claudeAgentReader'
export { readStatus } from './claudeAgentStatus'
export type { ClaudeAgentStoredMessage } from './claudeAgentStatus'
export type { CloseReason, Reader, Signal } from './signal'
