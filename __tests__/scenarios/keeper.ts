/** The package as a subject: one store and one keeper a tab, fed through the public API alone. */
import { isDeepStrictEqual } from 'node:util'
import { combineReducers, configureStore } from '@reduxjs/toolkit'
import type { UnknownAction } from '@reduxjs/toolkit'
import * as api from 'redux-turnkeeper'
import { signals } from 'redux-turnkeeper'
import type {
  Address,
  EndedTurn,
  KeeperFeature,
  Outcome,
  Persisted,
  Turn,
  TurnkeeperOptions,
} from 'redux-turnkeeper'
import { sharedQueue } from 'redux-turnkeeper/sharedQueue'
import { tabs } from 'redux-turnkeeper/tabs'
import { createRecorder } from 'redux-turnkeeper/testing'
import type {
  ConversationView,
  OpenSubject,
  PhaseWord,
  Policy,
  Step,
  Subject,
  Surroundings,
  TurnView,
  TurnWord,
} from 'redux-turnkeeper/conformance'
import { entriesOf, isQueued, turnsIn } from '../../src/state/turns'
import { doubledFacts } from './facts'
import { FACT_NAMES, FACT_OF } from './keeperFacts'

/** What a person does to the queue, as actions. */
const ACTS: Readonly<Record<string, (step: Step) => UnknownAction>> = {
  'queue.edit': ({ turn, message }) => api.queuedEdited({ turnId: turn!, input: message! }),
  'queue.move': ({ turn, before = null }) => api.queuedMoved({ turnId: turn!, before }),
  'queue.send_now': ({ turn }) => api.queuedSentNow({ turnId: turn! }),
  'queue.clear': ({ conversation }) => api.queueCleared({ conversationId: conversation! }),
  'queue.pause': ({ conversation }) => api.queuePaused({ conversationId: conversation! }),
  'queue.resume': ({ conversation }) => api.queueResumed({ conversationId: conversation! }),
}

const OUTCOME_WORDS: Readonly<Record<Exclude<Outcome, 'merged'>, TurnWord>> = {
  complete: 'completed',
  error: 'failed',
  cancelled: 'stopped',
  interrupted: 'interrupted',
  unknown: 'ended_unknown',
  undelivered: 'undelivered',
}
const PHASE_WORDS: Readonly<Record<api.ConversationPhase, PhaseWord>> = {
  idle: 'idle',
  submitted: 'submitting',
  queued: 'queued',
  thinking: 'working',
  streaming: 'working',
  awaiting_input: 'awaiting_input',
  stopping: 'stopping',
}

const HOLDS = { hold_queue: 'hold', drain_queue: 'drain' } as const

function optionsOf(policy: Policy): TurnkeeperOptions {
  const { on_user_stop, on_error, on_limit, send_while_busy, stop_scope, hold_send_while_stop_in_flight_ms } =
    policy
  const { on_text_while_asking } = policy
  return {
    queuePolicy: {
      ...(on_user_stop && { onStop: HOLDS[on_user_stop] }),
      ...(on_error && { onError: HOLDS[on_error] }),
      ...(on_limit && { onLimit: HOLDS[on_limit] }),
    },
    ...(send_while_busy && { sendWhileBusy: send_while_busy }),
    ...(on_text_while_asking && { onTextWhileAsking: on_text_while_asking }),
    ...(stop_scope && { stopScope: stop_scope }),
    ...(hold_send_while_stop_in_flight_ms !== undefined && {
      holdSendWhileStopping: hold_send_while_stop_in_flight_ms,
    }),
  }
}

/** The ids that a step lists, and no others. */
function addressOf(step: Step): Address {
  const { conversation, turn, run, role, parent, boot, replayed } = step
  return {
    ...(conversation !== undefined && { conversationId: conversation }),
    ...(turn !== undefined && { turnId: turn }),
    ...(run !== undefined && { runId: run }),
    ...(role !== undefined && { role }),
    ...(parent !== undefined && { parent }),
    ...(boot !== undefined && { boot }),
    ...(replayed !== undefined && { replayed }),
  }
}
const nameOf = ({ name }: Step) => (name === undefined ? {} : { name })
const finishOf = ({ finish_reason, limited_for_ms }: Step, now: number) => ({
  ...(finish_reason !== undefined && { finishReason: finish_reason }),
  ...(limited_for_ms !== undefined && { limitedUntil: now + limited_for_ms }),
})
const errorOf = (step: Step) => {
  const message = step.error ?? step.message
  return message === undefined ? {} : { error: { message } }
}

