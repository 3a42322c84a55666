/**
 * The fast ways of reading the state of turns against the slow ones: the index over turns and runs against a plain walk,
 * records and differences against a plain scan, copies made field by field against a spread, and a reducer that has an
 * index against one that remembers nothing.
 */
import type { UnknownAction } from '@reduxjs/toolkit'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { conversationRekeyed, createTurnkeeper, signals } from 'redux-turnkeeper'
import type { KeeperState } from 'redux-turnkeeper'
import {
  changedEntries,
  diffEnded,
  entriesOf,
  findEnded,
  findTurn,
  findTurnByRun,
  activeOf,
  amendEntry,
  headOf,
  initialTurns,
  isKnownTurn,
  lastEnded,
  patchEntry,
  patchTurns,
  putTurn,
  removeTurn,
  turnsIn,
} from '../../src/state/turns'
import { emptyTable } from '../../src/state/table'
import { conversationOfTurn, conversationsOfRun, foreignConversations } from '../../src/state/turnIndex'
import { amendTurn, newTurn } from '../../src/turns/turn'
import type { EndedTurn, Turn, TurnsState } from '../../src/types'
import { createLab } from '../laws/lab'
import { createRandom } from '../random'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function createDice(seed: number) {
  const random = createRandom(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!
  const some = <T>(list: readonly T[]): readonly T[] => list.filter(() => random() < 0.3)
  return { random, below, one, some }
}

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1)
const KEYS = ['a', 'b', 'c', '__proto__', '10', '', 'a\u0000b'] as const
/** The same few names in every conversation. */
const RUNS = ['r1', 'r2', 'r3', '__proto__', ''] as const
const NOBODY = 'nobody'
const STEPS = 150
/** As a state comes back from a recording or a reload: equal, and no index belongs to it. */
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** What is found otherwise than by the walk. Identity counts: an index that holds an older version of a turn is wrong. */
function different(pairs: readonly (readonly [what: string, found: unknown, expected: unknown])[]): string[] {
  const same = (a: unknown, b: unknown): boolean =>
    Array.isArray(a) && Array.isArray(b)
      ? a.length === b.length && a.every((item, i) => item === b[i])
      : a === b
  return pairs.filter(([, found, expected]) => !same(found, expected)).map(([what]) => what)
}

/** Nothing is remembered of any state. */
const forget = (): void => void conversationOfTurn(emptyTable(), '')

// ---------------------------------------------------------------- turns

const hasRun = (turn: Turn, runId: string) => turn.runs.includes(runId) || turn.guessedRun === runId
const allTurns = (turns: TurnsState): readonly Turn[] => entriesOf(turns).flatMap(turnsIn)

/** Each way of finding a turn, against a walk over all of them. */
function compare(turns: TurnsState, turnIds: readonly string[]): string[] {
  const all = allTurns(turns)
  const walk = {
    turn: (id: string) => all.find(({ turnId }) => turnId === id),
    active: (key: string) => {
      const entry = entriesOf(turns).find(({ conversationId }) => conversationId === key)
      if (!entry || entry.active || !entry.movedTurn) return entry?.active ?? null
      const { turnId, conversationId } = entry.movedTurn
      const moved = walk.turn(turnId)
      const isActive = entriesOf(turns).some(({ active }) => active === moved)
      return moved?.conversationId === conversationId && isActive ? moved : null
    },
    head: (key: string) =>
      entriesOf(turns).find(({ conversationId }) => conversationId === key)?.queue[0] ?? null,
    run: (runId: string, key: string | null) => {
      const fits = all.filter((turn) => hasRun(turn, runId) && (key === null || turn.conversationId === key))
      if (key === null)
        return fits.reduce<Turn | undefined>(
          (newest, turn) => (newest && newest.createdSeq > turn.createdSeq ? newest : turn),
          undefined,
        )
      const moved = walk.active(key)
      return fits[0] ?? (moved && hasRun(moved, runId) ? moved : undefined)
    },
  }
  return different([
    ...turnIds.flatMap((id) => [
      [`turn ${id}`, findTurn(turns, id), walk.turn(id)] as const,
      [`turn ${id}, by a wrong hint`, findTurn(turns, id, 'c'), walk.turn(id)] as const,
      [`turn ${id}, by its own`, findTurn(turns, id, walk.turn(id)?.conversationId), walk.turn(id)] as const,
      [
        `turn ${id}, or one that it was merged into`,
        isKnownTurn(turns, id),
        all.some(({ turnId, mergedTurnIds }) => turnId === id || mergedTurnIds.includes(id)),
      ] as const,
    ]),
    ...[...KEYS, NOBODY].flatMap((key) => [
      [`active of ${key}`, activeOf(turns, key), walk.active(key)] as const,
      [`head of ${key}`, headOf(turns, key), walk.head(key)] as const,
    ]),
    ...[null, ...KEYS, NOBODY].flatMap((key) =>
      [...RUNS, NOBODY].map(
        (run) => [`run ${run} of ${key}`, findTurnByRun(turns, run, key), walk.run(run, key)] as const,
      ),
    ),
    [
      'how many conversations were not prompted here',
      foreignConversations(turns.byConversation),
      entriesOf(turns).filter(({ active, queue }) => active?.origin !== 'local' && queue.length === 0).length,
    ],
    ...[...RUNS, NOBODY].map(
      (run) =>
        [
          `conversations of ${run}`,
          [...conversationsOfRun(turns.byConversation, run)].sort(),
          [...new Set(all.filter((turn) => hasRun(turn, run)).map((turn) => turn.conversationId))].sort(),
        ] as const,
    ),
  ])
}

