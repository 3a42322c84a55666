/**
 * AG-UI (`@ag-ui/core`): one stream to a run, opened by the client, which mints the runId. conversationId is the thread's id.
 *
 * | event | signal |
 * | --- | --- |
 * | `RUN_STARTED` | `turnStarted`; `inputResolved` for each answer that it carries on with |
 * | text, tools, reasoning, steps, subagents | `turnProgressed` |
 * | `RUN_FINISHED` with outcome `interrupt` | `inputRequested` for each interrupt: a new run of the turn carries on |
 * | `CUSTOM on_interrupt`, then a plain `RUN_FINISHED` | `inputRequested` for each, without an id |
 * | `RUN_FINISHED` with a tool call that has no result | `inputRequested` for each call: the page runs it |
 * | any other `RUN_FINISHED`, `RUN_ERROR` | `turnEnded` |
 *
 * Ids: `RUN_ERROR` and all events of text name no run. They belong to the stream that they came in, so the address of its
 * request goes in. Ends: a run that was stopped ends in a plain `RUN_FINISHED`, as success does. Status check: `readStatus`
 * reads a whole `/connect` stream; there is no other.
 */
export { agUiSignals, follow } from './agUiEvents'
export type { AgUiEvent, AgUiStream } from './agUiEvents'
export { createReader, readStatus } from './agUiReader'
export type { AgUiReaderOptions, AgUiStatusOptions } from './agUiReader'
export type { CloseReason, Reader, Signal } from './signal'
