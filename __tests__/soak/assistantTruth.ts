/** What must hold of the assistant in each state: it comes up, waits for a person, or something is asked of its host. */
import { assistantDefaults, isUp } from '../../src/assistant'
import type { AssistantState } from '../../src/assistant'

const { maxRecoveries, maxHatchFailures } = assistantDefaults

export function unattended(assistant: AssistantState | undefined): string[] {
  const { inputs } = assistant ?? {}
  if (!assistant || !inputs?.signedIn || inputs.loading) return []
  const { kind, check, operation, error, reachable, recoveries, starts } = assistant
  // Where another tab leads, that one asks.
  const isAsked = check !== null || operation !== null || assistant.sharing?.led != null
  const found: string[] = []
  if (['loading', 'initializing', 'cleaning_up'].includes(kind) && !isAsked)
    found.push(`the assistant is ${kind}, and nobody is asked`)
  if (error?.transient && !isAsked)
    found.push(`the assistant has the transient error ${error.code}, and nobody is asked`)
  if (isUp(assistant) && !reachable && !isAsked)
    found.push('the assistant cannot be reached, and nobody is asked')
  const hasWatchdog = assistant.watchdogAt !== null || assistant.watchdogLeft !== null
  if (kind === 'initializing' && !hasWatchdog) found.push('the assistant starts without a watchdog')
  if (recoveries > maxRecoveries) found.push(`${recoveries} recoveries of the assistant`)
  if (starts > 1 + maxHatchFailures + maxRecoveries) found.push(`${starts} starts of the assistant`)
  return found
}
