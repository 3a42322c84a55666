/** What is left over: timers, memory, requests. */
import { cpuMs } from '../cpu.mjs'
import { settle, takeTime } from '../trace/manualTime.mjs'
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
    const disposed = keeperStore({ inFlight: 1_000 })
    const from = cpuMs()
    disposed.dispose()
    const disposeMs = cpuMs() - from
    return { timersInFlight, timersAfter, timersDisposed: time.armed(), disposeMs }
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
  rounds(20_000)
  const warm = await heapAfterGc()
  rounds(100_000)
  const worn = await heapAfterGc()
  app.dispose()
  return {
    bytesPerTurn: (filled - before) / LIVE,
    growthBytesPerTurn: (worn - warm) / 100_000,
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