/** One random change after the other, of a state that is kept near `size` turns; `plain` is what should be in it. */
function createWalk(seed: number, size: number) {
  const { random, below, one, some } = createDice(seed)
  const keys = size > 40 ? [...KEYS, ...Array.from({ length: 40 }, (_, i) => `k${i}`)] : KEYS
  let minted = 0
  let turns: TurnsState = initialTurns
  let plain: readonly Turn[] = []
  const past: (readonly [TurnsState, readonly Turn[]])[] = [[turns, plain]]

  /** Within a conversation each run has one turn. */
  const freeRuns = (key: string, turnId: string): readonly string[] =>
    RUNS.filter(
      (run) =>
        !plain.some((turn) => turn.conversationId === key && turn.turnId !== turnId && hasRun(turn, run)),
    )
  const identified = (turn: Turn): Turn => {
    const runs = some(freeRuns(turn.conversationId, turn.turnId))
    const guessedRun = runs.length > 1 && random() < 0.5 ? runs[0]! : null
    const mergedTurnIds = random() < 0.2 ? [`m${++minted}`] : turn.mergedTurnIds
    return { ...turn, runs: runs.slice(guessedRun === null ? 0 : 1), guessedRun, mergedTurnIds }
  }
  const add = (state: TurnsState, turn: Turn): TurnsState => {
    const entry = entriesOf(state).find(({ conversationId }) => conversationId === turn.conversationId)
    return entry?.active
      ? patchEntry(state, turn.conversationId, { queue: [...entry.queue, turn] })
      : patchEntry(state, turn.conversationId, { active: turn })
  }
  const change = (mayGrow = 0.45): readonly [TurnsState, readonly Turn[]] => {
    const grow = mayGrow === 1 || plain.length === 0 || random() < (plain.length < size ? 0.85 : 0.25)
    const dice = random()
    if (dice < mayGrow && grow) {
      const conversationId = one(keys)
      const turn = identified(
        newTurn({
          turnId: `t${++minted}`,
          conversationId,
          origin: one(['local', 'remote']),
          sendState: 'accepted',
          startedAt: minted,
          createdSeq: minted,
        }),
      )
      return [add(turns, turn), [...plain, turn]]
    }
    if (plain.length === 0) return [turns, plain]
    const turn = one(plain)
    const without = plain.filter((other) => other !== turn)
    if (dice < 0.45) return [removeTurn(turns, turn), without]
    if (dice < 0.65) {
      const after = identified(turn)
      return [putTurn(turns, turn, after), [...without, after]]
    }
    if (dice < 0.8) {
      const to = one(keys)
      const after = identified({ ...turn, conversationId: to, otherKeys: [turn.conversationId] })
      const moved = add(removeTurn(turns, turn), after)
      const movedTurn = to === turn.conversationId ? null : { turnId: turn.turnId, conversationId: to }
      return [patchEntry(moved, turn.conversationId, { movedTurn }), [...without, after]]
    }
    if (dice < 0.88) return [patchEntry(turns, one(keys), { checkAt: one([null, 7]) }), plain]
    if (dice < 0.94) {
      const restored = copy(turns)
      return [restored, allTurns(restored)]
    }
    return one(past.slice(-10))
  }

  // The large ones start large.
  while (size > 40 && plain.length < size - 20) [turns, plain] = change(1)
  past.splice(0, past.length, [turns, plain])

  return () => {
    const before = turns
    ;[turns, plain] = change()
    past.push([turns, plain])
    const inState = allTurns(turns)
    const wrong = different([
      ['how many', inState.length, plain.length],
      ['all of them', plain.every((turn) => inState.includes(turn)), true],
      [
        'what has changed',
        changedEntries(before, turns)
          .after.map(({ conversationId }) => conversationId)
          .sort(),
        entriesOf(turns)
          .filter((entry) => !entriesOf(before).includes(entry))
          .map(({ conversationId }) => conversationId)
          .sort(),
      ],
    ])
    // An index is made by asking, and handed on until somebody asks again.
    const [asked, expected] = random() < 0.6 ? [turns, plain] : one(past.slice(-5))
    const ids = [
      ...expected.flatMap((turn) => [turn.turnId, ...turn.mergedTurnIds]),
      `t${below(minted + 1)}`,
      NOBODY,
    ]
    if (random() < 0.1) forget()
    return { length: plain.length, wrong: [...wrong, ...compare(asked, ids)] }
  }
}
const sizeOf = (seed: number) => [6, 33, 90][seed % 3]!

