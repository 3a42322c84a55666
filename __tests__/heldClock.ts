import type { Clock } from 'redux-turnkeeper'

/** The clock of a page that can be held up: its timers that fall due meanwhile run when it goes on. */
export function createHeldClock(clock: Clock) {
  let late: (() => void)[] | null = null
  const own: Clock = {
    now: () => clock.now(),
    setTimeout: (run, ms) => clock.setTimeout(() => (late ? void late.push(run) : run()), ms),
    clearTimeout: (handle) => clock.clearTimeout(handle),
  }
  return {
    own,
    hold: () => void (late ??= []),
    goOn() {
      const missed = late ?? []
      late = null
      for (const run of missed) run()
    },
  }
}
