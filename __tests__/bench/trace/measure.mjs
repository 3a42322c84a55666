/**
 * The trace: turns of start + 20 progress + end, `inFlight` at a time, spread over `conversations`.
 *
 * A tick gives every turn in flight its next event. Then the event loop turns, then the app reads: what is busy, and of each
 * conversation that had an event whether it is busy, which turn is live, and how the last one ended.
 */
import { cpuMs } from '../cpu.mjs'
import { PROGRESS } from './constants.mjs'

/** Returns µs of processor time an event, for the events alone and with the event loop and the reads. */
export async function measure(create, { inFlight, conversations, budgetMs }) {
  const ids = Array.from({ length: conversations }, (_, i) => `conversation-${i}`)
  const app = create(ids)
  await new Promise(setImmediate)
  // A lane is a turn in flight: it starts anew, in another conversation, when its turn has ended.
  const lanes = Array.from({ length: inFlight }, (_, i) => ({
    at: i,
    turn: 0,
    left: 1 + (i % (PROGRESS + 1)),
  }))
  const idOf = (lane) => ids[lane.at]
  const turnOf = (lane) => `turn-${lane.at}-${lane.turn}`
  const next = (lane) => {
    if (lane.left < 0) {
      lane.at = (lane.at + inFlight) % conversations
      lane.turn++
      lane.left = PROGRESS
      app.start(idOf(lane), turnOf(lane))
    } else if (lane.left-- > 0) app.progress(idOf(lane), turnOf(lane))
    else app.end(idOf(lane), turnOf(lane), 'complete')
  }
  const read = () => {
    let seen = app.busyIds().length
    for (const lane of lanes) {
      const id = idOf(lane)
      if (app.isBusy(id)) seen++
      if (app.liveTurnId(id) !== null) seen++
      if (app.lastOutcome(id) === 'complete') seen++
    }
    return seen
  }
  for (const lane of lanes) app.start(idOf(lane), turnOf(lane))

  let events = 0
  let eventsMs = 0
  let cpu = cpuMs()
  let begin = performance.now()
  let now = begin
  let warm = false
  while (now - begin < budgetMs) {
    // The first half of the budget does not count: code that was idle for the rounds of the others is compiled anew.
    if (!warm && now - begin > budgetMs / 2) {
      warm = true
      events = eventsMs = 0
      cpu = cpuMs()
      begin = now = performance.now()
    }
    const from = now
    for (const lane of lanes) {
      next(lane)
      events++
      // A contender that takes longer than its time for one tick is measured by the part that it did.
      if (inFlight >= 100 && events % 64 === 0 && performance.now() - begin > 4 * budgetMs) break
    }
    eventsMs += performance.now() - from
    await new Promise(setImmediate)
    sink += read()
    now = performance.now()
  }
  // To ask for the time of the processor takes longer than a tick of the quick ones: it is asked for once, and shared out.
  const whole = (1_000 * (cpuMs() - cpu)) / events
  app.dispose()
  return { events: (whole * eventsMs) / (now - begin), whole }
}

/** What is read is used, so that no reading is optimised away. */
export let sink = 0
