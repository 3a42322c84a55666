/** What runs in the process of a client: checks that it does the job, then measures when it is told to. */
import assert from 'node:assert/strict'
import { cpuMs } from '../cpu.mjs'
import { ANSWER } from './wire.mjs'

/** Turns of one conversation. */
const TURNS = 5

/**
 * A client: `open(id, update)` gives a conversation whose `turn(prompt)` resolves when the client itself says that the turn is over.
 * `update` is called as its hook would render, and reads what a page shows: `isBusy()` and `answer()`.
 */
export function serve(client) {
  process.on('message', async ({ check, budgetMs }) => {
    try {
      process.send({ result: check ? await checked(client) : await measured(client, budgetMs) })
    } catch (error) {
      process.send({ error: error.stack })
    }
  })
}

let conversations = 0
async function talk({ open }, see) {
  let conversation
  const shown = { isBusy: false, answer: '' }
  const update = () => {
    if (!conversation) return
    shown.isBusy = conversation.isBusy()
    shown.answer = conversation.answer()
    see?.(shown)
  }
  const id = `00000000-0000-4000-8000-${String(++conversations).padStart(12, '0')}`
  conversation = await open(id, update)
  for (let turn = 0; turn < TURNS; turn++) {
    await conversation.turn(`prompt ${turn}`)
    update()
    assert.equal(shown.isBusy, false, 'it is over')
    assert.equal(shown.answer, ANSWER, 'the whole answer is there')
  }
  conversation.close?.()
}

async function checked(client) {
  let updates = 0
  let busy = 0
  await talk(client, ({ isBusy }) => {
    updates += 1
    if (isBusy) busy += 1
  })
  assert.ok(busy >= TURNS, `it is shown as busy ${busy} times`)
  return { updates: updates / TURNS }
}

/** µs of processor time a turn, for as long as the budget. The first half of it warms up. */
async function measured(client, budgetMs) {
  const work = async (ms) => {
    const begin = performance.now()
    const cpu = cpuMs()
    let turns = 0
    while (performance.now() - begin < ms) {
      await talk(client)
      turns += TURNS
    }
    return (1_000 * (cpuMs() - cpu)) / turns
  }
  await work(budgetMs / 2)
  return { turn: await work(budgetMs) }
}
