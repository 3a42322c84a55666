import { readFileSync } from 'node:fs'
import type { Report, TurnReport } from './app'

interface ExpectedTurn {
  readonly conversation: string
  readonly run: string | null
  /** `live`: it still runs. `merged`: a prompt that became part of another turn, and is none of its own. */
  readonly outcome: string
  readonly also: readonly string[]
  readonly grade: string | null
  readonly message?: string
  /** Another grade, or another outcome, can be argued for. */
  readonly unsure?: boolean
}
/** How one recording is read: by people, from the wire alone, with the evidence for it. */
export interface Expected {
  readonly turns: readonly ExpectedTurn[]
  readonly busy_at_end: Readonly<Record<string, boolean>>
  readonly busy_also_ok?: readonly string[]
}

export const readExpected = (path: string): Readonly<Record<string, Expected>> =>
  JSON.parse(readFileSync(path, 'utf8')) as Record<string, Expected>

/** What a report has that the reading of the recording does not, and the reverse: one line each. */
export function differences(expected: Expected, report: Report): readonly string[] {
  const found: string[] = []
  const say = (what: string, wanted: unknown, seen: unknown) =>
    found.push(`${what}: expected ${wanted}, saw ${seen}`)

  const own = expected.turns.filter(({ outcome }) => outcome !== 'merged')
  const turns = report.turns.filter(({ outcome }) => outcome !== 'merged')
  if (own.length !== turns.length) say('turns', own.length, turns.length)
  own.forEach((wanted, index) => {
    const turn = turnFor(wanted, turns, index)
    const what = `turn ${index + 1}`
    if (!turn) return say(what, wanted.outcome, 'no such turn')
    const outcome = turn.outcome ?? 'live'
    if (turn.conversationId !== wanted.conversation)
      say(`${what}, conversation`, wanted.conversation, turn.conversationId)
    if (outcome !== wanted.outcome && !wanted.also.includes(outcome)) {
      say(what, [wanted.outcome, ...wanted.also].join(' or '), outcome)
    }
    if (turn.ends !== (turn.outcome === null ? 0 : 1))
      say(`${what}, ends`, turn.outcome === null ? 0 : 1, turn.ends)
    if (
      wanted.grade !== null &&
      turn.outcome === wanted.outcome &&
      turn.grade !== wanted.grade &&
      !wanted.unsure
    ) {
      say(`${what}, grade`, wanted.grade, turn.grade)
    }
  })
  for (const [id, busy] of Object.entries(expected.busy_at_end)) {
    const seen = report.conversations[id]?.busy
    if (seen !== busy && !expected.busy_also_ok?.includes(id)) say(`busy ${id}`, busy, seen)
  }
  return found
}

/** The turn that an expectation is about: by its run or message where it names one, else by its place. */
function turnFor(wanted: ExpectedTurn, turns: readonly TurnReport[], index: number): TurnReport | undefined {
  const id = wanted.run ?? wanted.message
  const named = id === undefined ? undefined : turns.find((turn) => turn.runIds.includes(id))
  return named ?? turns[index]
}
