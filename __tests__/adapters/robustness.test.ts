import { agUiSignals, follow } from 'redux-turnkeeper/adapters/agUi'
import type { AgUiEvent } from 'redux-turnkeeper/adapters/agUi'
import { aiSdkSignals } from 'redux-turnkeeper/adapters/aiSdk'
import type { AiSdkChunk } from 'redux-turnkeeper/adapters/aiSdk'
import { codexSignals } from 'redux-turnkeeper/adapters/codexAppServer'
import type { CodexMessage } from 'redux-turnkeeper/adapters/codexAppServer'
import { noMemory, openCodeSignals } from 'redux-turnkeeper/adapters/openCode'
import type { OpenCodeEvent } from 'redux-turnkeeper/adapters/openCode'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRecording } from '../replay/recording'
import type { Line } from '../replay/recording'

const TRACES = join(__dirname, '../traces')

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

const address = { conversationId: 'c1', turnId: 't1' }
const adapters: Readonly<Record<string, (event: unknown) => unknown>> = {
  'agui-': (event) => [agUiSignals(event as AgUiEvent, address), follow(address, event as AgUiEvent)],
  'aisdk-': (event) => aiSdkSignals(event as AiSdkChunk, address),
  'codex-': (event) => codexSignals(event as CodexMessage, { boot: 'b1' }),
  'opencode-': (event) => openCodeSignals(noMemory, event as OpenCodeEvent),
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
    events.map((event) => [JSON.stringify([event['type'], event['method'], Object.keys(event)]), event]),
  ).values()

describe.each(Object.entries(adapters))('%s adapter', (prefix, adapter) => {
  test('is pure: a frozen event gives the same signals each time', () => {
    expect(wire(prefix)).not.toEqual([])
    for (const event of wire(prefix)) {
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
    for (const event of kinds(wire(prefix))) {
      for (const wrong of spoilt(event)) expect(() => adapter(wrong)).not.toThrow()
    }
  })
})
