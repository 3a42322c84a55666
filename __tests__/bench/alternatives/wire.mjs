/**
 * The same turn on three wires: a start, 100 pieces of text, an end, as server-sent events. Each event is a chunk of its own and
 * arrives in a turn of its own of the event loop, as from a network; no client can read two of them at once.
 */
export const PIECES = 100
const PIECE = 'a few words. '
/** What the answer has to read in the end. */
export const ANSWER = PIECE.repeat(PIECES)

const pieces = (make) => Array.from({ length: PIECES }, () => make(PIECE))
const data = (value) => `data: ${JSON.stringify(value)}\n\n`

/** The UI message stream of the AI SDK. */
export const aiSdkEvents = (run) => [
  ...[{ type: 'start', messageId: `answer-${run}` }, { type: 'start-step' }, { type: 'text-start', id: 't' }],
  ...pieces((delta) => ({ type: 'text-delta', id: 't', delta })),
  ...[{ type: 'text-end', id: 't' }, { type: 'finish-step' }, { type: 'finish', finishReason: 'stop' }],
]
const aiSdk = (run) => [...aiSdkEvents(run).map(data), 'data: [DONE]\n\n']

/** AG-UI, with the ids that the client has chosen. */
function agUi(run, { threadId, runId }) {
  const messageId = `answer-${run}`
  return [
    { type: 'RUN_STARTED', threadId, runId },
    { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' },
    ...pieces((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta })),
    { type: 'TEXT_MESSAGE_END', messageId },
    { type: 'RUN_FINISHED', threadId, runId, outcome: { type: 'success' } },
  ].map(data)
}

/** A run of a LangGraph server, in the modes that `useStream` asks for. */
function langGraph(run) {
  const id = `answer-${run}`
  const event = (name, value) => `event: ${name}\n${data(value)}`
  const message = (content) => ({ id, type: 'AIMessageChunk', content })
  const answer = { id, type: 'ai', content: ANSWER }
  return [
    event('metadata', { run_id: `run-${run}`, attempt: 1 }),
    ...pieces((piece) => event('messages', [message(piece), { langgraph_node: 'agent' }])),
    event('values', { messages: [answer] }),
    event('end', { run_id: `run-${run}`, status: 'success' }),
  ]
}

const WIRES = { aiSdk, agUi, langGraph }
let runs = 0

/** A `fetch` whose server answers each prompt with the turn. */
export const createFetch = (wire) => async (_url, init) => {
  const run = ++runs
  const frames = WIRES[wire](run, JSON.parse(init.body))
  const encoder = new TextEncoder()
  const body = new ReadableStream({
    async pull(controller) {
      await new Promise(setImmediate)
      const frame = frames.shift()
      if (frame === undefined) controller.close()
      else controller.enqueue(encoder.encode(frame))
    },
  })
  const headers = {
    'content-type': 'text/event-stream',
    'content-location': `/threads/t/runs/run-${run}`,
    'x-vercel-ai-ui-message-stream': 'v1',
  }
  return new Response(body, { headers })
}

/** What an app writes whose client reads no stream: the parsed events of a body. */
export async function* eventsOf({ body }) {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + text).split('\n\n')
    rest = frames.pop()
    for (const frame of frames) if (frame !== 'data: [DONE]') yield JSON.parse(frame.slice('data: '.length))
  }
}
