/** LangGraph's status check: a thread and its runs, read as one answer. */
import type { Outcome, StatusAnswer } from '../types'
import type { LangGraphInterrupt } from './langGraphReader'
import { attempt, errorOf, fieldsOf, objectsOf, stringOf } from './wire'
import type { Unchecked } from './wire'

/** The field of a run's metadata that names the turn: put it there when the run is created. */
export const TURN_ID = 'turn_id'

/** What is read of the body of `GET /threads/:id`. */
export interface LangGraphThread {
  readonly status: string
  /** What the graph waits for, by task. */
  readonly interrupts?: Readonly<Record<string, readonly LangGraphInterrupt[]>>
  readonly error?: unknown
}
/** What is read of a run of `GET /threads/:id/runs`. */
export interface LangGraphRun {
  readonly run_id: string
  readonly status: string
  readonly created_at?: string
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined
  readonly cancel_reason?: string | null
  /** Where it was asked for: a run with `command.resume` carries on the run before it. */
  readonly kwargs?: unknown
}

const OUTCOMES: ReadonlyMap<unknown, Outcome> = new Map<unknown, Outcome>([
  ['success', 'complete'],
  ['error', 'error'],
  ['timeout', 'interrupted'],
  ['interrupted', 'cancelled'],
])

type Run = Unchecked<LangGraphRun>

/**
 * What a status check says of one thread.
 *
 * @param thread The body of `GET /threads/:id`; `null` where that was answered with "not found".
 * @param runs The body of `GET /threads/:id/runs`, in any order; fetched after the thread.
 * @returns `absent` where there is no such thread; `no_status` for what cannot be read.
 */
export const readStatus = (thread: LangGraphThread | null, runs: readonly LangGraphRun[]): StatusAnswer =>
  attempt(() => statusOf(thread, runs), { status: 'no_status' })

function statusOf(body: LangGraphThread | null, runs: readonly LangGraphRun[]): StatusAnswer {
  if (body === null) return { status: 'absent' }
  const thread = fieldsOf<LangGraphThread>(body)
  const status = stringOf(thread.status)
  const turns = turnsOf(runs)
  const live =
    turns.find((turn) => turn.at(-1)?.status === 'running') ??
    turns.find((turn) => turn.at(-1)?.status === 'pending')
  if (live) return { status: 'running', ...named(live), ...lastOf(turns, live) }
  if (status === undefined) return { status: 'no_status', ...lastOf(turns) }
  // The list may not have it.
  if (status === 'busy') return { status: 'running', ...lastOf(turns) }
  const newest = turns.at(-1)
  const questions = Object.values(fieldsOf<Record<string, unknown>>(thread.interrupts)).flatMap((list) =>
    objectsOf<LangGraphInterrupt>(list).map(({ id, value }) => ({
      requestId: stringOf(id),
      kind: 'interrupt',
      prompt: value,
    })),
  )
  // A cancelled run leaves the thread interrupted as well, and asks nothing.
  const isCancelled = questions.length === 0 && newest?.at(-1)?.status !== 'success'
  if (status === 'interrupted' && !isCancelled) {
    const asked = questions.length > 0 && { questions }
    return { status: 'awaiting_input', ...(newest && named(newest)), ...asked, ...lastOf(turns, newest) }
  }
  return { status: 'idle', ...lastOf(turns, undefined, thread.error) }
}

/** The runs of each turn, oldest first: one that resumes belongs to the turn of the run before it. */
function turnsOf(runs: readonly LangGraphRun[]): readonly (readonly Run[])[] {
  const turns: Run[][] = []
  const createdAt = ({ created_at }: Run) => stringOf(created_at) ?? ''
  const ordered = [...objectsOf<LangGraphRun>(runs)].sort((one, other) =>
    createdAt(one) < createdAt(other) ? -1 : createdAt(one) > createdAt(other) ? 1 : 0,
  )
  for (const run of ordered) {
    const { command } = fieldsOf<{ command: unknown }>(run.kwargs)
    const before = turns.at(-1)
    const isSame = turnIdOf(run) !== undefined && turnIdOf(run) === turnIdOf(before?.[0])
    if (before && (isSame || fieldsOf<{ resume: unknown }>(command).resume !== undefined)) before.push(run)
    else turns.push([run])
  }
  return turns
}

const turnIdOf = (run: Run | undefined): string | undefined =>
  stringOf(fieldsOf<Record<string, unknown>>(run?.metadata)[TURN_ID])

function named(turn: readonly Run[]): Pick<StatusAnswer, 'turnId' | 'runId' | 'continues'> {
  const turnId = turnIdOf(turn[0])
  const continues = stringOf(turn.at(-2)?.run_id)
  return {
    runId: stringOf(turn.at(-1)?.run_id) ?? null,
    ...(turnId !== undefined && { turnId }),
    ...(continues !== undefined && { continues }),
  }
}

/** The newest turn that is over. */
function lastOf(
  turns: readonly (readonly Run[])[],
  except?: readonly Run[],
  error?: unknown,
): Pick<StatusAnswer, 'last'> | undefined {
  const over = turns.findLast((turn) => turn !== except && OUTCOMES.has(turn.at(-1)?.status))
  const run = over?.at(-1)
  if (!over || !run) return undefined
  const { turnId, runId } = named(over)
  // Taken for steering: its input was added to the run that went on.
  const isTaken = stringOf(run.cancel_reason)?.startsWith('taken')
  const outcome = isTaken ? 'merged' : OUTCOMES.get(run.status)!
  const words = fieldsOf<{ message: string; error: string }>(error)
  const told = run.status === 'timeout' ? errorOf('timeout', 'timeout') : undefined
  const failed =
    outcome === 'error' ? (errorOf(words.message, words.error) ?? errorOf(stringOf(error))) : told
  return { last: { runId, ...(turnId !== undefined && { turnId }), outcome, error: failed } }
}
