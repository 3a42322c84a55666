/** What a frame means: signals for the keeper, and words for the transcript. */
import { EventType } from '@ag-ui/core'
import type {
  RunFinishedEvent,
  RunStartedEvent,
  TextMessageContentEvent,
  ToolCallArgsEvent,
  ToolCallResultEvent,
  ToolCallStartEvent,
} from '@ag-ui/core'
import type { UnknownAction } from '@reduxjs/toolkit'
import { inputResolved, sessionReported, streamOpened } from 'redux-turnkeeper'
import { agUiSignals } from 'redux-turnkeeper/adapters/agUi'
import type { CustomFrame, Frame } from '../server/protocol'
import { faultsTold } from './slices/connection'
import { questionAsked, textArrived, toolCalled, toolTold, userSaid } from './slices/transcripts'

/** Text is shown at most this often, ms. */
const BREATH = 60

const body = <Event>(frame: Frame): Event => frame as unknown as Event

function customActions(frame: Frame): UnknownAction[] {
  const { name, value } = body<CustomFrame>(frame)
  const conversationId = frame.metadata.threadId ?? ''
  switch (name) {
    case 'hello':
      return [streamOpened({ boot: value.boot, resume: 'live_only' })]
    case 'faults':
      return [faultsTold(value)]
    case 'steered':
      return [userSaid({ conversationId, message: value })]
    case 'status':
      return [sessionReported({ conversationId, status: value.status })]
  }
}

function transcriptActions(frame: Frame): UnknownAction[] {
  const { threadId: conversationId = '', turnId = '', offset = 0 } = frame.metadata
  switch (frame.type) {
    case EventType.RUN_STARTED: {
      const { input } = body<RunStartedEvent>(frame)
      const asked = (input?.messages ?? []).flatMap(({ id, role, content }) =>
        role === 'user' && typeof content === 'string'
          ? [userSaid({ conversationId, message: { id, role, text: content, tools: [], turnId } })]
          : [],
      )
      // The run that carries on after a question says which one was answered, here or in another window.
      const answered = (input?.resume ?? []).flatMap(({ interruptId }) => [
        questionAsked({ conversationId, question: null }),
        inputResolved({ conversationId, turnId, requestId: interruptId }),
      ])
      return [...asked, ...answered]
    }
    case EventType.RUN_FINISHED: {
      const { outcome } = body<RunFinishedEvent>(frame)
      const question = outcome?.type === 'interrupt' ? (outcome.interrupts[0] ?? null) : null
      return question ? [questionAsked({ conversationId, question })] : []
    }
    case EventType.TEXT_MESSAGE_CONTENT: {
      const { messageId, delta } = body<TextMessageContentEvent>(frame)
      return [textArrived({ conversationId, turnId, messageId, delta, offset })]
    }
    case EventType.TOOL_CALL_START: {
      const { toolCallId: toolId, toolCallName: name, parentMessageId } = body<ToolCallStartEvent>(frame)
      return [
        toolCalled({
          conversationId,
          turnId,
          messageId: parentMessageId ?? `${turnId}.answer`,
          toolId,
          name,
        }),
      ]
    }
    case EventType.TOOL_CALL_ARGS: {
      const { toolCallId: toolId, delta: args } = body<ToolCallArgsEvent>(frame)
      return [toolTold({ conversationId, toolId, args })]
    }
    case EventType.TOOL_CALL_RESULT: {
      const { toolCallId: toolId, content } = body<ToolCallResultEvent>(frame)
      return [toolTold({ conversationId, toolId, result: String(content) })]
    }
    default:
      return []
  }
}

/** Reads frames into a store. Signals go at once, since they are evidence; text is gathered for a moment. */
export function createFrameReader(dispatch: (action: UnknownAction) => unknown) {
  let gathered: ReturnType<typeof textArrived> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const show = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (gathered) dispatch(gathered)
    gathered = null
  }
  const gather = (text: ReturnType<typeof textArrived>): void => {
    const before = gathered?.payload
    const follows =
      before?.messageId === text.payload.messageId &&
      before.offset + before.delta.length === text.payload.offset
    if (before && !follows) show()
    gathered = before && follows ? textArrived({ ...before, delta: before.delta + text.payload.delta }) : text
    timer ??= setTimeout(show, BREATH)
  }

  return (frame: Frame): void => {
    const { threadId = null, turnId = null, runId = null } = frame.metadata
    if (frame.type === EventType.CUSTOM) return customActions(frame).forEach(dispatch)
    for (const action of transcriptActions(frame)) {
      if (textArrived.match(action)) gather(action)
      else {
        show()
        dispatch(action)
      }
    }
    for (const signal of agUiSignals(frame as never, { conversationId: threadId, turnId, runId }))
      dispatch(signal)
  }
}
