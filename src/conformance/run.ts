/** One run of one scenario: feeds the steps in, and knows what happened. */
import { createManualEnvironment, createMemoryQueue } from '../testing'
import type { ManualEnvironment, MemoryQueue } from '../testing'
import { createBackend } from './backend'
import type { Effect, TabWire } from './backend'
import type { Scenario, Step } from './format'
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
}

export interface Run {
  readonly time: Time
  readonly effects: readonly Effect[]
  /** When each step took place. */
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
const RESULTS = /^(send|stop|stop_background|answer)\.(accepted|rejected|unknown)$/

export function createRun(subject: Subject, scenario: Scenario): Run {
  const time = createTime(START)
  const backend = createBackend(time)
  const stored: MemoryQueue | null = scenario.policy.shared_queue ? createMemoryQueue() : null
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
    if (!told.has(name)) told.set(name, new Map())
    const tab = subject.open({
      ports: wire.ports,
      notify: wire.notify,
      openRequests: () => wire.open,
      clock: timers,
      environment,
      policy: scenario.policy,
      sharedQueue: stored?.port(),
      told: told.get(name)!,
      createId: () => `id-${++ids}`,
      turnOf: (message) => turnOfMessage.get(message),
    })
    tabs.set(name, { tab, wire, timers, environment })
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
  openTab('tab1')

  const take = async (step: Step): Promise<void> => {
    if (RESULTS.test(step.event)) {
      // The answer to a request that was given up: the app may hear of it all the same, in another way.
      if (!backend.answer(step) && step.event === 'send.accepted')
        for (const { tab } of those(step)) tab.receive(step)
      return
    }
    switch (step.event) {
      case 'world':
        return backend.world(step)
      case 'poll.begin':
        for (const { tab, wire } of those(step)) {
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
      case 'tab.visible':
        for (const { environment } of those(step)) environment.emit('visible')
        return
      case 'tab.opened':
        return openTab(step.tab!)
      case 'tab.closed':
        return closeTab(step.tab!)
      case 'reload': {
        const name = step.tab ?? 'tab1'
        closeTab(name)
        openTab(name)
        tabs.get(name)!.tab.restore(step.persisted ?? {})
        return
      }
      case 'duplicate': {
        const earlier = scenario.steps[step.of as number]!
        return take(step.tab === undefined ? earlier : { ...earlier, tab: step.tab })
      }
      default:
        if (step.event === 'send' && step.turn != null) turnOfMessage.set(step.message!, step.turn)
        for (const { tab } of those(step)) (WORDS_OF_USER[step.event] ?? receive)(tab, step)
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
      times[step.at] = time.now()
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
