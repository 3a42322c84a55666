/** Plays a history, and tells what was broken: on the way, and after the server has told the truth for two minutes. */
import { signals } from 'redux-turnkeeper'
import type { SendRequest } from 'redux-turnkeeper'
import { entriesOf, turnsIn } from '../../src/state/turns'
import { rowsOf } from '../../src/state/table'
import { createClient } from './client'
import { createServer } from './server'
import type { Style } from './server'
import { STEPS } from './steps'
import type { World } from './steps'

export interface Step {
  readonly what: string
  readonly a: number
  readonly b: number
}
export interface HistoryInput {
  readonly style: Style
  readonly steps: readonly Step[]
}

/** Everything that goes on settles within this time, ms. */
const SETTLES_WITHIN = 120_000

/**
 * What a person typed is at the server, or still here. Where frames name no turn, another client's run that begins after a
 * prompt cannot be told from the prompt's own: then nobody can say.
 */
function lostTexts({ server, client, submitted, signedOut }: World): string[] {
  if (server.style !== 'all ids' && server.turns.some((turn) => turn.client === 'other')) return []
  const rows = rowsOf(client.state().conversations.byId)
  return submitted
    .filter((turnId) => !server.find(turnId) && !signedOut.has(turnId))
    .filter(
      (turnId) =>
        !rows.some(({ texts, drafts }) => [...texts, ...drafts].some((text) => text.turnId === turnId)),
    )
    .map((turnId) => `the text of ${turnId} is lost`)
}

/** A witnessed end says what the server says, where each frame names its turn. */
function untrueRecords({ server, client }: World): string[] {
  if (server.style !== 'all ids') return []
  return client.state().turns.ended.flatMap(({ turnId, grade, outcome }) => {
    const truth = server.find(turnId)
    if (!truth || grade !== 'witnessed') return []
    return truth.outcome === outcome
      ? []
      : [`${turnId} is witnessed as ${outcome}, and was ${truth.outcome ?? truth.state}`]
  })
}

/** The server answers at once and truthfully; whatever it runs is over as soon as it runs. */
function tellTruth({ server, client }: World): void {
  for (const turn of server.turns) server.finish(turn, 'complete')
  for (const request of client.requests.filter(({ isOpen }) => isOpen)) {
    if (request.kind === 'status')
      request.settle(
        Object.fromEntries((request.request as readonly string[]).map((id) => [id, server.status(id)])),
      )
    else if (request.kind === 'send') {
      const { turnId, conversationId, mode } = request.request as SendRequest
      const turn = mode === 'steer' ? undefined : server.receive(turnId, conversationId)
      if (turn) server.finish(turn, 'complete')
      request.settle({ status: 'accepted', ...(turn && server.namesRuns && { runId: turn.runId }) })
    } else if (request.kind === 'stop') request.settle({ status: 'refused', reason: 'no_active_turn' })
    else if (request.kind === 'answer') request.settle({ status: 'refused', reason: 'gone' })
    else request.settle(undefined)
  }
  server.frames.length = 0
}

/** What goes on, in words. */
function goesOn({ client }: World): string[] {
  const { turns, conversations } = client.state()
  return [
    ...entriesOf(turns).flatMap((entry) => [
      ...turnsIn(entry).map(({ turnId, sendState }) => `${turnId} (${sendState}) never ends`),
      ...entry.unplacedRuns.map(({ runId }) => `${runId} stays of unknown origin`),
    ]),
    ...rowsOf(conversations.byId).flatMap(({ questions }) =>
      questions.map(({ requestId }) => `the question ${requestId} stays open`),
    ),
  ]
}

/** Whom the newest true turn of each conversation was, as far as we know it, has ended as it did. */
function wrongOutcomes({ server, client }: World, live: readonly string[]): string[] {
  if (server.style !== 'all ids') return []
  const { ended } = client.state().turns
  return live.flatMap((turnId) => {
    const truth = server.find(turnId)
    const isLast =
      truth && server.turns.findLast((other) => other.conversationId === truth.conversationId) === truth
    const record = ended.find((other) => other.turnId === turnId)
    return isLast && record && record.outcome !== truth.outcome
      ? [`${turnId} ended as ${record.outcome}, and was ${truth.outcome}`]
      : []
  })
}

/** Lets the server tell the truth until nothing goes on. */
async function comeToRest(world: World): Promise<string[]> {
  const { client, server } = world
  client.environment.emit('visible')
  client.environment.emit('online')
  const { turns } = client.state()
  const live = entriesOf(turns).flatMap((entry) =>
    entry.active?.sendState === 'accepted' ? [entry.active.turnId] : [],
  )
  await client.dispatch(signals.streamOpened({ boot: server.boot }))
  const sends = () => client.requests.filter(({ kind }) => kind === 'send').length
  for (let sent = -1; sent < sends();) {
    sent = sends()
    // Each message that leaves starts the time anew: the next one waits for it.
    for (let ms = 0; ms < SETTLES_WITHIN; ms += 1_000) {
      tellTruth(world)
      await client.clock.advanceAsync(1_000)
      if (goesOn(world).length === 0) break
    }
  }
  return [...goesOn(world), ...wrongOutcomes(world, live)]
}

/** What is broken, in words; nothing where all is well. */
export async function playHistory({ style, steps }: HistoryInput): Promise<string[]> {
  const world: World = {
    server: createServer(style),
    client: createClient(),
    submitted: [],
    signedOut: new Set(),
    keys: ['c1', 'c2'],
    late: [],
    minted: 0,
  }
  const { client } = world
  const wrong = () => [
    ...client.broken,
    ...client.errors.map(String),
    ...lostTexts(world),
    ...untrueRecords(world),
  ]
  for (const [i, { what, a, b }] of steps.entries()) {
    await STEPS[what]!(world, a, b)
    const found = wrong()
    if (found.length > 0) return found.map((what) => `step ${i + 1}: ${what}`)
  }
  const restless = await comeToRest(world)
  const found = [...wrong(), ...restless]
  const { timers, requests } = client.close()
  await client.clock.advanceAsync(0)
  return [
    ...found,
    ...(timers > 0 ? ['a disposed keeper leaves a timer'] : []),
    ...(requests > 0 ? ['a disposed keeper leaves a request'] : []),
  ]
}
