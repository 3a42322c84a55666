/** The agent, and what is true of it: what runs in which conversation, what ran last, and what was said. */
import { EventType } from '@ag-ui/core'
import type { Event, RunAgentInput } from '@ag-ui/core'
import type { Clock } from './clock'
import type { FaultBook } from './faults'
import type {
  AnswerReceipt,
  Frame,
  Message,
  Receipt,
  StopReceipt,
  ThreadStatus,
  ThreadSummary,
  Transcript,
} from './protocol'
import { createTasks } from './tasks'
import { createTurn } from './turn'
import type { Turn } from './turn'

const MAX_THREADS = 100
const MAX_MESSAGES = 400
const MAX_KNOWN = 2_000
/** Longest prompt, letters. */
export const MAX_PROMPT = 8_000

interface Thread {
  readonly id: string
  readonly title: string
  readonly messages: Message[]
  turn: Turn | null
  last: ThreadStatus['last']
  /** Frames of a turn with a late end, which are still to be sent. */
  late: Frame[]
}

const SEEDS: readonly (readonly [string, string, string])[] = [
  ['lisbon', 'A weekend in Lisbon', 'Two days, no car, and it may rain on Sunday.'],
  [
    'flaky',
    'The test that fails on Mondays',
    'It passes here and fails in the pipeline, but only on Mondays.',
  ],
  [
    'notes',
    'Notes for the next release',
    'Collect what changed since the last one, in words that users understand.',
  ],
  ['move', 'Moving the archive', 'The old archive has to be out by the end of the month.'],
]

const refused = (reason: 'busy' | 'gone' | 'error', message: string): Receipt => ({
  status: 'refused',
  reason,
  error: { message },
})

export interface AgentOptions {
  readonly clock: Clock
  readonly faults: FaultBook
  readonly publish: (frame: Frame) => void
  /** Whether the assistant is up: nothing runs before. */
  readonly up: () => boolean
}

export type Agent = ReturnType<typeof createAgent>

