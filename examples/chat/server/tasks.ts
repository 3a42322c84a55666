/** What the agent does beside its turns: tasks that outlive them, and wake-ups. */
import { EventType } from '@ag-ui/core'
import type { Clock } from './clock'
import type { CustomFrame, Frame, TaskReceipt, TaskStatus, ThreadStatus } from './protocol'

/** How long it takes until a stop has worked. */
const STOPPING = 900
/** A wake-up that finds a turn running tries again after this. */
const BUSY = 2_000

interface Task {
  readonly id: string
  readonly threadId: string
  readonly name: string
  isPaused: boolean
  timer: unknown
}
interface WakeUp {
  readonly at: number
  readonly name: string
  readonly timer: unknown
}

/** How long a task takes, and after what time it rests for how long. */
export interface TaskPlan {
  readonly name: string
  readonly takes: number
  readonly rests?: { readonly after: number; readonly for: number }
}

export function createTasks(
  clock: Clock,
  publish: (frame: Frame) => void,
  /** Begins a turn by itself. Returns whether one could begin. */
  wake: (threadId: string, name: string) => boolean,
) {
  const tasks = new Map<string, Task>()
  const wakeUps = new Map<string, WakeUp>()
  let count = 0

  const tell = (threadId: string, custom: CustomFrame): void =>
    publish({ type: EventType.CUSTOM, timestamp: clock.now(), metadata: { threadId }, ...custom } as Frame)

  function tellTask(
    { id, threadId, name }: Task,
    state: TaskStatus['state'] | 'completed' | 'stopped',
  ): void {
    tell(threadId, { name: 'task', value: { id, name, state } })
  }
  function end(task: Task, state: 'completed' | 'stopped'): void {
    clock.clearTimeout(task.timer)
    if (tasks.delete(task.id)) tellTask(task, state)
  }
  function after(task: Task, ms: number, next: () => void): void {
    task.timer = clock.setTimeout(next, ms)
  }
  function rest(task: Task, isPaused: boolean): void {
    task.isPaused = isPaused
    tellTask(task, isPaused ? 'paused' : 'running')
  }

  function wakeUp(threadId: string, name: string): void {
    wakeUps.delete(threadId)
    if (!wake(threadId, name)) schedule(threadId, BUSY, name)
  }
  function schedule(threadId: string, inMs: number, name: string): void {
    clock.clearTimeout(wakeUps.get(threadId)?.timer)
    const timer = clock.setTimeout(() => wakeUp(threadId, name), inMs)
    wakeUps.set(threadId, { at: clock.now() + inMs, name, timer })
    tell(threadId, { name: 'scheduled', value: { inMs, name } })
  }

  return {
    start(threadId: string, { name, takes, rests }: TaskPlan): void {
      const task: Task = { id: `task-${++count}`, threadId, name, isPaused: false, timer: undefined }
      tasks.set(task.id, task)
      tellTask(task, 'running')
      const complete = () => end(task, 'completed')
      if (!rests) return after(task, takes, complete)
      after(task, rests.after, () => {
        rest(task, true)
        after(task, rests.for, () => {
          rest(task, false)
          after(task, Math.max(takes - rests.after, 0), complete)
        })
      })
    },
    schedule,
    stop(id: string): TaskReceipt {
      const task = tasks.get(id)
      if (!task) return { status: 'refused', reason: 'not_running' }
      clock.clearTimeout(task.timer)
      after(task, STOPPING, () => end(task, 'stopped'))
      return { status: 'acknowledged' }
    },
    /** All that goes on beside the turns of a conversation. */
    status(threadId: string): Pick<ThreadStatus, 'tasks' | 'scheduled'> {
      const wakeUp = wakeUps.get(threadId)
      return {
        tasks: [...tasks.values()]
          .filter((task) => task.threadId === threadId)
          .map(({ id, name, isPaused }) => ({ id, name, state: isPaused ? 'paused' : 'running' })),
        scheduled: wakeUp ? { inMs: Math.max(wakeUp.at - clock.now(), 0), name: wakeUp.name } : null,
      }
    },
    /** The process died: nothing is told. */
    kill(): void {
      for (const { timer } of [...tasks.values(), ...wakeUps.values()]) clock.clearTimeout(timer)
      tasks.clear()
      wakeUps.clear()
    },
  }
}
export type Tasks = ReturnType<typeof createTasks>
