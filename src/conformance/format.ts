/**
 * The words of the scenario format, and the reading of a scenario.
 *
 * Everything that the format does not know is an error that names the word and the scenario: a step that is silently
 * skipped would make a scenario pass. `truth` is taken out here, so that nothing further in can see it.
 */
/** The turn before, as a status answer or a stored transcript tells of it. */
export interface Last {
  readonly turn?: string | null
  readonly run?: string | null
  readonly outcome?: string
  readonly state?: 'complete' | 'incomplete' | 'user_only'
}

/** One thing that happens. `event` says what; which of the other fields it has depends on that. */
export interface Step {
  readonly at: number
  readonly event: string
  readonly tab?: string
  readonly conversation?: string | null
  readonly turn?: string | null
  readonly run?: string | null
  readonly message?: string
  readonly mode?: string
  readonly of?: string | number
  readonly hidden?: boolean
  readonly input?: string
  /** Of a status answer: the questions that are open, all of them. */
  readonly inputs?: readonly string[]
  /** Of a status answer: the turn or run that asks its questions. */
  readonly asker?: string
  readonly steer?: string
  readonly from?: string
  readonly to?: string
  readonly as?: 'started' | 'queued'
  readonly reason?: string
  readonly outcome?: string
  readonly text?: string
  readonly kind?: string
  readonly role?: 'main' | 'child' | 'auxiliary'
  readonly parent?: string | null
  readonly child?: string
  readonly replayed?: boolean
  readonly boot?: string
  readonly by?: string
  readonly error?: string
  readonly status?: string
  readonly last?: Last | null
  readonly continues?: string | null
  readonly started_ms_ago?: number
  readonly attempt?: number
  readonly limit?: number
  readonly in_ms?: number
  /** What a background run, or scheduled work, is called. */
  readonly name?: string
  /** The background runs that a status answer lists, by their ids. */
  readonly background?: readonly string[]
  readonly scheduled_in_ms?: number | null
  readonly before?: string
  readonly limited_for_ms?: number
  readonly retry_after_ms?: number
  readonly expires_in_ms?: number
  readonly finish_reason?: string
  readonly request?: string
  readonly resume?: 'live_only' | 'replay' | 'truncated'
  readonly ms?: number
  readonly persisted?: Readonly<Record<string, unknown>>
  /** Of a reload: the page finds what it had stored itself, `whole`: all of its state, or `kept`: what it means to keep. */
  readonly stored?: 'whole' | 'kept'
  /** Who is signed in from now on; `null`: nobody. */
  readonly user?: string | null
  /** Who was signed in for a moment before that, in the same task. */
  readonly through?: string | null
}

/** Which effects an assertion is about: those of that kind with these fields. */
export interface EffectPattern {
  readonly effect: string
  readonly conversation?: string
  readonly turn?: string
  readonly message?: string
}

/** What should be seen once step `after` has settled. */
export interface Assertion extends Partial<EffectPattern> {
  readonly after: number
  readonly assert: string
  readonly tab?: string
  readonly name?: string
  readonly value?: unknown
  readonly in?: readonly unknown[]
  readonly to?: readonly string[]
  readonly ms?: number
  readonly ms_ago?: number
  readonly step?: number
  readonly count?: number
  readonly min?: number
  readonly max?: number
  readonly distinct_keys?: number
  readonly across?: string
  readonly first?: EffectPattern
  readonly then?: EffectPattern
}

/** The configuration that a scenario assumes. */
export interface Policy {
  readonly on_user_stop?: 'hold_queue' | 'drain_queue'
  readonly on_error?: 'hold_queue' | 'drain_queue'
  readonly on_limit?: 'hold_queue' | 'drain_queue'
  readonly send_while_busy?: 'queue' | 'send'
  readonly on_text_while_asking?: 'queue' | 'answer' | 'cancel'
  readonly stop_scope?: 'turn' | 'conversation'
  readonly hold_send_while_stop_in_flight_ms?: number
  readonly shared_queue?: boolean
  /** The tabs of the page tell each other what they hear and do, and one of them leads. */
  readonly linked_tabs?: boolean
  /** `false`: the server cannot be asked how a conversation is. */
  readonly status_checks?: boolean
}

