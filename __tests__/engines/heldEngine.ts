/** An engine of a tab that can be frozen: what comes in meanwhile comes once it goes on. The engine itself keeps what it holds. */
import type { Engine } from 'redux-turnkeeper/tabs'

export interface HeldEngine {
  readonly connect: Engine
  setFrozen(isFrozen: boolean): void
}

export function createHeldEngine(engine: Engine): HeldEngine {
  let late: (() => void)[] | null = null
  const arrive = (run: () => void): void => void (late ? late.push(run) : run())
  const answered = <Value>(asked: Promise<Value>): Promise<Value> =>
    new Promise((resolve, reject) => {
      asked.then(
        (value) => arrive(() => resolve(value)),
        (error: unknown) => arrive(() => reject(error as Error)),
      )
    })
  return {
    connect() {
      const link = engine()
      return {
        ...link,
        async claim(name, options) {
          const claim = await answered(link.claim(name, options))
          return { ...claim, lost: answered(claim.lost) }
        },
        subscribe: (listener) => link.subscribe((message) => arrive(() => listener(message))),
        load: (key) => answered(link.load(key)),
        save: (...args) => answered(link.save(...args)),
      }
    },
    setFrozen(isFrozen) {
      const came = late ?? []
      late = isFrozen ? came : null
      if (!isFrozen) for (const run of came) run()
    },
  }
}
