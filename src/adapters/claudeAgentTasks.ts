/** Claude Agent SDK: the tasks of a session, which run beside its turns. */
import { runPaused, turnEnded, turnProgressed, turnStarted } from '../actions/signals'
import { forgetOldest } from '../bounded'
import type { Address } from '../types'
import { NOTHING } from './signal'
import type { Signal } from './signal'
import { fieldsOf, objectsOf, stringOf } from './wire'
import type { Unchecked, WireEnd } from './wire'

/** What is read of a task, in its own messages and in the list of all. */
interface Task {
  readonly task_id: string
  readonly ambient: boolean
  readonly description: string
  readonly workflow_name: string
  readonly parent_task_id: string
  readonly status: string | null
  readonly patch: unknown
}
type Told = Unchecked<Task>

const ENDS: ReadonlyMap<unknown, WireEnd['reason']> = new Map<unknown, WireEnd['reason']>([
  ['completed', 'complete'],
  ['failed', 'error'],
  ['stopped', 'cancelled'],
  ['killed', 'cancelled'],
])

/** So many tasks are remembered. */
const MAX_TASKS = 256

/**
 * Reads what is told of tasks.
 *
 * @param address The conversation, and the turn where the query answers one prompt alone.
 */
export function createTaskReader({ conversationId, turnId }: Address) {
  /** Tasks, as far as their own messages have told. */
  const tasks = new Map<string, 'open' | 'over'>()
  /** Those that the list of all in the background had last. */
  let inBackground: ReadonlySet<string> = new Set()

  function keep(runId: string, state: 'open' | 'over'): void {
    tasks.delete(runId)
    tasks.set(runId, state)
    forgetOldest(tasks, MAX_TASKS)
  }

  /** The address of a task: a run beside the turn, which it may outlive. */
  const addressOf = (runId: string, { parent_task_id }: Told = {}) =>
    ({
      conversationId,
      runId,
      role: 'child',
      parent: stringOf(parent_task_id) ?? turnId ?? conversationId ?? null,
    }) as const

  const started = (runId: string, task: Told): Signal => {
    keep(runId, 'open')
    const name = stringOf(task.workflow_name) ?? stringOf(task.description)
    return turnStarted({ ...addressOf(runId, task), name })
  }
  const ended = (runId: string, reason: WireEnd['reason'], task?: Told): Signal => {
    keep(runId, 'over')
    return turnEnded({ ...addressOf(runId, task), reason })
  }

  return {
    /** A message of one task. */
    read(subtype: string, task: Told): readonly Signal[] {
      const runId = stringOf(task.task_id)
      if (runId === undefined || task.ambient === true) return NOTHING
      if (subtype === 'task_started') return [started(runId, task)]
      const isUpdate = subtype === 'task_updated'
      const { status, description } = isUpdate ? fieldsOf<Task>(task.patch) : task
      const reason = ENDS.get(status)
      if (reason) return [ended(runId, reason, task)]
      const at = addressOf(runId, task)
      if (isUpdate && status === 'paused') return [runPaused(at)]
      // The progress of a task describes its newest step: only an update gives it another name.
      return [
        turnProgressed({ ...at, kind: 'reasoning', name: isUpdate ? stringOf(description) : undefined }),
      ]
    },

    /** The list of every task in the background: what was in it, and is not any more, is over. A bookend may be missed. */
    ofList(given: unknown): readonly Signal[] {
      const listed = new Map<string, Told>()
      for (const task of objectsOf<Task>(given)) {
        const runId = stringOf(task.task_id)
        if (runId !== undefined && task.ambient !== true) listed.set(runId, task)
      }
      const before = inBackground
      inBackground = new Set(listed.keys())
      return [
        ...[...listed].flatMap(([runId, task]) => (tasks.has(runId) ? NOTHING : [started(runId, task)])),
        ...[...before].flatMap((runId) =>
          listed.has(runId) || tasks.get(runId) === 'over' ? NOTHING : [ended(runId, 'complete')],
        ),
      ]
    },
  }
}
