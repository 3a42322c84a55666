/** What becomes of a page's requests: they arrive or not, and their answers come, come late, or are lost. */
import { sendAccepted, stopAcknowledged } from 'redux-turnkeeper'
import type {
  AnswerRequest,
  SendRequest,
  StatusAnswer,
  StopRequest,
  StopSessionRequest,
} from 'redux-turnkeeper'
import type { OpenRequest } from './client'
import { answering, dispatching, flush, pick } from './world'
import type { Take, World } from './world'

const statusOf = ({ server }: World, request: OpenRequest): Readonly<Record<string, StatusAnswer>> =>
  Object.fromEntries((request.request as readonly string[]).map((id) => [id, server.status(id)]))

/** The server gets a prompt. A steer becomes a part of what runs. */
function arrive({ server }: World, { request }: OpenRequest) {
  const { turnId, conversationId, mode } = request as SendRequest
  if (mode === 'steer') {
    server.steers.add(turnId)
    return undefined
  }
  return server.receive(turnId, conversationId)
}

const stopOf = (world: World, { request }: OpenRequest) => world.server.find((request as StopRequest).turnId)

export const REQUEST_STEPS: Readonly<Record<string, Take>> = {
  'send accepted': answering('send', (world, request, b) => {
    const turn = arrive(world, request)
    const as = turn?.state === 'queued' ? ('queued' as const) : undefined
    const names = turn && (world.server.style === 'all ids' || (world.server.namesRuns && b % 2 === 0))
    request.settle({ status: 'accepted', ...(names && { runId: turn.runId }), ...(as && { as }) })
  }),
  'send arrives, no answer': answering('send', (world, request) => {
    arrive(world, request)
    request.fail()
  }),
  'send arrives, answer later': answering('send', (world, request) => void arrive(world, request)),
  'send lost': answering('send', (_world, request) => request.fail()),
  'send refused': answering('send', ({ server, client }, request, b) => {
    // What has arrived already is not refused.
    const { turnId, mode } = request.request as SendRequest
    if (mode !== 'steer' && server.find(turnId)) return request.fail()
    client.refuse(turnId)
    request.settle({ status: 'refused', reason: b % 2 === 0 ? 'busy' : 'error' })
  }),
  /** The answer once more, as an app may tell it. */
  'send accepted again': dispatching((_page, { server }, a) => {
    const turn = pick(
      server.turns.filter(({ client }) => client === 'ours'),
      a,
    )
    if (!turn) return { type: 'nothing' }
    const { turnId, conversationId, runId } = turn
    return sendAccepted({ turnId, conversationId, ...(server.namesRuns && { runId }) })
  }),
  'stop heeded': answering('stop', (world, request) => {
    const turn = stopOf(world, request)
    if (turn) world.server.finish(turn, 'cancelled')
    request.settle(turn ? { status: 'acknowledged' } : { status: 'refused', reason: 'no_active_turn' })
  }),
  'stop acknowledged': answering('stop', (_world, request) => request.settle({ status: 'acknowledged' })),
  'stop heeded, no answer': answering('stop', (world, request) => {
    const turn = stopOf(world, request)
    if (turn) world.server.finish(turn, 'cancelled')
    request.fail()
  }),
  'stop unreachable': answering('stop', (_world, request) =>
    request.settle({ status: 'refused', reason: 'unreachable' }),
  ),
  'stop acknowledged again': dispatching((_page, { client }, a) => {
    const stop = pick(
      client.requests.filter(({ kind }) => kind === 'stop'),
      a,
    )
    if (!stop) return { type: 'nothing' }
    return stopAcknowledged({ turnId: (stop.request as StopRequest).turnId })
  }),
  'answer taken': answering('answer', ({ server }, request, b) => {
    const wasOpen = server.answer((request.request as AnswerRequest).requestId)
    if (b % 3 === 0) request.fail()
    else request.settle(wasOpen ? { status: 'accepted' } : { status: 'refused', reason: 'gone' })
  }),
  'session stop heeded': answering('stopSession', ({ server }, request, b) => {
    const had = server.endSession((request.request as StopSessionRequest).conversationId)
    if (b % 3 === 0) request.fail()
    else request.settle(had ? { status: 'stopped' } : { status: 'refused', reason: 'no_session' })
  }),
  'session stop refused': answering('stopSession', (_world, request, b) =>
    b % 2 === 0 ? request.fail() : request.settle({ status: 'refused', reason: 'error' }),
  ),
  'sessions listed': answering('sessions', ({ server }, request, b) =>
    b % 4 === 0
      ? request.fail()
      : request.settle([...server.sessions].map((conversationId) => ({ conversationId }))),
  ),
  'check answered': answering('status', (world, request) => request.settle(statusOf(world, request))),
  'check taken': answering('status', (world, request) => {
    if (!world.late.some((other) => other.request === request))
      world.late.push({ request, answer: statusOf(world, request) })
  }),
  'check answered late': async (world, a) => {
    const late = pick(
      world.late.filter(({ request }) => world.client.open('status').includes(request)),
      a,
    )
    late?.request.settle(late.answer)
    await flush(world)
  },
  'check failed': answering('status', (_world, request) => request.fail()),
  'stream opens': answering('open', (_world, request) => request.settle(undefined)),
}
