/** What keepers do in random histories: their actions, what those change, and the requests that leave. */
import fc from 'fast-check'
import { historiesAt } from '../soak/arbitrary'
import { playHistory } from '../soak/history'
import type { HistoryInput, Watch } from '../soak/history'
import { EVERYWHERE } from '../soak/steps'
import { historyOf } from '../soak/written'
import { changesIn } from './fingerprint'
import { changeOf } from './types'
import type { Part, Recorded } from './types'

/** Actions that are made outside a store are stamped with the machine's time, which stands still here. */
async function play(history: HistoryInput, watch: Watch): Promise<void> {
  const { now } = Date
  Date.now = () => 1_000_000
  try {
    await playHistory(history, watch)
  } finally {
    Date.now = now
  }
}

async function partsOf(history: HistoryInput): Promise<readonly Part[]> {
  const parts: Part[] = []
  let actions: unknown[] = []
  await play(history, {
    onAction(page, { type, payload, meta }, before, after) {
      const { at: _at, ...rest } = { ...(meta as { readonly at?: number } | undefined) }
      actions.push({ page, type, payload, meta: rest, change: changeOf(before, after) })
    },
    onStep(step, asked) {
      const requests = asked.map(({ kind, request, page, isAborted }) => ({ kind, request, page, isAborted }))
      parts.push([step, actions.length + requests.length > 0 ? { actions, requests } : null])
      actions = []
    },
  })
  return parts
}

export const recordedHistory = (text: string, number: number): Recorded => {
  const history = historyOf(text)
  return {
    title: `history ${number}: ${history.place}, ${history.style}`,
    play: () => partsOf(history),
  }
}

/** How many histories show the same kind of change. */
const ENOUGH = 2

/** Of random histories those in which an action changes what it has changed in no, or one, earlier history. */
export async function chosenHistories(ofEachPlace: number): Promise<readonly HistoryInput[]> {
  const seenIn = new Map<string, number>()
  const chosen: HistoryInput[] = []
  for (const place of EVERYWHERE)
    for (const history of fc.sample(historiesAt(place), { numRuns: ofEachPlace, seed: 1 })) {
      const seen = new Set<string>()
      await play(history, {
        onAction(_page, { type }, before, after) {
          for (const change of changesIn(before, after)) seen.add(`${type} ${change}`)
        },
      })
      if ([...seen].every((change) => (seenIn.get(change) ?? 0) >= ENOUGH)) continue
      chosen.push(history)
      for (const change of seen) seenIn.set(change, (seenIn.get(change) ?? 0) + 1)
    }
  return chosen
}
