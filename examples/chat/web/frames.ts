/** What a frame means: signals for the keeper, and text for the transcript. */
import { EventType } from '@ag-ui/core'
import type {
  RunStartedEvent,
  TextMessageContentEvent,
  ToolCallArgsEvent,
  ToolCallResultEvent,
  ToolCallStartEvent,
} from '@ag-ui/core'
import type { UnknownAction } from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import { agUiSignals } from 'redux-turnkeeper/adapters/agUi'
import type { CustomFrame, Frame } from '../server/protocol'
import { faultsLoaded } from './slices/connection'
import { textArrived, toolCalled, toolUpdated, userMessageArrived } from './slices/transcripts'

/** Text is shown at most this often, ms. */
const TEXT_INTERVAL = 60

const body = <Event>(frame: Frame): Event => frame as unknown as Event

/** A task is a run beside the turn. */
function taskSignal(
  conversationId: string,
  { id: runId, name, state }: Extract<CustomFrame, { readonly name: 'task' }>['value'],
): UnknownAction {
  const run = { conversationId, runId, role: 'child' } as const
  switch (state) {
    case 'running':
      return signals.turnStarted({ ...run, name })
    case 'paused':
      return signals.runPaused(run)
    case 'completed':
      return signals.turnEnded({ ...run, reason: 'complete' })
    case 'stopped':
      return signals.turnEnded({ ...run, reason: 'cancelled' })
  }
}

function customActions(frame: Frame): UnknownAction[] {
  const { name, value } = body<CustomFrame>(frame)
  const conversationId = frame.metadata.threadId ?? ''
  switch (name) {
    case 'hello':
      return [signals.streamOpened({ boot: value.boot, resume: 'live_only' })]
    case 'faults':
      return [faultsLoaded(value)]
    case 'steered':
      return [userMessageArrived({ conversationId, message: value })]
    case 'retrying': {
      const { message, ...retry } = value
      const { turnId, runId } = frame.metadata
      return [signals.turnRetrying({ conversationId, turnId, runId, ...retry, error: { message } })]
    }
    case 'task':
      return [taskSignal(conversationId, value)]
    case 'scheduled':
      return [signals.workScheduled({ conversationId, ...value })]
    case 'status':
      return [signals.sessionReported({ conversationId, status: value.status })]
  }
}

function transcriptActions(frame: Frame): UnknownAction[] {
  const { threadId: conversationId = '', turnId = '', offset = 0 } = frame.metadata
  switch (frame.type) {
    case EventType.RUN_STARTED: {
      const { input } = body<RunStartedEvent>(frame)
      return (input?.messages ?? []).flatMap(({ id, role, content }) =>
        role === 'user' && typeof content === 'string'
          ? [userMessageArrived({ conversationId, message: { id, role, text: content, tools: [], turnId } })]
          : [],
      )
    }
    case EventType.TEXT_MESSAGE_CONTENT: {
      const { messageId, delta } = body<TextMessageContentEvent>(frame)
      return [textArrived({ conversationId, turnId, messageId, delta, offset })]
    }
    case EventType.TOOL_CALL_START: {
      const { toolCallId: toolId, toolCallName: name, parentMessageId } = body<ToolCallStartEvent>(frame)
      const messageId = parentMessageId ?? `${turnId}.answer`
      return [toolCalled({ conversationId, turnId, messageId, toolId, name })]
    }
    case EventType.TOOL_CALL_ARGS: {
      const { toolCallId: toolId, delta: args } = body<ToolCallArgsEvent>(frame)
      return [toolUpdated({ conversationId, toolId, args })]
    }
    case EventType.TOOL_CALL_RESULT: {
      const { toolCallId: toolId, content } = body<ToolCallResultEvent>(frame)
      return [toolUpdated({ conversationId, toolId, result: String(content) })]
    }
    default:
      return []
  }
}

/** Reads frames into a store. Signals go at once, since they are evidence; text is collected for a moment. */
export function createFrameReader(dispatch: (action: UnknownAction) => unknown) {
  let collected: ReturnType<typeof textArrived> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const show = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (collected) dispatch(collected)
    collected = null
  }
  const collect = (text: ReturnType<typeof textArrived>): void => {
    const before = collected?.payload
    const follows =
      before?.messageId === text.payload.messageId &&
      before.offset + before.delta.length === text.payload.offset
    if (before && !follows) show()
    collected =
      before && follows ? textArrived({ ...before, delta: before.delta + text.payload.delta }) : text
    timer ??= setTimeout(show, TEXT_INTERVAL)
  }

  return (frame: Frame): void => {
    const { threadId = null, turnId = null, runId = null } = frame.metadata
    if (frame.type === EventType.CUSTOM) return customActions(frame).forEach(dispatch)
    for (const action of transcriptActions(frame)) {
      if (textArrived.match(action)) collect(action)
      else {
        show()
        dispatch(action)
      }
    }
    // Every frame names its turn, so that each can be read alone.
    for (const signal of agUiSignals(frame as never, { conversationId: threadId, turnId, runId }))
      dispatch(signal)
  }
}
