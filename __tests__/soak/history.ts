/** Plays a history, and tells what was broken: on the way, and after the server has told the truth for two minutes. */
import { queueResumed, signals } from 'redux-turnkeeper'
import type { SendRequest } from 'redux-turnkeeper'
import { retryAssistant } from 'redux-turnkeeper/assistant'
import type { HatchRequest } from 'redux-turnkeeper/assistant'
import { assistantDefaults } from '../../src/assistant/options'
import { rowsOf } from '../../src/state/table'
import { entriesOf } from '../../src/state/turns'
import { createClient } from './client'
import type { OpenRequest } from './client'
import { createHost } from './host'
import type { OnAction } from './page'
import { createServer } from './server'
import type { Style } from './server'
import { PLACES, STEPS } from './steps'
import type { Place } from './steps'
import { goesOn, leftTexts, lostTexts, untrueRecords, wrongOutcomes } from './truth'
import type { World } from './world'

export interface Step {
  readonly what: string
  readonly a: number
  readonly b: number
}
export interface HistoryInput {
  readonly place: Place
  readonly style: Style
  readonly steps: readonly Step[]
}

/** Who looks on. */
export interface Watch {
  readonly onAction?: OnAction
  /** Told of the requests that left in each step, and at last of those until everything had settled. */
  readonly onStep?: (step: string, requests: readonly OpenRequest[]) => void
}

/** Everything that goes on settles within this time, ms, and so much more for each message that leaves or turn that ends. */
const SETTLES_WITHIN = 120_000
const SETTLES_EACH = 15_000

/** Requests of the keeper's own, for which nobody has pressed a key. */
const LOOKS: ReadonlySet<string> = new Set(['status', 'open', 'get', 'hatch', 'retire'])

/** The truthful answer to a request; what a prompt starts is over at once. */
function truthOf({ server, host }: World, { kind, request }: OpenRequest): unknown {
  switch (kind) {
    case 'status':
      return Object.fromEntries((request as readonly string[]).map((id) => [id, server.status(id)]))
    case 'send': {
      const { turnId, conversationId, mode } = request as SendRequest
      const turn = mode === 'steer' ? undefined : server.receive(turnId, conversationId)
      if (turn) server.finish(turn, 'complete')
      return { status: 'accepted', ...(turn && server.namesRuns && { runId: turn.runId }) }
    }
    case 'stop':
      return { status: 'refused', reason: 'no_active_turn' }
    case 'answer':
      return { status: 'refused', reason: 'gone' }
    case 'stopSession':
      return { status: 'refused', reason: 'error' }
    case 'sessions':
      return [...server.sessions].map((conversationId) => ({ conversationId }))
    case 'open':
      return undefined
    case 'get':
      return host.get(request as { readonly assistantId?: string })
    case 'hatch':
      return host.hatch(request as HatchRequest)
    case 'retire':
      return host.retire(request as string)
  }
}

/** The server answers at once and truthfully; whatever it runs is over as soon as it runs. What waits for a person may go on. */
function tellTruth(world: World): void {
  const { server, client, host } = world
  for (const turn of server.turns) server.finish(turn, 'complete')
  host.proceed()
  for (const request of client.requests.filter(({ isOpen }) => isOpen))
    request.settle(truthOf(world, request))
  for (const page of client.pages) {
    page.frames.length = 0
    const { assistant, conversations } = page.state()
    if (assistant?.error && !assistant.error.transient) page.dispatch(retryAssistant())
    for (const { conversationId, queueHold } of rowsOf(conversations.byId))
      if (queueHold && queueHold.until === null) page.dispatch(queueResumed({ conversationId }))
  }
}

