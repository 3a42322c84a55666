/** One turn of the agent: carries its steps out as AG-UI events, writes them into the transcript, and ends once. */
import { EventType, PROTOCOL_VERSION } from '@ag-ui/core'
import type { Event, Interrupt, ResumeEntry, RunAgentInput, RunFinishedOutcome } from '@ag-ui/core'
import type { Clock } from './clock'
import type { FaultBook } from './faults'
import type { FrameNames, Message, Outcome, ThreadStatus, ToolUse } from './protocol'
import { afterAnswers, answerTo, onSteer, retries } from './script'
import type { Question, Step } from './script'
import type { Tasks } from './tasks'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const SILENCE = 30_000
/** How long a model that is overloaded has it wait. */
const WAITS = 9_000
/** How long it takes until a stop has worked. */
const STOPPING = 600
/** After so many steps a turn that is to fail does so, and the late end of the turn before it comes. */
const FAILS_AT = 14
const LATE_AT = 8

export interface TurnContext {
  readonly clock: Clock
  readonly faults: FaultBook
  readonly transcript: Message[]
  readonly tasks: Pick<Tasks, 'start' | 'schedule'>
  /** Sends one event, named after this turn, to every stream. */
  send(event: Event, names: FrameNames & { readonly offset?: number }): void
  /** Sends the late frames of an earlier turn of the thread. */
  sendLate(): void
  /** The turn has ended. With `late`, its last frame is kept for the middle of the next one. */
  ended(last: NonNullable<ThreadStatus['last']>, end: Event | null, late: boolean): void
}

export type Turn = ReturnType<typeof createTurn>

interface Asked {
  readonly interrupt: Interrupt
  readonly question: Question
  answer: string | null
}

