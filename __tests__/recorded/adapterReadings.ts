/** What the adapters make of frames that are generated from the words of their wires, and of answers to their status checks. */
import * as acp from 'redux-turnkeeper/adapters/acp'
import * as agUi from 'redux-turnkeeper/adapters/agUi'
import * as aiSdk from 'redux-turnkeeper/adapters/aiSdk'
import * as claudeAgent from 'redux-turnkeeper/adapters/claudeAgent'
import * as codex from 'redux-turnkeeper/adapters/codexAppServer'
import * as langGraph from 'redux-turnkeeper/adapters/langGraph'
import * as openAi from 'redux-turnkeeper/adapters/openAiResponses'
import * as openCode from 'redux-turnkeeper/adapters/openCode'
import type { Signal } from '../../src/adapters/signal'
import { IDS, createGenerator, vocabularies } from '../adapters/generator'
import type { Vocabulary } from '../adapters/generator'
import type { Part, Recorded } from './types'

const GROUPS = 10
const READERS = 24
const FRAMES = 20
const ANSWERS = 150

const CLOSED = ['clean_end', 'failed', 'cancelled'] as const

const told = (signals: readonly Signal[]) => signals.map(({ type, payload }) => ({ type, payload }))

interface AnyReader {
  read(frame: never): readonly Signal[]
  close(how: (typeof CLOSED)[number]): readonly Signal[]
}
type Generator = ReturnType<typeof createGenerator>

/** How the readers of a wire are made: which one comes next; and how an answer to a status check is read. */
interface Wire {
  readonly words: Vocabulary
  readonly readers: readonly (() => AnyReader)[]
  readonly answer?: (generator: Generator, n: number) => unknown
}

const address = { conversationId: 'c1', turnId: 't1', runId: 'own' }
const turn = { conversationId: 'c1', turnId: 't1' }

const WIRES: Readonly<Record<string, Wire>> = {
  'AG-UI': {
    words: vocabularies.agUi,
    readers: [
      () => agUi.createReader(address, { isStopped: (runId) => runId === 'r1' }),
      () => agUi.createReader({ conversationId: 'c1' }),
    ],
    answer: ({ frame, list }, n) => [
      told(agUi.agUiSignals(frame() as never, agUi.follow(address, frame() as never))),
      agUi.readStatus(list() as never, { isOpen: n % 2 === 1 }),
    ],
  },
  'AI SDK': {
    words: vocabularies.aiSdk,
    readers: [() => aiSdk.createReader(address, { resumes: true }), () => aiSdk.createReader(turn)],
    answer: ({ frame, list }, n) => [
      told(aiSdk.aiSdkSignals(frame() as never, address)),
      aiSdk.readStatus(list() as never, { isOpen: n % 2 === 1 }),
    ],
  },
  Codex: {
    words: vocabularies.codex,
    readers: [() => codex.createReader({ source: 's', boot: 'b1' }), () => codex.createReader()],
    answer: ({ frame, dense, value, pick }) => {
      const answer = pick<() => unknown>([
        frame,
        () => ({ result: { thread: { ...dense(), turns: [dense(), dense()] } } }),
        () => ({ result: { thread: { id: 'c1', status: dense(), turns: value(2) } } }),
        () => ({ result: { data: [dense(), frame()] } }),
        () => ({ error: dense() }),
      ])() as never
      return [codex.readStatus(answer, pick(IDS)), codex.sendResult(answer), codex.stopResult(answer)]
    },
  },
  OpenCode: {
    words: vocabularies.openCode,
    readers: [
      () => {
        const reader = openCode.createReader()
        reader.promptSent('ses', 't1')
        return reader
      },
    ],
    answer: ({ value, dense, pick }) => {
      const either = (body: unknown): never => (pick([true, true, true, false]) ? body : value(3)) as never
      const history = either([{ info: { ...dense(), role: 'assistant' } }, { info: dense() }])
      const waiting = either({
        requests: either([dense(), dense()]),
        sessions: either([dense(), dense()]),
      })
      return openCode.readStatus(pick(IDS), either({ [pick(IDS)]: dense() }), history, waiting)
    },
  },
  LangGraph: {
    words: vocabularies.langGraph,
    readers: [() => langGraph.createReader(address, { resumes: true }), () => langGraph.createReader(turn)],
    answer: ({ value, dense, pick }) => {
      const thread = pick([value(3), { ...dense(), interrupts: { task: [dense(), value(1)] } }, dense()])
      const runs = pick([
        value(3),
        [dense(), { ...dense(), metadata: dense(), kwargs: { command: dense() } }],
      ])
      return langGraph.readStatus(thread as never, runs as never)
    },
  },
  ACP: {
    words: vocabularies.acp,
    readers: [
      () => {
        const reader = acp.createReader({ boot: 'b1' })
        reader.promptSent(turn)
        reader.loadSent('c1')
        return reader
      },
      () => {
        const reader = acp.createReader()
        reader.promptSent({ conversationId: 'ses', turnId: 't2' })
        return reader
      },
    ],
    answer: ({ frame, dense, pick }) => {
      const answer = pick([frame(), { result: dense() }, { error: dense() }]) as never
      return [told(acp.createReader().promptAnswered(turn, answer)), acp.sendResult(answer)]
    },
  },
  'Claude Agent SDK': {
    words: vocabularies.claudeAgent,
    readers: [
      () => claudeAgent.createReader(address),
      () => claudeAgent.createReader({ conversationId: 'c1' }),
    ],
    answer: ({ dense, value, pick }) => {
      const message = (type: string) => ({ ...dense(), type, message: pick([value(2), dense()]) })
      return claudeAgent.readStatus(
        pick([value(3), [message('user'), message('assistant'), value(2)]]) as never,
      )
    },
  },
  'OpenAI Responses': {
    words: vocabularies.openAi,
    readers: [() => openAi.createReader(address, { resumes: true }), () => openAi.createReader(turn)],
    answer: ({ dense, value, pick }) =>
      openAi.readStatus(
        pick([value(3), { ...dense(), output: [dense(), value(2)], error: dense() }]) as never,
      ),
  },
}

/** A frame with most of its fields, some of which hold more. */
function richFrame({ dense, pick, value }: Generator, { fields, envelope }: Vocabulary): unknown {
  const inner = {
    ...dense(),
    [pick(fields)]: dense(),
    [pick(fields)]: [dense(), dense()],
    [pick(fields)]: value(1),
  }
  return envelope
    ? {
        ...dense(),
        [envelope.field]: { ...inner, [envelope.conversation]: pick(IDS), [pick(envelope.nested)]: dense() },
      }
    : inner
}

function readings({ words, readers, answer }: Wire, group: number): readonly Part[] {
  const generator = createGenerator(words, 1_000 + group, [])
  const frame = () => (generator.pick([true, false]) ? generator.frame() : richFrame(generator, words))
  const read = Array.from({ length: READERS }, (_, n): Part => {
    const reader = readers[n % readers.length]!()
    const frames = Array.from({ length: FRAMES }, () => told(reader.read(frame() as never)))
    return [`reader ${n}`, [...frames, told(reader.close(CLOSED[n % CLOSED.length]!))]]
  })
  const answers = Array.from({ length: ANSWERS }, (_, n) => answer?.(generator, n))
  return [...read, ['answers', answers]]
}

export const ADAPTER_READINGS: readonly Recorded[] = Object.entries(WIRES).flatMap(([title, wire]) =>
  Array.from({ length: GROUPS }, (_, group) => ({
    title: `adapters: ${title}, frames from seed ${1_000 + group}`,
    play: () => Promise.resolve(readings(wire, group)),
  })),
)
