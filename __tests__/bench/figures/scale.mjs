/** What grows with what is in flight, and with what is only known. */
import { keeperStore } from './app.mjs'
import { nanoseconds } from './timing.mjs'

/** In a store each: the first signal of a turn that has just started shows something new. */
const both = (name, options) => ({
  [`${name}Progress`]: keeperStore(options).progress,
  [`${name}Pair`]: keeperStore(options).startAndEnd,
})

export default async function scale() {
  const ns = await nanoseconds({
    ...both('few', { inFlight: 10 }),
    ...both('many', { inFlight: 1_000 }),
  })
  const known = await nanoseconds({
    ...both('none', { inFlight: 10, idle: 0 }),
    ...both('all', { inFlight: 10, idle: 100_000 }),
  })
  return {
    inFlightProgress: ns.manyProgress / ns.fewProgress,
    inFlightPair: ns.manyPair / ns.fewPair,
    idleProgress: known.allProgress / known.noneProgress,
    idlePair: known.allPair / known.nonePair,
  }
}
