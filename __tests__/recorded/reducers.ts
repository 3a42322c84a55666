/** What the reducers make of the evidence of the tables, of walks on from there, and of walks of the explorer. */
import { groupsFrom } from '../explore/moves'
import { OPENINGS, castOf } from '../explore/openings'
import { play as playMove, startPosition } from '../explore/position'
import { createRandom } from '../random'
import { play } from '../table/cells'
import { HAPPENINGS } from '../table/evidence'
import { reducerOf, stamped } from '../table/scene'
import { TABLES } from '../table/tables'
import type { Described } from '../table/tables'
import { ALL } from '../table/types'
import { changeOf } from './types'
import type { Part, Recorded } from './types'

const MODES = [
  ['with a status check', true],
  ['without one', false],
] as const

/** Walks from each state of a table; four times as many from each opening of the explorer. */
const WALKS = 16
const STEPS = 10

const recorded = (title: string, play: () => readonly Part[]): Recorded => ({
  title,
  play: () => Promise.resolve(play()),
})

/** For each state of each table, in both modes. */
const ofStates = (
  title: string,
  play: (subject: Described['subject'], state: string, hasStatusChecks: boolean) => readonly Part[],
): readonly Recorded[] =>
  TABLES.flatMap((table) =>
    Object.keys(table.states).flatMap((state) =>
      MODES.map(([mode, hasStatusChecks]) =>
        recorded(`${title}: ${table.title}, ${state}, ${mode}`, () =>
          play(table.subject, state, hasStatusChecks),
        ),
      ),
    ),
  )

const cells = ofStates('cells', (subject, state, hasStatusChecks) =>
  ALL.map((kind) => {
    const played = play(subject, state, kind, hasStatusChecks)
    return [kind, played ? changeOf(played.situation.state, played.after) : 'not possible']
  }),
)

const tableWalks = ofStates('walks', (subject, state, hasStatusChecks) => {
  const random = createRandom(1)
  const pick = () => ALL[Math.floor(random() * ALL.length)]!
  const reducer = reducerOf(hasStatusChecks)
  return Array.from({ length: WALKS }).flatMap((): Part[] => {
    const way = [pick()]
    const played = play(subject, state, way[0]!, hasStatusChecks)
    if (!played) return []
    const scene = { ...played.situation.scene, run: 'run-1', guess: 'guessed-run', checkInFlight: null }
    const changes: unknown[] = []
    let { after, at } = played
    while (way.length < STEPS) {
      const before = after
      const kind = pick()
      at += Math.floor(random() * 12_000)
      const actions = HAPPENINGS[kind].actions({ ...scene, now: at }, before)
      after = actions.map((action) => stamped(action, at)).reduce(reducer, before)
      way.push(kind)
      changes.push(changeOf(before, after))
    }
    return [[way.join(' + '), changes]]
  })
})

const explorerWalks = Object.entries(OPENINGS).flatMap(([title, opening]) =>
  MODES.map(([mode, hasStatusChecks]) =>
    recorded(`explorer: ${title}, ${mode}`, () => {
      const random = createRandom(1)
      const cast = castOf(hasStatusChecks)
      const pick = <Item>(items: readonly Item[]): Item | undefined =>
        items[Math.floor(random() * items.length)]
      const start = opening.reduce(
        (position, move) => playMove(position, move, hasStatusChecks).position,
        startPosition(hasStatusChecks),
      )
      return Array.from({ length: 4 * WALKS }, (): Part => {
        const way: string[] = []
        const changes: unknown[] = []
        let position = start
        while (way.length < STEPS) {
          const move = pick(pick(groupsFrom(position, cast))!())
          if (!move) continue
          const before = position.state
          position = playMove(position, move, hasStatusChecks).position
          way.push(move.name)
          changes.push(changeOf(before, position.state))
        }
        return [way.join(' + '), changes]
      })
    }),
  ),
)

export const REDUCERS: readonly Recorded[] = [...cells, ...tableWalks, ...explorerWalks]
