/**
 * An immutable table of rows by conversation id.
 *
 * A plain array or record of 10,000 rows is copied whole at each change. Here the rows stand in small buckets, and the buckets
 * in pages, so that a change copies one bucket, one page and the list of pages. A table with few rows has one page with one
 * bucket, and reads like a plain list. It is plain data: serialisable, and equal tables behave the same wherever they come
 * from.
 */

/** What a row of a table has at least. */
export interface TableRow {
  readonly conversationId: string
}

type Bucket<Row> = readonly Row[]
type Page<Row> = readonly Bucket<Row>[]

/** Rows by conversation id. Read it with selectors: how it is laid out may change. */
export interface Table<Row extends TableRow> {
  readonly size: number
  /**
   * The number of buckets is a power of two. A row stands in the bucket that the hash of its id names. All pages hold
   * equally many.
   */
  readonly pages: readonly (readonly (readonly Row[])[])[]
}

/** A bucket holds this many rows on average before the number of buckets doubles. */
const ROWS_PER_BUCKET = 12
/** A page holds at most this many buckets: a power of two. */
const BUCKETS_PER_PAGE = 32
/** How many characters of each end of an id are hashed: ids may be very long. */
const HASHED_CHARACTERS = 32

const EMPTY_PAGE: Page<never> = Object.freeze([Object.freeze([])])
const EMPTY_TABLE: Table<never> = Object.freeze({ size: 0, pages: Object.freeze([EMPTY_PAGE]) })

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

const bucketCount = (pages: readonly Page<unknown>[]): number => pages.length * pages[0]!.length

const bucketIndex = (count: number, id: string): number => (count === 1 ? 0 : hash(id) & (count - 1))

/** Where the bucket of an id stands: its page, and its place in the page. */
const pageOf = (index: number): number => Math.trunc(index / BUCKETS_PER_PAGE)
const placeOf = (index: number): number => index % BUCKETS_PER_PAGE

const bucketAt = <Row extends TableRow>({ pages }: Table<Row>, index: number): Bucket<Row> =>
  pages[pageOf(index)]![placeOf(index)]!

/** The row of a conversation. */
export function getRow<Row extends TableRow>(table: Table<Row>, conversationId: string): Row | undefined {
  const index = bucketIndex(bucketCount(table.pages), conversationId)
  for (const row of bucketAt(table, index)) if (row.conversationId === conversationId) return row
  return undefined
}

/** The newest change, of one bucket: what differs is often asked right after it. */
let newest: { readonly from: unknown; readonly to: unknown; readonly index: number } = {
  from: 0,
  to: 0,
  index: 0,
}

/** The pages with another bucket at this index. */
function putBucket<Row>(
  pages: readonly Page<Row>[],
  index: number,
  bucket: Bucket<Row>,
): readonly Page<Row>[] {
  const page = pages[pageOf(index)]!.slice()
  page[placeOf(index)] = bucket
  const next = pages.slice()
  next[pageOf(index)] = page
  newest = { from: pages, to: next, index }
  return next
}

/** The table with this row in place of the one of the same conversation, or added. */
export function putRow<Row extends TableRow>(table: Table<Row>, row: Row): Table<Row> {
  const { pages } = table
  const count = bucketCount(pages)
  const index = bucketIndex(count, row.conversationId)
  const bucket = bucketAt(table, index).slice()
  const at = bucket.findIndex((other) => other.conversationId === row.conversationId)
  if (at >= 0) bucket[at] = row
  else bucket.push(row)
  const next = putBucket(pages, index, bucket)
  const size = at >= 0 ? table.size : table.size + 1
  return { size, pages: size > count * ROWS_PER_BUCKET ? rehash(next) : next }
}

function rehash<Row extends TableRow>(pages: readonly Page<Row>[]): readonly Page<Row>[] {
  const count = bucketCount(pages) * 2
  const buckets = Array.from({ length: count }, (): Row[] => [])
  for (const page of pages)
    for (const bucket of page)
      for (const row of bucket) buckets[bucketIndex(count, row.conversationId)]!.push(row)
  const size = Math.min(count, BUCKETS_PER_PAGE)
  return Array.from({ length: count / size }, (_, i) => buckets.slice(i * size, (i + 1) * size))
}

