/**
 * Law 23, generated: whatever comes, a reader does not throw, what it says is well formed, and it says it of no turn or run
 * that was not named. The same frames for the same seed.
 */
import * as acp from 'redux-turnkeeper/adapters/acp'
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import * as claudeAgent from 'redux-turnkeeper/adapters/claudeAgent'
import * as codex from 'redux-turnkeeper/adapters/codexAppServer'
import * as langGraph from 'redux-turnkeeper/adapters/langGraph'
import * as openAi from 'redux-turnkeeper/adapters/openAiResponses'
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import { createTurnkeeper, signals } from 'redux-turnkeeper'
import type { Signal } from '../../src/adapters/signal'
import { entryOf } from '../../src/state/turns'
import { IDS, createGenerator, vocabularies, words } from './generator'
import type { Vocabulary } from './generator'

/** How many frames each reader gets. More: `GENERATED_FRAMES=100000 npx jest __tests__/adapters/generated`, a minute or two. */
const FRAMES = Number(process.env['GENERATED_FRAMES'] ?? 2_000)
jest.setTimeout(600_000)

// ---------------------------------------------------------------- what is asserted

const ID_FIELDS = words(
  'conversationId turnId runId requestId continues parent child callId text kind status',
)

/** Throws where a signal is not well formed, or names a turn or a run that nobody named. Cheaper than `expect`. */
function check(
  told: readonly Signal[],
  turnId: string | undefined,
  runs: ReadonlySet<string>,
  turns: ReadonlySet<unknown> = new Set([turnId]),
): void {
  for (const { type, payload } of told) {
    const fields = payload as unknown as Readonly<Record<string, unknown>>
    if (!type.startsWith('turnkeeper/')) throw new Error(`no type of ours: ${type}`)
    for (const field of ID_FIELDS) {
      const id = fields[field]
      if (id != null && typeof id !== 'string') throw new Error(`${type}: ${field} is no string`)
    }
    if (fields['turnId'] != null && !turns.has(fields['turnId']))
      throw new Error(`${type} names another turn`)
    for (const run of [fields['runId'], fields['continues']]) {
      if (run != null && !runs.has(run as string)) throw new Error(`${type} made up a run: ${String(run)}`)
    }
    const error = fields['error'] as { readonly message: unknown; readonly code?: unknown } | undefined
    if (
      error &&
      (typeof error.message !== 'string' || !['string', 'undefined'].includes(typeof error.code))
    ) {
      throw new Error(`${type}: the error is no text`)
    }
  }
}

/** Every run that a generated frame can name. */
const runsOf = ({ types }: Vocabulary): ReadonlySet<string> => new Set([...IDS, ...types, 'own'])

const STATUSES = words('running idle awaiting_input absent no_status unreachable')
function checkStatus({ status, runId, last, questions }: ReturnType<typeof codex.readStatus>): void {
  if (!STATUSES.includes(status)) throw new Error(`no status: ${status}`)
  for (const id of [
    runId,
    last?.runId,
    ...(questions ?? []).flatMap(({ requestId, asker }) => [requestId, asker]),
  ]) {
    if (id != null && typeof id !== 'string') throw new Error('an id is no string')
  }
  if (last?.error && typeof last.error.message !== 'string') throw new Error('the error is no text')
}

/** They speak of the stream, and so of every turn in it: none is ended, but none is sure any more. */
const OF_ALL: ReadonlySet<string> = new Set(
  [signals.streamDropped, signals.streamOpened, signals.backendRestarted].map(({ type }) => type),
)

/** As it can stand in an action; nothing, where a prompt holds what JSON cannot carry. */
function overTheWire(signal: Signal): Signal | undefined {
  try {
    return JSON.parse(JSON.stringify(signal)) as Signal
  } catch {
    return undefined
  }
}

/** A keeper's reducer beside a turn that no frame names: whatever comes, that turn stays as it is, to the reference. */
function createBystander() {
  const { reducer } = createTurnkeeper({ ports: { fetchStatus: async () => ({}) } })
  const named = { conversationId: 'bystander', turnId: 'of nobody', runId: 'its run' }
  const initial = reducer(undefined, signals.turnStarted(named))
  const { active } = entryOf(initial.turns, 'bystander')!
  let state = initial
  return {
    reset: () => void (state = initial),
    hears(told: readonly Signal[]): void {
      for (const signal of told) {
        const serialised = OF_ALL.has(signal.type) ? undefined : overTheWire(signal)
        if (serialised) state = reducer(state, serialised)
        if (active === null || entryOf(state.turns, 'bystander')?.active !== active)
          throw new Error(`a turn that nobody named has changed: ${JSON.stringify(signal)}`)
      }
    },
  }
}

/** Plays frames to readers that are closed and made anew now and then. */
function play(
  vocabulary: Vocabulary,
  turnId: string | undefined,
  create: () => { read(frame: never): readonly Signal[]; close(how: 'failed'): readonly Signal[] },
  turns?: ReadonlySet<unknown>,
): void {
  const { frame } = createGenerator(vocabulary, 42)
  const runs = runsOf(vocabulary)
  const bystander = createBystander()
  let reader = create()
  const heard = (told: readonly Signal[]): void => {
    check(told, turnId, runs, turns)
    bystander.hears(told)
  }
  for (let n = 0; n < FRAMES; n++) {
    heard(reader.read(frame() as never))
    if (n % 20 > 0) continue
    heard(reader.close('failed'))
    reader = create()
    bystander.reset()
  }
}

const address = { conversationId: 'c1', turnId: 't1', runId: 'own' }

