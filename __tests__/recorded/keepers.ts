/** What keepers with unusual options do, whatever happens to them: their actions, requests, timers and reports. */
import type { UnknownAction } from '@reduxjs/toolkit'
import { signals } from 'redux-turnkeeper'
import type { KeeperState, Turn } from 'redux-turnkeeper'
import type { ScriptedRequest } from 'redux-turnkeeper/testing'
import { rowsOf } from '../../src/state/table'
import { entriesOf, turnsIn } from '../../src/state/turns'
import { createRandom } from '../random'
import { KEYS, answer as drawAnswer, key } from './chance'
import type { Draw } from './chance'
import { drawAction } from './drawn'
import { KINDS, openKeeper } from './keeperKinds'
import type { Kind } from './keeperKinds'
import type { Part, Recorded } from './types'

const RUNS_OF_EACH = 14
const STEPS = 100
/** How many steps are recorded as one. */
const TOGETHER = 10

const failing = (): Promise<never> => {
  const promise = Promise.reject(new Error('this one fails'))
  promise.catch(() => undefined)
  return promise
}

async function play(kind: Kind, seed: number): Promise<readonly Part[]> {
  const random = createRandom(seed)
  const chance = (share: number): boolean => random() < share
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const opened = openKeeper(kind, random)
  const { clock, environment, backend, keeper, queueListeners, state, dispatch, note, put, taken } = opened
  const draw = (): Draw => ({ state: state(), at: clock.now(), random, keys: KEYS })
  let texts = 0
  const past: KeeperState[] = []

  /** One of the requests that wait is answered: well, badly, or with what no port should say. */
  function answer({ kind: asked, key, request }: ScriptedRequest): void {
    const how = random()
    if (how < 0.1) return backend.lose(asked, key)
    if (how < 0.3) {
      const reasons = [
        'busy',
        'gone',
        'error',
        'no_active_turn',
        'unreachable',
        'already_resolved',
        'no_session',
      ]
      return backend.refuse(
        asked,
        {
          ...(chance(0.8) && { reason: pick(reasons) }),
          ...(chance(0.5) && { error: { message: 'bad' } }),
          ...(chance(0.3) && { retryAfterMs: 20_000 }),
        },
        key,
      )
    }
    if (asked === 'send')
      return backend.accept(
        asked,
        {
          ...(chance(0.6) && { runId: pick(['ra', 'rb', 'rc', 5 as never]) }),
          ...(chance(0.3) && { as: 'queued' as const }),
        } as never,
        key,
      )
    if (asked === 'status') {
      const one = (): unknown =>
        pick([
          () => drawAnswer(draw()),
          () => drawAnswer(draw()),
          () => drawAnswer(draw()),
          () => Promise.resolve(drawAnswer(draw())),
          () => failing(),
          () => ({ status: 'odd' }),
          () => ({ status: 'idle', last: { outcome: 'error', error: 'as a text' } }),
          () => null,
        ])()
      const answers = (request as readonly string[]).flatMap((id) =>
        chance(0.8) ? [[id, one()] as const] : [],
      )
      const given = chance(0.2) ? new Map(answers) : chance(0.1) ? null : Object.fromEntries(answers)
      return backend.accept(asked, given as never, key)
    }
    if (asked === 'listSessions')
      return backend.accept(asked, pick([[{ conversationId: 'c1' }], [], 'nothing']) as never, key)
    return backend.accept(asked, undefined, key)
  }

  const id = () => key(draw())
  const commands = (): readonly (() => unknown)[] => {
    const entries = entriesOf(state().turns)
    const questions = rowsOf(state().conversations.byId).flatMap((row) =>
      row.questions.map(({ requestId }) => ({
        conversationId: row.conversationId,
        requestId: requestId ?? 'q1',
      })),
    )
    const question = questions.length > 0 ? pick(questions) : { conversationId: id(), requestId: 'q1' }
    const runs = entries.flatMap(({ conversationId, backgroundRuns }) =>
      backgroundRuns.map(({ runId }) => ({ conversationId, runId })),
    )
    const turns = entries.flatMap(turnsIn)
    const turnId = turns.length > 0 ? pick(turns).turnId : 'nobody'
    const submit = () => keeper.submitTurn({ conversationId: id(), input: `text ${++texts}` })
    return [
      submit,
      submit,
      submit,
      () => keeper.submitTurn({ conversationId: id(), input: 'now', mode: 'now', hidden: chance(0.3) }),
      () => keeper.submitTurn({ conversationId: id(), input: 'again', retryOf: turnId }),
      () =>
        keeper.submitTurn({ conversationId: question.conversationId, input: 'typed', whileAsking: 'answer' }),
      () => keeper.steerTurn({ conversationId: id(), input: 'steer' }),
      () => keeper.steerQueued({ turnId }),
      () => keeper.stopTurn({ conversationId: id() }),
      () => keeper.stopTurn({ turnId }),
      () => keeper.stopBackgroundRun(runs.length > 0 ? pick(runs) : { conversationId: id(), runId: 'ra' }),
      () => keeper.answerInput({ ...question, answer: 'yes' }),
      () =>
        keeper.answerInputs({
          conversationId: question.conversationId,
          answers: [{ requestId: question.requestId, answer: 'yes' }],
        }),
      () => keeper.cancelInput(question),
      () => keeper.removeQueued({ turnId }),
      () => keeper.checkStatus(chance(0.5) ? id() : ['c1', 'c2']),
      () => keeper.stopSession({ conversationId: id() }),
      () => keeper.reconcileSessions(),
    ]
  }

  const progressOf = () => {
    const { active } = pick<{ readonly active: Turn | null }>([...entriesOf(state().turns), { active: null }])
    return active && chance(0.8)
      ? { conversationId: active.conversationId, turnId: active.turnId }
      : { conversationId: id(), ...(chance(0.5) && { runId: pick(['ra', 'rb']) }) }
  }

  /** What an app and its stream say; seldom a claim, or an answer that nobody waits for. */
  function spoken(): UnknownAction {
    for (;;) {
      const action = drawAction(draw())
      if (!action.type.includes('/internal/') || chance(0.1)) return action
    }
  }

  async function step(): Promise<void> {
    const what = random()
    if (what < 0.25) dispatch(spoken())
    else if (what < 0.4) {
      const result = dispatch(pick(commands())())
      if (result instanceof Promise)
        result.then(
          (value) => note({ what: 'resolved', value }),
          () => undefined,
        )
      else note({ what: 'result', result: (result as { type?: string } | undefined)?.type ?? result })
    } else if (what < 0.62) {
      const waiting = backend.requests.filter(({ state: stands }) => stands === 'pending')
      if (waiting.length > 0) answer(pick(waiting))
    } else if (what < 0.8) await clock.advanceAsync(pick([50, 1_000, 4_999, 10_000, 30_000, 200_000]))
    else if (what < 0.9) {
      const address = progressOf()
      const kinds = pick([['output'], ['output', 'reasoning'], ['output', 'tool_open', 'output']] as const)
      for (let i = 0; i < 8; i++) {
        const more = chance(0.1) ? { replayed: true } : chance(0.1) ? { source: pick(['east', 'west']) } : {}
        dispatch(signals.turnProgressed({ ...address, ...more, kind: pick(kinds) }))
        clock.advance(pick([0, 10, 60]))
      }
    } else if (what < 0.94) environment.emit(pick(['hidden', 'visible', 'online', 'offline']))
    else if (what < 0.96) {
      if (chance(0.5)) clock.jump(pick([4_000, 6_000, 80_000, 600_000]))
      else clock.shift(pick([-500, -1_000, -60_000]))
    } else if (what < 0.97 && past.length > 0) put(pick(past))
    else if (what < 0.975) put(JSON.parse(JSON.stringify(state())) as KeeperState)
    else if (queueListeners.length > 0 && chance(0.8)) {
      const waiting = entriesOf(state().turns).flatMap(({ queue: those }) => those)
      const turnId = waiting.length > 0 ? pick(waiting).turnId : 'nobody'
      const message = { conversationId: id(), turnId: `shared ${++texts}`, input: 'theirs', hidden: false }
      const event = chance(0.5)
        ? ({ type: 'published', message } as const)
        : ({ type: 'withdrawn', turnId, taken: chance(0.5) } as const)
      for (const listener of queueListeners) listener(event)
    } else
      dispatch({
        type: pick([signals.turnEnded.type, signals.turnStarted.type]),
        payload: { reason: 5, turnId: 7 },
      })
    await clock.advanceAsync(0)
    past.push(state())
  }

  const parts: Part[] = []
  let known = 0
  for (let number = 1; number <= STEPS; number++) {
    await step()
    if (number === STEPS) keeper.dispose()
    if (number % TOGETHER > 0) continue
    const requests = backend.requests
      .slice(known)
      .map(({ kind: asked, request, state: stands }) => ({ asked, request, stands }))
    const open = backend.requests
      .filter(({ state: stands }) => stands === 'pending')
      .map(({ kind: asked, key }) => `${asked} ${key}`)
    known = backend.requests.length
    parts.push([
      `to step ${number}`,
      { seen: taken(), requests, open, timers: clock.pending, now: clock.now() },
    ])
  }
  return parts
}

export const KEEPERS: readonly Recorded[] = Object.entries(KINDS).flatMap(([name, kind], i) =>
  Array.from({ length: RUNS_OF_EACH }, (_, run) => ({
    title: `keepers: ${name}, ${run + 1}`,
    play: () => play(kind, 100 * i + run),
  })),
)
