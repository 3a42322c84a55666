/** One turn of the agent: plays its beats as AG-UI events, writes them into the transcript, and ends once. */
import { EventType, PROTOCOL_VERSION } from '@ag-ui/core'
import type { Event, Interrupt, ResumeEntry, RunAgentInput, RunFinishedOutcome } from '@ag-ui/core'
import type { Clock } from './clock'
import type { FaultBook } from './faults'
import type { FrameNames, Message, Outcome, ThreadStatus, ToolUse } from './protocol'
import { afterAnswer, answerTo, onSteer } from './script'
import type { Beat, Question } from './script'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const SILENCE = 30_000
/** How long a stop takes to work through. */
const STOPPING = 600
/** After how many beats a turn that is to fail does so, and a late end of the turn before it comes. */
const FAILS_AT = 14
const LATE_AT = 8

export interface TurnStage {
  readonly clock: Clock
  readonly faults: FaultBook
  /** Sends one event, named after this turn, to whoever listens. */
  say(event: Event, names: FrameNames & { readonly offset?: number }): void
  /** Sends what an earlier turn of the thread owes. */
  sayLate(): void
  /** The turn is over. With `late`, its last frame is kept for the middle of the next one. */
  over(last: NonNullable<ThreadStatus['last']>, end: Event | null, late: boolean): void
  readonly transcript: Message[]
}

export type Turn = ReturnType<typeof createTurn>

