/** The scripted backend of one run: it records what is asked for, and answers what the scenario says. */
import type {
  AnswerResult,
  Outcome,
  PortContext,
  SendResult,
  StatusAnswer,
  StopBackgroundRunResult,
  StopResult,
} from '../types'
import type { EffectWord } from './format'
import type { Last, Step } from './scenario'
import type { ConformancePorts } from './subject'
import type { Time } from './time'

export interface Effect {
  readonly effect: EffectWord
  readonly tab: string
  readonly conversation: string | null
  readonly turn: string | null
  readonly message: string | null
  /** The idempotency key that a send carried. */
  readonly key: string | null
  /** Ordinals of the moments it was asked for and answered. */
  readonly issued: number
  readonly confirmed: number | null
}

type RequestContext = Pick<PortContext, 'signal'>
type RequestKind = 'send' | 'stop' | 'stop_background' | 'answer'
interface Open {
  readonly kind: RequestKind
  readonly tab: string
  readonly conversation: string
  readonly turn: string | null
  readonly key: string
  readonly message: string | null
  answer(result: unknown): void
  lose(): void
}

interface Held {
  readonly conversation: string
  readonly rest: Readonly<Record<string, StatusAnswer>>
  resolve(answers: Readonly<Record<string, StatusAnswer>>): void
  reject(error: Error): void
}

/** What one tab reaches the backend by. */
export interface TabWire {
  readonly ports: ConformancePorts
  /** The "your agent has finished" signal. */
  notify(conversation: string, turn: string): void
  /** The next look-up that asks for this conversation is held under that name, until it is released. */
  holdNext(request: string, conversation: string): void
  /** Whether it left. */
  isHeld(request: string): boolean
  /** Requests that nobody has given up. */
  readonly open: number
  /** While set, no answer comes in. What has come until it is taken back comes then. */
  frozen: boolean
  drop(): void
}

export interface Backend {
  readonly effects: readonly Effect[]
  wire(tab: string): TabWire
  world(step: Step): void
  /** Gives a request its answer. Whether one was open for it. */
  answer(step: Step): boolean
  /** Answers (or, without a step, fails) a held look-up. */
  release(request: string, step: Step | null, tab?: string): boolean
}

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  completed: 'complete',
  failed: 'error',
  aborted: 'cancelled',
  stopped: 'cancelled',
  interrupted: 'interrupted',
  unknown: 'unknown',
}

/** How long the backend takes for a look-up that the library makes, ms. */
const LOOK_UP_LATENCY = 100

/** Without the fields that are `undefined`: a wire carries only what it has. */
const defined = <T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T

/** Calls back when a request is given up, until it is let go of. */
function onAbort(signal: AbortSignal, run: () => void): () => void {
  signal.addEventListener('abort', run, { once: true })
  return () => signal.removeEventListener('abort', run)
}

function lastOf(last: Last | null | undefined): StatusAnswer['last'] {
  if (last == null) return last
  return defined<NonNullable<StatusAnswer['last']>>({
    turnId: last.turn,
    runId: last.run,
    outcome: OUTCOMES[last.outcome!]!,
  })
}

const scheduledOf = (inMs: number | null | undefined, elapsed: number): StatusAnswer['scheduled'] =>
  inMs == null ? inMs : { inMs: inMs - elapsed }

function questionsOf({ input, inputs, asker }: Step): StatusAnswer['questions'] {
  const listed = inputs ?? (asker === undefined || input === undefined ? undefined : [input])
  return listed?.map((requestId) => ({ requestId, ...(asker !== undefined && { asker }) }))
}