/** What an adapter would make of a step of the stream; `null` for one that it would not pass on. */
function signalOf(step: Step, now: number): UnknownAction | null {
  const address = addressOf(step)
  switch (step.event) {
    case 'turn.started':
      return signals.turnStarted({
        ...address,
        ...(step.started_ms_ago !== undefined && { startedMsAgo: step.started_ms_ago }),
        ...(step.continues !== undefined && { continues: step.continues }),
        ...nameOf(step),
      })
    case 'turn.paused':
      return signals.runPaused(address)
    case 'work.scheduled':
      return signals.workScheduled({
        ...address,
        ...(step.in_ms !== undefined && { inMs: step.in_ms }),
        ...nameOf(step),
      })
    case 'turn.output':
      return signals.turnProgressed({ ...address, kind: 'output' })
    case 'turn.activity':
      return signals.turnProgressed({ ...address, kind: step.kind as api.ProgressKind })
    case 'turn.retrying':
      return signals.turnRetrying({
        ...address,
        ...errorOf(step),
        ...(step.attempt !== undefined && { attempt: step.attempt }),
        ...(step.limit !== undefined && { limit: step.limit }),
        ...(step.in_ms !== undefined && { inMs: step.in_ms }),
      })
    case 'turn.input_requested':
      return signals.inputRequested({
        ...address,
        requestId: step.input!,
        ...(step.expires_in_ms !== undefined && { expiresInMs: step.expires_in_ms }),
      })
    case 'turn.input_resolved':
      return signals.inputResolved({
        ...address,
        requestId: step.input!,
        ...(step.by !== undefined && { by: step.by }),
      })
    case 'turn.steer_read':
      return signals.steerRead({ ...address, steerId: step.steer! })
    case 'turn.completed':
      return signals.turnEnded({ ...address, reason: 'complete', ...finishOf(step, now) })
    case 'turn.failed':
      return signals.turnEnded({ ...address, reason: 'error', ...errorOf(step), ...finishOf(step, now) })
    case 'turn.aborted':
      return signals.turnEnded({ ...address, reason: 'cancelled' })
    case 'session.state':
      return signals.sessionReported({ ...address, status: step.status! })
    case 'child.opened':
      return signals.childOpened({
        child: step.child!,
        parent: step.parent!,
        ...(step.role !== undefined && step.role !== 'main' && { role: step.role }),
        ...nameOf(step),
      })
    case 'error.reported':
      return signals.errorReported({ ...address, ...errorOf(step) })
    case 'request.ended':
      return signals.requestEnded({ ...address, how: step.outcome as 'fulfilled', ...errorOf(step) })
    case 'history.loaded': {
      const { last } = step
      return signals.historyLoaded({
        conversationId: step.conversation!,
        last: last ? { turnId: last.turn ?? null, state: last.state! } : null,
      })
    }
    case 'stream.dropped':
      return signals.streamDropped(step.conversation != null ? { conversationIds: [step.conversation] } : {})
    case 'stream.opened':
      return signals.streamOpened({
        ...(step.boot !== undefined && { boot: step.boot }),
        ...(step.resume !== undefined && { resume: step.resume }),
      })
    case 'backend.restarted':
      return signals.backendRestarted(step.boot !== undefined ? { boot: step.boot } : {})
    case 'view':
      return api.conversationViewed({ conversationId: step.conversation! })
    case 'conversation.rekey':
      return api.conversationRekeyed({
        from: step.from!,
        to: step.to!,
        ...(step.turn != null && { turnId: step.turn }),
      })
    case 'conversation.close':
      return api.conversationClosed({ conversationId: step.conversation! })
    case 'reconfigure':
      // A new binding comes up behind the conversation. Whatever the app believes to run is not ended by that.
      return api.sessionStatusChanged({ conversationId: step.conversation!, status: 'starting' })
    case 'send.accepted':
      return api.sendAccepted({
        turnId: step.turn!,
        conversationId: step.conversation!,
        runId: step.run,
        as: step.as,
      })
    case 'stream.half_open':
    case 'heartbeat':
      return null
    default:
      throw new Error(`The keeper cannot be fed "${step.event}"`)
  }
}

const withoutUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutUndefined)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, held]) => held !== undefined)
      .map(([key, held]) => [key, withoutUndefined(held)]),
  )
}
/** Whether JSON brings it back as it was; a field that is `undefined` counts as absent. */
const survivesJson = (value: unknown): boolean => {
  const text = JSON.stringify(value)
  return text !== undefined && isDeepStrictEqual(JSON.parse(text), withoutUndefined(value))
}

