/** The words of the scenario format: what each event and each assertion takes, and with which values. */
import type { Policy } from './scenario'

export const LAST_OUTCOMES = ['completed', 'failed', 'aborted', 'stopped', 'interrupted', 'unknown']
const STATUSES = ['running', 'idle', 'awaiting_input', 'absent', 'no_status', 'unreachable']

/** What every step may carry. */
export const COMMON = ['at', 'event', 'tab', 'truth', 'seq', 'boot', 'server_time_offset_ms']
const ADDRESS = ['conversation', 'turn', 'run', 'role', 'parent', 'replayed', 'continues']
// prettier-ignore
const ANSWER = ['conversation', 'turn', 'run', 'status', 'last', 'input', 'inputs', 'asker', 'started_ms_ago',
  'continues', 'background', 'scheduled_in_ms']

interface EventForm {
  readonly needs: readonly string[]
  readonly takes: readonly string[]
}
const form = (needs: readonly string[], takes: readonly string[] = []): EventForm => ({ needs, takes })

export const EVENTS: Readonly<Record<string, EventForm>> = {
  send: form(['conversation', 'message'], ['turn', 'mode', 'of', 'hidden']),
  stop: form(['conversation'], ['turn', 'run']),
  answer: form(['conversation', 'input']),
  'answer.all': form(['conversation', 'inputs']),
  stop_background: form(['conversation', 'run']),
  'queue.remove': form(['conversation', 'message'], ['turn']),
  'queue.edit': form(['conversation', 'turn', 'message']),
  'queue.move': form(['conversation', 'turn'], ['before']),
  'queue.send_now': form(['conversation', 'turn']),
  'queue.clear': form(['conversation']),
  'queue.pause': form(['conversation']),
  'queue.resume': form(['conversation']),
  view: form(['conversation']),
  'conversation.rekey': form(['from', 'to'], ['turn']),
  'conversation.close': form(['conversation']),
  reconfigure: form(['conversation']),
  'user.changed': form(['user'], ['through']),

  'send.accepted': form([], ['conversation', 'turn', 'run', 'as', 'message']),
  'send.rejected': form(['reason'], ['conversation', 'turn', 'message', 'error', 'retry_after_ms']),
  'send.unknown': form([], ['conversation', 'turn', 'message']),
  'stop.accepted': form([], ['conversation', 'turn', 'run']),
  'stop.rejected': form(['reason'], ['conversation', 'turn', 'run', 'error']),
  'stop.unknown': form([], ['conversation', 'turn', 'run']),
  'stop_background.accepted': form([], ['conversation', 'run']),
  'stop_background.rejected': form(['reason'], ['conversation', 'run', 'error']),
  'stop_background.unknown': form([], ['conversation', 'run']),
  'answer.accepted': form([], ['conversation', 'input']),
  'answer.rejected': form(['reason'], ['conversation', 'input', 'error']),
  'answer.unknown': form([], ['conversation', 'input']),
  'request.ended': form(['outcome'], [...ADDRESS, 'error']),

  'turn.started': form([], [...ADDRESS, 'started_ms_ago', 'name']),
  'turn.paused': form([], ADDRESS),
  'turn.output': form([], [...ADDRESS, 'text']),
  'turn.activity': form(['kind'], ADDRESS),
  'turn.retrying': form([], [...ADDRESS, 'error', 'message', 'attempt', 'limit', 'in_ms']),
  'turn.input_requested': form(['input'], [...ADDRESS, 'expires_in_ms']),
  'turn.input_resolved': form(['input'], [...ADDRESS, 'by']),
  'turn.steer_read': form(['steer'], ADDRESS),
  'turn.completed': form([], [...ADDRESS, 'finish_reason']),
  'turn.failed': form([], [...ADDRESS, 'error', 'message', 'finish_reason', 'limited_for_ms']),
  'turn.aborted': form([], [...ADDRESS, 'by']),
  'child.opened': form(['child', 'parent'], ['conversation', 'role', 'name']),
  'work.scheduled': form(['conversation'], ['turn', 'run', 'in_ms', 'name']),
  'session.state': form(['status'], ADDRESS),
  'error.reported': form([], [...ADDRESS, 'error', 'message']),
  heartbeat: form([], ['conversation']),

  world: form(['conversation', 'status'], ANSWER),
  'poll.begin': form(['request', 'conversation']),
  'poll.end': form(['request', 'status'], ANSWER),
  'poll.failed': form(['request'], ['conversation']),
  'history.loaded': form(['conversation'], ['last']),

  'stream.dropped': form([], ['conversation']),
  'stream.opened': form([], ['resume']),
  'stream.half_open': form([]),
  'backend.restarted': form([]),
  tick: form(['ms']),
  sleep: form(['ms']),
  throttle: form(['ms']),
  'clock.set': form(['ms']),
  'tab.visible': form([]),
  'tab.opened': form(['tab']),
  'tab.closed': form(['tab']),
  'tab.frozen': form(['tab']),
  'tab.resumed': form(['tab']),
  reload: form([], ['persisted', 'stored']),
  restored: form(['persisted']),
  duplicate: form(['of']),
}

