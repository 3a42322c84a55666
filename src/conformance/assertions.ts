/** Every assertion of the format: what was seen instead, or `null` where it holds. */
import type { Effect } from './backend'
import type { FactWord } from './format'
import type { Assertion, EffectPattern, Scenario } from './scenario'
import { isEqual } from './isEqual'
import type { Run } from './run'
import { inexpressible } from './subject'
import type { ConversationView } from './subject'

/** A clock that a person reads: a look-up's latency does not show in it. */
const CLOCK_TOLERANCE = 1_000

export interface Context {
  readonly run: Run
  readonly scenario: Scenario
  /** Effects that the subject never asks for. */
  readonly lacks: readonly string[]
  /** What could be seen just before and just after a step. */
  readonly before: ReadonlyMap<number, Snapshot>
  readonly after: ReadonlyMap<number, Snapshot>
  /** A fresh run up to and including this step. */
  fork(after: number): Promise<Run>
}

export type Snapshot = Readonly<Record<string, unknown>>

type Check = (assertion: Assertion, context: Context) => string | null | Promise<string | null>

const show = (value: unknown): string => JSON.stringify(value) ?? 'undefined'
const unless = (holds: boolean, seen: unknown): string | null => (holds ? null : show(seen))

/** A fact of a view that an assertion asks for; a subject that has no notion of it leaves it out. */
function fact<V extends object, Name extends keyof V & string>(
  view: V,
  name: Name,
): Exclude<V[Name], undefined> {
  const value = view[name]
  if (value === undefined) throw inexpressible(name)
  return value as Exclude<V[Name], undefined>
}

/** What a fact is allowed to be: one value, or one of several. */
const allowed = (assertion: Assertion, seen: unknown): string | null =>
  unless(assertion.in ? assertion.in.includes(seen) : isEqual(assertion.value, seen), seen)

/** The turns and conversations that a scenario speaks of. */
export function named(scenario: Scenario): {
  readonly turns: readonly string[]
  readonly conversations: readonly string[]
} {
  const turns = new Set<string>()
  const conversations = new Set<string>()
  for (const { turn, last, conversation, from, to, child } of scenario.steps) {
    for (const id of [turn, last?.turn]) if (id != null) turns.add(id)
    for (const id of [conversation, from, to, child]) if (id != null) conversations.add(id)
  }
  for (const { turn, conversation } of scenario.expect) {
    if (turn !== undefined) turns.add(turn)
    if (conversation !== undefined) conversations.add(conversation)
  }
  return { turns: [...turns], conversations: [...conversations] }
}

/** Everything a user could see, and the effects other than look-ups. */
export function snapshot(run: Run, scenario: Scenario): Snapshot {
  const { turns, conversations } = named(scenario)
  const seen: Record<string, unknown> = {}
  for (const tab of run.tabs()) {
    for (const id of conversations) {
      const view = run.conversation(id, tab)
      const live = view.liveTurn
      const facts = {
        busy: view.busy,
        phase: view.phase,
        'live turn': live?.turn ?? null,
        'started at': live ? run.turn(live.turn, tab).startedAt : null,
        'can stop': view.canStop,
        'can send': view.canSend,
        'last error': view.lastError,
        queue: view.queue,
        drafts: view.drafts,
        'pending input': view.pendingInput,
      }
      for (const [name, value] of Object.entries(facts)) seen[`${tab} ${id} ${name}`] = value
    }
    for (const turn of turns) seen[`${tab} turn ${turn}`] = run.turn(turn, tab).state
  }
  seen.effects = run.effects
    .filter(({ effect }) => effect !== 'poll')
    .map(({ effect, tab, conversation, turn, message, key }) => ({
      effect,
      tab,
      conversation,
      turn,
      message,
      key,
    }))
  return seen
}

/** The effects that a pattern is about. Those of one tab, unless they are counted across all. */
function matching(
  run: Run,
  pattern: EffectPattern & { readonly tab?: string; readonly across?: string },
): readonly Effect[] {
  const { effect, conversation, turn, message, tab = 'tab1', across } = pattern
  return run.effects.filter(
    (one) =>
      one.effect === effect &&
      (across !== undefined || one.tab === tab) &&
      (conversation === undefined || one.conversation === conversation) &&
      (turn === undefined || one.turn === turn) &&
      (message === undefined || one.message === message),
  )
}

/** How the effects are told of: which, and for what. */
const story = (effects: readonly Effect[]): string =>
  `${effects.length} [${effects.map(({ conversation, turn, message }) => [conversation, turn, message].filter(Boolean).join(' ')).join(', ')}]`

function counted(assertion: Assertion, seen: number, tell: () => string): string | null {
  const { count, min, max } = assertion
  const holds =
    (count === undefined || seen === count) &&
    (min === undefined || seen >= min) &&
    (max === undefined || seen <= max)
  return holds ? null : tell()
}

/** Lets time pass on a fork, until `ms` have gone by or the conversation is not busy. Says when that was. */
async function wait(
  context: Context,
  assertion: Assertion,
): Promise<{ readonly run: Run; readonly idleAfter: number | null }> {
  const { after, conversation, ms, tab } = assertion
  const run = await context.fork(after)
  const since = run.time.now()
  const busy = () => fact(run.conversation(conversation!, tab), 'busy')
  let idle = !busy()
  if (!idle) await run.time.advance(ms!, () => (idle = !busy()))
  return { run, idleAfter: idle ? run.time.now() - since : null }
}

/** A fact of the conversation that an assertion is about. */
const shown = <Name extends keyof ConversationView>(a: Assertion, run: Run, name: Name) =>
  fact(run.conversation(a.conversation!, a.tab), name)

