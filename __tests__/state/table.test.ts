/** The table of rows by conversation id, against a plain map that is walked: the same answers at any size, for any id. */
import {
  collect,
  diffTables,
  emptyTable,
  getRow,
  mapRows,
  putRow,
  removeRow,
  rowsOf,
} from '../../src/state/table'
import type { Table } from '../../src/state/table'
import { createRandom } from '../random'

interface Row {
  readonly conversationId: string
  readonly value: number
}
type Rows = Table<Row>
type Plain = ReadonlyMap<string, Row>

/** Ids that a record, a joined key or a number would confuse, and pairs that differ in one character. */
const ODD_IDS = [
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '',
  '\u0000',
  'a\u0000',
  'a\u0000b',
  'ab',
  ' ',
  '10',
  '010',
  '1e1',
  'é',
  'e\u0301',
  '\ud83d\ude00',
  `${'x'.repeat(40)}1${'x'.repeat(40)}`,
  `${'x'.repeat(40)}2${'x'.repeat(40)}`,
] as const
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9]
/** One bucket, a few, and several pages of them. */
const SIZES = [5, 60, 600] as const

/** As a table comes back from a recording or a reload. */
const copy = (table: Rows): Rows => JSON.parse(JSON.stringify(table)) as Rows
const freeze = (table: Rows): Rows => {
  for (const page of table.pages) page.forEach(Object.freeze)
  table.pages.forEach(Object.freeze)
  Object.freeze(table.pages)
  return Object.freeze(table)
}
const byId = (rows: Iterable<Row>): readonly Row[] =>
  [...rows].sort((a, b) => (a.conversationId < b.conversationId ? -1 : 1))

/** One random change after the other, of a table that is kept near `size`. */
function createWalk(seed: number, size: number) {
  const random = createRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const one = <Item>(items: readonly Item[]): Item => items[below(items.length)]!
  const ids = [...ODD_IDS, ...Array.from({ length: size * 2 }, (_, i) => `c${i}`)]
  const past: (readonly [Rows, Plain])[] = []
  let minted = 0
  let plain: Plain = new Map(
    ids.slice(0, size >> 1).map((conversationId) => [conversationId, { conversationId, value: ++minted }]),
  )
  let table = [...plain.values()].reduce<Rows>(putRow, emptyTable())

  return function step() {
    const before = { table, plain }
    const dice = random()
    const wanted = plain.size < size ? 0.75 : 0.25
    if (dice < wanted) {
      const row = { conversationId: one(ids), value: ++minted }
      table = putRow(table, row)
      plain = new Map(plain).set(row.conversationId, row)
    } else if (dice < 0.92) {
      const id = plain.size > 0 && random() < 0.8 ? one([...plain.keys()]) : one(ids)
      table = removeRow(table, id)
      const rest = new Map(plain)
      rest.delete(id)
      plain = rest
    } else if (dice < 0.95) {
      const change = (row: Row): Row => (row.value % 3 === 0 ? { ...row, value: ++minted } : row)
      table = mapRows(table, change)
      plain = new Map(rowsOf(table).map((row) => [row.conversationId, row]))
      const odd = byId(before.plain.values()).filter(({ value }) => value % 3 !== 0)
      expect(odd.every((row) => plain.get(row.conversationId) === row)).toBe(true)
    } else if (dice < 0.97) {
      table = copy(table)
      plain = new Map(rowsOf(table).map((row) => [row.conversationId, row]))
    } else if (past.length > 0) {
      ;[table, plain] = one(past.slice(-20))
    }
    freeze(table)
    past.push([table, plain])
    return { before, table, plain, ids, other: one(past) }
  }
}

function wrongIn(table: Rows, plain: Plain, ids: readonly string[]): string[] {
  const wrong = ids.filter((id) => getRow(table, id) !== plain.get(id))
  if (table.size !== plain.size) wrong.push(`size ${table.size}`)
  if (JSON.stringify(byId(rowsOf(table))) !== JSON.stringify(byId(plain.values()))) wrong.push('rows')
  return wrong
}

/** What differs, found by walking both. */
const plainDiff = (one: Plain, other: Plain) => ({
  before: byId([...one.values()].filter((row) => other.get(row.conversationId) !== row)),
  after: byId([...other.values()].filter((row) => one.get(row.conversationId) !== row)),
})

describe('rows are found as a plain map finds them', () => {
  test.each(SEEDS)('walk %d', (seed) => {
    const step = createWalk(seed, SIZES[seed % 3]!)
    for (let i = 0; i < 400; i++) {
      const { table, plain, ids } = step()
      // To compare all rows of a large table at each step would take minutes.
      if (plain.size > 100 && i % 10 !== 0) continue
      expect([i, wrongIn(table, plain, [...ids, 'nowhere'])]).toEqual([i, []])
    }
  })

  test('the walks reach tables of one bucket, of one page and of several, and cross between them', () => {
    const tables = SEEDS.slice(0, 3).flatMap((seed) => {
      const step = createWalk(seed, SIZES[seed % 3]!)
      return Array.from({ length: 400 }, () => step().table)
    })
    const counts = tables.map(({ pages }) => pages.flat().length)
    expect(Math.min(...counts)).toBe(1)
    expect(counts).toContain(8)
    expect(new Set(tables.map(({ pages }) => pages.length)).size).toBeGreaterThanOrEqual(2)
  })
})