/** What no turn is about, or what is no frame at all: it changes nothing and throws nothing, whatever the state. */
const STRAYS: readonly UnknownAction[] = [
  api.endTurn({ turnId: 'nobody', reason: 'complete' }),
  api.endTurn({ conversationId: 'nowhere', reason: 'rescued' }),
  signals.turnEnded({ conversationId: 'nowhere', runId: 'nobody', reason: 'complete' }),
  signals.turnProgressed({ conversationId: 'nowhere', turnId: 7 as never, kind: 'output' }),
  signals.turnStarted(null as never),
  { type: signals.turnEnded.type, payload: { conversationId: ['A'], reason: 'complete' } },
  { type: signals.inputRequested.type },
]

const runsOf = ({ runs, guessedRun }: Turn): readonly string[] =>
  guessedRun === null ? runs : [...runs, guessedRun]

const isLive = (turn: Turn | EndedTurn | null): turn is Turn => turn !== null && 'activity' in turn

interface KeptQuestion {
  readonly input: string
  readonly asker?: string
}

const REHYDRATED = 'app/rehydrated'

/** Reads what the format says survived a reload. What it does not say did not survive. */
function persistedOf(persisted: Readonly<Record<string, unknown>>, world: Surroundings): Persisted {
  const live: NonNullable<Persisted['live']>[number][] = []
  const queued: NonNullable<Persisted['queued']>[number][] = []
  const drafts: NonNullable<Persisted['drafts']>[number][] = []
  const questions: NonNullable<Persisted['questions']>[number][] = []
  const texts = (value: unknown) =>
    Object.entries(value as Record<string, readonly (string | { turn?: string; message: string })[]>).flatMap(
      ([conversationId, messages]) =>
        messages.map((entry) => {
          const { turn, message } = typeof entry === 'string' ? { turn: undefined, message: entry } : entry
          return { conversationId, turnId: turn ?? world.turnOf(message) ?? world.createId(), input: message }
        }),
    )
  for (const [key, value] of Object.entries(persisted)) {
    if (key === 'cursor' || key === 'boot' || key === 'seq') continue
    if (key === 'queue') queued.push(...texts(value).map((text) => ({ ...text, hidden: false })))
    else if (key === 'drafts') drafts.push(...texts(value))
    else if (key === 'questions')
      for (const [conversationId, asked] of Object.entries(value as Record<string, readonly KeptQuestion[]>))
        questions.push(
          ...asked.map(({ input, asker = null }) => ({
            conversationId,
            requestId: input,
            askerId: asker,
            kind: 'approval',
            prompt: null,
          })),
        )
    else if (typeof value === 'object' && value !== null && 'turn' in value) {
      const { turn, phase, run, runs, message, stopping, started_ms_ago, ...rest } = value as {
        readonly turn: string | null
        readonly phase?: string
        readonly run?: string | null
        readonly runs?: readonly string[]
        readonly message?: string
        readonly stopping?: boolean
        readonly started_ms_ago?: number
      }
      const [unknown] = Object.keys(rest)
      if (unknown !== undefined) throw new Error(`unknown word "${unknown}" in "persisted"`)
      if (turn === null) continue
      live.push({
        conversationId: key,
        turnId: turn,
        begun: phase !== undefined && phase !== 'submitting' && phase !== 'queued',
        ...(run != null && { runs: [run] }),
        ...(runs && { runs }),
        ...(message !== undefined && { input: message }),
        ...((stopping ?? phase === 'stopping') && { stopping: true }),
        ...(started_ms_ago !== undefined && { startedAt: world.clock.now() - started_ms_ago }),
      })
    } else throw new Error(`unknown word "${key}" in "persisted"`)
  }
  return {
    ...(live.length > 0 && { live }),
    ...(queued.length > 0 && { queued }),
    ...(drafts.length > 0 && { drafts }),
    ...(questions.length > 0 && { questions }),
  }
}

