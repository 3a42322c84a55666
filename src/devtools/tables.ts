import type { Table, TableRow } from '../state/table'
import { rowsOf } from '../state/table'
import type { KeeperState } from '../types'

type Fields = Readonly<Record<string, unknown>>

const isTable = (value: unknown): value is Table<TableRow> =>
  Array.isArray((value as Partial<Table<TableRow>> | undefined)?.pages)

/** Whether this is the state of a keeper, and not a slice of the app's under the same name. */
export function isKeeperState(value: unknown): value is KeeperState {
  const { turns, conversations } = (value ?? {}) as Partial<KeeperState>
  return isTable(turns?.byConversation) && isTable(conversations?.byId)
}

/**
 * Makes a view of tables: their rows by conversation id, as `show` makes them.
 *
 * What has not changed is the same object in the next view, as it is in the state.
 */
export function createTableView(show: (row: Fields) => Fields): (table: Table<TableRow>) => Fields {
  const tables = new WeakMap<Table<TableRow>, Fields>()
  const rows = new WeakMap<TableRow, Fields>()

  const rowView = (row: TableRow): Fields => {
    const known = rows.get(row)
    if (known) return known
    // The id is the key that it stands under.
    const { conversationId: _, ...fields } = row
    const shown = show(fields)
    rows.set(row, shown)
    return shown
  }

  return (table) => {
    const known = tables.get(table)
    if (known) return known
    const shown = Object.fromEntries(rowsOf(table).map((row) => [row.conversationId, rowView(row)]))
    tables.set(table, shown)
    return shown
  }
}
