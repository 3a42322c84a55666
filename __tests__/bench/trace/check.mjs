/** Whether a contender does the job at all. Throws where it does not. */
import assert from 'node:assert/strict'
import { STALL_AFTER } from './constants.mjs'
import { settle, takeTime } from './manualTime.mjs'

const ids = Array.from({ length: 30 }, (_, i) => `c${i}`)
const OUTCOMES = ['complete', 'cancelled', 'error']

export async function check(create) {
  const time = takeTime()
  try {
    for (const scenario of [everyTurnEnds, oneTick, watchdogLooks, strangersAreIgnored]) {
      const app = create(ids)
      await settle()
      await scenario(app, time)
      assert.deepEqual([...app.busyIds()], [], `${scenario.name}: nothing is busy`)
      assert.equal(time.armed(), 0, `${scenario.name}: no timer is left`)
      app.dispose()
    }
  } finally {
    time.giveBack()
  }
}

async function everyTurnEnds(app) {
  const some = ids.slice(0, 9)
  for (const id of some) app.start(id, `t-${id}`)
  await settle()
  for (const id of some) app.progress(id, `t-${id}`)
  await settle()
  assert.deepEqual([...app.busyIds()].sort(), some)
  for (const id of ids) {
    assert.equal(app.isBusy(id), some.includes(id))
    assert.equal(app.liveTurnId(id), some.includes(id) ? `t-${id}` : null)
  }
  for (const [i, id] of some.entries()) app.end(id, `t-${id}`, OUTCOMES[i % 3])
  await settle()
  for (const [i, id] of some.entries()) {
    assert.equal(app.isBusy(id), false)
    assert.equal(app.lastOutcome(id), OUTCOMES[i % 3])
  }
}

/** Start, progress and end in one tick, and the next turn at once. */
async function oneTick(app, time) {
  for (const turn of ['first', 'second']) {
    app.start('c1', turn)
    app.progress('c1', turn)
    app.progress('c1', turn)
    app.end('c1', turn, turn === 'first' ? 'error' : 'complete')
  }
  assert.equal(app.lastOutcome('c1'), 'complete')
  await settle()
  app.start('c2', 'goes on')
  app.progress('c2', 'goes on')
  await time.advance(STALL_AFTER / 2)
  assert.equal(app.liveTurnId('c2'), 'goes on')
  app.end('c2', 'goes on', 'complete')
  await time.advance(3 * STALL_AFTER)
  assert.equal(app.lastOutcome('c1'), 'complete')
}

/** Silence shows within a tenth of its time, is fed by this turn alone, and ends nothing. */
async function watchdogLooks(app, time) {
  app.start('c3', 'watched')
  app.start('c4', 'neighbour')
  for (let i = 0; i < 3; i++) {
    await time.advance(0.9 * STALL_AFTER)
    app.progress('c3', 'watched')
    app.progress('c4', 'neighbour')
    assert.equal(app.isStalled('c3'), false)
  }
  await time.advance(0.9 * STALL_AFTER)
  app.progress('c4', 'neighbour')
  assert.equal(app.isStalled('c3'), false)
  await time.advance(0.2 * STALL_AFTER)
  assert.equal(app.isStalled('c3'), true)
  assert.equal(app.isBusy('c3'), true)
  assert.equal(app.isStalled('c4'), false)
  app.progress('c3', 'watched')
  await settle()
  assert.equal(app.isStalled('c3'), false)
  app.end('c3', 'watched', 'complete')
  app.end('c4', 'neighbour', 'cancelled')
  await settle()
}

/** What names another turn changes nothing. */
async function strangersAreIgnored(app) {
  app.start('c5', 'old')
  app.end('c5', 'old', 'complete')
  app.start('c5', 'new')
  app.end('c5', 'old', 'error')
  await settle()
  assert.equal(app.liveTurnId('c5'), 'new')
  assert.equal(app.lastOutcome('c5'), 'complete')
  app.end('c5', 'new', 'cancelled')
  await settle()
}
