import type { FaultId, FaultState } from './protocol'

type Fault = Omit<FaultState, 'armed'>

const next = (id: FaultId, label: string, what: string): Fault => ({ id, label, what, when: 'next' })
const now = (id: FaultId, label: string, what: string): Fault => ({ id, label, what, when: 'now' })

/** Everything that this server can do wrong on demand. */
export const FAULTS: readonly Fault[] = [
  next('lose_end', 'Lose the end', 'The next turn finishes, and its end is never sent.'),
  next('silent', 'Go silent', 'The next turn sends nothing for half a minute, while it works.'),
  next('limit', 'Hit a rate limit', 'The next turn is told to wait for nine seconds, twice.'),
  next('busy', 'Refuse as busy', 'The next two sends are refused as busy.'),
  next('swallow', 'Accept, do nothing', 'The next message is accepted, and nothing ever runs.'),
  next('hang', 'Never answer', 'The next send is never answered, and nothing runs.'),
  next(
    'cut_answer',
    'Cut the answer',
    'The next turn starts, but the connection dies before the server says so.',
  ),
  next('fail', 'Fail mid-turn', 'The next turn fails with an error.'),
  next(
    'late_end',
    'End late',
    'The end of the next turn arrives in the middle of the turn after it, with an “idle” that names no turn.',
  ),
  next('refuse_stop', 'Refuse to stop', 'The next Stop fails.'),
  now(
    'drop_stream',
    'Drop the stream',
    'All streams are cut for three seconds. What is sent meanwhile is lost.',
  ),
  now('restart', 'Restart', 'The server process is replaced: running turns are lost, and no event says so.'),
  now('slow_assistant', 'Slow start', 'The assistant is replaced by one that takes eight seconds to start.'),
  now('stuck_assistant', 'Stuck start', 'The assistant is replaced by one that never starts.'),
  now(
    'dead_assistant',
    'No start at all',
    'The assistant is replaced by one that never starts, and so are the next three that are started in its place.',
  ),
  now('elsewhere', 'Work from elsewhere', 'Another device sends a message to the first idle conversation.'),
]

const KNOWN = new Map(FAULTS.map((fault) => [fault.id as string, fault]))
export const faultOf = (id: unknown): Fault | undefined =>
  typeof id === 'string' ? KNOWN.get(id) : undefined

/** How often a fault strikes once it is armed; the others once. */
const STRIKES: Partial<Record<FaultId, number>> = { busy: 2 }

/** Which faults are armed, and how often they still strike. */
export function createFaultBook(changed: () => void) {
  const left = new Map<FaultId, number>()

  return {
    list: (): readonly FaultState[] => FAULTS.map((fault) => ({ ...fault, armed: left.has(fault.id) })),
    arm(id: FaultId, on: boolean): void {
      if (on) left.set(id, STRIKES[id] ?? 1)
      else left.delete(id)
      changed()
    },
    /** Whether the fault strikes now. That uses it up. */
    strikes(id: FaultId): boolean {
      const times = left.get(id)
      if (times === undefined) return false
      if (times > 1) left.set(id, times - 1)
      else left.delete(id)
      changed()
      return true
    },
  }
}
export type FaultBook = ReturnType<typeof createFaultBook>