/** Lets the server tell the truth until nothing goes on. */
async function comeToRest(world: World): Promise<string[]> {
  const { client, server } = world
  for (const page of client.pages) {
    page.goLive()
    await client.goOn(page)
    page.environment.emit('visible')
    page.environment.emit('online')
  }
  if (client.features.assistant && client.user === null) await client.signIn('u-last')
  const live = client.pages.flatMap((page) =>
    entriesOf(page.state().turns).flatMap((entry) =>
      entry.active?.sendState === 'accepted' ? [entry.active.turnId] : [],
    ),
  )
  await client.dispatchToAll(signals.streamOpened({ boot: server.boot }))
  const settled = () =>
    client.requests.filter(({ kind }) => kind === 'send').length +
    client.pages.reduce((sum, page) => sum + page.state().turns.ended.length, 0)
  const restless = () =>
    client.pages.flatMap((page) =>
      [...goesOn(page.state()), ...(page.awaited > 0 ? [`${page.awaited} commands are awaited`] : [])].map(
        (what) => `${page.name}: ${what}`,
      ),
    )
  const began = settled()
  // Under a lock of the DevTools the answer to a start is swallowed: its watchdog alone gives it up.
  const isAnswered = !client.requests.some(
    ({ kind, isOpen }) => isOpen && (kind === 'hatch' || kind === 'retire'),
  )
  const isStartLost = isAnswered && client.pages.some((page) => page.state().assistant?.operation != null)
  const within = SETTLES_WITHIN + (isStartLost ? assistantDefaults.initTimeout : 0)
  const isLate = (ms: number): boolean => ms >= within + SETTLES_EACH * (settled() - began)
  let ms = 0
  for (let known = -1; known < settled() && !isLate(ms);) {
    known = settled()
    for (; !isLate(ms); ms += 1_000) {
      tellTruth(world)
      await client.clock.advanceAsync(1_000)
      if (restless().length === 0) break
    }
  }
  return [...restless(), ...wrongOutcomes(world, live)]
}

/** What is broken, in words; nothing where all is well. */
export async function playHistory(
  { place, style, steps }: HistoryInput,
  { onAction, onStep }: Watch = {},
): Promise<string[]> {
  const client = createClient(PLACES[place], onAction)
  const world: World = {
    client,
    server: createServer(style, (frame) => {
      for (const page of client.pages) page.frames.push(frame)
    }),
    host: createHost(),
    submitted: [],
    signedOut: new Set(),
    keys: ['c1', 'c2'],
    late: [],
    minted: 0,
  }
  if (client.features.assistant || client.features.tabs) await client.signIn('u0')
  const wrong = () => [
    ...client.broken,
    ...client.errors.map(String),
    ...lostTexts(world),
    ...untrueRecords(world),
    // After a frozen view the keeper waits a while before it acts again.
    ...(client.features.devTools ? [] : leftTexts(world)),
  ]
  for (const [i, { what, a, b }] of steps.entries()) {
    const asked = client.requests.length
    const frozen = client.pages.filter(({ isFrozen }) => isFrozen)
    await STEPS[what]!(world, a, b)
    onStep?.(`${i + 1}. ${what} ${a} ${b}`, client.requests.slice(asked))
    // What was asked for in a frozen view leaves once it shows; but nobody looks around there.
    for (const { kind, page } of client.requests.slice(asked))
      if (LOOKS.has(kind) && frozen.some(({ name, isFrozen }) => name === page && isFrozen))
        client.broken.push(`${kind} leaves because of time travel`)
    const found = wrong()
    if (found.length > 0) return found.map((what) => `step ${i + 1}: ${what}`)
  }
  const asked = client.requests.length
  const restless = await comeToRest(world)
  onStep?.('until all has settled', client.requests.slice(asked))
  const found = [...wrong(), ...leftTexts(world), ...restless]
  const { timers, requests } = client.closeAll()
  await client.clock.advanceAsync(0)
  return [
    ...found,
    ...(timers > 0 ? ['a disposed keeper leaves a timer'] : []),
    ...(requests > 0 ? ['a disposed keeper leaves a request'] : []),
  ]
}
