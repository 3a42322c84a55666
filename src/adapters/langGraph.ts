/**
 * LangGraph server (`@langchain/langgraph-sdk`): threads and their runs. conversationId is the thread's id, runId the run's.
 *
 * | event of a run's stream | signal |
 * | --- | --- |
 * | `metadata` | `turnStarted`; of a second attempt `turnRetrying` |
 * | `messages`, `tools`, `updates`, `values`, `tasks`, `lifecycle`, and others of subgraphs | `turnProgressed` |
 * | `error` | `errorReported`; the turn ends when the stream does |
 * | `end`, or the clean end of the stream, after an `__interrupt__` | `inputRequested` for each: a new run of the turn carries on |
 * | `end` with `success`, `error`, `timeout` or `rollback` | `turnEnded` |
 *
 * Ids: `metadata` and `end` name the run, the events between name nothing; they belong to the stream that they came in, so
 * the address of its request goes in. Ends: a server that sends no `end` closes the stream after any outcome alike, and `end`
 * with `interrupted` is either a cancelled run or a pause: both lead to a check. Status check: `readStatus` reads the thread
 * and its runs, which have a status each. A run of ours carries the turn's id in its metadata, see `TURN_ID`.
 */
export { createReader } from './langGraphReader'
export type { LangGraphEvent, LangGraphInterrupt, LangGraphReaderOptions } from './langGraphReader'
export { TURN_ID, readStatus } from './langGraphStatus'
export type { LangGraphRun, LangGraphThread } from './langGraphStatus'
export type { CloseReason, Reader, Signal } from './signal'