export function createTurn(stage: TurnStage, threadId: string, turnId: string, prompt: string) {
  const { clock, faults } = stage
  const startedAt = clock.now()
  const fate = {
    loses: faults.strikes('lose_end'),
    late: faults.strikes('late_end'),
    fails: faults.strikes('fail'),
  }
  const answer: Writable<Message> = { id: `${turnId}.answer`, role: 'assistant', text: '', tools: [], turnId }
  let runId = turnId
  let runs = 1
  let beats: Beat[] = answerTo(prompt)
  let played = 0
  let timer: unknown
  let over = false
  let question: { readonly interrupt: Interrupt; readonly asked: Question } | null = null
  /** What is open on the wire: a text message, or reasoning. */
  let open: { readonly kind: 'say' | 'think'; readonly id: string } | null = null
  let tool: Writable<ToolUse> | null = null
  let parts = 0

  if (faults.strikes('silent')) {
    const half = Math.floor(beats.length / 2)
    beats = beats.map((beat, i) => (i === half ? { ...beat, after: SILENCE } : beat))
  }

  const say = (event: Event, offset?: number): void =>
    stage.say(event, { threadId, runId, turnId, ...(offset !== undefined && { offset }) })

  const close = (): void => {
    if (open?.kind === 'say') say({ type: EventType.TEXT_MESSAGE_END, messageId: open.id })
    if (open?.kind === 'think') {
      say({ type: EventType.REASONING_MESSAGE_END, messageId: open.id })
      say({ type: EventType.REASONING_END, messageId: open.id })
    }
    open = null
  }
  /** Opens a message of this kind, closing the one before it. */
  const into = (kind: 'say' | 'think'): string => {
    if (open?.kind === kind) return open.id
    close()
    const messageId = kind === 'say' ? answer.id : `${turnId}.thought${++parts}`
    open = { kind, id: messageId }
    if (kind === 'say') {
      say({ type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' })
    } else {
      say({ type: EventType.REASONING_START, messageId })
      say({ type: EventType.REASONING_MESSAGE_START, messageId, role: 'reasoning' })
    }
    return messageId
  }
  const heard = (): void => {
    if (!stage.transcript.includes(answer)) stage.transcript.push(answer)
  }

  function play(beat: Beat): void {
    switch (beat.kind) {
      case 'think':
        return say({ type: EventType.REASONING_MESSAGE_CONTENT, messageId: into('think'), delta: beat.text })
      case 'say': {
        heard()
        const offset = answer.text.length
        answer.text += beat.text
        return say({ type: EventType.TEXT_MESSAGE_CONTENT, messageId: into('say'), delta: beat.text }, offset)
      }
      case 'call': {
        close()
        heard()
        const toolCallId = `${turnId}.tool${++parts}`
        tool = { id: toolCallId, name: beat.name, args: beat.args, result: null }
        answer.tools = [...answer.tools, tool]
        say({
          type: EventType.TOOL_CALL_START,
          toolCallId,
          toolCallName: beat.name,
          parentMessageId: answer.id,
        })
        say({ type: EventType.TOOL_CALL_ARGS, toolCallId, delta: beat.args })
        return say({ type: EventType.TOOL_CALL_END, toolCallId })
      }
      case 'result': {
        if (!tool) return
        tool.result = beat.text
        say({
          type: EventType.TOOL_CALL_RESULT,
          messageId: `${tool.id}.result`,
          toolCallId: tool.id,
          content: beat.text,
        })
        tool = null
        return
      }
      case 'ask':
        return ask(beat.question)
    }
  }

  /** AG-UI's way to ask: the run ends with an interrupt, and the turn waits. */
  function ask(asked: Question): void {
    close()
    const responseSchema =
      asked.kind === 'choice' ? { type: 'string', enum: asked.options } : { type: 'string' }
    const interrupt = { id: `${runId}.question`, reason: asked.kind, message: asked.prompt, responseSchema }
    question = { interrupt, asked }
    say({
      type: EventType.RUN_FINISHED,
      threadId,
      runId,
      outcome: { type: 'interrupt', interrupts: [interrupt] },
    })
  }

  function step(): void {
    const beat = beats.shift()
    if (!beat) return end({ type: 'success' })
    play(beat)
    played++
    if (played === LATE_AT) stage.sayLate()
    if (fate.fails && played === FAILS_AT) return fail('The model stopped answering (scripted fault).')
    if (!question) next()
  }
  function next(): void {
    timer = clock.setTimeout(step, beats[0]?.after ?? 120)
  }

  function finish(outcome: Outcome, event: Event | null, error?: { readonly message: string }): void {
    if (over) return
    over = true
    clock.clearTimeout(timer)
    question = null
    const shown = fate.loses ? null : event
    if (shown && !fate.late) say(shown)
    stage.over({ turnId, runId, outcome, ...(error && { error }) }, fate.late ? shown : null, fate.late)
  }
  function end(outcome: RunFinishedOutcome): void {
    close()
    const cancelled = outcome.type === 'cancelled'
    finish(cancelled ? 'cancelled' : 'complete', { type: EventType.RUN_FINISHED, threadId, runId, outcome })
  }
  function fail(message: string): void {
    close()
    finish('error', { type: EventType.RUN_ERROR, message, code: 'scripted' }, { message })
  }

  /** The input is echoed, so that pages which did not ask see what was asked. */
  const start = (resume?: ResumeEntry[]): void => {
    const input: RunAgentInput = {
      threadId,
      runId,
      messages: [{ id: turnId, role: 'user', content: prompt }],
      tools: [],
      context: [],
      ...(resume && { resume }),
    }
    say({ type: EventType.RUN_STARTED, threadId, runId, protocolVersion: PROTOCOL_VERSION, input })
    next()
  }
  start()

  return {
    turnId,
    answer,
    isOver: () => over,
    status: (): Omit<ThreadStatus, 'last'> => ({
      status: question ? 'awaiting_input' : 'running',
      turnId,
      runId,
      startedMsAgo: clock.now() - startedAt,
      ...(question && { inputId: question.interrupt.id }),
    }),
    question: (): Interrupt | null => question?.interrupt ?? null,
    /** Lets the agent finish its word, and ends. */
    stop(): void {
      beats = []
      clock.clearTimeout(timer)
      timer = clock.setTimeout(() => end({ type: 'cancelled' }), STOPPING)
    },
    steer(message: Message): void {
      beats.unshift(...onSteer(message.text))
    },
    /** Whether this question was open. */
    resume(interruptId: string, payload: string): boolean {
      if (question?.interrupt.id !== interruptId) return false
      const { asked } = question
      question = null
      runId = `${turnId}.${++runs}`
      beats = afterAnswer(asked, payload)
      start([{ interruptId, status: 'resolved' }])
      return true
    },
    /** The process died under it: nothing is said. */
    kill(): void {
      fate.loses = true
      finish('interrupted', null, { message: 'The agent was restarted.' })
    },
  }
}
