/** What may happen, step by step: each step is a word and two numbers that choose among what there is. */
import { conversationRekeyed, signals, userChanged } from 'redux-turnkeeper'
import type { AnswerRequest, SendRequest, StatusAnswer, StopRequest } from 'redux-turnkeeper'
import type { Client, OpenRequest, RequestKind } from './client'
import type { Server } from './server'

export interface World {
  readonly server: Server
  readonly client: Client
  readonly submitted: string[]
  /** Prompts of a user who has signed out: nothing of theirs stays. */
  readonly signedOut: Set<string>
  /** Conversations by their newest key. */
  readonly keys: string[]
  /** Answers of status checks that come late, with what was true when they were asked. */
  readonly late: { readonly request: OpenRequest; readonly answer: Readonly<Record<string, StatusAnswer>> }[]
  minted: number
}

type Take = (world: World, a: number, b: number) => Promise<void> | void

const pick = <Item>(items: readonly Item[], number: number): Item | undefined =>
  items.length === 0 ? undefined : items[number % items.length]

const flush = ({ client }: World): Promise<void> => client.clock.advanceAsync(0)

const statusOf = ({ server }: World, request: OpenRequest): Readonly<Record<string, StatusAnswer>> =>
  Object.fromEntries((request.request as readonly string[]).map((id) => [id, server.status(id)]))

/** Takes one of the open requests of a kind. */
const answering =
  (kind: RequestKind, how: (world: World, request: OpenRequest, b: number) => void): Take =>
  async (world, a, b) => {
    const request = pick(world.client.open(kind), a)
    if (!request) return
    how(world, request, b)
    await flush(world)
  }

/** The server gets a prompt. A steer becomes a part of what runs. */
function arrive({ server }: World, { request }: OpenRequest) {
  const { turnId, conversationId, mode } = request as SendRequest
  if (mode === 'steer') {
    server.steers.add(turnId)
    return undefined
  }
  return server.receive(turnId, conversationId)
}