/** What a `world` or `poll.end` says, as a look-up reports it. */
function statusOf(step: Step, elapsed: number): StatusAnswer {
  return defined<StatusAnswer>({
    status: step.status as StatusAnswer['status'],
    turnId: step.turn,
    runId: step.run,
    continues: step.continues,
    inputId: step.input,
    questions: questionsOf(step),
    startedMsAgo: step.started_ms_ago === undefined ? undefined : step.started_ms_ago + elapsed,
    last: lastOf(step.last),
    backgroundRuns: step.background?.map((runId) => ({ runId })),
    scheduled: scheduledOf(step.scheduled_in_ms, elapsed),
  })
}

const connectionLost = (): Error => new TypeError('network error')

export function createBackend(time: Time): Backend {
  const network = time.timers()
  const effects: Effect[] = []
  const requests: Open[] = []
  const worlds = new Map<string, { readonly step: Step; readonly since: number }>()
  const heldByTab = new Map<string, Map<string, Held>>()
  let ordinal = 0

  const record = (tab: string, effect: EffectWord, about: Partial<Effect>): ((answered?: true) => void) => {
    const index = effects.length
    effects.push({
      effect,
      tab,
      conversation: null,
      turn: null,
      message: null,
      key: null,
      ...about,
      issued: ++ordinal,
      confirmed: null,
    })
    return () => {
      const recorded = effects[index]!
      if (recorded.confirmed === null) effects[index] = { ...recorded, confirmed: ++ordinal }
    }
  }

  const remove = (request: Open): void => {
    const index = requests.indexOf(request)
    if (index >= 0) requests.splice(index, 1)
  }

  const ask = <Result>(
    about: Pick<Open, 'kind' | 'tab' | 'conversation' | 'turn' | 'key' | 'message'>,
    { signal }: RequestContext,
    arrive: (run: () => void) => void,
  ): Promise<Result> =>
    new Promise((resolve, reject) => {
      const { kind, tab, conversation, turn, message, key } = about
      const confirm = record(tab, kind, { conversation, turn, message, key: kind === 'send' ? key : null })
      const request: Open = {
        ...about,
        answer(result) {
          remove(request)
          confirm()
          arrive(() => {
            letGo()
            resolve(result as Result)
          })
        },
        lose() {
          remove(request)
          arrive(() => {
            letGo()
            reject(connectionLost())
          })
        },
      }
      requests.push(request)
      const letGo = onAbort(signal, () => {
        remove(request)
        reject(signal.reason as Error)
      })
    })

  const evaluate = (ids: readonly string[]): Readonly<Record<string, StatusAnswer>> =>
    Object.fromEntries(
      ids.flatMap((id) => {
        const known = worlds.get(id)
        return known ? [[id, statusOf(known.step, time.elapsed() - known.since)]] : []
      }),
    )

  const wire = (tab: string): TabWire => {
    const held = new Map<string, Held>()
    heldByTab.set(tab, held)
    let waiting: { readonly request: string; readonly conversation: string } | null = null
    let lookUps = 0
    /** What has come while the tab was frozen. */
    let late: (() => void)[] | null = null
    const arrive = (run: () => void): void => void (late ? late.push(run) : run())

    const lookUp = (ids: readonly string[], { signal }: RequestContext) =>
      new Promise<Readonly<Record<string, StatusAnswer>>>((resolve, reject) => {
        const answers = evaluate(ids)
        lookUps += 1
        const end = (how: () => void): void => {
          lookUps -= 1
          letGo()
          how()
        }
        const letGo = onAbort(signal, () => end(() => reject(signal.reason as Error)))
        if (waiting && ids.includes(waiting.conversation)) {
          const { request, conversation } = waiting
          waiting = null
          held.set(request, {
            conversation,
            rest: answers,
            resolve: (found) => arrive(() => end(() => resolve(found))),
            reject: (error) => arrive(() => end(() => reject(error))),
          })
          return
        }
        const confirms = ids.map((conversation) => record(tab, 'poll', { conversation }))
        if (Object.keys(answers).length === 0) return
        const answer = (): void => {
          if (signal.aborted) return
          for (const confirm of confirms) confirm()
          end(() => resolve(answers))
        }
        network.setTimeout(() => arrive(answer), LOOK_UP_LATENCY)
      })

    return {
      ports: {
        sendTurn(request, context) {
          const { conversationId: conversation, turnId, input, mode } = request
          const turn = mode === 'steer' ? null : turnId
          return ask<SendResult>(
            { kind: 'send', tab, conversation, turn, key: turnId, message: String(input) },
            context,
            arrive,
          )
        },
        stopTurn({ conversationId: conversation, turnId }, context) {
          return ask<StopResult>(
            { kind: 'stop', tab, conversation, turn: turnId, key: turnId, message: null },
            context,
            arrive,
          )
        },
        answerInput({ conversationId: conversation, requestId }, context) {
          const about = {
            kind: 'answer',
            tab,
            conversation,
            turn: null,
            key: requestId,
            message: null,
          } as const
          return ask<AnswerResult>(about, context, arrive)
        },
        stopBackgroundRun({ conversationId: conversation, runId }, context) {
          return ask<StopBackgroundRunResult>(
            { kind: 'stop_background', tab, conversation, turn: null, key: runId, message: null },
            context,
            arrive,
          )
        },
        fetchStatus: lookUp,
        openStream() {
          record(tab, 'open_stream', {})()
        },
      },
      notify: (conversation, turn) => record(tab, 'notify_done', { conversation, turn })(),
      holdNext: (request, conversation) => void (waiting = { request, conversation }),
      isHeld: (request) => held.has(request),
      get open() {
        return requests.filter((request) => request.tab === tab).length + lookUps
      },
      get frozen() {
        return late !== null
      },
      set frozen(isFrozen) {
        const came = late ?? []
        late = isFrozen ? came : null
        if (!isFrozen) for (const run of came) run()
      },
      drop() {
        for (const request of requests.filter((one) => one.tab === tab)) remove(request)
        heldByTab.delete(tab)
      },
    }
  }

  /** The oldest open request that a result step is for. */
  const find = (step: Step): Open | undefined => {
    const [kind] = step.event.split('.')
    const open = requests.filter(
      (request) => request.kind === kind && (step.tab === undefined || request.tab === step.tab),
    )
    if (step.turn != null) return open.find((request) => request.turn === step.turn)
    return open.find(
      (request) =>
        (step.conversation == null || request.conversation === step.conversation) &&
        (step.message === undefined || request.message === step.message) &&
        (step.input === undefined || request.key === step.input) &&
        (kind !== 'stop_background' || step.run === undefined || request.key === step.run),
    )
  }

  const resultOf = (step: Step): SendResult | StopResult | StopBackgroundRunResult | AnswerResult => {
    const error = step.error === undefined ? {} : { error: { message: step.error } }
    if (step.event === 'send.accepted')
      return defined({ status: 'accepted', runId: step.run, as: step.as } as const)
    if (step.event === 'stop.accepted' || step.event === 'stop_background.accepted')
      return { status: 'acknowledged' }
    if (step.event === 'answer.accepted') return { status: 'accepted' }
    return {
      status: 'refused',
      reason: step.reason as 'error',
      ...error,
      ...(step.retry_after_ms !== undefined && { retryAfterMs: step.retry_after_ms }),
    }
  }

  return {
    effects,
    wire,
    world: (step) => void worlds.set(step.conversation!, { step, since: time.elapsed() }),
    answer(step) {
      const request = find(step)
      if (!request) return false
      if (step.event.endsWith('.unknown')) request.lose()
      else request.answer(resultOf(step))
      return true
    },
    release(request, step, tab) {
      let found = false
      for (const [name, held] of heldByTab) {
        const one = held.get(request)
        if (!one || (tab !== undefined && tab !== name)) continue
        held.delete(request)
        found = true
        if (step) one.resolve({ ...one.rest, [one.conversation]: statusOf(step, 0) })
        else one.reject(connectionLost())
      }
      return found
    },
  }
}