export function createAgent({ clock, faults, publish, up }: AgentOptions) {
  const threads = new Map<string, Thread>()
  /** Turns that were accepted once, so that the same one does not start twice. */
  const known = new Set<string>()
  let elsewhere = 0
  const tasks = createTasks(clock, publish, (threadId, name) => {
    const thread = threads.get(threadId)
    if (!thread || thread.turn || !up()) return false
    begin(thread, `wake-up-${++elsewhere}-${clock.now()}`, `Wake-up: ${name}`)
    return true
  })

  const open = (id: string, title: string): Thread => {
    const thread: Thread = { id, title, messages: [], turn: null, last: null, late: [] }
    threads.set(id, thread)
    return thread
  }
  for (const [id, title, first] of SEEDS) {
    open(id, title).messages.push(
      { id: `${id}.seed`, role: 'user', text: first, tools: [], turnId: `${id}.seed` },
      {
        id: `${id}.seed.answer`,
        role: 'assistant',
        text: 'I have looked at it. Ask me anything, and I will take it from there.',
        tools: [],
        turnId: `${id}.seed`,
      },
    )
  }

  const frame = (event: Event, metadata: Frame['metadata']): Frame => ({
    ...event,
    timestamp: clock.now(),
    metadata,
  })

  function begin(thread: Thread, turnId: string, text: string): void {
    thread.messages.push({ id: turnId, role: 'user', text, tools: [], turnId })
    if (thread.messages.length > MAX_MESSAGES)
      thread.messages.splice(0, thread.messages.length - MAX_MESSAGES)
    thread.turn = createTurn(
      {
        clock,
        faults,
        transcript: thread.messages,
        tasks,
        send: (event, names) => publish(frame(event, names)),
        sendLate() {
          for (const late of thread.late.splice(0)) publish(late)
        },
        ended(last, end, late) {
          thread.turn = null
          thread.last = last
          if (!late) return
          const { runId } = last
          if (end) thread.late.push(frame(end, { threadId: thread.id, runId, turnId }))
          thread.late.push(
            frame(
              { type: EventType.CUSTOM, name: 'status', value: { status: 'idle' } },
              { threadId: thread.id },
            ),
          )
        },
      },
      thread.id,
      turnId,
      text,
    )
  }

  const remember = (turnId: string): void => {
    known.add(turnId)
    for (const oldest of known) {
      if (known.size <= MAX_KNOWN) break
      known.delete(oldest)
    }
  }

  return {
    threads: (): readonly ThreadSummary[] => [...threads.values()].map(({ id, title }) => ({ id, title })),
    transcript(id: string): Transcript {
      const thread = threads.get(id)
      return { messages: thread?.messages ?? [] }
    },

    status: (ids: readonly string[]): Record<string, ThreadStatus> =>
      Object.fromEntries(
        ids.map((id): [string, ThreadStatus] => {
          const thread = threads.get(id)
          const status = thread?.turn?.status() ?? { status: 'idle' }
          return [id, { ...status, ...tasks.status(id), last: thread?.last ?? null }]
        }),
      ),

    /** Starts a turn, or adds to the one that runs (`forwardedProps.steer`). The same request again gets the same answer. */
    run(input: RunAgentInput, text: string): Receipt {
      const { threadId, runId } = input
      const accepted: Receipt = { status: 'accepted', runId, as: 'started' }
      if (known.has(runId)) return accepted
      if (!up()) return refused('error', 'The assistant is not up.')
      const thread = threads.get(threadId)
      if (!thread && threads.size >= MAX_THREADS) return refused('error', 'There are too many conversations.')
      if ((input.forwardedProps as { steer?: unknown } | undefined)?.steer === true) {
        if (!thread?.turn || thread.turn.status().status !== 'running')
          return refused('gone', 'No turn is running that could be steered.')
        remember(runId)
        const { turnId } = thread.turn
        const message: Message = { id: runId, role: 'user', text, tools: [], turnId }
        thread.messages.push(message)
        publish(
          frame(
            { type: EventType.CUSTOM, name: 'steered', value: message },
            { threadId, turnId, runId: turnId },
          ),
        )
        thread.turn.steer(message)
        return { status: 'accepted', runId: turnId, as: 'started' }
      }
      if (thread?.turn) return refused('busy', 'A turn is running in this conversation.')
      if (faults.strikes('busy')) return refused('busy', 'The agent is tidying up (scripted fault).')
      remember(runId)
      if (faults.strikes('swallow')) return accepted
      begin(thread ?? open(threadId, text.slice(0, 60)), runId, text)
      return accepted
    },

    stop(threadId: string, turnId: string): StopReceipt {
      const turn = threads.get(threadId)?.turn
      if (turn?.turnId !== turnId) {
        return {
          status: 'refused',
          reason: 'no_active_turn',
          error: { message: 'This turn is not running.' },
        }
      }
      if (faults.strikes('refuse_stop')) {
        return {
          status: 'refused',
          reason: 'unreachable',
          error: { message: 'The agent did not accept the stop (scripted fault).' },
        }
      }
      turn.stop()
      return { status: 'acknowledged' }
    },

    stopTask: tasks.stop,

    answer(threadId: string, interruptId: string, payload: string): AnswerReceipt {
      const turn = threads.get(threadId)?.turn
      if (turn?.answer(interruptId, payload)) return { status: 'accepted' }
      return {
        status: 'refused',
        reason: 'gone',
        error: { message: 'The agent no longer waits for this answer.' },
      }
    },

    /** Somebody else's message, in the first conversation that is idle. */
    workElsewhere(): string | null {
      const thread = [...threads.values()].find(({ turn }) => !turn)
      if (!thread || !up()) return null
      begin(
        thread,
        `elsewhere-${++elsewhere}-${clock.now()}`,
        'Sent from my phone: how far are we with this?',
      )
      return thread.id
    },

    /** The process is replaced: what ran is over, and late frames are never sent. */
    kill(): void {
      for (const thread of threads.values()) {
        thread.turn?.kill()
        thread.late = []
      }
      tasks.kill()
    },
  }
}