/** Fields whose values are words of the format, by event (`event.field`), else by field. */
export const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  'send.mode': ['normal', 'queue', 'steer', 'retry'],
  'send.rejected.reason': ['busy', 'gone', 'error'],
  'stop.rejected.reason': ['no_active_turn', 'unreachable', 'changed'],
  'stop_background.rejected.reason': ['not_running', 'unreachable'],
  'answer.rejected.reason': ['gone', 'already_resolved', 'error'],
  'send.accepted.as': ['started', 'queued'],
  'request.ended.outcome': ['fulfilled', 'cancelled', 'clean_end', 'failed'],
  'turn.activity.kind': [
    'tool_open',
    'tool_closed',
    'message_done',
    'step_done',
    'compaction_open',
    'compaction_closed',
  ],
  'world.status': STATUSES,
  'poll.end.status': STATUSES,
  'stream.opened.resume': ['live_only', 'replay', 'truncated'],
  role: ['main', 'child', 'auxiliary'],
  stored: ['whole', 'kept'],
}

export const POLICY: Readonly<Record<keyof Policy, readonly unknown[] | 'number'>> = {
  on_user_stop: ['hold_queue', 'drain_queue'],
  on_error: ['hold_queue', 'drain_queue'],
  on_limit: ['hold_queue', 'drain_queue'],
  send_while_busy: ['queue', 'send'],
  on_text_while_asking: ['queue', 'answer', 'cancel'],
  stop_scope: ['turn', 'conversation'],
  hold_send_while_stop_in_flight_ms: 'number',
  shared_queue: [true, false],
  linked_tabs: [true, false],
  status_checks: [true, false],
}

/** All phases that a scenario may name. */
export const PHASES = [
  'idle',
  'submitting',
  'queued',
  'working',
  'awaiting_input',
  'stopping',
  'unverified',
] as const
/** What a working indicator can say. */
export type PhaseWord = (typeof PHASES)[number]
/** All words for a turn that a scenario may use. */
export const TURN_WORDS = [
  'queued',
  'pending',
  'live',
  'completed',
  'failed',
  'stopped',
  'interrupted',
  'ended_unknown',
  'undelivered',
] as const
/** How far a turn is, or what became of it. */
export type TurnWord = (typeof TURN_WORDS)[number]
/** What a person sees of a conversation beside the words above: asked for by name. */
export const FACTS = [
  'resumes in',
  'retry attempt',
  'stalled',
  'finish reason',
  'text came',
  'drafts are of',
  'queue stands',
  'attention',
  'background runs',
  'scheduled',
  'session',
] as const
/** A fact that an assertion asks for by its name. */
export type FactWord = (typeof FACTS)[number]
/** All effects that a scenario may ask for. */
export const EFFECTS = [
  'send',
  'stop',
  'stop_background',
  'answer',
  'poll',
  'open_stream',
  'notify_done',
] as const
/** What a client asks its server or its page for. */
export type EffectWord = (typeof EFFECTS)[number]

interface AssertionForm {
  readonly needs: readonly string[]
  readonly takes?: readonly string[]
  /** At least one of these. */
  readonly oneOf?: readonly string[]
  readonly words?: readonly unknown[]
}

export const ASSERTIONS: Readonly<Record<string, AssertionForm>> = {
  busy: { needs: ['conversation', 'value'], words: [true, false] },
  phase: { needs: ['conversation'], oneOf: ['value', 'in'], words: PHASES },
  live_turn: { needs: ['conversation', 'value'] },
  turn: { needs: ['turn'], oneOf: ['value', 'in'], words: TURN_WORDS },
  ended_once: { needs: ['turn'] },
  can_stop: { needs: ['conversation', 'value'], words: [true, false] },
  can_send: { needs: ['conversation', 'value'], words: [true, false] },
  last_error: { needs: ['conversation', 'value'], words: ['set', 'none'] },
  effects: {
    needs: ['effect'],
    takes: ['conversation', 'turn', 'message', 'across'],
    oneOf: ['count', 'min', 'max', 'distinct_keys'],
  },
  same_key: { needs: ['effect', 'turn'], takes: ['conversation', 'message', 'across'] },
  background: { needs: ['conversation'], oneOf: ['count', 'min', 'max'] },
  effect_order: { needs: ['first', 'then'] },
  queue: { needs: ['conversation', 'value'] },
  draft_has: { needs: ['conversation', 'message'] },
  pending_input: { needs: ['conversation', 'value'] },
  settles_within: { needs: ['conversation', 'ms'], takes: ['to'], words: TURN_WORDS },
  stays_busy_for: { needs: ['conversation', 'ms'] },
  unchanged_by: { needs: ['step'] },
  agree: { needs: ['conversation'] },
  fact: { needs: ['conversation', 'name', 'value'] },
  elapsed_from: { needs: ['turn'], oneOf: ['step', 'ms_ago'] },
}
