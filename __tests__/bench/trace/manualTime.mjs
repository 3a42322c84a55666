/** Time in the test's hand: takes the place of the globals that libraries read late. */
const real = { setTimeout, clearTimeout, setInterval, clearInterval, now: Date.now }

/** Lets everything run that waits for this turn of the event loop. */
export const settle = async () => {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate)
}

export function takeTime() {
  let now = 1_000_000
  let minted = 0
  const timers = new Map()
  const set =
    (every) =>
    (run, ms = 0, ...args) => {
      timers.set(++minted, { at: now + ms, run: () => run(...args), every: every ? ms : null })
      return minted
    }
  globalThis.setTimeout = set(false)
  globalThis.setInterval = set(true)
  globalThis.clearTimeout = globalThis.clearInterval = (id) => timers.delete(id)
  Date.now = () => now

  return {
    armed: () => timers.size,
    async advance(ms) {
      await settle()
      const until = now + ms
      for (;;) {
        const [id, timer] = [...timers].sort(([, a], [, b]) => a.at - b.at)[0] ?? []
        if (!timer || timer.at > until) break
        now = Math.max(now, timer.at)
        if (timer.every === null) timers.delete(id)
        else timer.at += timer.every
        timer.run()
        await settle()
      }
      now = until
      await settle()
    },
    giveBack() {
      const { now: dateNow, ...globals } = real
      Object.assign(globalThis, globals)
      Date.now = dateNow
    },
  }
}
