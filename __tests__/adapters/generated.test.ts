/**
 * Law 23, generated: whatever comes, a reader does not throw, what it says is well formed, and it says it of no turn or run
 * that was not named. The same frames for the same seed.
 */
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import * as codex from 'redux-turnkeeper/adapters/codexAppServer'
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import type { Signal } from '../../src/adapters/signal'
import { createRandom } from '../random'

const FRAMES = 5_000

// ---------------------------------------------------------------- what is generated

const IDS = ['r1', 'r2', 'c1', 'ses', 'k1', 'q1', '', '0', '__proto__', 'constructor', 'toString']

/** Words and fields of a wire: frames are made of these, and mostly in their places. */
interface Vocabulary {
  readonly types: readonly string[]
  readonly fields: readonly string[]
  /** The field that tells what a frame is. */
  readonly tag: string
  /** The field that holds all others; in it one that names the conversation, and some that hold more. */
  readonly envelope?: {
    readonly field: string
    readonly conversation: string
    readonly nested: readonly string[]
  }
}

const words = (text: string): readonly string[] => text.split(' ')

const vocabularies = {
  agUi: {
    tag: 'type',
    types: words(
      'RUN_STARTED RUN_FINISHED RUN_ERROR TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TOOL_CALL_START TOOL_CALL_CHUNK TOOL_CALL_RESULT MESSAGES_SNAPSHOT CUSTOM STEP_STARTED SUBAGENT_FINISHED interrupt success cancelled on_interrupt abort',
    ),
    fields: words(
      'threadId runId parentRunId message code outcome interrupts pendingToolCallIds id reason input resume interruptId toolCallId messageId parentMessageId messages name value',
    ),
  },
  aiSdk: {
    tag: 'type',
    types: words(
      'start finish abort error text-delta tool-input-available tool-output-available tool-approval-request tool-approval-response finish-step [DONE] stop length tool-calls other',
    ),
    fields: words(
      'messageId finishReason errorText toolCallId toolName preliminary providerExecuted approvalId isAutomatic',
    ),
  },
  codex: {
    tag: 'method',
    envelope: { field: 'params', conversation: 'threadId', nested: words('turn thread item status error') },
    types: words(
      'turn/started turn/completed error thread/status/changed thread/closed thread/started serverRequest/resolved item/started item/completed item/agentMessage/delta item/commandExecution/requestApproval completed interrupted failed inProgress active idle notLoaded waitingOnApproval agentMessage',
    ),
    fields: words(
      'id params threadId turnId turn thread status item error message willRetry requestId parentThreadId type tool activeFlags turns result data',
    ),
  },
  openCode: {
    tag: 'type',
    envelope: {
      field: 'properties',
      conversation: 'sessionID',
      nested: words('info part status error tool'),
    },
    types: words(
      'message.updated message.part.updated message.part.delta session.created session.deleted session.idle session.status session.error permission.asked question.asked permission.replied user assistant text tool busy retry idle stop tool-calls MessageAbortedError NotFoundError',
    ),
    fields: words(
      'payload properties id sessionID messageID info part status error requestID permissionID tool role parentID time completed finish summary type callID state data message name _tag requests sessions questions attempt',
    ),
  },
} satisfies Record<string, Vocabulary>

/** Values that JSON cannot carry, and that a caller may hand in all the same. */
const hostile = (): readonly unknown[] => {
  const ring: { self?: unknown } = {}
  ring.self = ring
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const thrower = {
    get type(): never {
      throw new Error('type')
    },
  }
  return [ring, proxy, thrower, Symbol('s'), 10n, () => undefined, new Map(), NaN, Object.create(null)]
}

function createGenerator(vocabulary: Vocabulary, seed: number) {
  const random = createRandom(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const plain: readonly unknown[] = [
    null,
    undefined,
    true,
    false,
    0,
    -1,
    1.5,
    [],
    {},
    { toString: 1, valueOf: 1 },
  ]
  const strange = hostile()
  const leaf = (): unknown => {
    const chance = random()
    if (chance < 0.02) return pick(strange)
    if (chance < 0.3) return pick(plain)
    return pick(chance < 0.6 ? vocabulary.types : IDS)
  }
  const value = (depth: number): unknown => {
    if (depth === 0 || random() < 0.6) return leaf()
    if (random() < 0.3) return Array.from({ length: Math.floor(random() * 3) }, () => value(depth - 1))
    return object(depth - 1)
  }
  const object = (depth: number, most = 6): Record<string, unknown> => {
    const made: Record<string, unknown> = {}
    if (random() < 0.9) made[vocabulary.tag] = pick(vocabulary.types)
    const count = Math.floor(random() * most)
    for (let n = 0; n < count; n++) made[pick(vocabulary.fields)] = value(depth)
    return made
  }
  /** Most fields at once, each with a plain value. */
  const dense = (): Record<string, unknown> => object(0, 30)
  const frame = (): unknown => {
    if (random() < 0.05) return leaf()
    const { envelope } = vocabulary
    if (envelope === undefined || random() < 0.1) return object(3)
    const { field, conversation, nested } = envelope
    const inner = {
      ...object(2),
      [conversation]: value(1),
      [pick(nested)]: random() < 0.7 ? dense() : object(2),
    }
    return { ...object(1), [field]: inner }
  }
  return {
    frame,
    value,
    dense,
    pick,
    list: (): unknown => (random() < 0.2 ? value(3) : Array.from({ length: 3 }, frame)),
  }
}

// ---------------------------------------------------------------- what is asserted

const ID_FIELDS = words(
  'conversationId turnId runId requestId continues parent child callId text kind status',
)

/** Throws where a signal is not well formed, or names a turn or a run that nobody named. Cheaper than `expect`. */
function check(signals: readonly Signal[], turnId: string | undefined, runs: ReadonlySet<string>): void {
  for (const { type, payload } of signals) {
    const told = payload as unknown as Readonly<Record<string, unknown>>
    if (!type.startsWith('turnkeeper/')) throw new Error(`no type of ours: ${type}`)
    for (const field of ID_FIELDS) {
      const id = told[field]
      if (id != null && typeof id !== 'string') throw new Error(`${type}: ${field} is no string`)
    }
    if (told['turnId'] != null && told['turnId'] !== turnId) throw new Error(`${type} names another turn`)
    for (const run of [told['runId'], told['continues']]) {
      if (run != null && !runs.has(run as string)) throw new Error(`${type} made up a run: ${String(run)}`)
    }
    const error = told['error'] as { readonly message: unknown; readonly code?: unknown } | undefined
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

/** Plays frames to readers that are closed and made anew now and then. */
function play(
  vocabulary: Vocabulary,
  turnId: string | undefined,
  create: () => { read(frame: never): readonly Signal[]; close(how: 'failed'): readonly Signal[] },
): void {
  const { frame } = createGenerator(vocabulary, 42)
  const runs = runsOf(vocabulary)
  let reader = create()
  for (let n = 0; n < FRAMES; n++) {
    check(reader.read(frame() as never), turnId, runs)
    if (n % 20 > 0) continue
    check(reader.close('failed'), turnId, runs)
    reader = create()
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

test('AI SDK', () => {
  play(vocabularies.aiSdk, 't1', () => aiSdk.createReader(address, { resumes: true }))
  const { frame } = createGenerator(vocabularies.aiSdk, 7)
  const runs = runsOf(vocabularies.aiSdk)
  for (let n = 0; n < FRAMES; n++) {
    check(aiSdk.aiSdkSignals(frame() as never, address), 't1', runs)
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