describe('turns are found as a plain walk finds them', () => {
  test.each(SEEDS)('walk %d', (seed) => {
    const step = createWalk(seed, sizeOf(seed))
    for (let i = 0; i < STEPS; i++) expect([i, step().wrong]).toEqual([i, []])
  })

  test('the walks reach few turns and many', () => {
    const lengths = SEEDS.slice(0, 3).flatMap((seed) => {
      const step = createWalk(seed, sizeOf(seed))
      return Array.from({ length: STEPS }, () => step().length)
    })
    expect(Math.min(...lengths)).toBeLessThan(5)
    expect(Math.max(...lengths)).toBeGreaterThan(64)
  })
})

describe('names that could be confused', () => {
  const turnOf = (i: number, conversationId: string, runs: readonly string[] = ['1']): Turn => {
    const fields = { origin: 'remote', sendState: 'accepted', startedAt: 0 } as const
    return newTurn({ ...fields, turnId: `t${i}`, conversationId, runs, createdSeq: i })
  }
  const stateOf = (all: readonly Turn[]): TurnsState =>
    all.reduce((turns, turn) => patchEntry(turns, turn.conversationId, { active: turn }), initialTurns)

  test.each([2, 40, 2_000])('of %d conversations that name their runs alike, each has its own', (count) => {
    const all = Array.from({ length: count }, (_, i) => turnOf(i, `c${i}`))
    const turns = all.reduce((state, turn) => {
      findTurnByRun(state, '1', turn.conversationId)
      return patchEntry(state, turn.conversationId, { active: turn })
    }, initialTurns)
    expect(all.map(({ conversationId }) => findTurnByRun(turns, '1', conversationId))).toEqual(all)
    expect(findTurnByRun(turns, '1', null)).toBe(all.at(-1))
    expect(findTurnByRun(turns, '1', NOBODY)).toBeUndefined()
  })

  test('a run without its conversation is that of the newest turn, whatever was asked or changed before', () => {
    const [one, other] = [turnOf(1, 'one'), turnOf(2, 'other')]
    const turns = stateOf([other, one])
    const touched = { ...other, statusText: 'x' }
    const later = putTurn(turns, other, touched)
    const found = [findTurnByRun(turns, '1', null), findTurnByRun(later, '1', null)]
    expect(found).toEqual([other, touched])
    forget()
    expect(findTurnByRun(later, '1', null)).toBe(found[1])
    forget()
    expect(findTurnByRun(copy(later), '1', null)).toEqual(found[1])
    // Those of one action are told apart too.
    const twins = stateOf([
      { ...one, createdSeq: 5 },
      { ...other, createdSeq: 5 },
    ])
    const reversed = stateOf([
      { ...other, createdSeq: 5 },
      { ...one, createdSeq: 5 },
    ])
    expect(findTurnByRun(twins, '1', null)).toEqual(findTurnByRun(reversed, '1', null))
  })

  test('a turn that is back under a key that it went by before is there once, and can be removed', () => {
    const all = Array.from({ length: 40 }, (_, i) => turnOf(i, `c${i}`))
    const turns = stateOf(all)
    const back = { ...all[0]!, otherKeys: ['c0', 'x'] }
    const next = putTurn(turns, all[0]!, back)
    expect([findTurn(next, 't0'), allTurns(next).filter(({ turnId }) => turnId === 't0')]).toEqual([
      back,
      [back],
    ])
    const gone = removeTurn(next, back)
    expect([findTurn(gone, 't0'), allTurns(gone).length]).toEqual([undefined, 39])
  })

  test('an id that another conversation has taken over is found there, also once the first one has let go', () => {
    const merged = { ...turnOf(2, 'c'), mergedTurnIds: ['m'] }
    const taken = { ...turnOf(1, 'b'), mergedTurnIds: ['m'] }
    const others = [3, 4, 5].map((i) => turnOf(i, `c${i}`))
    const first = stateOf([turnOf(1, 'a'), merged, ...others])
    const both = patchEntry(first, 'b', { active: taken })
    expect([findTurn(both, 't1'), conversationOfTurn(both.byConversation, 'm')]).toEqual([taken, 'b'])
    const left = removeTurn(removeTurn(both, turnOf(1, 'a')), merged)
    expect([findTurn(left, 't1'), conversationOfTurn(left.byConversation, 'm')]).toEqual([taken, 'b'])
  })

  test('runs that are named no more are not remembered', () => {
    // Of a table of two the index follows what changes; of one it would be made anew.
    const beside = stateOf([turnOf(0, 'beside')])
    const walk = (rounds: number): number => {
      for (let round = 0; round < rounds; round++) {
        const runs = Array.from({ length: 1_000 }, (_, i) => `${round} ${i}`)
        const turns = patchEntry(beside, 'c', { active: turnOf(1, 'c', runs) })
        expect(conversationsOfRun(turns.byConversation, runs[0]!)).toEqual(['c'])
      }
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    const before = walk(2)
    expect((walk(200) - before) / 1e6).toBeLessThan(4)
  })

  test.each([
    ['the empty name is a conversation like any other', '', 'r1'],
    ['a NUL in a name does not make it another’s', 'a\u0000b', 'c'],
    ['nor does __proto__', '__proto__', 'b\u0000c'],
  ])('%s', (_what, key, run) => {
    const turns = stateOf([turnOf(1, 'a', ['r1', 'b\u0000c'])])
    expect(findTurnByRun(turns, run, key)).toBeUndefined()
    const ended = { ...initialTurns, ended: [recordOf('t1', 'a', ['r1', 'b\u0000c'], 1)] }
    expect(findEnded(ended, null, run, key)).toBeUndefined()
  })
})

// ---------------------------------------------------------------- records

const recordOf = (
  turnId: string,
  conversationId: string,
  runs: readonly string[],
  seq: number,
): EndedTurn => ({
  turnId,
  conversationId,
  runs,
  origin: 'local',
  reason: 'complete',
  outcome: 'complete',
  grade: 'witnessed',
  startedAt: seq,
  endedAt: seq,
  error: null,
  seq,
  sendState: 'accepted',
  started: 'named',
  revocations: 0,
  corrected: false,
  finishReason: null,
  usage: null,
  limitedUntil: null,
  firstEvidenceAt: null,
  firstOutputAt: null,
})

function compareRecords(turns: TurnsState, turnIds: readonly string[]): string[] {
  const newest = (fits: (record: EndedTurn) => boolean) => turns.ended.filter(fits).at(-1)
  return different([
    ...turnIds.flatMap((id) => {
      const expected = newest(({ turnId }) => turnId === id)
      return [
        [`turn ${id}`, findEnded(turns, id, null, null), expected],
        [`turn ${id}, whatever its run`, findEnded(turns, id, 'r1', 'a'), expected],
      ] as const
    }),
    ...[...KEYS, NOBODY].map(
      (key) =>
        [
          `newest of ${key}`,
          lastEnded(turns, key),
          newest(({ conversationId }) => conversationId === key),
        ] as const,
    ),
    ...[null, ...KEYS, NOBODY].flatMap((key) =>
      [...RUNS, NOBODY].map((run) => {
        const expected = newest(
          ({ conversationId, runs }) => (key === null || conversationId === key) && runs.includes(run),
        )
        return [`run ${run} of ${key}`, findEnded(turns, null, run, key), expected] as const
      }),
    ),
    ['neither', findEnded(turns, null, null, 'a'), undefined],
  ])
}

/** What became of ends between two states, found by looking at everything. */
const plainDiff = (before: TurnsState, after: TurnsState) => ({
  added: after.ended.filter((record) => record.seq > before.seq),
  revoked: before.ended.filter(
    (record) =>
      !after.ended.some(({ turnId }) => turnId === record.turnId) &&
      allTurns(after).some(({ turnId }) => turnId === record.turnId),
  ),
})

describe('records are found as a plain scan finds them', () => {
  test.each(SEEDS)('walk %d, with the oldest forgotten', (seed) => {
    const { random, below, one, some } = createDice(seed)
    const size = [4, 9, 30][seed % 3]!
    const past: TurnsState[] = [initialTurns]
    let turns: TurnsState = initialTurns
    let minted = 0
    for (let i = 0; i < STEPS; i++) {
      const before = turns
      const dice = random()
      const { ended } = before
      // What follows from the state is one step on; the rest is a jump.
      let isStep = true
      if (dice < 0.7 || ended.length === 0) {
        const records = Array.from({ length: 1 + below(3) }, () =>
          recordOf(`t${++minted}`, one(KEYS), some(RUNS), before.seq + 1),
        )
        turns = patchTurns(before, { ended: [...ended, ...records].slice(-size) })
      } else if (dice < 0.8) {
        // An inferred end is taken back: its turn goes on. Another turn may end by the same word.
        const taken = one(ended)
        const rest = ended.filter((record) => record !== taken)
        const fields = { origin: 'local', sendState: 'accepted', startedAt: 0, createdSeq: 0 } as const
        const turn = newTurn({ ...fields, turnId: taken.turnId, conversationId: taken.conversationId })
        const others = random() < 0.5 ? [recordOf(`t${++minted}`, one(KEYS), [], before.seq + 1)] : []
        turns = {
          ...patchEntry(before, turn.conversationId, { active: turn }),
          ended: [...rest, ...others],
          seq: before.seq + 1,
        }
      } else if (dice < 0.9) {
        // An end is set right, in its place.
        const right = one(ended)
        turns = patchTurns(before, {
          ended: ended.map((record) =>
            record === right ? { ...record, corrected: true, seq: before.seq + 1 } : record,
          ),
        })
      } else {
        isStep = false
        turns = dice < 0.95 ? copy(before) : one(past)
      }
      past.push(turns)
      const found = diffEnded(before, turns)
      const expected = plainDiff(before, turns)
      const wrong = isStep
        ? different([
            ['what was added', found.added, expected.added],
            ['what was taken back', found.revoked, expected.revoked],
          ])
        : []
      const asked = random() < 0.6 ? turns : one(past.slice(-5))
      const ids = Array.from({ length: 40 }, (_, back) => `t${minted - back}`)
      expect([i, [...wrong, ...compareRecords(asked, [...ids, NOBODY])]]).toEqual([i, []])
    }
  })

  test('a run that was used twice names the newest turn that used it, also when the older is forgotten', () => {
    const [older, newer] = [recordOf('older', 'a', ['1'], 1), recordOf('newer', 'a', ['1'], 2)]
    const elsewhere = recordOf('elsewhere', 'b', ['1'], 3)
    const find = (ended: readonly EndedTurn[]) => {
      const turns = { ...initialTurns, ended }
      return [
        findEnded(turns, null, '1', 'a')?.turnId,
        findEnded(turns, null, '1', 'b')?.turnId,
        findEnded(turns, null, '1', null)?.turnId,
        lastEnded(turns, 'a')?.turnId,
        findEnded(turns, 'older', null, null)?.turnId,
      ]
    }
    expect(find([older])).toEqual(['older', undefined, 'older', 'older', 'older'])
    expect(find([older, newer])).toEqual(['newer', undefined, 'newer', 'newer', 'older'])
    expect(find([older, newer, elsewhere])).toEqual(['newer', 'elsewhere', 'elsewhere', 'newer', 'older'])
    expect(find([newer, elsewhere])).toEqual(['newer', 'elsewhere', 'elsewhere', 'newer', undefined])
    expect(find([elsewhere])).toEqual([undefined, 'elsewhere', 'elsewhere', undefined, undefined])
  })
})

// ---------------------------------------------------------------- copies

describe('what is copied field by field is copied whole', () => {
  /** The same fields, with a value of its own in each. */
  const marked = <T extends object>(fields: T): T =>
    Object.fromEntries(Object.keys(fields).map((name, i) => [name, i + 1])) as T

  test('a turn', () => {
    const birth = { origin: 'local', sendState: 'unsent', startedAt: 0, createdSeq: 0 } as const
    const turn = marked(newTurn({ ...birth, turnId: 't', conversationId: 'c' }))
    expect(amendTurn(turn, {})).toEqual(turn)
    expect(amendTurn(turn, { runs: ['r'], stop: null })).toEqual({ ...turn, runs: ['r'], stop: null })
  })

  test('what goes on in a conversation', () => {
    const [first] = entriesOf(patchEntry(initialTurns, 'c', { checkAt: 1 }))
    const entry = marked(first!)
    expect(amendEntry(entry, {})).toEqual(entry)
    expect(amendEntry(entry, { queue: [], checkAt: null })).toEqual({ ...entry, queue: [], checkAt: null })
  })

  test('the state of turns, one step on', () => {
    const turns = marked(initialTurns)
    expect(patchTurns(turns, {})).toEqual({ ...turns, seq: turns.seq + 1 })
    expect(patchTurns(turns, { userId: null, ended: [] })).toEqual({
      ...turns,
      userId: null,
      ended: [],
      seq: turns.seq + 1,
    })
  })
})

// ---------------------------------------------------------------- the reducer

/** What happened to a few conversations, action by action: those of the listeners are among them. */
async function recordedLog() {
  const lab = createLab()
  await lab.start('t1', 'c1')
  await lab.start('t2', 'c2')
  await lab.submit('t3', 'c1')
  await lab.dispatch(signals.inputRequested({ conversationId: 'c2', runId: 'r-t2', requestId: 'q1' }))
  await lab.progress('t1', 'c1')
  await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
  lab.backend.accept('stop')
  await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' })
  await lab.signalEnd({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' })
  lab.backend.accept('send', { runId: 'r-t3' }, 't3')
  await lab.dispatch(signals.turnStarted({ conversationId: 'c1', runId: 'r-t3' }))
  await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'p1' }))
  await lab.advance(40_000)
  // Named by their runs alone, as some wires do.
  await lab.dispatch(
    signals.turnProgressed({ runId: 'r-t3', kind: 'tool_open' }),
    signals.turnProgressed({ runId: 'r-t2', kind: 'tool_open' }),
    signals.turnStarted({ conversationId: 'c3', runId: 'r-t2' }),
    signals.turnProgressed({ runId: 'r-t2', kind: 'status', text: 'busy' }),
  )
  lab.backend.world('p1', { status: 'idle', last: { runId: 'r-t3', outcome: 'complete' } })
  await lab.dispatch(lab.keeper.checkStatus('p1'))
  await lab.advance(40_000)
  const log = [...lab.recorder.actions] as readonly UnknownAction[]
  return { log, lab, reducer: createTurnkeeper(lab.resolved).reducer }
}

