/** What grows with what is in flight, and with what is only known. */
import { keeperStore } from './app.mjs'
import { nanoseconds } from './timing.mjs'

const both = (name, app) => ({ [`${name}Progress`]: app.progress, [`${name}Pair`]: app.startAndEnd })

export default async function scale() {
  const ns = await nanoseconds({
    ...both('few', keeperStore({ inFlight: 10 })),
    ...both('many', keeperStore({ inFlight: 1_000 })),
  })
  const known = await nanoseconds({
    ...both('none', keeperStore({ inFlight: 10, idle: 0 })),
    ...both('all', keeperStore({ inFlight: 10, idle: 100_000 })),
  })
  return {
    inFlightProgress: ns.manyProgress / ns.fewProgress,
    inFlightPair: ns.manyPair / ns.fewPair,
    idleProgress: known.allProgress / known.noneProgress,
    idlePair: known.allPair / known.nonePair,
  }
}
