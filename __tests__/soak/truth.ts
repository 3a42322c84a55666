/** What must hold between what the server knows and what the pages show. */
import type { StopSessionRequest } from 'redux-turnkeeper'
import { isUp } from '../../src/assistant'
import { isActiveSession } from '../../src/state/sessions'
import { rowsOf } from '../../src/state/table'
import { activeOf, entriesOf, turnsIn } from '../../src/state/turns'
import type { SoakState } from './page'
import type { TrueTurn } from './server'
import type { World } from './world'

/** The turns whose text stands in a state. */
export const textsIn = ({ conversations }: SoakState): ReadonlySet<string> =>
  new Set(
    rowsOf(conversations.byId).flatMap(({ texts, drafts }) =>
      [...texts, ...drafts].map(({ turnId }) => turnId),
    ),
  )

/**
 * What a person typed is at the server, or still here. Where frames name no turn, the run of another client, or of a user who
 * has signed out, that begins after a prompt cannot be told from the prompt's own: then nobody can say. What a page that
 * hangs has not heard yet, it has.
 */
export function lostTexts({ server, client, submitted, signedOut }: World): string[] {
  const isOthers = ({ turnId, client: who }: TrueTurn): boolean => who === 'other' || signedOut.has(turnId)
  if (server.style !== 'all ids' && server.turns.some(isOthers)) return []
  if (client.pages.some(({ isHung }) => isHung)) return []
  const here = client.pages.map((page) => textsIn(page.state()))
  return submitted
    .filter((turnId) => !server.find(turnId) && !signedOut.has(turnId))
    .filter((turnId) => !here.some((texts) => texts.has(turnId)))
    .map((turnId) => `the text of ${turnId} is lost`)
}

/**
 * Nothing of a user who has signed out stays: in no page that has heard of it, nor in what the tabs have stored, where each of
 * them has heard of it in its time.
 */
export function leftTexts({ client, signedOut }: World): string[] {
  if (signedOut.size === 0) return []
  const stored = client.wasHeldUp ? '' : JSON.stringify([...(client.engine?.stored.values() ?? [])])
  const texts = client.usable().map((page) => textsIn(page.state()))
  return [...signedOut]
    .filter((turnId) => texts.some((here) => here.has(turnId)) || stored.includes(`"input":"${turnId}"`))
    .map((turnId) => `the text of ${turnId} stays after its user has signed out`)
}

/**
 * A witnessed end says what the server says, where each frame names its turn. That a person has stopped the session is
 * their own word about the turn.
 */
export function untrueRecords({ server, client }: World): string[] {
  if (server.style !== 'all ids') return []
  const stopped = new Set(
    client.requests.flatMap(({ kind, request }) =>
      kind === 'stopSession' ? [server.keyOf((request as StopSessionRequest).conversationId)] : [],
    ),
  )
  return client.pages.flatMap((page) =>
    page.state().turns.ended.flatMap(({ turnId, grade, outcome }) => {
      const truth = server.find(turnId)
      if (!truth || grade !== 'witnessed' || truth.outcome === outcome) return []
      if (outcome === 'interrupted' && stopped.has(truth.conversationId)) return []
      return [`${turnId} is witnessed as ${outcome}, and was ${truth.outcome ?? truth.state}`]
    }),
  )
}

/** What goes on in a page, in words. */
export function goesOn({ turns, conversations, assistant }: SoakState): string[] {
  return [
    ...entriesOf(turns).flatMap((entry) => [
      ...turnsIn(entry).map(({ turnId, sendState }) => `${turnId} (${sendState}) never ends`),
      ...entry.unplacedRuns.map(({ runId }) => `${runId} stays of unknown origin`),
    ]),
    ...rowsOf(conversations.byId).flatMap(({ conversationId, questions, session }) => [
      ...questions.map(({ requestId }) => `the question ${requestId} stays open`),
      ...(session && isActiveSession(session.status) && !activeOf(turns, conversationId)
        ? [`the session of ${conversationId} stays ${session.status}`]
        : []),
    ]),
    ...(assistant && !isUp(assistant) ? [`the assistant stays ${assistant.kind}`] : []),
  ]
}

/** Whom the newest true turn of each conversation was, as far as we know it, has ended as it did. */
export function wrongOutcomes({ server, client }: World, live: readonly string[]): string[] {
  if (server.style !== 'all ids') return []
  const ended = client.pages.flatMap((page) => page.state().turns.ended)
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
