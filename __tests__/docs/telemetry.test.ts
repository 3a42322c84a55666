/** The page about telemetry does what it says: a span for each end, in memory. */
import { SpanStatusCode, trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { signals } from 'redux-turnkeeper'
import { conversationId, watch } from './app'
import type { Made } from './app'
import { openWorld } from './openWorld'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
)
beforeEach(() => exporter.reset())

async function open() {
  const world = openWorld()
  const app = watch(await world.run<Made>('telemetry', 2))
  return { world, app }
}
const millis = ([seconds, nanos]: readonly [number, number]): number => seconds * 1_000 + nanos / 1_000_000

test('a span from the submission to the end, with the ids and how it ended', async () => {
  const { world, app } = await open()
  world.server.answer = () => Response.json({ runId: 'r1' })
  await app.dispatch(app.keeper.submitTurn({ conversationId, turnId: 't1', input: 'a secret plan' }))
  world.clock.advance(4_000)
  await app.dispatch(signals.turnEnded({ conversationId, runId: 'r1', reason: 'complete' }))
  const spans = exporter.getFinishedSpans()
  expect(spans).toHaveLength(1)
  const [{ name, attributes, startTime, endTime, status }] = spans as [(typeof spans)[number]]
  expect(name).toBe('invoke_agent')
  expect(attributes).toEqual({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.conversation.id': conversationId,
    'turn.id': 't1',
    'turn.runs': ['r1'],
    'turn.reason': 'complete',
    'turn.outcome': 'complete',
    'turn.grade': 'witnessed',
    'turn.revocations': 0,
    'turn.correction': false,
  })
  expect(millis(endTime) - millis(startTime)).toBe(4_000)
  expect(status.code).toBe(SpanStatusCode.UNSET)
  expect(JSON.stringify(spans.map((span) => span.attributes))).not.toContain('secret')
})

test('an error is the status of the span', async () => {
  const { app } = await open()
  await app.dispatch(signals.turnStarted({ conversationId, runId: 'r1' }))
  const error = { message: 'out of memory', code: 'oom' }
  await app.dispatch(signals.turnEnded({ conversationId, runId: 'r1', reason: 'error', error }))
  expect(exporter.getFinishedSpans()).toMatchObject([
    {
      status: { code: SpanStatusCode.ERROR, message: 'out of memory' },
      attributes: { 'error.type': 'oom', 'turn.outcome': 'error' },
    },
  ])
})
