import { createReader as createAcpReader } from 'redux-turnkeeper/adapters/acp'
import type { AcpMessage } from 'redux-turnkeeper/adapters/acp'
import { agUiSignals, follow } from 'redux-turnkeeper/adapters/agUi'
import type { AgUiEvent } from 'redux-turnkeeper/adapters/agUi'
import { aiSdkSignals } from 'redux-turnkeeper/adapters/aiSdk'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'
import { createReader as createClaudeReader } from 'redux-turnkeeper/adapters/claudeAgent'
import type { ClaudeAgentMessage } from 'redux-turnkeeper/adapters/claudeAgent'
import { codexSignals } from 'redux-turnkeeper/adapters/codexAppServer'
import type { CodexMessage } from 'redux-turnkeeper/adapters/codexAppServer'
import { createReader as createLangGraphReader } from 'redux-turnkeeper/adapters/langGraph'
import type { LangGraphEvent } from 'redux-turnkeeper/adapters/langGraph'
import { createReader as createOpenAiReader } from 'redux-turnkeeper/adapters/openAiResponses'
import type { OpenAiEvent } from 'redux-turnkeeper/adapters/openAiResponses'
import { noMemory, openCodeSignals } from 'redux-turnkeeper/adapters/openCode'
import type { OpenCodeEvent } from 'redux-turnkeeper/adapters/openCode'
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { readRecording } from '../replay/recording'
import type { Line } from '../replay/recording'
import { readLines } from './recordings'
import { acpMessages, claudeMessages, openAiEvents } from './written'

const TRACES = join(__dirname, '../traces')
const RECORDINGS = join(__dirname, 'recordings')

type Wire = Readonly<Record<string, unknown>>

/** Every event of the recordings, by protocol, as it came. */
const wire = (prefix: string): readonly Wire[] =>
  readdirSync(TRACES)
    .filter((name) => name.startsWith(prefix) && name.endsWith('.jsonl'))
    .flatMap((name) => readRecording(join(TRACES, name)).lines)
    .filter(({ dir }: Line) => dir === 'in')
    .map(
      ({ msg }) => (msg.ev ?? msg.event ?? (msg.method === undefined ? undefined : msg)) as Wire | undefined,
    )
    .filter((event) => event !== undefined)

/** The events of the recordings of ours, as they came. */
const recorded = (prefix: string): readonly Wire[] =>
  readdirSync(RECORDINGS)
    .filter((name) => name.startsWith(prefix))
    .flatMap((name) => readLines(basename(name, '.jsonl')))
    .flatMap(({ msg }) => (msg.ev === undefined ? [] : [msg.ev as Wire]))

type Adapter = (event: unknown) => unknown
const address = { conversationId: 'c1', turnId: 't1' }
const adapters: Readonly<Record<string, readonly [events: readonly Wire[], adapter: Adapter]>> = {
  'AG-UI': [
    wire('agui-'),
    (event) => [agUiSignals(event as AgUiEvent, address), follow(address, event as AgUiEvent)],
  ],
  'AI SDK': [wire('aisdk-'), (event) => aiSdkSignals(event as AiSdkChunk, address)],
  Codex: [wire('codex-'), (event) => codexSignals(event as CodexMessage, { boot: 'b1' })],
  OpenCode: [wire('opencode-'), (event) => openCodeSignals(noMemory, event as OpenCodeEvent)],
  LangGraph: [
    recorded('langgraph-'),
    (event) => createLangGraphReader(address).read(event as LangGraphEvent),
  ],
  ACP: [
    acpMessages as readonly object[] as readonly Wire[],
    (event) => createAcpReader({ boot: 'b1' }).read(event as AcpMessage),
  ],
  'Claude Agent SDK': [
    [...(claudeMessages as readonly object[] as readonly Wire[]), ...recorded('claude-agent-')],
    (event) => createClaudeReader(address).read(event as ClaudeAgentMessage),
  ],
  'OpenAI Responses': [
    openAiEvents as readonly object[] as readonly Wire[],
    (event) => createOpenAiReader(address).read(event as OpenAiEvent),
  ],
}

const freeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  Object.values(value).forEach(freeze)
}
/** The same event with one field, at any depth, put wrong. */
function* spoilt(value: unknown): Generator<unknown> {
  if (typeof value !== 'object' || value === null) return
  for (const key of Object.keys(value)) {
    const inner = (value as Record<string, unknown>)[key]
    for (const wrong of [null, undefined, 0, 'constructor', [], {}]) yield { ...value, [key]: wrong }
    for (const deeper of spoilt(inner)) yield { ...value, [key]: deeper }
  }
}
/** One of each kind: the streams repeat themselves. */
const kinds = (events: readonly Wire[]) =>
  new Map(
    events.map((event) => [
      JSON.stringify([event['type'], event['method'], event['event'], Object.keys(event)]),
      event,
    ]),
  ).values()

describe.each(Object.entries(adapters))('%s adapter', (_name, [events, adapter]) => {
  test('is pure: a frozen event gives the same signals each time', () => {
    expect(events).not.toEqual([])
    for (const event of events) {
      freeze(event)
      const strip = (told: unknown) =>
        JSON.stringify(told, (key, value: unknown) => (key === 'meta' ? undefined : value))
      expect(strip(adapter(event))).toBe(strip(adapter(event)))
    }
  })

  test('law 23: whatever is malformed never throws', () => {
    for (const event of [
      null,
      undefined,
      0,
      '',
      'constructor',
      [],
      {},
      { type: 'constructor' },
      { method: '__proto__', params: 1 },
    ]) {
      expect(() => adapter(event)).not.toThrow()
    }
    for (const event of kinds(events)) {
      for (const wrong of spoilt(event)) expect(() => adapter(wrong)).not.toThrow()
    }
  })
})
