/**
 * An immutable table of rows by conversation id.
 *
 * A plain array or record of 10,000 rows is copied whole at each change. Here the rows stand in small buckets, so that a
 * change copies one bucket and the list of buckets. A table with few rows has one bucket, and reads like a plain list.
 * It is plain data: serialisable, and equal tables behave the same wherever they come from.
 */

/** What a row of a table has at least. */
export interface TableRow {
  readonly conversationId: string
}

/** Rows by conversation id. Read it with selectors: how it is laid out may change. */
export interface Table<Row extends TableRow> {
  readonly size: number
  /** Their number is a power of two. A row stands in the bucket that the hash of its id names. */
  readonly buckets: readonly (readonly Row[])[]
}

/** A bucket holds this many rows on average before the number of buckets doubles. */
const ROWS_PER_BUCKET = 24
/** How many characters of each end of an id are hashed: ids may be very long. */
const HASHED_CHARACTERS = 32

const EMPTY_TABLE: Table<never> = Object.freeze({ size: 0, buckets: Object.freeze([Object.freeze([])]) })

export const emptyTable = <Row extends TableRow>(): Table<Row> => EMPTY_TABLE

/** FNV-1a over both ends of the id. */
function hash(id: string): number {
  let value = 2_166_136_261 ^ id.length
  const head = Math.min(id.length, HASHED_CHARACTERS)
  for (let i = 0; i < head; i++) value = Math.imul(value ^ id.charCodeAt(i), 16_777_619)
  for (let i = Math.max(head, id.length - HASHED_CHARACTERS); i < id.length; i++)
    value = Math.imul(value ^ id.charCodeAt(i), 16_777_619)
  return (value ^ (value >>> 15)) >>> 0
}

const bucketIndex = (buckets: { readonly length: number }, id: string): number =>
  buckets.length === 1 ? 0 : hash(id) & (buckets.length - 1)

/** The row of a conversation. */
export function getRow<Row extends TableRow>(table: Table<Row>, conversationId: string): Row | undefined {
  const { buckets } = table
  for (const row of buckets[bucketIndex(buckets, conversationId)]!)
    if (row.conversationId === conversationId) return row
  return undefined
}

/** The table with this row in place of the one of the same conversation, or added. */
export function putRow<Row extends TableRow>(table: Table<Row>, row: Row): Table<Row> {
  const { buckets } = table
  const index = bucketIndex(buckets, row.conversationId)
  const bucket = buckets[index]!.slice()
  const at = bucket.findIndex((other) => other.conversationId === row.conversationId)
  if (at >= 0) bucket[at] = row
  else bucket.push(row)
  const next = buckets.slice()
  next[index] = bucket
  const size = at >= 0 ? table.size : table.size + 1
  return size > next.length * ROWS_PER_BUCKET ? rehash(next, size) : { size, buckets: next }
}

function rehash<Row extends TableRow>(buckets: readonly (readonly Row[])[], size: number): Table<Row> {
  const next = Array.from({ length: buckets.length * 2 }, (): Row[] => [])
  for (const bucket of buckets)
    for (const row of bucket) next[bucketIndex(next, row.conversationId)]!.push(row)
  return { size, buckets: next }
}

/** The table without the row of a conversation. The buckets stay as many as they are. */
export function removeRow<Row extends TableRow>(table: Table<Row>, conversationId: string): Table<Row> {
  const { buckets } = table
  const index = bucketIndex(buckets, conversationId)
  const bucket = buckets[index]!
  const rest = bucket.filter((row) => row.conversationId !== conversationId)
  if (rest.length === bucket.length) return table
  if (table.size === 1) return emptyTable()
  const next = buckets.slice()
  next[index] = rest
  return { size: table.size - 1, buckets: next }
}

/** All rows. Their order says nothing. */
export const rowsOf = <Row extends TableRow>({ buckets }: Table<Row>): readonly Row[] =>
  buckets.length === 1 ? buckets[0]! : buckets.flat()

/** Each row changed by `change`; the same table where it returned each row as it was. */
export function mapRows<Row extends TableRow>(table: Table<Row>, change: (row: Row) => Row): Table<Row> {
  let changed = false
  const buckets = table.buckets.map((bucket) => {
    let touched = false
    const next = bucket.map((row) => {
      const after = change(row)
      if (after !== row) touched = true
      return after
    })
    if (!touched) return bucket
    changed = true
    return next
  })
  return changed ? { size: table.size, buckets } : table
}

export interface TableDiff<Row> {
  /** Rows of the first table that the second does not have, or has changed. */
  readonly before: readonly Row[]
  /** Rows of the second table that the first does not have, or had otherwise. */
  readonly after: readonly Row[]
}

const NONE: readonly never[] = Object.freeze([])
const SAME: TableDiff<never> = Object.freeze({ before: NONE, after: NONE })

/** What differs between two tables. Costs a look at each bucket, and at the rows of those that differ. */
export function diffTables<Row extends TableRow>(one: Table<Row>, other: Table<Row>): TableDiff<Row> {
  if (one === other) return SAME
  const before: Row[] = []
  const after: Row[] = []
  if (one.buckets.length !== other.buckets.length) {
    for (const row of rowsOf(one)) if (getRow(other, row.conversationId) !== row) before.push(row)
    for (const row of rowsOf(other)) if (getRow(one, row.conversationId) !== row) after.push(row)
    return { before, after }
  }
  one.buckets.forEach((bucket, i) => {
    const next = other.buckets[i]!
    if (bucket === next) return
    for (const row of bucket) if (!next.includes(row)) before.push(row)
    for (const row of next) if (!bucket.includes(row)) after.push(row)
  })
  return { before, after }
}
