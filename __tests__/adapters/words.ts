/** What each word of a wire says of a turn, one row a frame; and words that only look alike. */
import type { Signal } from '../../src/adapters/signal'
import { said } from './said'

export type Row = readonly [word: string, message: object, ...lines: string[]]
/** One test a row: a reader of its own for each. */
export const table = (rows: readonly Row[], read: (message: never) => readonly Signal[]): void =>
  test.each(rows.map(([word, message, ...lines]) => ({ word, message, lines })))(
    '$word: $lines',
    ({ message, lines }) => expect(said(read(message as never))).toEqual(lines),
  )

export const at = { conversationId: 'c', turnId: 't' }
export const progress = (rest: string): string => `turnProgressed c t ${rest}`
