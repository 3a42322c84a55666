/** Three real processes on a real Redis: one is killed at each moment of a send; one is held up past its claim. */
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { redisEngine } from '../../examples/redis/redisEngine'
import { startAgent } from './agent'
import type { Agent } from './agent'
import { writeForNode } from './bundle'
import { startRedis } from './redis'
import type { RedisServer } from './redis'
import type { Seen } from './store'
import { test, until } from './suite'
import type { EngineTest } from './suite'
import type { Moment } from './worker'

const ROOT = join(import.meta.dirname, '../..')

class Worker {
  private constructor(readonly child: ChildProcess) {}

  static async start(file: string, redis: RedisServer, agent: Agent): Promise<Worker> {
    const env = {
      ...process.env,
      NODE_ENV: 'production',
      REDIS_PORT: String(redis.port),
      AGENT: agent.address,
      LASTS: '3000',
    }
    const worker = new Worker(fork(file, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
    await new Promise((resolve) => worker.child.once('message', resolve))
    return worker
  }
  ask(order: object = {}): Promise<Seen> {
    return new Promise((resolve, reject) => {
      this.child.once('message', (seen) => resolve(seen as Seen))
      this.child.send(order, (error) => (error ? reject(error) : undefined))
    })
  }
  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }
}

interface Three {
  readonly agent: Agent
  readonly leader: Worker
  readonly rest: readonly [Worker, Worker]
}

/** The first of three processes leads; the first turn runs, and the second waits. */
async function three(body: (three: Three) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(ROOT, 'node_modules/.turnkeeper-worker-'))
  const file = join(folder, 'worker.mjs')
  await writeForNode('worker.ts', file)
  const [redis, agent] = [await startRedis(), await startAgent()]
  const workers: Worker[] = []
  try {
    const start = async (): Promise<Worker> => {
      const worker = await Worker.start(file, redis, agent)
      workers.push(worker)
      return worker
    }
    const leader = await start()
    await until('the first process leads', async () => (await leader.ask()).role === 'leading')
    const rest = [await start(), await start()] as const
    for (const worker of rest)
      await until('the others follow', async () => (await worker.ask()).role === 'following')
    await rest[0].ask({ submit: 't1' })
    await until('the first turn runs', async () => agent.arrived.get('t1') === 1)
    await until(
      'all know of it',
      async () => (await leader.ask()).live === 't1' && (await rest[1].ask()).live === 't1',
    )
    await leader.ask({ submit: 't2' })
    for (const worker of rest)
      await until('the second waits in all', async () => (await worker.ask()).queue.join() === 't2')
    await body({ agent, leader, rest })
  } finally {
    for (const worker of workers) worker.kill('SIGKILL')
    agent.close()
    redis.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** In what is left the second turn has either run once, or is given back; nothing waits; and one of the two leads. */
async function settles({ agent, rest }: Three): Promise<number> {
  let seen: readonly Seen[] = []
  const isSettled = async (): Promise<boolean> => {
    seen = await Promise.all(rest.map((worker) => worker.ask()))
    const times = agent.arrived.get('t2') ?? 0
    return (
      seen.filter(({ role }) => role === 'leading').length === 1 &&
      seen.every(({ queue, isSure }) => queue.length === 0 && isSure) &&
      seen.every(({ live, drafts }) => (times === 1 ? live === 't2' : drafts.join() === 't2'))
    )
  }
  await until(
    () => `what is left settles: ${JSON.stringify(seen)}, arrived ${JSON.stringify([...agent.arrived])}`,
    isSettled,
  )
  return agent.arrived.get('t2') ?? 0
}

const killed = (moment: Moment, times: number): EngineTest =>
  test(`redis, three processes: the leading one is killed when the message is ${moment}`, () =>
    three(async (all) => {
      await all.leader.ask({ moment, signal: 'SIGKILL' })
      all.agent.finish('t1')
      await until('it is killed', async () => all.leader.child.signalCode === 'SIGKILL')
      assert.equal(await settles(all), times, 'how often it arrived')
    }))

/** One is stopped before its request leaves, and goes on when others have sent since: its request is refused. */
const sendsLate = (): Promise<void> =>
  three(async (all) => {
    const { agent, leader, rest } = all
    await leader.ask({ moment: 'leaving', signal: 'SIGSTOP' })
    agent.finish('t1')
    assert.equal(await settles(all), 0, 'how often it arrived')
    // What was typed since waits behind a turn, and leaves under the next number.
    await rest[0].ask({ submit: 't3' })
    await until('the third runs', async () => agent.arrived.get('t3') === 1)
    await rest[1].ask({ submit: 't4' })
    await until('the fourth waits', async () => (await rest[0].ask()).queue.join() === 't4')
    agent.finish('t3')
    await until('the fourth runs', async () => agent.arrived.get('t4') === 1)
    agent.finish('t4')
    leader.kill('SIGCONT')
    await until('the one that was held up follows', async () => (await leader.ask()).role === 'following')
    await until('its request is refused', async () => agent.fenced.includes('t2'))
    assert.equal(agent.arrived.get('t2'), undefined, 'the second never ran')
    const seen = await Promise.all([leader, ...rest].map((worker) => worker.ask()))
    for (const { drafts, queue } of seen)
      assert.deepEqual([drafts, queue], [['t2'], []], JSON.stringify(seen))
  })

/** A claim is taken from a holder that is alive. */
const taken = async (): Promise<void> => {
  const server = await startRedis()
  const redis = new Redis(server.port)
  const [first, second] = [redisEngine(redis)(), redisEngine(redis)()]
  try {
    const { signal } = new AbortController()
    const held = await first.claim('leader', { signal, fenced: true })
    const stolen = await second.claim('leader', { signal, fenced: true, steal: true })
    assert.ok(stolen.fence > held.fence, 'its number is higher')
    assert.equal(await first.save('queue', 'of the first', held), false)
    assert.equal(await second.save('queue', 'of the second', stolen), true)
    await held.lost
  } finally {
    for (const link of [first, second]) link.close()
    redis.disconnect()
    server.close()
  }
}

export const processTests: readonly EngineTest[] = [
  test('redis: a claim is taken from a holder that is alive, which stores nothing any more', taken),
  test('redis, three processes: the leading one is killed while the message waits', () =>
    three(async (all) => {
      all.leader.kill('SIGKILL')
      all.agent.finish('t1')
      assert.equal(await settles(all), 1, 'how often it arrived')
    })),
  killed('claimed', 0),
  killed('leaving', 0),
  test('redis, three processes: the leading one is killed when the message has arrived, unanswered', () =>
    three(async (all) => {
      all.agent.holdsAnswers = true
      all.agent.onArrival = (turnId) => (turnId === 't2' ? all.leader.kill('SIGKILL') : undefined)
      all.agent.finish('t1')
      await until('it is killed', async () => all.leader.child.signalCode === 'SIGKILL')
      all.agent.holdsAnswers = false
      assert.equal(await settles(all), 1, 'how often it arrived')
    })),
  killed('accepted', 1),
  test(
    'redis, three processes: one is held up past its claim, and its request is refused by the number',
    sendsLate,
  ),
]
