/** Silence after which a turn is stalled, ms. */
export const STALL_AFTER = 45_000
/** Progress signals between the start of a turn and its end. */
export const PROGRESS = 20