/** A story of something that went wrong, and what should have been seen instead. */
export interface Scenario {
  readonly id: string
  /** The kind of bug. */
  readonly family: string
  /** Where it was reported: issues of public repositories, or what it mirrors. */
  readonly source: string
  readonly whatUsersSaw: string
  readonly rootCause: string
  readonly policy: Policy
  readonly steps: readonly Step[]
  readonly expect: readonly Assertion[]
  /** Fields of steps that the format does not list. They are passed by, and told of. */
  readonly notes: readonly string[]
}

/** A scenario that cannot be read: the message names it, and the word that is unknown or missing. */
export class ScenarioError extends Error {
  constructor(id: string, problem: string) {
    super(`${id}: ${problem}`)
    this.name = 'ScenarioError'
  }
}

const LAST_OUTCOMES = ['completed', 'failed', 'aborted', 'stopped', 'interrupted', 'unknown']
const STATUSES = ['running', 'idle', 'awaiting_input', 'absent', 'no_status', 'unreachable']

/** What every step may carry. */
const COMMON = ['at', 'event', 'tab', 'truth', 'seq', 'boot', 'server_time_offset_ms']
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
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
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

const POLICY: Readonly<Record<keyof Policy, readonly unknown[] | 'number'>> = {
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

type Raw = Readonly<Record<string, unknown>>
const has = (raw: Raw, field: string): boolean => Object.hasOwn(raw, field)

function readStep(id: string, raw: Raw, index: number, notes: string[]): Step {
  const event = String(raw.event)
  const where = `step ${index} (${event})`
  const known = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined
  if (!known) throw new ScenarioError(id, `step ${index}: unknown event "${event}"`)
  if (raw.at !== index) throw new ScenarioError(id, `${where}: "at" is ${String(raw.at)}, not its ordinal`)
  for (const field of known.needs)
    if (!has(raw, field)) throw new ScenarioError(id, `${where}: it lacks "${field}"`)
  for (const field of Object.keys(raw)) {
    if (![...COMMON, ...known.needs, ...known.takes].includes(field))
      notes.push(`${where}: field "${field}" is passed by`)
    const words = VALUES[`${event}.${field}`] ?? VALUES[field]
    if (words && raw[field] !== null && !words.includes(raw[field])) {
      throw new ScenarioError(id, `${where}: unknown ${field} "${String(raw[field])}"`)
    }
  }
  const last = raw.last as Last | null | undefined
  const lastWords = event === 'history.loaded' ? ['complete', 'incomplete', 'user_only'] : LAST_OUTCOMES
  const lastWord = event === 'history.loaded' ? last?.state : last?.outcome
  if (last && !lastWords.includes(lastWord as string)) {
    throw new ScenarioError(id, `${where}: unknown word "${String(lastWord)}" in "last"`)
  }
  const { truth: _truth, ...step } = raw
  return step as unknown as Step
}

function readPattern(id: string, where: string, raw: unknown): void {
  const { effect, ...rest } = raw as Raw
  if (!EFFECTS.includes(effect as EffectWord))
    throw new ScenarioError(id, `${where}: unknown effect "${String(effect)}"`)
  for (const field of Object.keys(rest)) {
    if (!['conversation', 'turn', 'message', 'tab'].includes(field)) {
      throw new ScenarioError(id, `${where}: unknown field "${field}"`)
    }
  }
}

function readAssertion(id: string, raw: Raw, steps: number): Assertion {
  const word = String(raw.assert)
  const where = `assertion "${word}" after ${String(raw.after)}`
  const known = Object.hasOwn(ASSERTIONS, word) ? ASSERTIONS[word] : undefined
  if (!known) throw new ScenarioError(id, `unknown assertion "${word}"`)
  const isStep = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < steps
  if (!isStep(raw.after)) throw new ScenarioError(id, `${where}: there is no such step`)
  const { needs, takes = [], oneOf = [], words } = known
  for (const field of needs)
    if (!has(raw, field)) throw new ScenarioError(id, `${where}: it lacks "${field}"`)
  if (oneOf.length > 0 && !oneOf.some((field) => has(raw, field))) {
    throw new ScenarioError(id, `${where}: it lacks one of "${oneOf.join('", "')}"`)
  }
  for (const field of Object.keys(raw)) {
    if (!['after', 'assert', 'tab', ...needs, ...takes, ...oneOf].includes(field)) {
      throw new ScenarioError(id, `${where}: unknown field "${field}"`)
    }
  }
  if (word === 'fact' && !FACTS.includes(raw.name as FactWord))
    throw new ScenarioError(id, `${where}: unknown name "${String(raw.name)}"`)
  const listed = (raw.in ?? raw.to ?? (words && has(raw, 'value') ? [raw.value] : [])) as readonly unknown[]
  for (const value of listed) {
    if (words && !words.includes(value))
      throw new ScenarioError(id, `${where}: unknown word "${String(value)}"`)
  }
  if (has(raw, 'step') && !isStep(raw.step))
    throw new ScenarioError(id, `${where}: there is no step ${String(raw.step)}`)
  if (has(raw, 'across') && raw.across !== 'all tabs') {
    throw new ScenarioError(id, `${where}: unknown word "${String(raw.across)}"`)
  }
  if (has(raw, 'effect')) readPattern(id, where, { effect: raw.effect })
  if (word === 'effect_order') for (const pattern of [raw.first, raw.then]) readPattern(id, where, pattern)
  return raw as unknown as Assertion
}

/** Checks one scenario and makes it fit for the runner. Throws a {@link ScenarioError} where the format is not kept. */
export function readScenario(raw: unknown): Scenario {
  const { id: rawId, family, policy = {}, scenario, expect } = raw as Raw
  const told = (field: string): string =>
    typeof (raw as Raw)[field] === 'string' ? String((raw as Raw)[field]) : ''
  const id = String(rawId)
  if (typeof rawId !== 'string') throw new ScenarioError(JSON.stringify(raw).slice(0, 60), 'it has no "id"')
  if (!Array.isArray(scenario) || !Array.isArray(expect)) {
    throw new ScenarioError(id, 'it lacks "scenario" (steps) or "expect" (assertions)')
  }
  for (const [field, value] of Object.entries(policy as Raw)) {
    const takes = Object.hasOwn(POLICY, field) ? POLICY[field as keyof Policy] : undefined
    if (!takes) throw new ScenarioError(id, `unknown policy "${field}"`)
    const fits = takes === 'number' ? typeof value === 'number' : takes.includes(value)
    if (!fits) throw new ScenarioError(id, `policy "${field}": unknown word "${String(value)}"`)
  }
  const notes: string[] = []
  const steps = scenario.map((step, index) => readStep(id, step as Raw, index, notes))
  for (const step of steps) {
    if (step.event !== 'duplicate') continue
    if (typeof step.of !== 'number' || step.of < 0 || step.of >= step.at) {
      throw new ScenarioError(id, `step ${step.at} (duplicate): there is no earlier step ${String(step.of)}`)
    }
  }
  const assertions = expect.map((assertion) => readAssertion(id, assertion as Raw, steps.length))
  return {
    id,
    family: String(family ?? 'unnamed'),
    source: told('source'),
    whatUsersSaw: told('what_users_saw'),
    rootCause: told('root_cause'),
    policy: policy as Policy,
    steps,
    expect: assertions,
    notes,
  }
}

/** A scenario, or why it could not be read. */
export type Loaded =
  | { readonly id: string; readonly family: string; readonly scenario: Scenario }
  | { readonly id: string; readonly family: string; readonly error: string }

/** The scenarios of one file, parsed from its JSON: one scenario, or a list. `name` stands in for the id that one lacks. */
export const readScenarios = (content: unknown, name: string): readonly Loaded[] =>
  (Array.isArray(content) ? content : [content]).map((raw: unknown): Loaded => {
    const { id = name, family = 'unnamed' } = (raw ?? {}) as { id?: string; family?: string }
    try {
      return { id, family, scenario: readScenario(raw) }
    } catch (error) {
      return { id, family, error: (error as Error).message }
    }
  })
