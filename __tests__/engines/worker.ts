/** One of several processes. It ends, or holds, itself at the moment that it is told. */
import { Redis } from 'ioredis'
import type { Persisted } from 'redux-turnkeeper'
import type { Engine } from 'redux-turnkeeper/tabs'
import { createPorts } from '../../examples/redis/ports'
import { redisEngine } from '../../examples/redis/redisEngine'
import { createMemberStore } from './store'

export type Moment = 'claimed' | 'leaving' | 'accepted' | 'never'

const { REDIS_PORT, AGENT = '', LASTS = '3000' } = process.env
let moment: Moment = 'never'
let signal: NodeJS.Signals = 'SIGKILL'

function strike(at: Moment): void {
  if (moment !== at) return
  moment = 'never'
  process.kill(process.pid, signal)
  // Nothing more is done before the signal has taken effect.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, signal === 'SIGKILL' ? Infinity : 200)
}

const redis = new Redis({ host: '127.0.0.1', port: Number(REDIS_PORT) })
const redisOnly = redisEngine(redis, { lasts: Number(LASTS) })
const engine: Engine = () => {
  const link = redisOnly()
  return {
    ...link,
    async save(key, value, claim) {
      const isHeld = await link.save(key, value, claim)
      const isClaim = (value as Persisted).live?.some(
        ({ begun, turnId }) => begun === false && turnId === 't2',
      )
      if (isClaim) strike('claimed')
      return isHeld
    },
  }
}
const ports = createPorts(AGENT)
const member = createMemberStore(engine, {
  runWithoutPage: true,
  ports: {
    ...ports,
    async sendTurn(request, context) {
      if (request.turnId === 't2') strike('leaving')
      // A request that was about to leave, and is not taken back.
      const { signal: own } = signal === 'SIGSTOP' ? new AbortController() : context
      const result = await ports.sendTurn!(request, { ...context, signal: own })
      if (request.turnId === 't2') strike('accepted')
      return result
    },
  },
})

process.on(
  'message',
  (order: { readonly submit?: string; readonly moment?: Moment; readonly signal?: NodeJS.Signals }) => {
    if (order.submit !== undefined) member.submit(order.submit)
    moment = order.moment ?? moment
    signal = order.signal ?? signal
    process.send!(member.see())
  },
)
process.send!(member.see())
