/**
 * The fast paths of the rules against the slow ones: the indexes over the lists of turns and records against a plain scan,
 * copies made field by field against a spread, and the fold that remembers its newest answer against one that remembers
 * nothing.
 */
import { conversationRekeyed, inputRequested, turnEnded, turnProgressed, turnStarted } from 'redux-turnkeeper'
import type { EndedTurn, Ledger, LiveTurn } from 'redux-turnkeeper'
import { resolveOptions } from '../../src/resolveOptions'
import { createFold, emptyLedger } from '../../src/rules'
import type { Fold } from '../../src/rules'
import { patch } from '../../src/rules/ledger'
import { amend, newTurn } from '../../src/rules/turn'
import {
  addEnded,
  addTurn,
  differing,
  endedBy,
  firstOf,
  newestOf,
  recordsSince,
  removeTurn,
  swapTurn,
  turnById,
  turnByRun,
  turnsOf,
} from '../../src/rules/turnList'
import { createLab } from '../laws/lab'
import { createRandom } from '../random'

type Live = readonly LiveTurn[]
type Settled = readonly EndedTurn[]

function createDice(seed: number) {
  const random = createRandom(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const one = <T>(list: readonly T[]): T => list[below(list.length)]!
  const some = <T>(list: readonly T[]): readonly T[] => list.filter(() => random() < 0.3)
  return { random, below, one, some }
}

const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1)
const KEYS = ['a', 'b', 'c', '__proto__', '10', 'second', 'third'] as const
/** The same few names in every conversation. */
const RUNS = ['r1', 'r2', 'r3', '__proto__'] as const
const NOBODY = 'nobody'
const STEPS = 300
/** As a ledger comes back from a recording or a reload: the same list, which no index belongs to. */
const copy = <T>(list: readonly T[]): readonly T[] =>
  Object.freeze(JSON.parse(JSON.stringify(list)) as readonly T[])

/** What is found otherwise than by the scan. Identity counts: an index that holds an older version of a turn is wrong. */
function different(pairs: readonly (readonly [what: string, found: unknown, expected: unknown])[]): string[] {
  const same = (a: unknown, b: unknown): boolean =>
    Array.isArray(a) && Array.isArray(b)
      ? a.length === b.length && a.every((item, i) => item === b[i])
      : a === b
  return pairs.filter(([, found, expected]) => !same(found, expected)).map(([what]) => what)
}

// ---------------------------------------------------------------- live turns

const goesBy = (turn: LiveTurn, key: string): boolean =>
  turn.conversationId === key || turn.keys.includes(key)
const owns = (turn: LiveTurn): boolean => turn.phase !== 'queued'

function compareLive(live: Live, turnIds: readonly string[]): string[] {
  const byRun = (key: string | null, run: string) =>
    live.filter((turn) => (key === null || goesBy(turn, key)) && turn.runs.includes(run)).at(-1)
  return different([
    ...turnIds.map(
      (id) => [`turn ${id}`, turnById(live, id), live.find(({ turnId }) => turnId === id)] as const,
    ),
    ...[...KEYS, NOBODY].flatMap((key) => {
      const there = live.filter((turn) => goesBy(turn, key))
      return [
        [`turns of ${key}`, turnsOf(live, key), there],
        [`owner of ${key}`, firstOf(live, key, owns), there.find(owns)],
      ] as const
    }),
    ...[null, ...KEYS, NOBODY].flatMap((key) =>
      [...RUNS, NOBODY].map(
        (run) => [`run ${run} of ${key}`, turnByRun(live, run, key), byRun(key, run)] as const,
      ),
    ),
  ])
}

