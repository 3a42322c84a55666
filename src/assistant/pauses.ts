import type { AssistantConfig } from './types'

/** The longest pause between tries, ms. */
const LONGEST_PAUSE = 30_000
/** How long after a first 404 a second one counts, ms: so much at least, and less than so much more. */
const ABSENCE_PAUSE = 400
const ABSENCE_SPREAD = 1_000

/** 2, 4, 8 … 30 s. */
export const retryPause = (failures: number): number => Math.min(2_000 * 2 ** failures, LONGEST_PAUSE)

/** The poll interval, stretched by the starts that have led to nothing where the back-off is set. */
export const pollPause = ({ pollInterval, pollBackoff }: AssistantConfig, starts: number): number =>
  Math.min(pollInterval * pollBackoff ** Math.max(starts - 1, 0), Math.max(pollInterval, LONGEST_PAUSE))

/**
 * How long after a first 404 it is checked again. It follows from the keeper's id: two pages of one user check at different
 * times, so that the later one sees the assistant that the earlier one has started.
 */
export function absencePause(keeperId: string | null): number {
  let value = 0
  for (const character of keeperId ?? '') value = (value * 31 + character.charCodeAt(0)) >>> 0
  // Ids that differ only in their last character are spread as well.
  return ABSENCE_PAUSE + ((Math.imul(value, 2_654_435_761) >>> 0) % ABSENCE_SPREAD)
}
