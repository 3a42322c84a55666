/** Background runs as a list shows them. */
import { isAsking, parentOf } from '../state/conversations'
import { NONE } from '../state/lists'
import { mayStopRun } from '../turns'
import type { BackgroundPhase, BackgroundRun, BackgroundRunView, ConversationsState } from '../types'

function phaseOf(conversations: ConversationsState, run: BackgroundRun): BackgroundPhase {
  if (run.stop) return 'stopping'
  if (isAsking(conversations, run.conversationId, run.runId)) return 'awaiting_input'
  return run.isPaused ? 'paused' : 'running'
}

const views = new WeakMap<BackgroundRun, BackgroundRunView>()

function viewOf(conversations: ConversationsState, run: BackgroundRun): BackgroundRunView {
  const { runId, conversationId, role, parent, startedAt: since } = run
  const name = run.name ?? parentOf(conversations, runId)?.name ?? null
  const phase = phaseOf(conversations, run)
  const known = views.get(run)
  if (known?.name === name && known.phase === phase) return known
  const view = { runId, conversationId, role, parent, name, since, phase, canStop: mayStopRun(run) }
  views.set(run, view)
  return view
}

const lists = new WeakMap<readonly BackgroundRun[], readonly BackgroundRunView[]>()

/** Those that are known as such; the same array while it is the same runs that show the same. */
export function backgroundViews(
  conversations: ConversationsState,
  runs: readonly BackgroundRun[],
): readonly BackgroundRunView[] {
  const labelled = runs.filter(({ role }) => role !== 'unlabelled')
  if (labelled.length === 0) return NONE
  const shown = labelled.map((run) => viewOf(conversations, run))
  const known = lists.get(runs)
  if (known?.length === shown.length && known.every((view, i) => view === shown[i])) return known
  lists.set(runs, shown)
  return shown
}