/** One random change after the other, of a list that is kept near `size`; the plain list is what the change should give. */
function walkLive(seed: number, size: number) {
  const { random, below, one, some } = createDice(seed)
  let minted = 0
  const mint = (): LiveTurn => {
    const conversationId = one(KEYS)
    const turn = newTurn({
      turnId: `t${++minted}`,
      conversationId,
      origin: 'local',
      phase: one(['queued', 'thinking', 'submitted']),
      send: 'accepted',
      runs: some(RUNS),
      startedAt: minted,
      born: minted,
    })
    return { ...turn, keys: some(KEYS.filter((key) => key !== conversationId)).slice(0, 2) }
  }
  const move = (turn: LiveTurn): LiveTurn => {
    const to = one(KEYS)
    return goesBy(turn, to)
      ? turn
      : { ...turn, conversationId: to, keys: [...turn.keys, turn.conversationId] }
  }
  let live: Live = []
  const past: Live[] = []

  const change = (): readonly [next: Live, plain: Live] => {
    const grow = live.length === 0 || random() < (live.length < size ? 0.85 : 0.25)
    const dice = random()
    if (dice < 0.45) {
      const turn = grow ? mint() : one(live)
      return grow
        ? [addTurn(live, turn), [...live, turn]]
        : [removeTurn(live, turn), live.filter((other) => other !== turn)]
    }
    if (live.length === 0) return [live, live]
    const turn = one(live)
    const swap = (after: LiveTurn) =>
      [swapTurn(live, turn, after), live.map((other) => (other === turn ? after : other))] as const
    if (dice < 0.65) return swap({ ...turn, runs: some(RUNS), phase: one(['queued', 'streaming']) })
    if (dice < 0.8) {
      const moved = move(turn)
      return moved === turn ? [live, live] : swap(moved)
    }
    // Whatever the functions of the list have no part in: a conversation moves, an end is revoked, a copy, a jump back.
    if (dice < 0.85) {
      const moved = live.map((other) => (other.conversationId === turn.conversationId ? move(other) : other))
      return [moved, moved]
    }
    if (dice < 0.9) {
      const back = [mint(), ...live]
      return [back, back]
    }
    if (dice < 0.95) {
      const restored = copy(live)
      return [restored, restored]
    }
    const earlier = one(past.slice(-10))
    return [earlier, earlier]
  }

  return () => {
    const [next, plain] = change()
    // Of copies nothing is remembered: they are walked.
    const [was, is] = differing(live, next)
    const [plainWas, plainIs] = differing([...live], [...plain])
    const wrongList = different([
      ['the list', next, plain],
      ['what is gone', was, plainWas],
      ['what is new', is, plainIs],
    ])
    live = Object.freeze(next)
    past.push(live)
    // An index is made by asking, and handed on until somebody asks again.
    const asked = random() < 0.6 ? live : one(past.slice(-5))
    const ids = [...live.map(({ turnId }) => turnId), `t${below(minted + 1)}`, NOBODY]
    return { length: live.length, wrong: [...wrongList, ...compareLive(asked, ids)] }
  }
}

describe('live turns are found as a plain scan finds them', () => {
  test.each(SEEDS)('walk %d, over lists shorter and longer than are walked', (seed) => {
    const step = walkLive(seed, [6, 33, 70][seed % 3]!)
    for (let i = 0; i < STEPS; i++) expect([i, step().wrong]).toEqual([i, []])
  })

  test('the walks reach both sides of the limit, and cross it', () => {
    const lengths = SEEDS.slice(0, 3).map((seed) => {
      const step = walkLive(seed, [6, 33, 70][seed % 3]!)
      return Array.from({ length: STEPS }, () => step().length)
    })
    expect(Math.min(...lengths.flat())).toBeLessThan(5)
    expect(Math.max(...lengths.flat())).toBeGreaterThan(64)
    const crossings = lengths.flatMap((list) =>
      list.filter((length, i) => i > 0 && length > 32 !== list[i - 1]! > 32),
    )
    expect(crossings.length).toBeGreaterThan(10)
  })

  test.each([2, 40])('of %d conversations that name their runs alike, each has its own', (count) => {
    const turns = Array.from({ length: count }, (_, i): LiveTurn => {
      const birth = { origin: 'remote', phase: 'thinking', send: 'accepted', startedAt: 0, born: i } as const
      return newTurn({ ...birth, turnId: `t${i}`, conversationId: `c${i}`, runs: ['1'] })
    })
    const live = turns.reduce<Live>((list, turn) => {
      turnByRun(list, '1', turn.conversationId)
      return addTurn(list, turn)
    }, [])
    expect(turns.map(({ conversationId }) => turnByRun(live, '1', conversationId))).toEqual(turns)
    expect(turnByRun(live, '1', null)).toBe(turns.at(-1))
    expect(turnByRun(live, '1', NOBODY)).toBeUndefined()
  })
})

