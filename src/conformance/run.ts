/** One run of one scenario: feeds the steps in, and knows what happened. */
import { createManualEnvironment, createMemoryEngine, createMemoryQueue } from '../testing'
import type { ManualEnvironment, MemoryQueue, MemoryTab } from '../testing'
import { createBackend } from './backend'
import type { Effect, TabWire } from './backend'
import type { Scenario, Step } from './scenario'
import { inexpressible } from './subject'
import type { ConversationView, OpenSubject, Subject, TurnView } from './subject'
import { createTime, settle } from './time'
import type { Time, Timers } from './time'

const START = Date.UTC(2026, 0, 1)
const THROTTLE = 60_000

interface OpenTab {
  readonly tab: OpenSubject
  readonly wire: TabWire
  readonly timers: Timers
  readonly environment: ManualEnvironment
  readonly link: MemoryTab | undefined
  /** Steps that come in while the tab is frozen; it hears of them as soon as it goes on. */
  missed: Step[] | null
}

export interface Run {
  readonly time: Time
  readonly effects: readonly Effect[]
  /** When each step took place, ms since the run began. */
  readonly times: readonly number[]
  /** The names of the open tabs. */
  tabs(): readonly string[]
  conversation(conversation: string, tab?: string): ConversationView
  turn(turn: string, tab?: string): TurnView
  feed(step: Step): Promise<void>
  /** What must hold at all times, and does not. */
  problems(): readonly string[]
  /** Closes everything, and says what was left behind. */
  close(): readonly string[]
}

type Feed = (tab: OpenSubject, step: Step) => void
const act: Feed = (tab, step) => tab.act(step)
const receive: Feed = (tab, step) => tab.receive(step)

/** Steps of the user: without a `tab` they are tab1's. */
const WORDS_OF_USER: Readonly<Record<string, Feed>> = {
  send: (tab, step) => tab.send(step),
  stop: (tab, step) => tab.stop(step),
  answer: (tab, step) => tab.answer(step),
  'answer.all': act,
  stop_background: act,
  'queue.remove': act,
  'queue.edit': act,
  'queue.move': act,
  'queue.send_now': act,
  'queue.clear': act,
  'queue.pause': act,
  'queue.resume': act,
  view: act,
  'conversation.rekey': act,
  'conversation.close': act,
  reconfigure: act,
}
/** What the app does, in all tabs unless a step names one. */
const WORDS_OF_APP: Readonly<Record<string, Feed>> = {
  'user.changed': act,
  restored: (tab, step) => tab.restore(step.persisted!),
}
const RESULTS = /^(send|stop|stop_background|answer)\.(accepted|rejected|unknown)$/