export const STEPS: Readonly<Record<string, Take>> = {
  submit: async (world, a, b) => {
    const turnId = `t${++world.minted}`
    world.submitted.push(turnId)
    await world.client.dispatch(
      world.client.keeper.submitTurn({
        turnId,
        conversationId: pick(world.keys, a)!,
        input: turnId,
        mode: b % 3 === 0 ? 'now' : 'queue',
      }),
    )
  },
  stop: (world, a) =>
    world.client.dispatch(world.client.keeper.stopTurn({ conversationId: pick(world.keys, a)! })),
  steer: (world, a) => {
    const steerId = `s${++world.minted}`
    return world.client.dispatch(
      world.client.keeper.steerTurn({ conversationId: pick(world.keys, a)!, input: steerId, steerId }),
    )
  },
  withdraw: async (world, a) => {
    const turnId = pick(world.submitted, a)
    if (turnId === undefined) return
    await world.client.dispatch(world.client.keeper.removeQueued({ turnId }))
  },
  'answer a question': async ({ client, server }, a) => {
    const asking = pick(
      server.turns.filter(({ question }) => question !== null),
      a,
    )
    if (!asking) return
    await client.dispatch(
      client.keeper.answerInput({
        conversationId: asking.conversationId,
        requestId: asking.question!,
        answer: 'yes',
      }),
    )
  },
  'new key': async (world, a) => {
    const place = a % world.keys.length
    const from = world.keys[place]!
    const to = `k${++world.minted}`
    world.keys[place] = to
    world.server.rename(from, to)
    await world.client.dispatch(conversationRekeyed({ from, to }))
  },

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
  'send refused': answering('send', ({ server }, request, b) => {
    // What has arrived already is not refused.
    const { turnId, mode } = request.request as SendRequest
    if (mode !== 'steer' && server.find(turnId)) request.fail()
    else request.settle({ status: 'refused', reason: b % 2 === 0 ? 'busy' : 'error' })
  }),
  'stop heeded': answering('stop', ({ server }, request) => {
    const turn = server.find((request.request as StopRequest).turnId)
    if (turn) server.finish(turn, 'cancelled')
    request.settle(turn ? { status: 'acknowledged' } : { status: 'refused', reason: 'no_active_turn' })
  }),
  'stop acknowledged': answering('stop', (_world, request) => request.settle({ status: 'acknowledged' })),
  'stop heeded, no answer': answering('stop', ({ server }, request) => {
    const turn = server.find((request.request as StopRequest).turnId)
    if (turn) server.finish(turn, 'cancelled')
    request.fail()
  }),
  'stop unreachable': answering('stop', (_world, request) =>
    request.settle({ status: 'refused', reason: 'unreachable' }),
  ),
  'answer taken': answering('answer', ({ server }, request, b) => {
    const wasOpen = server.answer((request.request as AnswerRequest).requestId)
    if (b % 3 === 0) request.fail()
    else request.settle(wasOpen ? { status: 'accepted' } : { status: 'refused', reason: 'gone' })
  }),
  'check answered': answering('status', (world, request) => request.settle(statusOf(world, request))),
  'check taken': answering('status', (world, request) => {
    if (!world.late.some((other) => other.request === request))
      world.late.push({ request, answer: statusOf(world, request) })
  }),
  'check answered late': async (world, a) => {
    const late = pick(
      world.late.filter(({ request }) => request.isOpen),
      a,
    )
    late?.request.settle(late.answer)
    await flush(world)
  },
  'check failed': answering('status', (_world, request) => request.fail()),
  'stream opens': answering('open', (_world, request) => request.settle(undefined)),

  'server: works': ({ server, keys }, a) => server.progress(pick(keys, a)!),
  'server: asks': ({ server, keys }, a) => server.ask(pick(keys, a)!),
  'server: ends a turn': ({ server, keys }, a, b) => {
    const turn = server.runningIn(pick(keys, a)!)
    if (turn) server.finish(turn, b % 3 === 0 ? 'error' : 'complete')
  },
  'server: another client': (world, a) => {
    world.server.receive(`f${++world.minted}`, pick(world.keys, a)!, 'other')
  },
  'server: restarts': async (world, a) => {
    world.server.restart()
    if (a % 2 === 0) await world.client.dispatch(signals.streamOpened({ boot: world.server.boot }))
  },

  'frame comes': async ({ server, client }, a) => {
    // Mostly in order.
    const [frame] = server.frames.splice(a % 4 === 0 ? a % Math.max(server.frames.length, 1) : 0, 1)
    if (frame) await client.dispatch(frame)
  },
  'frame comes twice': async ({ server, client }) => {
    const frame = server.frames.shift()
    if (!frame) return
    await client.dispatch(frame)
    await client.dispatch(frame)
  },
  'frame is lost': ({ server }) => void server.frames.shift(),
  'all frames come': async ({ server, client }) => {
    for (const frame of server.frames.splice(0)) await client.dispatch(frame)
  },
  'stream drops': ({ server, client }) => {
    server.frames.length = 0
    return client.dispatch(signals.streamDropped({}))
  },
  'stream is up': ({ server, client }) => client.dispatch(signals.streamOpened({ boot: server.boot })),

  'time passes': ({ client }, a) =>
    client.clock.advanceAsync([50, 1_000, 6_000, 21_000, 61_000][a % 5]!, 1_000),
  sleep: ({ client }, a) => {
    client.clock.jump(60_000 * (1 + (a % 10)))
    return client.clock.advanceAsync(0)
  },
  'clock set': ({ client }, a) => {
    client.clock.shift(a % 2 === 0 ? -120_000 : 30_000)
    return client.clock.advanceAsync(0)
  },
  'page hidden': ({ client }) => {
    client.environment.emit('hidden')
    return client.clock.advanceAsync(0)
  },
  'page visible': ({ client }) => {
    client.environment.emit('visible')
    return client.clock.advanceAsync(0)
  },
  'signs out': async ({ client, submitted, signedOut }) => {
    for (const turnId of submitted) signedOut.add(turnId)
    await client.dispatch(userChanged({ userId: null }))
  },
  reload: ({ client }, a) => client.reload(a % 2 === 0),
}