test('AG-UI, a run', () => {
  play(vocabularies.agUi, 't1', () => agUi.createReader(address, { isStopped: (runId) => runId === 'r1' }))
})

test('AG-UI, a /connect stream, an event alone, and the status check', () => {
  play(vocabularies.agUi, undefined, () => agUi.createReader({ conversationId: 'c1' }))
  const { frame, list } = createGenerator(vocabularies.agUi, 7)
  const runs = runsOf(vocabularies.agUi)
  for (let n = 0; n < FRAMES; n++) {
    check(agUi.agUiSignals(frame() as never, agUi.follow(address, frame() as never)), 't1', runs)
    if (n % 2 > 0) checkStatus(agUi.readStatus(list() as never, { isOpen: n % 4 === 1 }))
  }
})

test('AI SDK, a body, a chunk alone, and a resumed body', () => {
  play(vocabularies.aiSdk, 't1', () => aiSdk.createReader(address, { resumes: true }))
  const { frame, list } = createGenerator(vocabularies.aiSdk, 7)
  const runs = runsOf(vocabularies.aiSdk)
  for (let n = 0; n < FRAMES; n++) {
    check(aiSdk.aiSdkSignals(frame() as never, address), 't1', runs)
    checkStatus(aiSdk.readStatus(list() as never, { isOpen: n % 2 === 1 }))
  }
})

test('Codex app-server, and the answers to requests', () => {
  play(vocabularies.codex, undefined, () => codex.createReader({ source: 's', boot: 'b1' }))
  const { frame, dense, value, pick } = createGenerator(vocabularies.codex, 7)
  const answers = [
    frame,
    () => ({ result: { thread: { ...dense(), turns: [dense(), dense()] } } }),
    () => ({ result: { thread: { id: 'c1', status: dense(), turns: value(2) } } }),
    () => ({ result: { data: [dense(), frame()] } }),
    () => ({ error: dense() }),
  ]
  for (let n = 0; n < FRAMES; n++) {
    const answer = pick<() => unknown>(answers)() as never
    checkStatus(codex.readStatus(answer, pick(IDS)))
    codex.sendResult(answer)
    codex.stopResult(answer)
    codex.rawRequestId(answer)
  }
})

test('OpenCode', () => {
  play(vocabularies.openCode, 't1', () => {
    const reader = openCode.createReader()
    reader.promptSent('ses', 't1')
    return reader
  })
  const { value, dense, pick } = createGenerator(vocabularies.openCode, 7)
  const either = (body: unknown): never => (pick([true, true, false]) ? body : value(3)) as never
  for (let n = 0; n < FRAMES / 2; n++) {
    const statuses = either({ [pick(IDS)]: dense() })
    const history = either([{ info: { ...dense(), role: 'assistant' } }, { info: dense() }])
    const waiting = either({ requests: either([dense(), dense()]), sessions: either([dense(), dense()]) })
    checkStatus(openCode.readStatus(pick(IDS), statuses, history, waiting))
  }
})

test('LangGraph, a run’s stream, and the status check', () => {
  play(vocabularies.langGraph, 't1', () => langGraph.createReader(address, { resumes: true }))
  const { dense, value, pick } = createGenerator(vocabularies.langGraph, 7)
  for (let n = 0; n < FRAMES; n++) {
    const thread = pick([value(3), { ...dense(), interrupts: { task: [dense(), value(1)] } }, null])
    const runs = pick([value(3), [dense(), { ...dense(), metadata: dense(), kwargs: { command: dense() } }]])
    checkStatus(langGraph.readStatus(thread as never, runs as never))
  }
})

test('ACP, and the answers to prompts', () => {
  const turn = { conversationId: 'c1', turnId: 't1' }
  play(vocabularies.acp, 't1', () => {
    const reader = acp.createReader({ boot: 'b1' })
    reader.promptSent(turn)
    reader.loadSent('c1')
    return reader
  })
  const { frame, dense, pick } = createGenerator(vocabularies.acp, 7)
  const reader = acp.createReader()
  for (let n = 0; n < FRAMES; n++) {
    const answer = pick([frame(), { result: dense() }, { error: dense() }]) as never
    check(reader.promptAnswered(turn, answer), 't1', new Set())
    acp.sendResult(answer)
    acp.rawRequestId(answer)
  }
})

test('Claude Agent SDK, and a session’s stored messages', () => {
  // A result names turns itself.
  const turns = new Set(['t1', ...runsOf(vocabularies.claudeAgent)])
  play(vocabularies.claudeAgent, 't1', () => claudeAgent.createReader(address), turns)
  play(vocabularies.claudeAgent, undefined, () => claudeAgent.createReader({ conversationId: 'c1' }), turns)
  const { dense, value, pick } = createGenerator(vocabularies.claudeAgent, 7)
  for (let n = 0; n < FRAMES; n++) {
    const message = (type: string) => ({ ...dense(), type, message: pick([value(2), dense()]) })
    const messages = pick([value(3), null, [message('user'), message('assistant'), value(2)]])
    checkStatus(claudeAgent.readStatus(messages as never))
  }
})

test('OpenAI Responses, and the status check', () => {
  play(vocabularies.openAi, 't1', () => openAi.createReader(address, { resumes: true }))
  const { dense, value, pick } = createGenerator(vocabularies.openAi, 7)
  for (let n = 0; n < FRAMES; n++) {
    const response = pick([value(3), { ...dense(), output: [dense(), value(2)], error: dense() }])
    checkStatus(openAi.readStatus(response as never))
  }
})
