/** The hosted assistant that has to be up before anything runs. */
import type { Clock } from './clock'
import type { AssistantReply } from './protocol'

/** How long an assistant takes to start, ms: usually, and under the fault `slow_assistant`. */
const USUAL_START = 2_500
const SLOW_START = 8_000
/** How many in a row never start under the fault `dead_assistant`: the first, and as many as a page starts by itself. */
const DEAD = 4

export function createAssistant(clock: Clock) {
  let made = 1
  /** So many starts fail. */
  let dead = 0
  let present: { readonly id: string; readonly upAt: number } | null = { id: 'assistant-1', upAt: 0 }
  const make = (takes: number) => {
    present = { id: `assistant-${++made}`, upAt: clock.now() + (dead > 0 ? Infinity : takes) }
    dead = Math.max(dead - 1, 0)
    return reply()!
  }
  const reply = (): AssistantReply | null =>
    present && { id: present.id, status: clock.now() >= present.upAt ? 'active' : 'initializing' }

  return {
    /** `null`: there is none. */
    look: reply,
    up: () => reply()?.status === 'active',
    hatch: (): AssistantReply => (present ? reply()! : make(USUAL_START)),
    retire(id: string): boolean {
      if (present?.id !== id) return false
      present = null
      return true
    },
    replace(how: 'slow' | 'stuck' | 'dead'): void {
      if (how === 'dead') dead = DEAD
      make(how === 'slow' ? SLOW_START : Infinity)
    },
  }
}
export type Assistant = ReturnType<typeof createAssistant>