describe('names that could be confused', () => {
  test('a turn that is back under a key it went by before is there once, and can be removed', () => {
    const birth = { origin: 'local', phase: 'thinking', send: 'accepted', startedAt: 0, born: 0 } as const
    const turns = Array.from({ length: 40 }, (_, i) =>
      newTurn({ ...birth, turnId: `t${i}`, conversationId: `c${i}` }),
    )
    const back: LiveTurn = { ...turns[0]!, conversationId: 'c0', keys: ['c0', 'x'] }
    const live = swapTurn(turns, turns[0]!, back)
    expect(turnsOf(live, 'c0')).toEqual([back])
    expect(removeTurn(live, back)).toEqual(turns.slice(1))
  })

  test.each([
    ['the empty name is a conversation like any other', '', 'r1'],
    ['a NUL in a name does not make it another’s', 'a\u0000b', 'c'],
  ])('%s', (_what, key, run) => {
    const settled = addEnded([], [recordOf('t1', 'a', ['r1', 'b\u0000c'], 1)], 3)
    expect(endedBy(settled, null, run, key)).toBeUndefined()
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
  sent: true,
  begun: true,
  doubts: 0,
  corrected: false,
})

function compareSettled(settled: Settled, turnIds: readonly string[]): string[] {
  const newest = (fits: (record: EndedTurn) => boolean) => settled.filter(fits).at(-1)
  return different([
    ...turnIds.flatMap((id) => {
      const expected = newest(({ turnId }) => turnId === id)
      return [
        [`turn ${id}`, endedBy(settled, id, null, null), expected],
        [`turn ${id}, whatever its run`, endedBy(settled, id, 'r1', 'a'), expected],
      ] as const
    }),
    ...[...KEYS, NOBODY].map(
      (key) =>
        [
          `newest of ${key}`,
          newestOf(settled, key),
          newest(({ conversationId }) => conversationId === key),
        ] as const,
    ),
    ...[null, ...KEYS, NOBODY].flatMap((key) =>
      [...RUNS, NOBODY].map((run) => {
        const expected = newest(
          ({ conversationId, runs }) => (key === null || conversationId === key) && runs.includes(run),
        )
        return [`run ${run} of ${key}`, endedBy(settled, null, run, key), expected] as const
      }),
    ),
    ['neither', endedBy(settled, null, null, 'a'), undefined],
  ])
}

describe('records are found as a plain scan finds them', () => {
  test.each(SEEDS)('walk %d, with the oldest forgotten', (seed) => {
    const { random, below, one, some } = createDice(seed)
    const size = [4, 9, 30][seed % 3]!
    const past: Settled[] = [[]]
    let settled: Settled = []
    let minted = 0
    for (let i = 0; i < STEPS; i++) {
      const dice = random()
      const before = settled
      const seq = minted
      let plain = settled
      if (dice < 0.85) {
        const records = Array.from({ length: 1 + below(3) }, () =>
          recordOf(`t${++minted}`, one(KEYS), some(RUNS), minted),
        )
        plain = [...settled, ...records].slice(-size)
        settled = addEnded(settled, records, size)
      } else if (dice < 0.9) {
        // An end is taken back, or set right: a list that the function above has no part in.
        const taken = one(settled)
        settled = plain = settled.filter((record) => record !== taken)
      } else if (dice < 0.95) settled = plain = copy(settled)
      else settled = plain = one(past)
      Object.freeze(settled)
      past.push(settled)
      const wrong = different([
        ['the list', settled, plain],
        ['what is new', recordsSince(before, settled, seq), recordsSince([...before], [...plain], seq)],
      ])
      const asked = random() < 0.6 ? settled : one(past.slice(-5))
      const ids = Array.from({ length: 40 }, (_, back) => `t${minted - back}`)
      expect([i, [...wrong, ...compareSettled(asked, [...ids, NOBODY])]]).toEqual([i, []])
    }
  })

  test('a run that was used twice names the newest turn that used it, also when the older is forgotten', () => {
    const older = recordOf('older', 'a', ['1'], 1)
    const newer = recordOf('newer', 'a', ['1'], 2)
    const elsewhere = recordOf('elsewhere', 'b', ['1'], 3)
    const find = (settled: Settled) => [
      endedBy(settled, null, '1', 'a')?.turnId,
      endedBy(settled, null, '1', 'b')?.turnId,
      endedBy(settled, null, '1', null)?.turnId,
      newestOf(settled, 'a')?.turnId,
      endedBy(settled, 'older', null, null)?.turnId,
    ]
    let settled = addEnded([], [older], 3)
    expect(find(settled)).toEqual(['older', undefined, 'older', 'older', 'older'])
    settled = addEnded(settled, [newer], 3)
    expect(find(settled)).toEqual(['newer', undefined, 'newer', 'newer', 'older'])
    settled = addEnded(settled, [elsewhere], 3)
    expect(find(settled)).toEqual(['newer', 'elsewhere', 'elsewhere', 'newer', 'older'])
    settled = addEnded(settled, [recordOf('last', 'c', [], 4)], 3)
    expect(find(settled)).toEqual(['newer', 'elsewhere', 'elsewhere', 'newer', undefined])
    settled = addEnded(settled, [recordOf('very last', 'c', [], 5)], 3)
    expect(find(settled)).toEqual([undefined, 'elsewhere', 'elsewhere', undefined, undefined])
  })
})

// ---------------------------------------------------------------- copies

describe('what is copied field by field is copied whole', () => {
  /** The same fields, with a value of its own in each. */
  const marked = <T extends object>(fields: T): T =>
    Object.fromEntries(Object.keys(fields).map((name, i) => [name, i + 1])) as T
  const birth = { origin: 'local', phase: 'queued', send: 'unsent', startedAt: 0, born: 0 } as const
  const turn = marked(newTurn({ ...birth, turnId: 't', conversationId: 'c' }))
  const ledger = marked(emptyLedger)

  test('a turn', () => {
    expect(amend(turn, {})).toEqual(turn)
    expect(amend(turn, { runs: ['r'], stop: null })).toEqual({ ...turn, runs: ['r'], stop: null })
  })

  test('a ledger, one step on', () => {
    expect(patch(ledger, {})).toEqual({ ...ledger, seq: ledger.seq + 1 })
    expect(patch(ledger, { boot: null, held: ['c'] })).toEqual({
      ...ledger,
      boot: null,
      held: ['c'],
      seq: ledger.seq + 1,
    })
  })
})

// ---------------------------------------------------------------- the fold

/** What happened to a few conversations, action by action: those of the policies are among them. */
async function recordedLog() {
  const lab = createLab()
  await lab.start('t1', 'c1')
  await lab.start('t2', 'c2')
  await lab.submit('t3', 'c1')
  await lab.dispatch(inputRequested({ conversationId: 'c2', runId: 'r-t2', requestId: 'q1' }))
  await lab.progress('t1', 'c1')
  await lab.dispatch(lab.keeper.stopTurn({ conversationId: 'c1' }))
  lab.backend.accept('stop')
  await lab.dispatch(turnEnded({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' }))
  await lab.dispatch(turnEnded({ conversationId: 'c1', runId: 'r-t1', reason: 'cancelled' }))
  lab.backend.accept('send', { runId: 'r-t3' }, 't3')
  await lab.dispatch(turnStarted({ conversationId: 'c1', runId: 'r-t3' }))
  await lab.dispatch(conversationRekeyed({ from: 'c1', to: 'p1' }))
  await lab.advance(40_000)
  await lab.dispatch(turnProgressed({ conversationId: 'c1', runId: 'r-t3', kind: 'tool_open' }))
  lab.backend.world('p1', { status: 'idle', last: { runId: 'r-t3', outcome: 'complete' } })
  await lab.dispatch(lab.keeper.lookUp('p1'))
  await lab.advance(40_000)
  const log = [...lab.recorder.actions]
  return { log, lab, config: resolveOptions(lab.resolved).rules }
}

describe('the fold that remembers its newest answer', () => {
  const told = (ledger: Ledger): string => JSON.stringify(ledger)

  test('gives what one that remembers nothing gives, and both callers the same one', async () => {
    const { log, lab, config } = await recordedLog()
    const fold = createFold(config)
    const forgetful: Fold = (ledger, action) => createFold(config)(ledger, action)
    let remembered = lab.initial.turns.ledger
    let plain = remembered
    for (const action of log) {
      const next = fold(remembered, action)
      expect(fold(remembered, action)).toBe(next)
      plain = forgetful(plain, action)
      expect([action.type, told(next)]).toEqual([action.type, told(plain)])
      remembered = next
    }
    expect(log.length).toBeGreaterThan(30)
    expect(remembered).toEqual(lab.ledger())
    expect(lab.ends()).toEqual(['t1 cancelled cancelled witnessed', 't3 rescued complete witnessed'])
  })

  test('takes no answer for another: other ledgers, other actions, a jump back', async () => {
    const { log, lab, config } = await recordedLog()
    const fold = createFold(config)
    const forgetful: Fold = (ledger, action) => createFold(config)(ledger, action)
    const ledgers = log.reduce<readonly Ledger[]>(
      (list, action) => [...list, forgetful(list.at(-1)!, action)],
      [lab.initial.turns.ledger],
    )
    log.forEach((action, i) => {
      const before = log[Math.max(i - 1, 0)]!
      const cases = [
        [ledgers[i]!, action],
        [ledgers[Math.max(i - 1, 0)]!, action],
        [ledgers[i]!, action],
        [ledgers[i]!, before],
        [ledgers.at(-1)!, before],
        [ledgers.at(-1)!, action],
        [ledgers[0]!, action],
      ] as const
      for (const [ledger, one] of cases) {
        const expected = forgetful(ledger, one)
        const found = fold(ledger, one)
        expect([one.type, told(found)]).toEqual([one.type, told(expected)])
        expect(found === ledger).toBe(expected === ledger)
      }
    })
  })
})