export const checks: Readonly<Record<string, Check>> = {
  busy: (a, { run }) => allowed(a, shown(a, run, 'busy')),
  phase: (a, { run }) => allowed(a, shown(a, run, 'phase')),
  live_turn(a, { run, scenario }) {
    const live = shown(a, run, 'liveTurn')
    if (live === null || live.turn === a.value) return allowed(a, live && live.turn)
    // A turn that came in by its run alone goes by an id of the keeper's own.
    const known = typeof a.value === 'string' && !scenario.steps.some(({ turn }) => turn === a.value)
    return unless(known && live.runs.includes(a.value as string), live.turn)
  },
  turn: (a, { run }) => allowed(a, fact(run.turn(a.turn!, a.tab), 'state')),
  ended_once(a, { run }) {
    const { records, told } = fact(run.turn(a.turn!, a.tab), 'ends')
    return told === 1 && records === 1 ? null : `${records} records, told ${told} times`
  },
  can_stop: (a, { run }) => allowed(a, shown(a, run, 'canStop')),
  can_send: (a, { run }) => allowed(a, shown(a, run, 'canSend')),
  last_error(a, { run }) {
    const seen = shown(a, run, 'lastError')
    return unless((seen === null) === (a.value === 'none'), seen ?? 'none')
  },
  effects(a, { run }) {
    const found = matching(run, a as EffectPattern)
    if (a.distinct_keys !== undefined) {
      const keys = new Set(found.map(({ key }) => key))
      if (keys.size !== a.distinct_keys) return `${keys.size} keys [${[...keys].join(', ')}]`
    }
    return counted(a, found.length, () => story(found))
  },
  same_key(a, { run, scenario }) {
    // Sends for a turn: those that say so, and those of its message under an id that no step gave.
    const given = new Set(scenario.steps.map(({ turn }) => turn))
    const texts = new Set(
      scenario.steps.flatMap(({ event, turn, message }) =>
        event === 'send' && turn === a.turn ? [message] : [],
      ),
    )
    const { turn, ...anyTurn } = a
    const found = matching(run, anyTurn as EffectPattern).filter(
      (one) =>
        one.turn === turn || (one.turn !== null && !given.has(one.turn) && texts.has(one.message ?? '')),
    )
    const keys = new Set(found.map((one) => one.key ?? one.turn))
    return keys.size <= 1 ? null : `${keys.size} keys [${[...keys].join(', ')}]`
  },
  background(a, { run }) {
    const seen = shown(a, run, 'background')
    return counted(a, seen, () => show(seen))
  },
  effect_order(a, { run }) {
    const tab = a.tab === undefined ? {} : { tab: a.tab }
    const first = matching(run, { ...tab, ...a.first! }).find(({ confirmed }) => confirmed !== null)
    const then = matching(run, { ...tab, ...a.then! })[0]
    if (!first) return 'the first was not confirmed'
    if (!then) return 'the second was not asked for'
    return first.confirmed! < then.issued ? null : 'the second was asked for before the first was confirmed'
  },
  queue: (a, { run }) => allowed(a, shown(a, run, 'queue')),
  draft_has(a, { run }) {
    const seen = shown(a, run, 'drafts')
    return unless(seen.includes(a.message!), seen)
  },
  fact: (a, { run }) => allowed(a, fact(shown(a, run, 'facts'), a.name as FactWord)),
  pending_input: (a, { run }) => allowed(a, shown(a, run, 'pendingInput')),
  async settles_within(a, context) {
    const { run, idleAfter } = await wait(context, a)
    if (idleAfter === null) {
      const { phase = 'busy', liveTurn } = run.conversation(a.conversation!, a.tab)
      return `still busy after ${a.ms} ms: ${phase}, ${liveTurn?.turn ?? 'no live turn'}`
    }
    if (!a.to) return null
    const ended = shown(a, run, 'lastEnded')
    return ended === null || !a.to.includes(ended) ? show(ended) : null
  },
  async stays_busy_for(a, context) {
    const { idleAfter } = await wait(context, a)
    return idleAfter === null ? null : `not busy after ${idleAfter} ms`
  },
  unchanged_by(a, { before, after }) {
    const was = before.get(a.step!)
    const is = after.get(a.step!)
    if (!was || !is) return 'that step has not taken place'
    const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
      (fact) => !isEqual(was[fact], is[fact]),
    )
    return changed.length === 0
      ? null
      : changed.map((fact) => `${fact}: ${show(was[fact])} became ${show(is[fact])}`).join('; ')
  },
  agree(a, { run }) {
    const found = shown(a, run, 'contradictions')
    return found.length === 0 ? null : found.join('; ')
  },
  elapsed_from(a, { run }) {
    const taken = a.step === undefined ? 0 : run.times[a.step]
    const seen = fact(run.turn(a.turn!, a.tab), 'startedAt')
    if (taken === undefined) return 'that step has not taken place'
    if (seen === null) return 'no start'
    const expected = a.ms_ago ?? run.time.elapsed() - taken
    const elapsed = run.time.now() - seen
    return Math.abs(elapsed - expected) <= CLOCK_TOLERANCE ? null : `${elapsed} ms ago, not ${expected}`
  },
}

/** What was seen instead, or `null`. Throws where the subject has no words for it. */
export async function checkAssertion(assertion: Assertion, context: Context): Promise<string | null> {
  for (const effect of [assertion.effect, assertion.first?.effect, assertion.then?.effect])
    if (effect !== undefined && context.lacks.includes(effect)) throw inexpressible(`the effect ${effect}`)
  return checks[assertion.assert]!(assertion, context)
}

/** An assertion in one line. */
export function tellAssertion({ after, assert, ...fields }: Assertion): string {
  return [
    `after ${after}:`,
    assert,
    ...Object.entries(fields).map(([name, value]) => `${name}=${show(value)}`),
  ].join(' ')
}
