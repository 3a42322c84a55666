/** Random histories: what apps, people, wires and servers may do, in any order. The same seed gives the same history. */
import {
  conversationClosed,
  conversationRekeyed,
  endTurn,
  queueResumed,
  sendingGated,
  sessionStatusChanged,
  signals,
  stateRestored,
} from 'redux-turnkeeper'
import type { StatusAnswer } from 'redux-turnkeeper'
import type { RequestKind } from 'redux-turnkeeper/testing'
import { createRandom } from '../random'
import { createLab } from './lab'
import type { Lab } from './lab'

const CONVERSATIONS = ['c1', 'c2', 'd1'] as const
const RUNS = ['r1', 'r2', 'r3', undefined] as const

export interface History {
  readonly lab: Lab
  /** Ids of the prompts that were submitted. */
  readonly submitted: readonly string[]
  /** What was done, a line each. */
  readonly story: readonly string[]
  /** Does one more thing. */
  step(): Promise<void>
}

export function createHistory(seed: number): History {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const chance = (share: number): boolean => random() < share
  const lab = createLab({
    sendWhileBusy: pick(['queue', 'send']),
    queuePolicy: {
      onStop: pick(['drain', 'hold']),
      onError: pick(['drain', 'hold']),
      onLimit: pick(['drain', 'hold']),
    },
    stopScope: pick(['turn', 'conversation']),
    hardLimit: pick([null, 60_000]),
  })
  lab.backend.auto.clear()
  const { keeper, backend } = lab
  const story: string[] = []
  const submitted: string[] = []
  let minted = 0

  const conversation = () => pick(CONVERSATIONS)
  const someTurn = (): string => (submitted.length > 0 && chance(0.9) ? pick(submitted) : 'x1')
  const named = () => {
    const runId = pick(RUNS)
    return {
      conversationId: conversation(),
      ...(chance(0.5) && runId !== undefined && { runId }),
      ...(chance(0.35) && { turnId: someTurn() }),
    }
  }
  const dispatch = (action: unknown) => {
    const { type, payload } = action as { readonly type?: string; readonly payload?: unknown }
    if (type !== undefined) story.push(`${type} ${JSON.stringify(payload)}`)
    return lab.dispatch(action)
  }
  const command = (name: string, action: unknown) => {
    story.push(name)
    return lab.dispatch(action)
  }
  const submit = (more: object = {}) => {
    const turnId = `t${++minted}`
    const conversationId = conversation()
    submitted.push(turnId)
    story.push(`submit ${turnId} ${conversationId} ${JSON.stringify(more)}`)
    return lab.submit(turnId, conversationId, more)
  }
  /** Answers one of the requests of a kind that wait, if any does. */
  const answer = async (kind: RequestKind, how: (key: string) => string) => {
    const waiting = backend.of(kind, 'pending')
    if (waiting.length === 0) return
    const { key } = pick(waiting)
    story.push(`${kind} ${key}: ${how(key)}`)
    await lab.dispatch()
  }
  const statusOf = (): StatusAnswer => {
    const status = pick(['running', 'idle', 'absent', 'awaiting_input', 'no_status'] as const)
    const runId = pick(RUNS)
    return {
      status,
      ...(status !== 'idle' && status !== 'absent' && runId !== undefined && { runId }),
      ...(chance(0.5) && { last: { runId: pick(['r1', 'r2']), outcome: pick(['complete', 'error']) } }),
      ...(chance(0.2) && { startedMsAgo: 100_000 }),
      ...(chance(0.2) && { questions: [] }),
      ...(chance(0.2) && { backgroundRuns: pick([[], [{ runId: 'k1', isPaused: chance(0.5) }]]) }),
      ...(chance(0.2) && { scheduled: pick([null, { inMs: 30_000 }]) }),
    }
  }
  const restored = () => ({ conversationId: conversation(), turnId: someTurn(), runs: ['r1'], input: 'x' })
  const pass = (ms: number) => {
    story.push(`${ms} ms pass`)
    return lab.advance(ms)
  }
  const time = () => pass(pick([1, 1_000, 6_000, 21_000, 61_000]))

  const steps: readonly (() => Promise<unknown>)[] = [
    () => submit(),
    () => submit(),
    () => submit({ mode: 'now' }),
    time,
    time,
    () => {
      story.push('sleep')
      lab.clock.jump(600_000)
      return lab.advance(0)
    },
    // The server, which may say anything.
    () =>
      answer('send', (key) => {
        const [runId, as] = [pick(RUNS), pick([undefined, 'queued', 'started'] as const)]
        backend.accept('send', { ...(runId !== undefined && { runId }), ...(as && { as }) }, key)
        return `accepted ${runId} ${as}`
      }),
    () =>
      answer('send', (key) => {
        const reason = pick(['busy', 'error', 'gone'])
        backend.refuse('send', { reason }, key)
        return reason
      }),
    ...(['send', 'stop', 'status'] as const).map((kind) => () => {
      return answer(kind, (key) => {
        backend.lose(kind, key)
        return 'lost'
      })
    }),
    () =>
      answer('stop', (key) => {
        const how = pick(['acknowledged', 'no_active_turn', 'unreachable'])
        if (how === 'acknowledged') backend.accept('stop', {}, key)
        else backend.refuse('stop', { reason: how }, key)
        return how
      }),
    () =>
      answer('stopSession', (key) => {
        const isStopped = chance(0.5)
        if (isStopped) backend.accept('stopSession', {}, key)
        else backend.refuse('stopSession', { reason: 'error' }, key)
        return isStopped ? 'stopped' : 'refused'
      }),
    () =>
      answer('status', (key) => {
        const answers = Object.fromEntries(key.split(',').map((id) => [id, statusOf()]))
        backend.accept('status', answers, key)
        return JSON.stringify(answers)
      }),
    // The wire.
    () => dispatch(signals.turnStarted({ ...named(), ...(chance(0.1) && { startedMsAgo: 100_000 }) })),
    () =>
      dispatch(signals.turnProgressed({ ...named(), kind: pick(['output', 'tool_open']), callId: 'call' })),
    () => dispatch(signals.turnProgressed({ ...named(), kind: 'output' })),
    () => dispatch(signals.turnEnded({ ...named(), reason: pick(['complete', 'error', 'cancelled']) })),
    () =>
      dispatch(signals.inputRequested({ ...named(), ...(chance(0.7) && { requestId: pick(['q1', 'q2']) }) })),
    () =>
      dispatch(signals.inputResolved({ ...named(), ...(chance(0.7) && { requestId: pick(['q1', 'q2']) }) })),
    () => dispatch(signals.errorReported({ ...named(), error: { message: 'bad' } })),
    () => dispatch(signals.requestEnded({ ...named(), how: pick(['failed', 'clean_end']) })),
    () =>
      dispatch(
        signals.sessionReported({
          conversationId: conversation(),
          status: pick(['idle', 'busy', 'error', 'running']),
        }),
      ),
    () =>
      dispatch(
        signals.turnStarted({ conversationId: conversation(), runId: pick(['k1', 'r1']), role: 'child' }),
      ),
    () =>
      dispatch(
        signals.runPaused({ conversationId: conversation(), runId: pick(['k1', 'r1']), role: 'child' }),
      ),
    () =>
      dispatch(
        signals.workScheduled({ conversationId: conversation(), ...(chance(0.8) && { inMs: 40_000 }) }),
      ),
    () =>
      answer('stopBackgroundRun', (key) => {
        const how = pick(['acknowledged', 'not_running', 'unreachable', 'lost'])
        if (how === 'acknowledged') backend.accept('stopBackgroundRun', {}, key)
        else if (how === 'lost') backend.lose('stopBackgroundRun', key)
        else backend.refuse('stopBackgroundRun', { reason: how }, key)
        return how
      }),
    () => dispatch(signals.childOpened({ child: pick(['c2', 'kid']), parent: conversation() })),
    () => dispatch(signals.streamDropped({})),
    () => dispatch(signals.streamOpened(chance(0.5) ? { boot: pick(['b1', 'b2', 'b3']) } : {})),
    () => dispatch(signals.backendRestarted({})),
    // The app.
    () =>
      dispatch(
        sessionStatusChanged({
          conversationId: conversation(),
          status: pick(['starting', 'running', 'ready', 'interrupted', 'stopped', 'error']),
        }),
      ),
    () => dispatch(endTurn({ ...named(), reason: pick(['rescued', 'cancelled', 'error']) })),
    () => dispatch(conversationClosed({ conversationId: conversation() })),
    () => dispatch(conversationRekeyed({ from: conversation(), to: conversation() })),
    () => dispatch(sendingGated({ open: chance(0.8) })),
    () => dispatch(stateRestored({ live: [restored()] })),
    // The person.
    () => command('stop', keeper.stopTurn({ conversationId: conversation() })),
    () => command('stop a turn', keeper.stopTurn({ turnId: someTurn() })),
    () => command('stop k1', keeper.stopBackgroundRun({ conversationId: conversation(), runId: 'k1' })),
    () => command('stop the session', keeper.stopSession({ conversationId: conversation() })),
    () =>
      command(
        'steer',
        keeper.steerTurn({ conversationId: conversation(), input: 's', steerId: `s${++minted}` }),
      ),
    () => dispatch(queueResumed({ conversationId: conversation() })),
    () => dispatch(keeper.removeQueued({ turnId: someTurn() })),
  ]

  return {
    lab,
    submitted,
    story,
    async step() {
      await pick(steps)()
    },
  }
}

/** From here on the server is truthful, takes every prompt, and nothing runs on it; every queue is let go on. */
export async function comeToRest({ lab }: History): Promise<void> {
  const { backend } = lab
  backend.auto.add('status').add('open')
  const known = lab
    .turns()
    .byConversation.pages.flat(2)
    .map(({ conversationId }) => conversationId)
  for (const id of [...CONVERSATIONS, 'kid', ...known])
    backend.world(id, { status: 'idle', questions: [], backgroundRuns: [], scheduled: null })
  await lab.dispatch(sendingGated({ open: true }))
  for (let i = 0; i < 60; i++) {
    for (const kind of ['status', 'open', 'send', 'stopSession'] as const)
      for (const { key } of backend.of(kind, 'pending')) backend.accept(kind, undefined, key)
    for (const kind of ['stop', 'stopBackgroundRun'] as const)
      for (const { key } of backend.of(kind, 'pending')) backend.refuse(kind, {}, key)
    for (const conversationId of CONVERSATIONS) await lab.dispatch(queueResumed({ conversationId }))
    await lab.advance(20_000, 5_000)
  }
}
