/**
 * Random histories of one page after the other over one true backend.
 *
 *     npm run test:soak                        20,000 of up to 60 steps each
 *     npm run test:soak -- --histories 500     fewer
 *     npm run test:soak -- --seed 42           the same ones again
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { holds, written } from './arbitrary'

/** How many are played between two lines of progress. */
const CHUNK = 500

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const wanted = Number(values.histories)
const seed = Number(values.seed)
if (!Number.isInteger(wanted) || wanted < 1)
  throw new TypeError('--histories takes a whole number, from 1 on.')
if (!Number.isInteger(seed)) throw new TypeError('--seed takes a whole number.')

async function main(): Promise<void> {
  console.log(`seed ${seed}`)
  const began = performance.now()
  for (let played = 0; played < wanted; played += CHUNK) {
    const { failed, counterexample, errorInstance } = await fc.check(holds, {
      numRuns: Math.min(CHUNK, wanted - played),
      seed: seed + played,
    })
    if (failed) {
      console.log(`broken after ${played} histories, with the seed ${seed + played}:`)
      console.log(String((errorInstance as Error | null)?.message))
      if (counterexample) console.log(written(counterexample[0]))
      process.exitCode = 1
      return
    }
    const seconds = ((performance.now() - began) / 1_000).toFixed(0)
    console.log(`${Math.min(played + CHUNK, wanted)} of ${wanted} histories hold (${seconds} s)`)
  }
}

void main()
