/** What is left over: timers, memory, requests. */
import { settle, takeTime } from '../trace/manualTime.mjs'
import { median } from '../rounds.mjs'
import { keeperStore } from './app.mjs'

/** Timers with 1,000 turns in flight and after the last has ended, and how long it takes to dispose of them. */
async function timers() {
  const time = takeTime()
  try {
    const app = keeperStore({ inFlight: 1_000 })
    await settle()
    const timersInFlight = time.armed()
    for (const turn of app.turns) app.end(turn)
    await settle()
    const timersAfter = time.armed()
    app.dispose()
    // One is over before the clock of the processor's time has moved: the median of several, by the clock on the wall.
    const times = Array.from({ length: 9 }, () => {
      const { dispose } = keeperStore({ inFlight: 1_000 })
      const from = performance.now()
      dispose()
      return performance.now() - from
    })
    return { timersInFlight, timersAfter, timersDisposed: time.armed(), disposeMs: median(times) }
  } finally {
    time.giveBack()
  }
}

const heapAfterGc = async () => {
  for (let i = 0; i < 4; i++) {
    await new Promise(setImmediate)
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed
}

async function memory() {
  const LIVE = 10_000
  const before = await heapAfterGc()
  const large = keeperStore({ inFlight: LIVE })
  const filled = await heapAfterGc()
  large.dispose()
  const app = keeperStore({ inFlight: 10 })
  const rounds = (count) => {
    for (let i = 0; i < count; i++) app.startAndEnd()
  }
  // Block by block, and only the later ones count: until then the compiler still keeps more, or less, of the code.
  const growth = []
  let last = await heapAfterGc()
  for (let block = 0; block < 10; block++) {
    rounds(100_000)
    const now = await heapAfterGc()
    if (block >= 5) growth.push(now - last)
    last = now
  }
  app.dispose()
  return {
    bytesPerTurn: (filled - before) / LIVE,
    growthBytesPerTurn: Math.max(0, median(growth) / 100_000),
    keep: large.turns.length,
  }
}

/** Requests that leave for 50 silent conversations in a minute, how many at once, and how many ids each has. */
async function lookUps() {
  const time = takeTime()
  try {
    let open = 0
    const requests = []
    const fetchStatus = async (ids) => {
      requests.push({ ids: ids.length, atOnce: ++open })
      await new Promise((resolve) => setTimeout(resolve, 500))
      open--
      return Object.fromEntries(ids.map((id) => [id, { status: 'running' }]))
    }
    const app = keeperStore({ inFlight: 50, ports: { fetchStatus } })
    await time.advance(60_000)
    app.dispose()
    return {
      requests: requests.length,
      requestsAtOnce: Math.max(...requests.map(({ atOnce }) => atOnce)),
      idsPerRequest: Math.min(...requests.map(({ ids }) => ids)),
    }
  } finally {
    time.giveBack()
  }
}

export default async () => ({ ...(await timers()), ...(await memory()), ...(await lookUps()) })
