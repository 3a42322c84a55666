/** Batches before what counts: until the optimising compiler has done its work, and how often it fits is known. */
const WARM_UP = 150

/** ns of processor time an operation of each of these, measured in short batches that take turns; the median batch. */
import { cpuMs } from '../cpu.mjs'
import { median } from '../rounds.mjs'

export async function nanoseconds(operations, { batchMs = 4, batches = 31 } = {}) {
  const cases = Object.entries(operations).map(([name, run]) => ({ name, run, count: 16, times: [] }))
  for (let batch = -WARM_UP; batch < batches; batch++) {
    for (const one of cases) {
      const { run, count } = one
      const from = cpuMs()
      for (let i = 0; i < count; i++) run(i)
      const ms = cpuMs() - from
      if (batch < 0) one.count = Math.max(16, Math.round(count * Math.min(8, batchMs / Math.max(ms, 0.01))))
      else one.times.push((1e6 * ms) / count)
    }
    await new Promise(setImmediate)
  }
  return Object.fromEntries(cases.map(({ name, times }) => [name, median(times)]))
}
