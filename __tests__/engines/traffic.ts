/** What an engine has under way. A test waits until that is over, and not for some time. */
import type { Engine, EngineLink } from 'redux-turnkeeper/tabs'

export interface Traffic {
  /** The same engine, whose traffic is watched. */
  watch(engine: Engine): Engine
  /** Resolves once all that was published is heard, all that was asked is answered, and each free claim that is wanted is held. */
  quiet(): Promise<void>
}

/** So many rounds of the event loop without traffic: what follows from an answer has been asked by then. */
const ROUNDS = 3
/** On a slow machine, ms. */
const LONGEST = 60_000

/** A timer of a page comes 4 ms late. */
function nextRound(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

interface Wanted {
  waiting: number
  held: number
}

export function createTraffic(): Traffic {
  /** Messages and answers that are under way. */
  const underWay = new Set<unknown>()
  const claims = new Map<string, Wanted>()
  /** The links that hear, and what each of them has not heard yet. */
  const unheard = new Map<object, Set<string>>()
  let published = 0

  const wanted = (name: string): Wanted => {
    const known = claims.get(name) ?? { waiting: 0, held: 0 }
    claims.set(name, known)
    return known
  }
  const answered = async <Value>(asked: Promise<Value>): Promise<Value> => {
    underWay.add(asked)
    try {
      return await asked
    } finally {
      underWay.delete(asked)
    }
  }

  function connect(link: EngineLink): EngineLink {
    const self = {}
    return {
      ...link,
      async claim(name, options) {
        const claim = wanted(name)
        claim.waiting += 1
        try {
          const granted = await link.claim(name, options)
          claim.held += 1
          // What holds a claim hears: before, a link may not have been connected.
          if (!unheard.has(self)) unheard.set(self, new Set())
          void granted.lost.then(() => (claim.held -= 1))
          return granted
        } finally {
          claim.waiting -= 1
        }
      },
      publish(message) {
        const id = `m${(published += 1)}`
        for (const [other, missing] of unheard) if (other !== self) missing.add(id)
        link.publish({ id, message })
      },
      subscribe: (listener) =>
        link.subscribe((heard) => {
          const { id, message } = heard as { readonly id: string; readonly message: unknown }
          listener(message)
          unheard.get(self)?.delete(id)
        }),
      load: (key) => answered(link.load(key)),
      save: (key, value, claim) => answered(link.save(key, value, claim)),
      close() {
        unheard.delete(self)
        link.close()
      },
    }
  }

  const isQuiet = (): boolean =>
    underWay.size === 0 &&
    [...unheard.values()].every((missing) => missing.size === 0) &&
    [...claims.values()].every(({ waiting, held }) => waiting === 0 || held > 0)

  return {
    watch: (engine) => () => connect(engine()),
    async quiet() {
      const until = performance.now() + LONGEST
      for (let rounds = 0; rounds < ROUNDS;) {
        await nextRound()
        rounds = isQuiet() ? rounds + 1 : 0
        if (performance.now() > until)
          throw new Error(
            `What the engine carries does not come to rest: ${JSON.stringify({
              answers: underWay.size,
              messages: [...unheard.values()].map((missing) => missing.size),
              claims: [...claims],
            })}`,
          )
      }
    },
  }
}