export function createRun(subject: Subject, scenario: Scenario): Run {
  const time = createTime(START)
  const backend = createBackend(time)
  const stored: MemoryQueue | null = scenario.policy.shared_queue ? createMemoryQueue() : null
  const links = scenario.policy.linked_tabs ? createMemoryEngine() : null
  const tabs = new Map<string, OpenTab>()
  const told = new Map<string, Map<string, number>>()
  const times: number[] = []
  const left: string[] = []
  /** Which turn a message was submitted as. */
  const turnOfMessage = new Map<string, string>()
  let ids = 0

  const openTab = (name: string): void => {
    const wire = backend.wire(name)
    const timers = time.timers()
    const environment = createManualEnvironment()
    const link = links?.tab()
    if (!told.has(name)) told.set(name, new Map())
    const tab = subject.open({
      ports: wire.ports,
      notify: wire.notify,
      openRequests: () => wire.open,
      clock: timers,
      environment,
      policy: scenario.policy,
      sharedQueue: stored?.port(),
      link: link?.connect,
      told: told.get(name)!,
      createId: () => `id-${++ids}`,
      turnOf: (message) => turnOfMessage.get(message),
    })
    tabs.set(name, { tab, wire, timers, environment, link, missed: null })
  }
  const closeTab = (name: string): void => {
    const open = tabs.get(name)
    if (!open) return
    tabs.delete(name)
    left.push(...open.tab.close())
    open.wire.drop()
    if (open.timers.pending > 0) left.push(`${open.timers.pending} timers outlive ${name}`)
  }
  const those = (step: Step): readonly OpenTab[] => {
    const name = step.tab ?? (Object.hasOwn(WORDS_OF_USER, step.event) ? 'tab1' : undefined)
    if (name === undefined) return [...tabs.values()]
    const open = tabs.get(name)
    if (!open) throw new Error(`step ${step.at} (${step.event}): ${name} is not open`)
    return [open]
  }
  const openTabOf = (name = 'tab1'): OpenTab => {
    const open = tabs.get(name)
    if (!open) throw new Error(`${name} is not open`)
    return open
  }
  const freeze = (open: OpenTab): void => {
    open.missed ??= []
    open.timers.frozen = true
    open.wire.frozen = true
    open.link?.hang()
    open.tab.setFrozen?.(true)
  }
  const resume = async (open: OpenTab): Promise<void> => {
    const missed = open.missed ?? []
    open.missed = null
    open.timers.frozen = false
    open.wire.frozen = false
    open.link?.goOn()
    open.tab.setFrozen?.(false)
    await time.advance(0)
    for (const step of missed) {
      feedTo(open, step)
      await settle()
    }
  }
  const feedTo = (open: OpenTab, step: Step): void => {
    const ofUser = WORDS_OF_USER[step.event]
    if (open.missed && ofUser) throw new Error(`step ${step.at} (${step.event}): the tab is frozen`)
    if (open.missed) open.missed.push(step)
    else (ofUser ?? WORDS_OF_APP[step.event] ?? receive)(open.tab, step)
  }
  openTab('tab1')

  const take = async (step: Step): Promise<void> => {
    if (RESULTS.test(step.event)) {
      // The answer to a request that was given up: the app may hear of it all the same, in another way.
      if (!backend.answer(step) && step.event === 'send.accepted')
        for (const open of those(step)) feedTo(open, step)
      return
    }
    switch (step.event) {
      case 'world':
        return backend.world(step)
      case 'poll.begin':
        for (const { tab, wire, missed } of those(step)) {
          if (missed) continue
          wire.holdNext(step.request!, step.conversation!)
          tab.checkStatus(step.conversation!)
          await settle()
          if (!wire.isHeld(step.request!)) throw new Error(`step ${step.at} (poll.begin): no look-up left`)
        }
        return
      case 'poll.end':
        return void backend.release(step.request!, step, step.tab)
      case 'poll.failed':
        return void backend.release(step.request!, null, step.tab)
      case 'tick':
        return time.advance(step.ms!)
      case 'sleep': {
        if (step.tab === undefined) return time.jump(step.ms!)
        const asleep = those(step)
        for (const { timers } of asleep) timers.frozen = true
        await time.advance(step.ms!)
        for (const { timers } of asleep) timers.frozen = false
        return
      }
      case 'throttle': {
        const hidden = those(step)
        for (const { environment, timers } of hidden) {
          if (!environment.hidden()) environment.emit('hidden')
          timers.throttle = { since: time.now(), every: THROTTLE }
        }
        await time.advance(step.ms!)
        for (const { timers } of hidden) timers.throttle = null
        return
      }
      case 'clock.set':
        time.shift(step.ms!)
        return time.advance(0)
      case 'tab.frozen':
        return those(step).forEach(freeze)
      case 'tab.resumed':
        for (const open of those(step)) await resume(open)
        return
      case 'tab.visible':
        for (const { environment } of those(step)) environment.emit('visible')
        return
      case 'tab.opened':
        return openTab(step.tab!)
      case 'tab.closed':
        return closeTab(step.tab!)
      case 'reload': {
        const name = step.tab ?? 'tab1'
        const { tab } = openTabOf(name)
        const { stored: what } = step
        const text = what && tab.dehydrate?.(what)
        if (what && text === undefined) throw inexpressible('a state of its own that is stored')
        closeTab(name)
        openTab(name)
        const next = openTabOf(name).tab
        if (!what || text === undefined) return next.restore(step.persisted ?? {})
        // A storage answers when the page is up.
        await settle()
        next.rehydrate!(text, what)
        return
      }
      case 'duplicate': {
        const earlier = scenario.steps[step.of as number]!
        return take(step.tab === undefined ? earlier : { ...earlier, tab: step.tab })
      }
      default:
        if (step.event === 'send' && step.turn != null) turnOfMessage.set(step.message!, step.turn)
        for (const open of those(step)) feedTo(open, step)
    }
  }

  return {
    time,
    effects: backend.effects,
    times,
    tabs: () => [...tabs.keys()],
    conversation: (conversation, name) => openTabOf(name).tab.conversation(conversation),
    turn: (turn, name) => openTabOf(name).tab.turn(turn),
    async feed(step) {
      // What the opening of the first tab has set off comes first.
      if (step.at === 0) await settle()
      times[step.at] = time.elapsed()
      await take(step)
      await settle()
      for (const { tab } of tabs.values()) await tab.settled?.()
    },
    problems: () => [...tabs.values()].flatMap(({ tab }) => tab.problems?.() ?? []),
    close() {
      for (const name of [...tabs.keys()]) closeTab(name)
      return left.splice(0)
    },
  }
}

/** The same scenario in a fresh world, up to and including a step: what happens to it disturbs nothing. */
export async function fork(subject: Subject, scenario: Scenario, after: number): Promise<Run> {
  const run = createRun(subject, scenario)
  for (const step of scenario.steps.slice(0, after + 1)) await run.feed(step)
  return run
}