export function createTurn(context: TurnContext, threadId: string, turnId: string, prompt: string) {
  const { clock, faults, transcript } = context
  const startedAt = clock.now()
  const losesEnd = faults.strikes('lose_end')
  const endsLate = faults.strikes('late_end')
  const fails = faults.strikes('fail')
  const answer: Writable<Message> = { id: `${turnId}.answer`, role: 'assistant', text: '', tools: [], turnId }
  let runId = turnId
  let runs = 1
  let steps: Step[] = answerTo(prompt)
  let done = 0
  let timer: unknown
  let isOver = false
  let isKilled = false
  /** What this run has asked. It waits until each has an answer. */
  let asked: readonly Asked[] = []
  /** What is open on the wire: a text message, or reasoning. */
  let open: { readonly kind: 'say' | 'think'; readonly id: string } | null = null
  let tool: Writable<ToolUse> | null = null
  let parts = 0

  if (faults.strikes('silent')) {
    const half = Math.floor(steps.length / 2)
    steps = steps.map((step, i) => (i === half ? { ...step, after: SILENCE } : step))
  }

  if (faults.strikes('limit')) {
    const [first, ...rest] = steps.slice(1)
    steps = [steps[0]!, ...retries(2, 5, WAITS), { ...first!, after: WAITS }, ...rest]
  }

  const send = (event: Event, offset?: number): void =>
    context.send(event, { threadId, runId, turnId, ...(offset !== undefined && { offset }) })

  const close = (): void => {
    if (open?.kind === 'say') send({ type: EventType.TEXT_MESSAGE_END, messageId: open.id })
    if (open?.kind === 'think') {
      send({ type: EventType.REASONING_MESSAGE_END, messageId: open.id })
      send({ type: EventType.REASONING_END, messageId: open.id })
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
      send({ type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' })
    } else {
      send({ type: EventType.REASONING_START, messageId })
      send({ type: EventType.REASONING_MESSAGE_START, messageId, role: 'reasoning' })
    }
    return messageId
  }
  const listAnswer = (): void => {
    if (!transcript.includes(answer)) transcript.push(answer)
  }

  function carryOut(step: Step): void {
    switch (step.kind) {
      case 'think':
        return send({ type: EventType.REASONING_MESSAGE_CONTENT, messageId: into('think'), delta: step.text })
      case 'say': {
        listAnswer()
        const offset = answer.text.length
        answer.text += step.text
        return send(
          { type: EventType.TEXT_MESSAGE_CONTENT, messageId: into('say'), delta: step.text },
          offset,
        )
      }
      case 'call': {
        close()
        listAnswer()
        const toolCallId = `${turnId}.tool${++parts}`
        tool = { id: toolCallId, name: step.name, args: step.args, result: null }
        answer.tools = [...answer.tools, tool]
        send({
          type: EventType.TOOL_CALL_START,
          toolCallId,
          toolCallName: step.name,
          parentMessageId: answer.id,
        })
        send({ type: EventType.TOOL_CALL_ARGS, toolCallId, delta: step.args })
        return send({ type: EventType.TOOL_CALL_END, toolCallId })
      }
      case 'result': {
        if (!tool) return
        tool.result = step.text
        send({
          type: EventType.TOOL_CALL_RESULT,
          messageId: `${tool.id}.result`,
          toolCallId: tool.id,
          content: step.text,
        })
        tool = null
        return
      }
      case 'ask':
        return ask(step.questions)
      case 'retry': {
        const { attempt, limit, inMs } = step
        const message = 'The model is overloaded.'
        return send({ type: EventType.CUSTOM, name: 'retrying', value: { attempt, limit, inMs, message } })
      }
      case 'task':
        return context.tasks.start(threadId, step.plan)
      case 'schedule':
        return context.tasks.schedule(threadId, step.inMs, step.name)
    }
  }

  /** AG-UI's way to ask: the run ends with an interrupt for each question, and the turn waits. */
  function ask(questions: readonly Question[]): void {
    close()
    asked = questions.map((question, i) => ({
      interrupt: interruptOf(question, i + 1),
      question,
      answer: null,
    }))
    const interrupts = asked.map(({ interrupt }) => interrupt)
    send({ type: EventType.RUN_FINISHED, threadId, runId, outcome: { type: 'interrupt', interrupts } })
  }
  const interruptOf = ({ kind, prompt: message, options }: Question, number: number): Interrupt => ({
    id: `${runId}.question${number}`,
    reason: kind,
    message,
    responseSchema: kind === 'choice' ? { type: 'string', enum: options } : { type: 'string' },
  })

  function step(): void {
    const next = steps.shift()
    if (!next) return end({ type: 'success' })
    carryOut(next)
    done++
    if (done === LATE_AT) context.sendLate()
    if (fails && done === FAILS_AT) return fail('The model stopped answering (scripted fault).')
    if (asked.length === 0) wait()
  }
  function wait(): void {
    timer = clock.setTimeout(step, steps[0]?.after ?? 120)
  }

  function finish(outcome: Outcome, event: Event | null, error?: { readonly message: string }): void {
    if (isOver) return
    isOver = true
    clock.clearTimeout(timer)
    asked = []
    const shown = losesEnd || isKilled ? null : event
    if (shown && !endsLate) send(shown)
    context.ended({ turnId, runId, outcome, ...(error && { error }) }, endsLate ? shown : null, endsLate)
  }
  function end(outcome: RunFinishedOutcome): void {
    close()
    const isCancelled = outcome.type === 'cancelled'
    // As good as any: a token is about four letters.
    const usage = [
      { inputTokens: Math.ceil(prompt.length / 4) + 300, outputTokens: Math.ceil(answer.text.length / 4) },
    ]
    const event = { type: EventType.RUN_FINISHED, threadId, runId, outcome, usage } as Event
    finish(isCancelled ? 'cancelled' : 'complete', event)
  }
  function fail(message: string): void {
    close()
    finish('error', { type: EventType.RUN_ERROR, message, code: 'scripted' }, { message })
  }

  /** Starts a run. Its input is repeated, so that pages which did not ask see what was asked. */
  const start = (resume?: ResumeEntry[]): void => {
    const input: RunAgentInput = {
      threadId,
      runId,
      messages: [{ id: turnId, role: 'user', content: prompt }],
      tools: [],
      context: [],
      ...(resume && { resume }),
    }
    send({ type: EventType.RUN_STARTED, threadId, runId, protocolVersion: PROTOCOL_VERSION, input })
    wait()
  }
  start()

  return {
    turnId,
    status(): Omit<ThreadStatus, 'last'> {
      const questions = asked.filter((one) => one.answer === null).map(({ interrupt }) => interrupt)
      return {
        status: questions.length > 0 ? 'awaiting_input' : 'running',
        turnId,
        runId,
        startedMsAgo: clock.now() - startedAt,
        questions,
      }
    },
    /** Lets the agent finish its word, and ends. */
    stop(): void {
      steps = []
      clock.clearTimeout(timer)
      timer = clock.setTimeout(() => end({ type: 'cancelled' }), STOPPING)
    },
    steer(message: Message): void {
      steps.unshift(...onSteer(message.text))
    },
    /** Answers a question, and goes on when it was the last one. Returns whether it was open. */
    answer(interruptId: string, payload: string): boolean {
      const one = asked.find(({ interrupt }) => interrupt.id === interruptId)
      if (!one || one.answer !== null) return false
      one.answer = payload
      const answered = asked.flatMap((other) =>
        other.answer === null ? [] : [{ question: other.question, answer: other.answer }],
      )
      if (answered.length < asked.length) return true
      const resume = asked.map(({ interrupt }): ResumeEntry => ({
        interruptId: interrupt.id,
        status: 'resolved',
      }))
      asked = []
      runId = `${turnId}.${++runs}`
      steps = afterAnswers(answered)
      start(resume)
      return true
    },
    /** The process died under it: nothing is sent. */
    kill(): void {
      isKilled = true
      finish('interrupted', null, { message: 'The agent was restarted.' })
    },
  }
}