describe('what differs between two tables is found as by walking both', () => {
  test.each(SEEDS)('walk %d: from step to step, and between any two', (seed) => {
    const step = createWalk(seed, SIZES[seed % 3]!)
    for (let i = 0; i < 200; i++) {
      const { before, table, plain, other } = step()
      for (const [rows, map] of [[before.table, before.plain], other] as const) {
        const found = diffTables(rows, table)
        const sorted = { before: byId(found.before), after: byId(found.after) }
        const expected = plainDiff(map, plain)
        expect(sorted).toEqual(expected)
        // Identity counts.
        expect(sorted.after.every((row, n) => row === expected.after[n])).toBe(true)
      }
    }
  })
})

const rowOf = (conversationId: string, value: number): Row => ({ conversationId, value })
/** So many that two of them are in different buckets. */
const IDS = Array.from({ length: 200 }, (_, i) => `c${i}`)
const first = IDS.reduce<Rows>((rows, id) => putRow(rows, rowOf(id, 0)), emptyTable())

test('two changes in a row: what differs from before both, and from another table', () => {
  for (const one of IDS.slice(0, 20)) {
    const between = putRow(first, rowOf(one, 1))
    const last = putRow(between, rowOf('c100', 1))
    expect(byId(diffTables(first, last).after)).toEqual(byId([rowOf(one, 1), rowOf('c100', 1)]))
    expect(byId(diffTables(between, last).after)).toEqual([rowOf('c100', 1)])
    expect(byId(diffTables(last, between).after)).toEqual([rowOf('c100', 0)])
  }
})

test('two tables made of one: each differs from it by its own change', () => {
  for (const id of IDS.slice(0, 20)) {
    const one = putRow(first, rowOf(id, 1))
    const other = putRow(first, rowOf('c100', 1))
    expect(diffTables(first, one)).toEqual({ before: [rowOf(id, 0)], after: [rowOf(id, 1)] })
    expect(diffTables(first, other)).toEqual({ before: [rowOf('c100', 0)], after: [rowOf('c100', 1)] })
  }
})

test.each(SIZES)('a reader of one thing of each row, of %d rows: each row is read once', (size) => {
  let reads = 0
  const readOdd = collect(({ value }: Row) => {
    reads += 1
    return value % 2 === 1 ? value : null
  })
  const first = Array.from({ length: size }, (_, value) => ({
    conversationId: `c${value}`,
    value,
  })).reduce<Rows>(putRow, emptyTable())
  const oddIn = (table: Rows) => [...readOdd(table)].sort((one, other) => one - other)
  const odd = Array.from({ length: size >> 1 }, (_, i) => 2 * i + 1)
  expect([oddIn(first), reads]).toEqual([odd, size])
  expect([oddIn(first), reads]).toEqual([odd, size])
  expect(oddIn(putRow(first, { conversationId: 'c1', value: 2 }))).toEqual(odd.slice(1))
})

describe('a change that changes nothing returns the same table', () => {
  const table = ODD_IDS.reduce<Rows>(
    (rows, id, value) => putRow(rows, { conversationId: id, value }),
    emptyTable(),
  )

  test('removing what is not there, mapping each row to itself', () => {
    expect(removeRow(table, 'nowhere')).toBe(table)
    expect(mapRows(table, (row) => row)).toBe(table)
    expect(diffTables(table, table)).toEqual({ before: [], after: [] })
  })

  test('the last row out leaves the empty table', () => {
    const rest = ODD_IDS.reduce<Rows>((rows, id) => removeRow(rows, id), table)
    expect(rest).toBe(emptyTable())
    expect(removeRow(rest, '__proto__')).toBe(rest)
  })

  test('no change reaches what was there before', () => {
    const frozen = freeze(table)
    const text = JSON.stringify(frozen)
    putRow(frozen, { conversationId: '', value: 99 })
    removeRow(frozen, '__proto__')
    mapRows(frozen, (row) => ({ ...row, value: -1 }))
    expect(JSON.stringify(frozen)).toBe(text)
  })
})

describe('cost does not grow with what is not touched', () => {
  const grown = (count: number, name: (i: number) => string): Rows =>
    Array.from({ length: count }, (_, i) => name(i)).reduce<Rows>(
      (rows, conversationId, value) => putRow(rows, { conversationId, value }),
      emptyTable(),
    )

  test.each([
    ['counted', (i: number) => `conversation-${i}`],
    ['random', (i: number) => `${(i * 2_654_435_761) % 4_294_967_296}-${i * 7_919}`],
    [
      'long, and different in the middle',
      (i: number) => `${'a'.repeat(30)}${String(i).padStart(6, '0')}${'b'.repeat(20)}`,
    ],
  ])('of 10 000 ids that are %s, a change copies few rows', (_what, name) => {
    const table = grown(10_000, name)
    const longest = Math.max(...table.pages.flat().map((bucket) => bucket.length))
    expect(longest).toBeLessThan(100)
    const sizes = [table.pages.length, ...table.pages.map((page) => page.length)]
    expect(Math.max(...sizes)).toBeLessThan(50)
    const next = putRow(table, { conversationId: name(77), value: -1 })
    expect(next.pages.filter((page, i) => page !== table.pages[i])).toHaveLength(1)
    const old = new Set(table.pages.flat())
    expect(next.pages.flat().filter((bucket) => !old.has(bucket))).toHaveLength(1)
  })
})

test.each([
  [12, 1],
  [13, 2],
  [24, 2],
  [25, 4],
  [384, 32],
  [385, 64],
])('%i rows stand in %i buckets, which double as they fill, and all are found', (size, buckets) => {
  const rows = Array.from({ length: size }, (_, value): Row => ({ conversationId: `c${value}`, value }))
  const table = rows.reduce<Rows>(putRow, emptyTable())
  expect([table.pages.flat().length, table.size]).toEqual([buckets, size])
  expect(byId(rowsOf(table))).toEqual(byId(rows))
})