/** The table without the row of a conversation. The buckets stay as many as they are. */
export function removeRow<Row extends TableRow>(table: Table<Row>, conversationId: string): Table<Row> {
  const { pages } = table
  const index = bucketIndex(bucketCount(pages), conversationId)
  const bucket = bucketAt(table, index)
  const rest = bucket.filter((row) => row.conversationId !== conversationId)
  if (rest.length === bucket.length) return table
  if (table.size === 1) return emptyTable()
  return { size: table.size - 1, pages: putBucket(pages, index, rest) }
}

/** All rows. Their order says nothing. */
export function rowsOf<Row extends TableRow>({ pages }: Table<Row>): readonly Row[] {
  const buckets = pages.length === 1 ? pages[0]! : pages.flat()
  return buckets.length === 1 ? buckets[0]! : buckets.flat()
}

/** Each item changed by `change`; the same list where it returned each item as it was. */
function mapList<Item>(list: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  let changed = false
  const next = list.map((item) => {
    const after = change(item)
    if (after !== item) changed = true
    return after
  })
  return changed ? next : list
}

/** Each row changed by `change`; the same table where it returned each row as it was. */
export function mapRows<Row extends TableRow>(table: Table<Row>, change: (row: Row) => Row): Table<Row> {
  const pages = mapList(table.pages, (page) => mapList(page, (bucket) => mapList(bucket, change)))
  return pages === table.pages ? table : { size: table.size, pages }
}

/**
 * Makes a reader of one thing of each row, `null` where it has none. What was read from a page is kept for as long as the
 * page is the same.
 */
export function collect<Row extends TableRow, Item>(read: (row: Row) => Item | null) {
  const known = new WeakMap<Page<Row>, readonly Item[]>()
  const readPage = (page: Page<Row>): readonly Item[] => {
    const items = known.get(page) ?? page.flatMap((bucket) => bucket.flatMap((row) => read(row) ?? []))
    known.set(page, items)
    return items
  }
  return ({ pages }: Table<Row>): readonly Item[] => pages.flatMap(readPage)
}

export interface TableDiff<Row> {
  /** Rows of the first table that the second does not have, or has changed. */
  readonly before: readonly Row[]
  /** Rows of the second table that the first does not have, or had otherwise. */
  readonly after: readonly Row[]
}

const NONE: readonly never[] = Object.freeze([])
const SAME: TableDiff<never> = Object.freeze({ before: NONE, after: NONE })

/** What differs between two tables. Costs a look at each page, and at the buckets and rows of those that differ. */
export function diffTables<Row extends TableRow>(one: Table<Row>, other: Table<Row>): TableDiff<Row> {
  if (one === other) return SAME
  const before: Row[] = []
  const after: Row[] = []
  if (bucketCount(one.pages) !== bucketCount(other.pages)) {
    for (const row of rowsOf(one)) if (getRow(other, row.conversationId) !== row) before.push(row)
    for (const row of rowsOf(other)) if (getRow(one, row.conversationId) !== row) after.push(row)
    return { before, after }
  }
  if (newest.from === one.pages && newest.to === other.pages) {
    diffBuckets(bucketAt(one, newest.index), bucketAt(other, newest.index), before, after)
    return { before, after }
  }
  for (let i = 0; i < one.pages.length; i++) {
    const page = one.pages[i]!
    const nextPage = other.pages[i]!
    if (page === nextPage) continue
    for (let j = 0; j < page.length; j++) {
      const bucket = page[j]!
      const next = nextPage[j]!
      if (bucket === next) continue
      diffBuckets(bucket, next, before, after)
    }
  }
  return { before, after }
}

/** A change leaves most rows of a bucket where they are: only those between the first and the last that moved are searched. */
function diffBuckets<Row>(one: Bucket<Row>, other: Bucket<Row>, before: Row[], after: Row[]): void {
  let start = 0
  let oneEnd = one.length
  let otherEnd = other.length
  while (start < oneEnd && one[start] === other[start]) start++
  while (oneEnd > start && otherEnd > start && one[oneEnd - 1] === other[otherEnd - 1]) {
    oneEnd--
    otherEnd--
  }
  for (let i = start; i < oneEnd; i++) if (other.indexOf(one[i]!, start) === -1) before.push(one[i]!)
  for (let i = start; i < otherEnd; i++) if (one.indexOf(other[i]!, start) === -1) after.push(other[i]!)
}