describe('a reducer that has an index', () => {
  type Reduce = (state: KeeperState, action: UnknownAction) => KeeperState
  const told = (state: KeeperState): string => JSON.stringify(state)
  const forgetful =
    (reducer: Reduce): Reduce =>
    (state, action) => {
      forget()
      return reducer(state, action)
    }

  test('gives what one that remembers nothing gives', async () => {
    const { log, lab, reducer } = await recordedLog()
    let remembered: KeeperState = lab.initial.turnkeeper
    let plain = remembered
    const states = log.map((action) => (remembered = reducer(remembered, action)))
    log.forEach((action, i) => {
      plain = forgetful(reducer)(plain, action)
      expect([action.type, told(states[i]!)]).toEqual([action.type, told(plain)])
    })
    expect(log.length).toBeGreaterThan(30)
    expect(remembered).toEqual(lab.state())
    expect(lab.ends()).toEqual(['t1 cancelled cancelled witnessed', 't3 rescued complete witnessed'])
  })

  test('takes no answer for another: other states, other actions, a jump back', async () => {
    const { log, lab, reducer } = await recordedLog()
    const states = log.reduce<readonly KeeperState[]>(
      (list, action) => [...list, forgetful(reducer)(list.at(-1)!, action)],
      [lab.initial.turnkeeper],
    )
    log.forEach((action, i) => {
      const before = log[Math.max(i - 1, 0)]!
      const cases = [
        [states[i]!, action],
        [states[Math.max(i - 1, 0)]!, action],
        [states[i]!, action],
        [states[i]!, before],
        [states.at(-1)!, before],
        [states.at(-1)!, action],
        [states[0]!, action],
      ] as const
      const found = cases.map(([state, one]) => reducer(state, one))
      cases.forEach(([state, one], n) => {
        const expected = forgetful(reducer)(state, one)
        expect([one.type, told(found[n]!)]).toEqual([one.type, told(expected)])
        expect(found[n] === state).toBe(expected === state)
      })
    })
  })
})