function open(world: Surroundings, features: readonly KeeperFeature[]): OpenSubject {
  const { fetchStatus: _cannotBeAsked, ...others } = world.ports
  const ports = world.policy.status_checks === false ? others : world.ports
  const { notify, clock, environment, policy, told } = world
  const recorder = createRecorder()
  const problems: string[] = []

  const keeper = api.createTurnkeeper({
    ...optionsOf(policy),
    ports,
    features,
    clock,
    environment,
    random: () => 0.5,
    createId: world.createId,
    onProblem: () => undefined,
    onError: (error, { raisedBy }) => void problems.push(`${raisedBy} threw: ${String(error)}`),
    onTurnEnded({ turnId, conversationId, outcome }, { correction }) {
      if (!correction) told.set(turnId, (told.get(turnId) ?? 0) + 1)
      if (outcome === 'complete') notify(conversationId, turnId)
    },
  })
  const mounted = combineReducers({ [keeper.reducerPath]: keeper.reducer })
  type Mounted = ReturnType<typeof mounted>
  const rehydrated = (stored: Mounted) => ({ type: REHYDRATED, stored })
  /** As with redux-persist: what was stored comes back by an action. */
  const reducer = (state: Mounted | undefined, action: UnknownAction): Mounted =>
    action.type === REHYDRATED ? (action['stored'] as Mounted) : mounted(state, action)
  const store = configureStore({
    reducer,
    middleware: (getDefault) =>
      getDefault({ immutableCheck: { warnAfter: Infinity }, serializableCheck: { warnAfter: Infinity } })
        .prepend(keeper.middleware)
        .concat(recorder.middleware),
  })
  const { selectors } = keeper
  const state = () => store.getState()

  // An end that was taken back does not count.
  store.subscribe(() => {
    for (const turnId of told.keys()) if (isLive(selectors.selectTurn(state(), turnId))) told.delete(turnId)
  })

  const endedWord = (ended: EndedTurn): TurnWord => {
    if (ended.outcome !== 'merged') return OUTCOME_WORDS[ended.outcome]
    const host = selectors
      .selectHistory(state())
      .find(({ seq, outcome }) => seq === ended.seq && outcome !== 'merged')
    return host ? endedWord(host) : 'ended_unknown'
  }

  const conversation = (key: string): ConversationView => ({
    get busy() {
      return selectors.selectIsBusy(state(), key)
    },
    get phase() {
      const phase = selectors.selectPhase(state(), key)
      if (phase !== 'stopping' && selectors.selectIsUnverified(state(), key)) return 'unverified'
      return PHASE_WORDS[phase]
    },
    get liveTurn() {
      const turn = selectors.selectActiveTurn(state(), key)
      return turn && { turn: turn.turnId, runs: runsOf(turn) }
    },
    get lastEnded() {
      const ended = selectors.selectLastEndedTurn(state(), key)
      return ended && endedWord(ended)
    },
    get canStop() {
      return selectors.selectCanStop(state(), key)
    },
    get canSend() {
      return selectors.selectCanSend(state(), key)
    },
    get lastError() {
      return selectors.selectLastError(state(), key)?.message ?? null
    },
    get background() {
      return selectors.selectBackgroundCount(state(), key)
    },
    get queue() {
      return selectors.selectQueue(state(), key).map(({ input }) => String(input))
    },
    get drafts() {
      return selectors.selectDrafts(state(), key).map(({ input }) => String(input))
    },
    get facts() {
      return Object.fromEntries(FACT_NAMES.map((name) => [name, FACT_OF[name]!(keeper, state(), key)]))
    },
    get pendingInput() {
      return selectors.selectPendingInput(state(), key)?.requestId ?? null
    },
    get contradictions() {
      const { busy, canStop, canSend } = this
      const live = selectors.selectActiveTurnId(state(), key)
      const phase = selectors.selectPhase(state(), key)
      const listed = selectors.selectBusyConversationIds(state()).includes(key)
      const seen = `busy ${busy}, listed ${listed}, live turn ${live}, phase ${phase}, can stop ${canStop}`
      const agree =
        busy === listed &&
        busy === (phase !== 'idle') &&
        (live !== null || !busy || phase === 'queued') &&
        (live === null || busy) &&
        (!canStop || live !== null) &&
        !(busy && canSend)
      return agree ? [] : [seen]
    },
  })

  const stateOf = (turnId: string): TurnWord | 'none' => {
    const turn = selectors.selectTurn(state(), turnId)
    if (isLive(turn)) {
      if (isQueued(state().turnkeeper.turns, turn)) return 'queued'
      return turn.started === 'no' ? 'pending' : 'live'
    }
    if (turn) return endedWord(turn)
    const all = entriesOf(state().turnkeeper.turns).flatMap(turnsIn)
    return all.some(({ mergedTurnIds }) => mergedTurnIds.includes(turnId)) ? 'live' : 'none'
  }
  const turn = (turnId: string): TurnView => ({
    state: stateOf(turnId),
    ends: {
      records: selectors.selectHistory(state()).filter((ended) => ended.turnId === turnId).length,
      told: told.get(turnId) ?? 0,
    },
    startedAt: selectors.selectTurn(state(), turnId)?.startedAt ?? null,
  })

  const send = (step: Step): void => {
    const conversationId = step.conversation!
    const input = step.message!
    const turnId = step.turn ?? undefined
    if (step.mode === 'steer') {
      store.dispatch(
        keeper.steerTurn({ conversationId, input, ...(turnId !== undefined && { steerId: turnId }) }),
      )
      return
    }
    store.dispatch(
      keeper.submitTurn({
        conversationId,
        input,
        ...(turnId !== undefined && { turnId }),
        ...(step.mode === 'queue' && { mode: 'queue' }),
        ...(typeof step.of === 'string' && { retryOf: step.of }),
        ...(step.hidden !== undefined && { hidden: step.hidden }),
      }),
    )
  }
  const receive = (step: Step): void => {
    const signal = signalOf(step, clock.now())
    if (signal) store.dispatch(signal)
  }
  const act = (step: Step): void => {
    const own = ACTS[step.event]
    if (own) return void store.dispatch(own(step))
    if (step.event === 'user.changed') {
      if (step.through !== undefined) store.dispatch(api.userChanged({ userId: step.through }))
      return void store.dispatch(api.userChanged({ userId: step.user! }))
    }
    if (step.event === 'answer.all') {
      const answers = step.inputs!.map((requestId) => ({ requestId, answer: 'yes' }))
      return void store.dispatch(keeper.answerInputs({ conversationId: step.conversation!, answers }))
    }
    if (step.event === 'stop_background') {
      const { conversation: conversationId, run: runId } = step
      store.dispatch(keeper.stopBackgroundRun({ conversationId: conversationId!, runId: runId! }))
      return
    }
    if (step.event !== 'queue.remove') return receive(step)
    const queued = selectors
      .selectQueue(state(), step.conversation!)
      .find(({ input }) => input === step.message)
    const turnId = queued?.turnId ?? world.turnOf(step.message!)
    if (turnId !== undefined) store.dispatch(keeper.removeQueued({ turnId }))
  }

  let checkedActions = 0
  return {
    send,
    stop(step) {
      const { conversation: conversationId, turn: turnId } = step
      store.dispatch(
        keeper.stopTurn({ conversationId: conversationId!, ...(turnId !== undefined && { turnId }) }),
      )
    },
    answer({ conversation: conversationId, input: requestId }) {
      const asked = { conversationId: conversationId!, requestId: requestId! }
      void store.dispatch(keeper.answerInput({ ...asked, answer: 'yes' }))
    },
    act,
    receive,
    conversation,
    turn,
    checkStatus: (key) => void store.dispatch(keeper.checkStatus(key)),
    restore: (persisted) => void store.dispatch(api.stateRestored(persistedOf(persisted, world))),
    dehydrate: (what) => JSON.stringify(what === 'whole' ? state() : selectors.selectPersisted(state())),
    rehydrate(stored, what) {
      const found = JSON.parse(stored) as never
      store.dispatch(what === 'whole' ? rehydrated(found) : api.stateRestored(found))
    },
    problems() {
      const found = [...problems.splice(0), ...doubledFacts(state().turnkeeper)]
      if (!survivesJson(state())) found.push('the state is not serialisable')
      for (const action of recorder.actions.slice(checkedActions)) {
        if (!survivesJson(action)) found.push(`action ${action.type} is not serialisable`)
      }
      checkedActions = recorder.actions.length
      return found
    },
    close() {
      const found = problems.splice(0)
      let replayed = reducer(undefined, { type: '@@replay' })
      for (const action of recorder.actions) replayed = reducer(replayed, action)
      if (!isDeepStrictEqual(replayed, state())) found.push('replaying the action log gives another state')
      // The first action of a store has its keeper answer for the state; a tab may have been closed before.
      store.dispatch(api.conversationViewed({ conversationId: null }))
      for (const stray of STRAYS) {
        const before = state()
        try {
          store.dispatch(stray)
        } catch (error) {
          found.push(`a stray ${stray.type} throws: ${(error as Error).message}`)
        }
        if (state() !== before) found.push(`a stray ${stray.type} changes the state`)
      }
      keeper.dispose()
      if (world.openRequests() > 0) found.push(`${world.openRequests()} requests outlive the keeper`)
      return found
    },
  }
}

export const keeperSubject: Subject = {
  name: 'keeper',
  open: (world) =>
    open(world, [
      ...(world.sharedQueue ? [sharedQueue(world.sharedQueue)] : []),
      ...(world.link ? [tabs(world.link)] : []),
    ]),
}

/** The keeper with these features, made anew for each tab; `setFrozen`: of what carries them. */
export const keeperWith = (
  make: () => Pick<OpenSubject, 'setFrozen'> & { readonly features: readonly KeeperFeature[] },
): Subject => ({
  name: 'keeper',
  open(world) {
    const { features, ...carrier } = make()
    return { ...open(world, features), ...carrier }
  },
})
