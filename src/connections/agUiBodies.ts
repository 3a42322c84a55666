/** AG-UI: the bodies of requests. */
import type { SendRequest, Turn } from '../types'
import type { GivenAnswer } from './answers'

/** What a run is asked for with (`RunAgentInput`). Servers refuse a body that leaves one of the first seven out. */
export interface AgUiBody {
  readonly threadId: string
  readonly runId: string
  readonly state: unknown
  readonly messages: readonly object[]
  readonly tools: readonly object[]
  readonly context: readonly object[]
  readonly forwardedProps: unknown
  readonly resume?: readonly object[]
}

/** What a body is made for: a prompt, or the answers to all that the turn had asked. */
export interface AgUiRequest<Input = unknown> {
  readonly conversationId: string
  readonly turnId: string
  readonly runId: string
  /** Of a prompt. */
  readonly input?: Input | undefined
  readonly answers: readonly GivenAnswer[]
}

export const emptyBody = (threadId: string, runId: string): AgUiBody => ({
  threadId,
  runId,
  state: {},
  messages: [],
  tools: [],
  context: [],
  forwardedProps: {},
})

/** A prompt: its turn's id is the id of the run, and of the message. */
export const promptBody = ({ conversationId, turnId, input }: SendRequest): AgUiBody => ({
  ...emptyBody(conversationId, turnId),
  messages: [{ id: turnId, role: 'user', content: input }],
})

/** The runs of a turn after its first, one for each pause: named after the turn, so that they are known after a reload. */
export const runIdOfAnswers = ({ turnId, runs }: Pick<Turn, 'turnId' | 'runs'>): string =>
  `${turnId}.${Math.max(runs.length, 1) + 1}`

/** The turn that a run is named after, if it is one of ours. */
export const turnIdOfRun = (runId: string): string => runId.replace(/\.\d+$/, '')

/**
 * The answers of one pause. Each kind of question has its place in the body: interrupts in `resume`, results of tools of the
 * page among the messages, and what the bridges of LangGraph and CrewAI ask by `CUSTOM on_interrupt` in `forwardedProps`.
 */
export function answersBody(threadId: string, runId: string, answers: readonly GivenAnswer[]): AgUiBody {
  const ofKind = (kind: string) => answers.filter((given) => given.kind === kind)
  const tools = ofKind(TOOL_OF_PAGE)
  const custom = ofKind(CUSTOM_INTERRUPT)
  const interrupts = answers.filter((given) => !tools.includes(given) && !custom.includes(given))
  const [first] = custom
  return {
    ...emptyBody(threadId, runId),
    messages: tools.map(({ requestId, answer }) => ({
      id: `${runId}:${requestId}`,
      role: 'tool',
      toolCallId: requestId,
      content: typeof answer === 'string' ? answer : (JSON.stringify(answer) ?? ''),
    })),
    ...(first && {
      forwardedProps: {
        command: {
          resume: custom.length === 1 ? first.answer : custom.map(({ answer }) => answer),
          interruptEvent: custom.length === 1 ? first.prompt : custom.map(({ prompt }) => prompt),
        },
      },
    }),
    ...(interrupts.length > 0 && {
      resume: interrupts.map(({ requestId, answer }) => ({
        interruptId: requestId,
        status: 'resolved',
        payload: answer,
      })),
    }),
  }
}

/** Kinds of questions, as the adapter calls them. */
const TOOL_OF_PAGE = 'TOOL_CALL_START'
export const CUSTOM_INTERRUPT = 'on_interrupt'
