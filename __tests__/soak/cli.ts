/**
 * Random histories of pages over one true backend: of one page after the other, under DevTools, of several tabs, with the
 * assistant.
 *
 *     npm run test:soak                        20,000 of 60 steps on average
 *     npm run test:soak -- --histories 500     fewer
 *     npm run test:soak -- --seed 42           the same ones again
 *     npm run test:soak -- --at "several tabs" in one of the places alone
 *     npm run test:soak -- --play found.json   one alone, as it was printed
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { holdsAt } from './arbitrary'
import { playHistory } from './history'
import { EVERYWHERE } from './steps'
import { historyOf, written } from './written'

/** How many are played between two lines of progress. */
const CHUNK = 500

const { values } = parseArgs({
  options: {
    at: { type: 'string' },
    histories: { type: 'string', default: '20000' },
    play: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
  },
})
const places = EVERYWHERE.filter((place) => values.at === undefined || place === values.at)
if (places.length === 0) throw new TypeError(`--at takes one of: ${EVERYWHERE.join(', ')}.`)
const wanted = Number(values.histories)
const seed = Number(values.seed)
if (!Number.isInteger(wanted) || wanted < 1)
  throw new TypeError('--histories takes a whole number, from 1 on.')
if (!Number.isInteger(seed)) throw new TypeError('--seed takes a whole number.')

async function playOne(file: string): Promise<void> {
  const broken = await playHistory(historyOf(readFileSync(file, 'utf8')))
  console.log(broken.join('\n') || 'it holds')
  if (broken.length > 0) process.exitCode = 1
}

async function playMany(): Promise<void> {
  console.log(`seed ${seed}`)
  const began = performance.now()
  for (let played = 0; played < wanted; played += CHUNK) {
    const { failed, counterexample, errorInstance } = await fc.check(holdsAt(places), {
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

void (values.play === undefined ? playMany() : playOne(values.play))
